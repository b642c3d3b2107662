"""What a rule's sentences know of their note: the day it is read, its other line, and what it says of next time.

What is said of next time is decided once for the whole note (plugin/notes/next_time.py); here are its plain values, and
the sentences that more than one rule uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plugin.rules.notice import Notice
from plugin.training.runs import NONE, Metres
from plugin.translations.voice import Voice

EARLY_DAYS = 3
"""With so many days of the week still to come nobody is told that the week is over."""


class Scope(StrEnum):
    """What the number for next time is of."""

    RUN = "run"
    WEEK = "week"
    NEXT_WEEK = "next week"
    FULL = "full"
    """No number: this week has hardly anything left."""


@dataclass(frozen=True, kw_only=True)
class NextTime:
    """The one number for next time, in metres. `next_week`: the first day of the week after the one it is of."""

    scope: Scope
    metres: Metres = NONE
    next_week: date
    days_left: int = 0
    """Days of the week it is of that are still to come."""
    is_of_next_week: bool = False


@dataclass(frozen=True, kw_only=True)
class Telling:
    """`other`: the note's other line. `next_time`: None where nothing is said of it, or the other line says it."""

    read_on: date
    leads: bool = True
    other: Notice | None = None
    next_time: NextTime | None = None


def next_time_text(next_time: NextTime | None, voice: Voice) -> str:
    """What a runner may do next, in one sentence; empty where nothing is said of it."""
    if next_time is None:
        return ""
    if next_time.scope == Scope.FULL:
        day = voice.weekday(next_time.next_week)
        if next_time.days_left >= EARLY_DAYS:
            return voice.say(
                "That's about it for long or hard runs this week; if you run again before {day}, short and easy.",
                day=day,
            )
        return voice.say("That's about it for this week; if you run again before {day}, short and easy.", day=day)
    number = voice.distance(next_time.metres, down=True)
    if next_time.scope == Scope.RUN:
        return voice.say("Keep the next run to {next} or less.", next=number)
    if next_time.scope == Scope.WEEK:
        return voice.say("Keep the rest of this week to {left} in all.", left=number)
    return voice.say("Keep next week to {left} in all.", left=number)


def run_number(telling: Telling, voice: Voice) -> str | None:
    """The number for the next run, where that is what is said of next time."""
    following = telling.next_time
    if following is None or following.scope != Scope.RUN:
        return None
    return voice.distance(following.metres, down=True)


def joined(*sentences: str) -> str:
    """Whole sentences, one after the other."""
    return " ".join(sentence for sentence in sentences if sentence)
