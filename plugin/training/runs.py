"""The facts of training as frozen values: runs, sessions, shoes and what wears them; and which runs are set aside.

Distances are exact decimals in metres, as the source wrote them: the rules compare exactly (15.4 km against
1.10 × 14.0 km is a tie), and binary floats would decide ties by accident. Times are aware; `day` is the runner's own
date. Where a source knows only the wall clock, `start` is that clock read as though it were UTC.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

Metres = Decimal
Seconds = Decimal

MAX_SPEED_M_S = Decimal("7.0")
"""Faster than this over more than a kilometre is no run (the world record mile is about 7.2 m/s)."""
SESSION_GAP = timedelta(minutes=30)
SHORTEST_CAP_S = Decimal(600)
"""A run's duration is capped at one second a metre, but never below ten minutes."""
TWIN_LEAST_M, TWIN_OFF_M, TWIN_OFF_S = Decimal(2000), Decimal(10), Decimal(2)
TWIN_STEP = timedelta(minutes=15)
"""Every time zone is a whole number of quarter hours away from every other."""
TWIN_LEAST, TWIN_MOST = timedelta(hours=1), timedelta(hours=14)
TWIN_SLACK = timedelta(seconds=2)
NONE = Decimal(0)


class Sport(StrEnum):
    """What kind of run it was. Other activities never become a `Run`."""

    RUN = "run"
    TRAIL = "trail"
    VIRTUAL = "virtual"


def order_of_id(id_: str) -> tuple[int, int, str]:
    """Ids compare as whole numbers; one that is not all digits comes after them, as text."""
    if id_.isascii() and id_.isdigit():
        return (0, int(id_), "")
    return (1, 0, id_)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run, as its source tells it. `shoe` is the pair's name (archives) or Strava's gear id (live)."""

    id: str
    start: datetime
    day: date
    sport: Sport = Sport.RUN
    distance_m: Metres | None = None
    moving_s: Seconds | None = None
    elapsed_s: Seconds | None = None
    shoe: str | None = None
    climb_m: Metres | None = None
    cadence: Decimal | None = None
    is_race: bool = False
    is_workout: bool = False
    is_treadmill: bool = False
    is_flagged: bool = False
    is_no_run: bool = False
    """The runner said that this was no run."""
    hour_is_hidden: bool = False

    @cached_property
    def order(self) -> tuple[datetime, tuple[int, int, str]]:
        """The key by which runs are sorted: start, then id."""
        return (self.start, order_of_id(self.id))

    @cached_property
    def duration(self) -> timedelta:
        """Elapsed time; moving time where elapsed is missing or more than three times moving.

        At most one second a metre: a watch that was left running must not swallow the runs after it.
        """
        seconds = self.elapsed_s
        if seconds is None or (self.moving_s is not None and seconds > 3 * self.moving_s):
            seconds = self.moving_s
        if seconds is None or seconds <= 0:
            return timedelta(0)
        return timedelta(seconds=float(min(seconds, max(self.metres, SHORTEST_CAP_S))))

    @cached_property
    def time_s(self) -> Seconds | None:
        """Moving time if above 0, else elapsed time if above 0, else None."""
        for seconds in (self.moving_s, self.elapsed_s):
            if seconds is not None and seconds > 0:
                return seconds
        return None

    @property
    def metres(self) -> Metres:
        """The distance, 0 where there is none."""
        return self.distance_m if self.distance_m is not None else NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """Kilometres put on a pair by anything that named it: runs, walks, runs set aside."""

    shoe: str
    id: str
    start: datetime
    distance_m: Metres | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Runs close enough together to be one outing, as far as they are known: warm-up, track, cool-down."""

    day: date
    distance_m: Metres
    is_race: bool


