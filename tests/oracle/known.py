"""All that is known as of a run: sessions, days, weeks, pairs. Worked out anew for every run by looking through all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.facts import days, end, order

NONE = Decimal(0)


@dataclass
class Outing:
    """A session, as far as it is known. `found`: the rules that found something on a run of it."""

    day: date
    metres: Decimal
    is_race: bool
    end: datetime
    is_alone: bool
    found: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Asked:
    """What the runner chose: the article to the letter, the week's first day, and of a pair its kind and limits.

    `off`: rules turned off; `snoozed`: rule (or `*`) to the last day it is quiet; `dismissed`: rule and day.
    """

    strict: bool = False
    first_weekday: int = 0
    kinds: Mapping[str, str] = field(default_factory=dict)
    limits_km: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    off: frozenset[str] = frozenset()
    snoozed: Mapping[str, date] = field(default_factory=dict)
    dismissed: tuple[tuple[str, date], ...] = ()


class Known:
    """Everything known as of the last run added, the run looked at. `all_runs`: those set aside as well."""

    def __init__(self, all_runs: list[Any], wear: list[Any], asked: Asked) -> None:
        self.asked = asked
        self.in_pair: dict[str, list[tuple[Any, ...]]] = {}
        """The pair to the places of its runs in the order."""
        self.worn: dict[str, list[tuple[tuple[Any, ...], Decimal]]] = {}
        """The pair to the place of whatever named it, and its metres."""
        for run in all_runs:
            self.in_pair.setdefault(run.shoe, []).append(order(run))
        for one in wear:
            self.worn.setdefault(one.shoe, []).append((order(one), max(one.distance_m or NONE, NONE)))
        self.load: list[Any] = []
        self.sessions: list[Outing] = []
        self.lately: list[Any] = []
        self.sessions_lately: list[Outing] = []
        """Of a hundred days: longer than any window but a comeback's, which looks at all sessions."""
        self.pauses: list[tuple[date, date]] = []
        """Days of neighbouring sessions at least fourteen days apart."""
        self.totals: dict[date, Decimal] = {}
        self._weeks: dict[date, Decimal] = {}
        """The sums of weeks, as of the last run added."""
        self.form: dict[str, tuple[Fraction, Fraction] | None] = {}
        """Run to cadence and speed; None where it is not judged by them. They do not change."""
        self.ramp_found: set[date] = set()
        """Mondays of weeks on a run of which ramp found something."""

    def add(self, run: Any) -> None:
        self.load.append(run)
        self.lately = [one for one in (*self.lately, run) if one.day >= run.day - days(100)]
        self.totals[run.day] = self.on(run.day) + run.distance_m
        self._weeks.clear()
        # A run with a hidden hour is a session of its own and does not end the one before it.
        last = next((one for one in reversed(self.sessions) if not one.is_alone), None)
        if run.hour_is_hidden or last is None or run.start > last.end + timedelta(minutes=30):
            self.session = Outing(run.day, run.distance_m, run.is_race, end(run), is_alone=run.hour_is_hidden)
            self.sessions.append(self.session)
            self.sessions_lately = [
                one for one in (*self.sessions_lately, self.session) if one.day >= run.day - days(100)
            ]
            if len(self.sessions) > 1 and (run.day - self.sessions[-2].day).days >= 14:
                self.pauses.append((self.sessions[-2].day, run.day))
        else:
            self.session = last
            last.metres += run.distance_m
            last.is_race = last.is_race or run.is_race
            last.end = max(last.end, end(run))

    @property
    def run(self) -> Any:
        return self.load[-1]

    @property
    def d(self) -> date:
        day: date = self.run.day
        return day

    @property
    def D(self) -> Decimal:
        return self.session.metres

    def on(self, day: date) -> Decimal:
        return self.totals.get(day, NONE)

    def is_run_day(self, day: date) -> bool:
        return self.on(day) >= 2000

    def run_days(self, first: date, last: date) -> int:
        return sum(1 for number in range((last - first).days + 1) if self.is_run_day(first + days(number)))

    def longest(self, sessions: list[Outing], first: date, last: date) -> Decimal | None:
        return max((one.metres for one in sessions if first <= one.day <= last), default=None)

    @property
    def earlier(self) -> list[Outing]:
        """The sessions before this run's own."""
        return [one for one in self.sessions_lately if one is not self.session]

    @property
    def L(self) -> Decimal | None:
        return self.longest(self.earlier, self.d - days(30), self.d)

    def week_of(self, day: date) -> date:
        """The first day of the week that `day` is in."""
        return day - days((day.weekday() - self.asked.first_weekday) % 7)

    def week(self, first: date) -> Decimal:
        if first not in self._weeks:
            self._weeks[first] = sum((self.on(first + days(number)) for number in range(7)), NONE)
        return self._weeks[first]

    def four_weeks_before(self, day: date) -> list[Decimal]:
        """W1 to W4, the latest first."""
        first = self.week_of(day)
        return [self.week(first - days(7 * back)) for back in (1, 2, 3, 4)]

    def worn_m(self, pair: str, upto: tuple[Any, ...], *, with_it: bool) -> Decimal:
        """Metres on the pair by everything that named it up to (and with) a place in the order."""
        return sum(
            (metres for place, metres in self.worn.get(pair, []) if place < upto or (with_it and place == upto)), NONE
        )
