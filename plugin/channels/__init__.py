"""Ways to tell a note. Each channel is one file and describes itself (`ports.Channel`): who reads it, whether a note
can be changed or taken back, what it falls back to, its words for the pages."""

from __future__ import annotations

from plugin.channels.activity_fields import Description, PrivateNote
from plugin.channels.comment import Comment
from plugin.channels.email import Email, SendsNotes
from plugin.channels.mail.bounded_mailer import BoundedMailer
from plugin.channels.mail.mailer import Mailer
from plugin.channels.note_check import NoteCheck
from plugin.channels.page import Page
from plugin.ports import Channel, Channels, Strava

__all__ = [
    "BoundedMailer",
    "Comment",
    "Description",
    "Email",
    "Mailer",
    "NoteCheck",
    "Page",
    "PrivateNote",
    "all_channels",
]


def all_channels(strava: Strava, mailer: SendsNotes | None, check: NoteCheck, *, comments: bool) -> Channels:
    """Every channel there is, in the order in which the settings show them. `mailer` is None without a mail server."""
    channels: tuple[Channel, ...] = (
        PrivateNote(strava, check),
        Description(strava, check),
        Comment(strava, enabled=comments),
        Email(mailer),
        Page(),
    )
    return {channel.name: channel for channel in channels}