class ShoeKind(StrEnum):
    """What a pair is for; decides how many kilometres it is given."""

    DAILY = "daily"
    LIGHT = "light"
    RACER = "racer"
    TRAIL = "trail"
    MINIMALIST = "minimalist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shoe:
    """What the runner told us of a pair. Their own limits win over the kind's."""

    id: str
    name: str = ""
    kind: ShoeKind = ShoeKind.DAILY
    look_m: Metres | None = None
    replace_m: Metres | None = None
    is_retired: bool = False


class SetAsideReason(StrEnum):
    """Why a run is listed but neither load nor noticed, in the order in which the reasons are tried."""

    FLAGGED = "flagged"
    TOO_FAST = "too fast"
    NO_DISTANCE = "no distance"
    NO_TIME = "no time"
    NO_RUN = "no run"
    COPY = "copy"
    FUTURE = "in the future"
    """Live only: dated after the day on which it was looked at."""


def are_copies(one: Run, other: Run) -> bool:
    """Whether these are two recordings of one run."""
    return SetAsideReason.COPY in set_aside((one, other)).values()


def set_aside(runs: Iterable[Run]) -> dict[str, SetAsideReason]:
    """Run id to the first reason it is set aside for; looks at the whole history once."""
    reasons: dict[str, SetAsideReason] = {}
    left: list[Run] = []
    for run in runs:
        reason = _own_reason(run)
        if reason is None:
            left.append(run)
        else:
            reasons[run.id] = reason
    reasons.update((run.id, SetAsideReason.COPY) for run in _copies(left))
    return reasons


def _own_reason(run: Run) -> SetAsideReason | None:
    """The first reason that needs no other run."""
    if run.is_flagged:
        return SetAsideReason.FLAGGED
    if run.metres > 1000 and run.time_s is not None and run.metres > MAX_SPEED_M_S * run.time_s:
        return SetAsideReason.TOO_FAST
    if run.metres <= 0:
        return SetAsideReason.NO_DISTANCE
    if run.time_s is None and (run.moving_s is not None or run.elapsed_s is not None):
        return SetAsideReason.NO_TIME
    return SetAsideReason.NO_RUN if run.is_no_run else None


def _copies(runs: list[Run]) -> Iterable[Run]:
    """Runs recorded twice, from the longest to the shortest: each is held against those already kept."""
    # The hour of some is hidden by Strava: when they were run is not known, so nothing is said of them.
    timed = [run for run in runs if not run.hour_is_hidden]
    reach = max((TWIN_MOST + TWIN_SLACK, *(run.duration for run in timed)))
    kept: list[tuple[datetime, int]] = []
    known: list[Run] = []
    for run in sorted(timed, key=lambda run: (-run.metres, order_of_id(run.id))):
        first = bisect_left(kept, (run.start - reach, 0))
        last = bisect_left(kept, (run.start + reach, len(known)))
        near = [known[number] for _, number in kept[first:last]]
        if any(_overlap(run, other) or _are_twins(run, other) for other in near):
            yield run
        else:
            insort(kept, (run.start, len(known)))
            known.append(run)


def _overlap(run: Run, other: Run) -> bool:
    """Whether they overlap by more than half of the shorter one: watch and phone."""
    overlap = min(run.start + run.duration, other.start + other.duration) - max(run.start, other.start)
    return 2 * overlap > min(run.duration, other.duration)


def _are_twins(run: Run, other: Run) -> bool:
    """Whether they are one run under two clocks: a service that read the local time as UTC sends it a second time.

    Starts at second 0 were typed in by hand; two such runs of one length are two runs.
    """
    if min(run.metres, other.metres) < TWIN_LEAST_M or abs(run.metres - other.metres) > TWIN_OFF_M:
        return False
    if run.time_s is None or other.time_s is None or abs(run.time_s - other.time_s) > TWIN_OFF_S:
        return False
    if run.start.second == 0 or other.start.second == 0:
        return False
    apart = abs(run.start - other.start)
    steps = round(apart / TWIN_STEP)
    return TWIN_LEAST <= steps * TWIN_STEP <= TWIN_MOST and abs(apart - steps * TWIN_STEP) <= TWIN_SLACK
