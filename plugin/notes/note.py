"""A run's note, why the other notices are withheld, and what is allowed next. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from plugin.rules.notice import Notice


class WithheldReason(StrEnum):
    """Why a notice was not told. Shown on the runner's page and in a replay."""

    COMING_BACK = "coming back"
    TURNED_OFF = "turned off"
    SNOOZED = "snoozed"
    QUIET_PERIOD = "quiet period"
    WEEKLY_BUDGET = "weekly budget"
    LESS_IMPORTANT = "less important"
    SAID_ENOUGH = "said enough"
    NOT_FOR_ME = "not for me"
    """The runner said so of this run's note. A rule silent for two dismissals is `TURNED_OFF`."""


class Answer(StrEnum):
    """What the runner answered to the note on a run, after which the run was judged anew."""

    RACE = "race"
    NOT_FOR_ME = "not for me"


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What a runner may do on `day`: metres for one run, and for the rest of the week. None: nothing is known.

    Both are exact. `week_m` is below 0 where the week already holds more.
    """

    day: date
    length_m: Decimal | None
    week_m: Decimal | None
    opens_week: bool = False
    """`day` is the first of a new week: what is left is the coming week's."""

    @property
    def next_run_m(self) -> Decimal | None:
        """The smaller of the two, never below 0."""
        known = [metres for metres in (self.length_m, self.week_m) if metres is not None]
        return max(Decimal(0), min(known)) if known else None

    @property
    def week_left_m(self) -> Decimal | None:
        """What the week has left, never below 0."""
        return None if self.week_m is None else max(Decimal(0), self.week_m)


@dataclass(frozen=True, kw_only=True)
class Note:
    """The note on a run, before it is put into words. `tip`: a tip's id."""

    run_id: str
    day: date
    leader: Notice
    second: Notice | None = None
    tip: str | None = None
    allowance: Allowance | None = None
    answers: frozenset[Answer] = frozenset()
    """What the runner answered to an earlier note on this run."""
    asks: str | None = None
    """A part that the run's words mention, to be asked about (`plugin.notes.mentions`)."""

    @property
    def told(self) -> tuple[Notice, ...]:
        """The notices that the note tells, the leader first."""
        return (self.leader,) if self.second is None else (self.leader, self.second)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A notice and what became of it: told, or withheld with its reason."""

    notice: Notice
    withheld: WithheldReason | None

    @property
    def told(self) -> bool:
        return self.withheld is None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """At most one note, a verdict for every notice found, and what is allowed next."""

    note: Note | None
    verdicts: tuple[Verdict, ...]
    allowance: Allowance | None = None
    """What the runner may do next, after this run; None where nothing is said of it."""
