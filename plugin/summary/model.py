"""What a runner's own page shows: the weeks, the room, the pairs, what would have been said.

Plain values, computed from one list of runs as of a moment; the page puts them into words and pictures.
Distances are metres, days the runner's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plugin.notes.note import Allowance
from plugin.training.runs import ShoeKind


@dataclass(frozen=True, kw_only=True)
class WeekSummary:
    """One week: what was run (None: Strava's list does not reach it), and what was allowed on its first day (None:
    there was nothing to compare with)."""

    first_day: date
    metres: Decimal | None
    ceiling_m: Decimal | None

    @property
    def is_over(self) -> bool:
        """Whether more was run than was allowed."""
        return self.metres is not None and self.ceiling_m is not None and self.metres > self.ceiling_m


@dataclass(frozen=True, kw_only=True)
class SessionSummary:
    """One session beside the longest of the thirty days before it, and what was suggested for that day at most (None:
    there was nothing to compare with)."""

    day: date
    metres: Decimal
    longest_before_m: Decimal | None
    ceiling_m: Decimal | None = None
    run_ids: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether it was longer than what was suggested for that day."""
        return self.ceiling_m is not None and self.metres > self.ceiling_m


@dataclass(frozen=True, kw_only=True)
class PairSummary:
    """A pair: its mileage, its limits (None: off), the share of the last 28 days' geared metres (0 to 1), and the
    first day of the week in which it reaches its replace limit at the pace of those days."""

    id: str
    name: str
    kind: ShoeKind
    metres: Decimal
    look_m: Decimal | None
    replace_m: Decimal | None
    share: Decimal = Decimal(0)
    retires_in_week_of: date | None = None
    is_retired: bool = False

    @property
    def is_due(self) -> bool:
        """Whether it is past its replace limit."""
        return self.replace_m is not None and self.metres >= self.replace_m


@dataclass(frozen=True, kw_only=True)
class WithheldNotice:
    """A notice that would not have been told, with its reason (`WithheldReason`) and the sentence it would have
    been. `until`: the last day on which two dismissals keep the rule silent, where that is why."""

    rule: str
    reason: str
    text: str = ""
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class PreviewedRun:
    """What would have been said on a run: the note (empty: silence) and what was withheld."""

    run_id: str
    day: date
    metres: Decimal
    text: str = ""
    kept_back: tuple[WithheldNotice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WeeklyFigures:
    """Twelve weeks, oldest first, the last is this one; what the next run may be; the pairs."""

    weeks: tuple[WeekSummary, ...]
    allowance: Allowance | None
    pairs: tuple[PairSummary, ...]


@dataclass(frozen=True, kw_only=True)
class RunnerSummary:
    """Everything the page shows that comes from runs. `weeks` are at least twelve and at most 52, as far as Strava's
    list reaches, oldest first, the last is this one; `sessions` are those of these weeks."""

    weeks: tuple[WeekSummary, ...]
    sessions: tuple[SessionSummary, ...]
    allowance: Allowance | None
    pairs: tuple[PairSummary, ...]
    said: tuple[PreviewedRun, ...]
    is_sore: bool = False
    """Soreness of the last week keeps the allowance silent."""
    is_strict: bool = False
    """The weeks' ceilings are held against the week before alone."""

    @property
    def this_week(self) -> WeekSummary | None:
        """The week the page is looked at in."""
        return self.weeks[-1] if self.weeks else None
