"""The facts of the weekly mail, before they are put into words: plain values, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from plugin.notes.mentions import Mention
from plugin.notes.note import Allowance
from plugin.ports import Runner
from plugin.summary.model import PairSummary, WeekSummary
from plugin.training.calendar import week_of

DUE_DAYS = timedelta(weeks=8)
"""A pair further from its end is not coming due yet."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Digest:
    """One runner's week. `weeks` are twelve, oldest first, the last is whole when `day` ends; distances are metres.

    `allowance` is the ceiling of the next run (`Allowance.day`), `pairs` are those worn out or coming due, the
    soonest first,
    and `exercise` is one sentence.
    """

    runner: Runner
    day: date
    weeks: tuple[WeekSummary, ...]
    allowance: Allowance | None = None
    pairs: tuple[PairSummary, ...] = ()
    exercise: str = ""
    mention: Mention | None = None
    """A part to be asked about, of a run whose note did not ask."""

    @property
    def week_m(self) -> Decimal:
        """What was run in the week of the digest; one whose week is not known is not sent."""
        return (self.weeks[-1].metres if self.weeks else None) or Decimal(0)

    @property
    def ceiling_m(self) -> Decimal | None:
        """What that week could hold without a note, if it had weeks to compare with."""
        return self.weeks[-1].ceiling_m if self.weeks else None

    @property
    def is_last_week(self) -> bool:
        """Whether the week of the digest was over before its day."""
        return bool(self.weeks) and self.day >= self.weeks[-1].first_day + WEEK


def end_of_week(day: date, first_weekday: int) -> date:
    """The last day of the week that a digest of `day` is about: one that is whole by then, as part of a week beside a
    whole week's ceiling would tell nothing."""
    last = week_of(day, first_weekday=first_weekday) + WEEK - timedelta(days=1)
    return last if last == day else last - WEEK


def coming_due(pairs: Iterable[PairSummary], day: date) -> tuple[PairSummary, ...]:
    """Pairs still run in that are past their replace limit, then those that reach it within eight weeks, the soonest
    first."""
    due = []
    for pair in pairs:
        if pair.is_retired or pair.replace_m is None:
            continue
        if pair.metres >= pair.replace_m and pair.share > 0:
            due.append((date.min, pair))
        elif pair.retires_in_week_of is not None and pair.retires_in_week_of <= day + DUE_DAYS:
            due.append((pair.retires_in_week_of, pair))
    return tuple(pair for _, pair in sorted(due, key=lambda one: (one[0], one[1].name, one[1].id)))
