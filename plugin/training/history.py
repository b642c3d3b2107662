"""One runner's runs and shoes as of a run, and the questions the rules ask of them.

`History` is prepared once (set aside, order, sessions, shoe mileage). A `Ledger` shows it as of one run: it knows
nothing later than that run. It reads only the window that is asked for, so that an answer takes as long after ten years
as after one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from plugin.training.calendar import week_of
from plugin.training.runs import (
    NONE,
    SESSION_GAP,
    Metres,
    Run,
    Session,
    Shoe,
    Wear,
    order_of_id,
)
from plugin.training.runs_set_aside import SetAsideReason, set_aside

RUN_DAY_M = Decimal(2000)
"""From this distance in all a day is a run day."""
REACH_SLACK = timedelta(days=2)
"""A list ends at a time in UTC: the runner's own day of it, and where they travelled the next one, may be cut."""
SLACK = timedelta(days=3)
"""Runs are ordered by UTC, days are local: a traveller's day can differ from UTC's by more than one."""


@dataclass(frozen=True, kw_only=True)
class Soreness:
    """What was read from the runner's own words on one day: labels, all-clears, the pair. Never the words."""

    run_id: str
    day: date
    labels: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()
    warnings: frozenset[str] = frozenset()
    """The kinds of warning behind `red_flag`: `swelling`, `night`, ..."""
    cut_short: bool = False
    """The words say that the run was stopped or cut short for it."""
    score: int | None = None
    """0 to 10, where the runner gave a number instead of words; then `place` and `side` as they named them."""
    place: str = ""
    side: str = ""
    mentioned: frozenset[str] = frozenset()
    """Parts named with neither complaint nor all-clear, to be asked about."""
    answers: Mapping[str, bool] = field(default_factory=dict)
    """What the runner answered when asked about a mentioned part: True for sore, False for fine."""
    shoe: str | None = None
    since: Mapping[str, date] = field(default_factory=dict)
    """Label to the first day of the soreness still going on, so that older readings may be forgotten."""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What is remembered beside the runs, as of the run looked at.

    `soreness`: what was read earlier, in order, and `reading` on this run. `load_days`: days on which a load notice was
    found. `told_on`: the last day for which an earlier run got a note. `has_weekly_exercise`: the weekly mail brings an
    exercise.
    """

    soreness: tuple[Soreness, ...] = ()
    reading: Soreness | None = None
    load_days: frozenset[date] = frozenset()
    told_on: date | None = None
    has_weekly_exercise: bool = False

    @cached_property
    def all_soreness(self) -> tuple[Soreness, ...]:
        return self.soreness if self.reading is None else (*self.soreness, self.reading)

    @cached_property
    def sore_labels(self) -> frozenset[str]:
        """Labels on record that no later all-clear took away."""
        return sore_labels(self.all_soreness)


def sore_labels(soreness: Iterable[Soreness]) -> frozenset[str]:
    """Labels that were read and not cleared since; `soreness` in order."""
    labels: set[str] = set()
    for one in soreness:
        labels -= one.cleared
        labels |= one.labels
    return frozenset(labels)


def first_known_day(reaches: datetime | None) -> date | None:
    """The first day of which every run is known, in a list of what started after `reaches` (None: of all)."""
    return None if reaches is None else reaches.date() + REACH_SLACK


@dataclass(frozen=True, kw_only=True)
class Odometer:
    """A pair's mileage: the figure after its previous run, and after this one. Metres."""

    before_m: Metres
    after_m: Metres


NOTHING = Memory()
"""Nothing was read, found or told before."""


