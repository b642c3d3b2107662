"""The facts of training as frozen values: runs, sessions, shoes and what wears them.

Distances are exact decimals in metres, as the source wrote them: the rules compare exactly (15.4 km against
1.10 × 14.0 km is a tie), and binary floats would decide ties by accident. Times are aware; `day` is the runner's own
date. Where a source knows only the wall clock, `start` is that clock read as though it were UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

Metres = Decimal
Seconds = Decimal

SESSION_GAP = timedelta(minutes=30)
SHORTEST_CAP_S = Decimal(600)
"""A run's duration is capped at one second a metre, but never below ten minutes."""
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
