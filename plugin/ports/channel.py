"""Channels: ways to tell a note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from plugin.ports.records import ChannelName, Runner, Settings
from plugin.ports.strava import ActivityDetail


@dataclass(frozen=True, kw_only=True)
class Message:
    """A note in words, with what a channel needs to tell it."""

    runner: Runner
    run_id: int
    day: date
    text: str
    """The note's lines, without the block's delimiters; empty to take the block out."""
    before: ActivityDetail | None
    """The activity as it was just before telling; None where no activity is touched."""
    was: str | None = None
    """The note we last wrote (or meant to write) on this activity; "" if never; None if nobody remembers."""
    subject: str = ""
    lead_rule: str = ""
    is_public_safe: bool = True
    """False where soreness is told or asked about in it: it may not stand where others read."""
    can_be_silenced: bool = True
    """False where it says to see a professional: neither snooze nor "not for me" is offered."""
    asks: str = ""
    """A part of the body that the note asks about; a mail offers the answers."""


class Channel(Protocol):
    """A way to tell. It describes itself, so that nothing elsewhere knows one channel from another.

    What it does is one method with one error (`NotTold`)."""

    name: ChannelName
    title: str
    """Where a note is, in a few words, for pages: a gettext message."""
    hint: str
    """What choosing it means, in one line of the settings: a gettext message."""
    is_offered: bool
    """Whether this installation has it: a mail server, a setting of the operator's."""
    is_public: bool
    """Others read it: no soreness goes there, and nothing falls back to it."""
    needs_public_ok: bool
    """It can be chosen only together with "everyone may read it"."""
    is_on_activity: bool
    """It writes at Strava: `activity:write` is needed."""
    is_editable: bool
    """A note that was told can be replaced by a changed one, and taken out. Where not, it has left for good."""
    needs_setting: str | None
    """The field of `Settings` that must be filled for it; None where it needs none."""
    missing: str
    """What to say where that field is empty: a gettext message; empty where none is needed."""
    set_up_at: str | None
    """The page on which the runner fills that field; None where the settings page itself has it."""
    is_left_to_worker: bool
    """Only the background work tells by it, test notes too: the site's process does not carry what it needs."""
    falls_back_to: ChannelName | None
    """The next way where this one turns out not to work: never a public one."""

    def can_tell(self, runner: Runner) -> bool:
        """Whether this channel is open for the runner: scopes, consent, a confirmed address, no earlier failure."""

    def closed_for(self, settings: Settings) -> Settings:
        """What the runner's settings say after it turned out not to work for them."""

    def text_on(self, activity: ActivityDetail) -> str | None:
        """The text of the activity that holds its notes; None for a channel outside it."""

    def tell(self, message: Message, now: datetime) -> None:
        """Tell it (or, for fields, replace or take out our block). Telling the same twice changes nothing on an
        activity; a mail is sent each time it is asked for. Raises NotTold, or a StravaError for what may pass."""


Channels = Mapping[ChannelName, Channel]


def ways(channels: Channels, chosen: ChannelName) -> list[Channel]:
    """The chosen channel and what it falls back to, in order. One that is not here falls back to the private note."""
    name: ChannelName | None = chosen if chosen in channels else ChannelName.PRIVATE_NOTE
    found: list[Channel] = []
    while name is not None and name in channels and channels[name] not in found:
        found.append(channels[name])
        name = channels[name].falls_back_to
    return found
