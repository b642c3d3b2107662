"""The sandbox's data in memory: athletes, gear, activities, comments.

`World` keeps everything behind one lock and calls its listener for every change with (before, after): a new activity
has no before, a deleted one no after. The listener decides whether an event is sent.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from plugin.sandbox.model import Activity, ActivityComment, Athlete, GearItem

Listener = Callable[[Activity | None, Activity | None], None]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class World:
    """`now` is the world's clock. Unknown ids raise KeyError."""

    now: Callable[[], datetime] = utc_now
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    athletes: dict[int, Athlete] = field(default_factory=dict)
    gear: dict[str, GearItem] = field(default_factory=dict)
    activities: dict[int, Activity] = field(default_factory=dict)
    listener: Listener | None = None
    # An index per athlete, so that a call costs the same with ten athletes and with ten thousand.
    _own: dict[int, dict[int, Activity]] = field(default_factory=dict, repr=False)
    _comments: dict[int, list[ActivityComment]] = field(default_factory=dict, repr=False)
    # Ids exceed 32 bits, as Strava's do, and never repeat.
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(16_400_000_017, 1_013), repr=False)
    _people: itertools.count[int] = field(default_factory=lambda: itertools.count(55_593_547, 3_071), repr=False)
    _things: itertools.count[int] = field(default_factory=lambda: itertools.count(31_000_311, 97), repr=False)

    def next_id(self) -> int:
        with self.lock:
            return next(self._ids)

    def add_athlete(self, firstname: str, lastname: str = "", **more: Any) -> Athlete:
        with self.lock:
            number = more.pop("id", None) or next(self._people)
            athlete = Athlete(id=number, firstname=firstname, lastname=lastname, joined=self.now(), **more)
            self.athletes[athlete.id] = athlete
            return athlete

    def add_gear(self, athlete_id: int, name: str, *, bike: bool = False, **more: Any) -> GearItem:
        with self.lock:
            number = more.pop("id", None) or f"{'b' if bike else 'g'}{next(self._things)}"
            gear = GearItem(id=number, athlete_id=athlete_id, name=name, **more)
            self.gear[gear.id] = gear
            return gear

    def set_odometer(self, gear_id: str, distance_m: float) -> None:
        """Set the odometer to `distance_m` as of now, whatever activities the gear has."""
        with self.lock:
            gear = self.gear[gear_id]
            driven = self.odometer_m(gear_id) - gear.base_m
            self.gear[gear_id] = replace(gear, base_m=distance_m - driven)

    def odometer_m(self, gear_id: str, without: Callable[[Activity], bool] = lambda activity: False) -> float:
        """Metres on this gear, all sports; `without` excludes activities (an odometer that lags behind)."""
        with self.lock:
            gear = self.gear[gear_id]
            own = self._own.get(gear.athlete_id, {}).values()
            return gear.base_m + sum(max(0.0, a.distance_m) for a in own if a.gear_id == gear_id and not without(a))

    def activities_of(self, athlete_id: int) -> list[Activity]:
        """Oldest first."""
        with self.lock:
            own = list(self._own.get(athlete_id, {}).values())
        return sorted(own, key=lambda a: (a.start, a.id))

    def gear_of(self, athlete_id: int) -> list[GearItem]:
        with self.lock:
            return [g for g in self.gear.values() if g.athlete_id == athlete_id]

    def keep(self, activity: Activity) -> None:
        """Store it, new or changed, without an event."""
        with self.lock:
            self.activities[activity.id] = activity
            self._own.setdefault(activity.athlete_id, {})[activity.id] = activity

    def forget(self, activity_id: int) -> Activity:
        """Delete it with its comments, without an event."""
        with self.lock:
            gone = self.activities.pop(activity_id)
            del self._own[gone.athlete_id][activity_id]
            self._comments.pop(activity_id, None)
            return gone

    def record(self, activity: Activity) -> Activity:
        self.keep(activity)
        self._tell(None, activity)
        return activity

    def change(self, activity_id: int, **fields: Any) -> Activity:
        with self.lock:
            before = self.activities[activity_id]
            after = replace(before, **fields)
            self.keep(after)
        if after != before:
            self._tell(before, after)
        return after

    def delete(self, activity_id: int) -> None:
        self._tell(self.forget(activity_id), None)

    def comment(self, activity_id: int, athlete_id: int, text: str) -> ActivityComment:
        with self.lock:
            written = ActivityComment(
                id=self.next_id(),
                activity_id=activity_id,
                athlete_id=athlete_id,
                text=text,
                written=self.now(),
            )
            self._comments.setdefault(activity_id, []).append(written)
            return written

    def comments_on(self, activity_id: int) -> list[ActivityComment]:
        with self.lock:
            return list(self._comments.get(activity_id, ()))

    def move_history(self, athlete_id: int, days: int) -> int:
        """Move all of an athlete's activities by `days` (back is negative), by the wall clock, without events.

        Returns how many were moved. By the wall clock, so that a run at eight stays one across a clock change.
        """
        with self.lock:
            own = self.activities_of(athlete_id)
            for activity in own:
                start = (activity.local_start + timedelta(days=days)).astimezone(UTC)
                self.keep(replace(activity, start=start))
            return len(own)

    def _tell(self, before: Activity | None, after: Activity | None) -> None:
        if self.listener is not None:
            self.listener(before, after)