class History:
    """All runs known of one runner, in order, each with its place.

    `odometers` (run id to mileage) come from Strava's own figures when live; without them they are summed from
    `wear`, everything that named a pair. `known_since` is the first day of which every run is in here, where older
    runs may exist that are not; None: every run there is. Who asks for a window that begins earlier (`Ledger.knows`)
    must find nothing: what is not known is neither zero nor short.
    """

    def __init__(
        self,
        runs: Iterable[Run],
        *,
        wear: Iterable[Wear] = (),
        shoes: Mapping[str, Shoe] | None = None,
        odometers: Mapping[str, Odometer] | None = None,
        first_weekday: int = 0,
        known_since: date | None = None,
    ) -> None:
        self.known_since = known_since
        self._remembered: dict[str, dict[str, Any]] = {}
        self.runs = tuple(sorted(runs, key=lambda run: run.order))
        self.aside: Mapping[str, SetAsideReason] = set_aside(self.runs)
        self.load = tuple(run for run in self.runs if run.id not in self.aside)
        self.place = {run.id: number for number, run in enumerate(self.load)}
        self.shoes = dict(shoes or {})
        self.odometers = _odometers(self.runs, wear) if odometers is None else dict(odometers)
        self.first_weekday = first_weekday
        # Windows begin at a place found by bisection. Start dates are in order; a traveller's own days need not be.
        self.start_dates = [run.start.date() for run in self.load]
        self.dated_m = [(run.day, run.metres) for run in self.load]
        self.sessions, self.session_of = _sessions(self.load)
        self.session_starts = [members[0] for members in self.sessions]
        self.session_dates = [self.start_dates[first] for first in self.session_starts]
        self.session_days = [self.load[first].day for first in self.session_starts]
        self.session_ends = [members[-1] for members in self.sessions]
        self.whole_sessions = [_session([self.load[number] for number in members]) for members in self.sessions]
        self.of_shoe: dict[str, list[int]] = defaultdict(list)
        for number, run in enumerate(self.load):
            if run.shoe is not None:
                self.of_shoe[run.shoe].append(number)

    def remembered(self, rule: str) -> dict[str, Any]:
        """A rule's cache by run id, for what depends on that run and what was run before it alone."""
        return self._remembered.setdefault(rule, {})

    def as_of(self, run: Run, *, memory: Memory | None = None) -> Ledger:
        """The ledger as of `run`, which must be load."""
        return Ledger(self, self.place[run.id], memory or NOTHING)

    def as_of_now(self, *, memory: Memory | None = None) -> Ledger:
        return Ledger(self, len(self.load) - 1, memory or NOTHING)


def _sessions(load: tuple[Run, ...]) -> tuple[list[list[int]], list[int]]:
    """Sessions as lists of places in `load`, and each run's session. A run with a hidden hour stands alone."""
    sessions: list[list[int]] = []
    session_of: list[int] = []
    open_session: int | None = None
    end: datetime | None = None
    for number, run in enumerate(load):
        run_end = run.start + run.duration
        if run.hour_is_hidden:
            session_of.append(len(sessions))
            sessions.append([number])
            continue
        if open_session is not None and end is not None and run.start <= end + SESSION_GAP:
            end = max(end, run_end)
        else:
            open_session, end = len(sessions), run_end
            sessions.append([])
        sessions[open_session].append(number)
        session_of.append(open_session)
    return sessions, session_of


def _session(members: list[Run]) -> Session:
    return Session(
        day=members[0].day,
        distance_m=sum((run.metres for run in members), NONE),
        is_race=any(run.is_race for run in members),
    )


def _odometers(runs: tuple[Run, ...], wear: Iterable[Wear]) -> dict[str, Odometer]:
    """Run id to its pair's mileage before and after, summed over everything that named the pair."""
    is_run = {run.id for run in runs}
    total: dict[str, Metres] = defaultdict(lambda: NONE)
    after_last_run: dict[str, Metres] = {}
    odometers = {}
    for worn in sorted(wear, key=lambda worn: (worn.start, order_of_id(worn.id))):
        total[worn.shoe] += max(NONE, worn.distance_m or NONE)
        if worn.id in is_run:
            before = after_last_run.get(worn.shoe, NONE)
            odometers[worn.id] = Odometer(before_m=before, after_m=total[worn.shoe])
            after_last_run[worn.shoe] = total[worn.shoe]
    return odometers


