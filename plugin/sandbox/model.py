"""The sandbox's data: athletes, gear, activities and comments, as frozen values.

Units: metres, seconds, aware UTC datetimes. Inside the sandbox Strava's own words are used (athlete, activity, gear).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

Json = dict[str, object]

SPORTS = frozenset(
    [
        "AlpineSki",
        "BackcountrySki",
        "Badminton",
        "Canoeing",
        "Crossfit",
        "EBikeRide",
        "Elliptical",
        "EMountainBikeRide",
        "Golf",
        "GravelRide",
        "Handcycle",
        "HighIntensityIntervalTraining",
        "Hike",
        "IceSkate",
        "InlineSkate",
        "Kayaking",
        "Kitesurf",
        "MountainBikeRide",
        "NordicSki",
        "Pickleball",
        "Pilates",
        "Racquetball",
        "Ride",
        "RockClimbing",
        "RollerSki",
        "Rowing",
        "Run",
        "Sail",
        "Skateboard",
        "Snowboard",
        "Snowshoe",
        "Soccer",
        "Squash",
        "StairStepper",
        "StandUpPaddling",
        "Surfing",
        "Swim",
        "TableTennis",
        "Tennis",
        "TrailRun",
        "Velomobile",
        "VirtualRide",
        "VirtualRow",
        "VirtualRun",
        "Walk",
        "WeightTraining",
        "Wheelchair",
        "Windsurf",
        "Workout",
        "Yoga",
    ]
)
RUNS = frozenset({"Run", "TrailRun", "VirtualRun"})
# The older field `type` has fewer sports; these differ.
OLDER_TYPES = {
    "TrailRun": "Run",
    "MountainBikeRide": "Ride",
    "GravelRide": "Ride",
    "EMountainBikeRide": "EBikeRide",
}


@dataclass(frozen=True, kw_only=True)
class Athlete:
    id: int
    firstname: str
    lastname: str
    timezone: str = "Europe/Berlin"
    city: str | None = "Berlin"
    country: str | None = "Germany"
    sex: str | None = None
    measurement: str = "meters"
    joined: datetime

    @property
    def name(self) -> str:
        return f"{self.firstname} {self.lastname}".strip()


@dataclass(frozen=True, kw_only=True)
class GearItem:
    """A pair of shoes ("g…") or a bike ("b…"). `base_m`: metres from before the activities the sandbox holds."""

    id: str
    athlete_id: int
    name: str
    base_m: float = 0.0
    primary: bool = False
    retired: bool = False

    @property
    def is_shoes(self) -> bool:
        return self.id.startswith("g")


@dataclass(frozen=True, kw_only=True)
class Activity:
    """One activity. `extra` is merged into every answer about it, to try odd values and unknown fields."""

    id: int
    athlete_id: int
    name: str
    sport_type: str
    start: datetime
    timezone: str
    distance_m: float
    moving_s: int
    elapsed_s: int
    climb_m: float = 0.0
    gear_id: str | None = None
    description: str | None = None
    private_note: str = ""
    private: bool = False
    visibility: str = "followers_only"
    workout_type: int | None = 0
    trainer: bool = False
    manual: bool = False
    commute: bool = False
    flagged: bool = False
    hide_from_home: bool = False
    cadence: float | None = None
    heartrate: float | None = None
    recorded: datetime
    is_history: bool = False
    extra: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def older_type(self) -> str:
        return OLDER_TYPES.get(self.sport_type, self.sport_type)

    @property
    def end(self) -> datetime:
        return self.start + timedelta(seconds=self.elapsed_s)

    @property
    def local_start(self) -> datetime:
        return self.start.astimezone(ZoneInfo(self.timezone))

    @property
    def is_run(self) -> bool:
        return self.sport_type in RUNS


@dataclass(frozen=True, kw_only=True)
class ActivityComment:
    id: int
    activity_id: int
    athlete_id: int
    text: str
    written: datetime
