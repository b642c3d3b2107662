"""The facts of training, frozen: runs, sessions, wear on shoes, weeks.

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
NONE = Decimal(0)


class Sport(StrEnum):
    """What kind of run it was. Whatever is no run never becomes a `Run`."""

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
    hour_is_hidden: bool = False

    @cached_property
    def order(self) -> tuple[datetime, tuple[int, int, str]]:
        """Runs stand in order of their start, then of their id."""
        return (self.start, order_of_id(self.id))

    @cached_property
    def duration(self) -> timedelta:
        """Elapsed time; moving time where elapsed is missing or a watch was left running (over three times moving)."""
        seconds = self.elapsed_s
        if seconds is None or (self.moving_s is not None and seconds > 3 * self.moving_s):
            seconds = self.moving_s
        return timedelta(seconds=float(seconds)) if seconds is not None and seconds > 0 else timedelta(0)

    @property
    def metres(self) -> Metres:
        """The distance, nothing where there is none."""
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
    COPY = "copy"


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
    if run.is_flagged:
        return SetAsideReason.FLAGGED
    seconds = run.moving_s if run.moving_s is not None else run.elapsed_s
    if run.metres > 1000 and seconds is not None and seconds > 0 and run.metres > MAX_SPEED_M_S * seconds:
        return SetAsideReason.TOO_FAST
    if run.metres <= 0:
        return SetAsideReason.NO_DISTANCE
    if run.moving_s is not None and run.moving_s <= 0:
        return SetAsideReason.NO_TIME
    return None


def _copies(runs: list[Run]) -> Iterable[Run]:
    """Runs recorded twice (watch and phone): the longest stays, what overlaps it by more than half goes."""
    timed = [run for run in runs if not run.hour_is_hidden and run.duration > timedelta(0)]
    reach = max((run.duration for run in timed), default=timedelta(0))
    kept: list[tuple[datetime, timedelta]] = []
    for run in sorted(timed, key=lambda run: (-run.metres, order_of_id(run.id))):
        end = run.start + run.duration
        first = bisect_left(kept, (run.start - reach, timedelta(0)))
        last = bisect_left(kept, (end, timedelta(0)))
        for start, duration in kept[first:last]:
            overlap = min(end, start + duration) - max(run.start, start)
            if 2 * overlap > min(run.duration, duration):
                yield run
                break
        else:
            insort(kept, (run.start, run.duration))
