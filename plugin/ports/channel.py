"""Channels: ways to tell a note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from plugin.ports.records import ChannelName, Runner
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
    """False where soreness is in it: it may not stand where others read."""
    can_be_silenced: bool = True
    """False where it says to see a professional: neither snooze nor "not for me" is offered."""


class Channel(Protocol):
    """A way to tell. Two methods and one error (`NotTold`)."""

    name: ChannelName

    def can_tell(self, runner: Runner) -> bool:
        """Whether this channel is open for the runner: scopes, consent, a confirmed address, no earlier failure."""

    def tell(self, message: Message, now: datetime) -> None:
        """Tell it (or, for fields, replace or take out our block). Telling the same twice changes nothing on an
        activity; a mail is sent each time it is asked for. Raises NotTold, or a StravaError for what may pass."""
