"""Ways to tell a note. Each channel is one file and describes itself (`ports.Channel`): who reads it, whether a note
can be changed or taken back, what it falls back to, its words for the pages."""

from __future__ import annotations

from plugin.channels.activity_fields import Description, PrivateNote
from plugin.channels.comment import Comment
from plugin.channels.email import Email, SendsNotes
from plugin.channels.mail.bounded_mailer import BoundedMailer
from plugin.channels.mail.mailer import Mailer
from plugin.channels.mail.pause import MailPause
from plugin.channels.note_check import NoteCheck
from plugin.channels.page import Page
from plugin.channels.push import PushChannel, by_apprise
from plugin.ports import Channel, Channels, Strava
from plugin.translations.voice import Voice

__all__ = [
    "BoundedMailer",
    "Comment",
    "Description",
    "Email",
    "MailPause",
    "Mailer",
    "NoteCheck",
    "Page",
    "PrivateNote",
    "PushChannel",
    "all_channels",
    "by_apprise",
]


def all_channels(
    strava: Strava, mailer: SendsNotes | None, check: NoteCheck, *, comments: bool, push: PushChannel | None = None
) -> Channels:
    """Every channel there is, in the order in which the settings show them. `mailer` is None without a mail server,
    `push` where the operator has not turned it on."""
    channels: tuple[Channel, ...] = (
        PrivateNote(strava, check),
        Description(strava, check),
        Comment(strava, enabled=comments),
        Email(mailer),
        push or PushChannel(None, "", lambda runner: Voice(units=runner.settings.units)),
        Page(),
    )
    return {channel.name: channel for channel in channels}