@dataclass(frozen=True)
class Ledger:
    """The history as of the run at `upto`. Days given as windows are inclusive at both ends."""

    history: History
    upto: int
    memory: Memory = field(default_factory=Memory)

    @cached_property
    def run(self) -> Run:
        return self.history.load[self.upto]

    @cached_property
    def session(self) -> Session:
        """The session of the run, so far: its sum up to and including this run."""
        return self._session(self.history.session_of[self.upto])

    def knows(self, first: date) -> bool:
        """Whether every run of that day and of those after it is known."""
        known_since = self.history.known_since
        return known_since is None or known_since <= first

    def runs(self, first: date, last: date) -> list[Run]:
        """Load runs so far whose day is in [first, last], in order."""
        so_far = self.history.load[self._start(first) : self.upto + 1]
        return [run for run in so_far if first <= run.day <= last]

    def sessions(self, first: date, last: date, *, earlier: bool = False) -> list[Session]:
        """Sessions so far whose day is in [first, last]; `earlier` leaves out the one of the run itself."""
        history, upto = self.history, self.upto
        days, ends, whole = history.session_days, history.session_ends, history.whole_sessions
        own = history.session_of[upto] if earlier and upto >= 0 else None
        start = bisect_left(history.session_dates, first - SLACK)
        return [
            whole[place] if ends[place] <= upto else self._session(place)
            for place in range(start, self._sessions_begun)
            if place != own and first <= days[place] <= last
        ]

    def session_runs(self, first: date, last: date) -> Iterator[tuple[Session, list[Run]]]:
        """Sessions so far whose day is in [first, last], each with its runs so far."""
        history = self.history
        start = bisect_left(history.session_dates, first - SLACK)
        for place in range(start, self._sessions_begun):
            if first <= history.session_days[place] <= last:
                members = [history.load[number] for number in history.sessions[place] if number <= self.upto]
                yield self._session(place), members

    def longest_m(self, first: date, last: date, *, earlier: bool = False) -> Metres | None:
        """The longest session in [first, last] so far; None where there is none."""
        sessions = self.sessions(first, last, earlier=earlier)
        return max((one.distance_m for one in sessions), default=None)

    def day_m(self, first: date, last: date) -> dict[date, Metres]:
        """Metres a day over [first, last], days with runs only."""
        days: dict[date, Metres] = defaultdict(lambda: NONE)
        for day, metres in self.history.dated_m[self._start(first) : self.upto + 1]:
            if first <= day <= last:
                days[day] += metres
        return days

    def run_days(self, first: date, last: date) -> set[date]:
        """The days in [first, last] with at least 2 km in all."""
        return {day for day, metres in self.day_m(first, last).items() if metres >= RUN_DAY_M}

    def week_m(self, day: date) -> Metres:
        return self.weeks_m(day, 0)[0]

    def weeks_m(self, day: date, before: int) -> list[Metres]:
        """The week of `day` so far, then the `before` weeks before it, the nearest first."""
        monday = week_of(day, first_weekday=self.history.first_weekday)
        # The rules ask for the run's week, the allowance for tomorrow's: mostly the same one.
        if (monday, before) not in self._weeks:
            weeks = [NONE] * (before + 1)
            for one, metres in self.day_m(monday - timedelta(weeks=before), monday + timedelta(days=6)).items():
                weeks[max(0, (monday - one).days + 6) // 7] += metres
            self._weeks[monday, before] = weeks
        return list(self._weeks[monday, before])

    def last_session_days(self) -> Iterator[date]:
        """Days of the sessions so far, the latest session first."""
        return (self.history.session_days[place] for place in range(self._sessions_begun - 1, -1, -1))

    def odometer(self, run: Run) -> Odometer | None:
        """The mileage of the run's pair before and after it, where a pair is named."""
        return self.history.odometers.get(run.id)

    def shoe(self, shoe_id: str) -> Shoe:
        """What the runner said of the pair; a daily pair until they say otherwise."""
        return self.history.shoes.get(shoe_id) or Shoe(id=shoe_id, name=shoe_id)

    def number_in_pair(self, shoe_id: str) -> int:
        """How many load runs so far are in this pair."""
        return bisect_right(self.history.of_shoe.get(shoe_id, []), self.upto)

    def runs_in_pair(self, shoe_id: str) -> list[Run]:
        places = self.history.of_shoe.get(shoe_id, [])
        return [self.history.load[place] for place in places[: bisect_right(places, self.upto)]]

    def pair_was_used(self, shoe_id: str, last: date) -> bool:
        """Whether another pair than this one was named on a run whose day is `last` or before."""
        for other, places in self.history.of_shoe.items():
            if other == shoe_id:
                continue
            for place in places:
                if place > self.upto:
                    break
                if self.history.load[place].day <= last:
                    return True
        return False

    @cached_property
    def _weeks(self) -> dict[tuple[date, int], list[Metres]]:
        return {}

    @cached_property
    def _sessions_begun(self) -> int:
        return bisect_right(self.history.session_starts, self.upto)

    def _session(self, place: int) -> Session:
        members = self.history.sessions[place]
        if members[-1] <= self.upto:
            return self.history.whole_sessions[place]
        return _session([self.history.load[number] for number in members if number <= self.upto])

    def _start(self, first: date) -> int:
        """The first place where a run of the day `first` could stand."""
        return bisect_left(self.history.start_dates, first - SLACK)
