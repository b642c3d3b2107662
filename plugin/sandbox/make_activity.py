"""Makes a new Activity from the fields of a form, a test or the API; every field is optional."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from plugin.sandbox.model import RUNS, SPORTS, Activity
from plugin.sandbox.world import World

# Strava's field name → ours.
WORDS = {
    "name": "name",
    "sport_type": "sport_type",
    "type": "sport_type",
    "distance": "distance_m",
    "moving_time": "moving_s",
    "elapsed_time": "elapsed_s",
    "total_elevation_gain": "climb_m",
    "gear_id": "gear_id",
    "description": "description",
    "private_note": "private_note",
    "private": "private",
    "visibility": "visibility",
    "workout_type": "workout_type",
    "trainer": "trainer",
    "manual": "manual",
    "commute": "commute",
    "flagged": "flagged",
    "hide_from_home": "hide_from_home",
    "average_cadence": "cadence",
    "average_heartrate": "heartrate",
    "timezone": "timezone",
}
TYPES: dict[str, tuple[type, ...]] = {
    "distance_m": (int, float),
    "climb_m": (int, float),
    "moving_s": (int, float),
    "elapsed_s": (int, float),
    "name": (str,),
    "sport_type": (str,),
    "gear_id": (str, type(None)),
    "timezone": (str,),
}
EASY_PACE_S_PER_KM = 345


class NotRecordable(ValueError):
    """The fields do not make an activity; the message says which and why."""


def our_fields(world: World, athlete_id: int, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Strava's field names to Activity's. Unknown fields are returned as `extra`, merged into every answer."""
    fields: dict[str, Any] = {}
    extra: dict[str, object] = {}
    for word, value in asked.items():
        ours = WORDS.get(word)
        if ours is None:
            if word not in ("start_date", "start_date_local", "id"):
                extra[word] = value
            continue
        if ours in TYPES and not isinstance(value, TYPES[ours]):
            raise NotRecordable(f"{word}: {value!r} is of the wrong type")
        fields[ours] = value
    if extra:
        fields["extra"] = MappingProxyType(extra)
    for name in ("moving_s", "elapsed_s"):
        if name in fields:
            fields[name] = int(fields[name])
    if "sport_type" in fields and fields["sport_type"] not in SPORTS:
        raise NotRecordable(f"sport_type: there is no {fields['sport_type']!r}")
    if fields.get("private_note", "") is None:
        fields["private_note"] = ""
    gear = world.gear.get(fields.get("gear_id") or "")
    if fields.get("gear_id") and (gear is None or gear.athlete_id != athlete_id):
        raise NotRecordable(f"gear_id: {fields['gear_id']!r} is not one of theirs")
    start = _start(asked, fields.get("timezone") or world.athletes[athlete_id].timezone)
    if start is not None:
        fields["start"] = start
    return fields


def activity_from(world: World, athlete_id: int, asked: Mapping[str, Any], *, is_history: bool = False) -> Activity:
    """A new activity, not yet stored. Without a start it ends now. Raises NotRecordable, KeyError (unknown athlete)."""
    fields = our_fields(world, athlete_id, asked)
    distance_m = fields.setdefault("distance_m", 8000.0)
    sport = fields.setdefault("sport_type", "Run")
    moving_s = fields.setdefault("moving_s", int(distance_m * EASY_PACE_S_PER_KM / 1000) or fields.get("elapsed_s", 0))
    elapsed_s = fields.setdefault("elapsed_s", moving_s)
    now = _now(world)
    zone = fields.setdefault("timezone", world.athletes[athlete_id].timezone)
    start = fields.setdefault("start", now - timedelta(seconds=elapsed_s))
    fields.setdefault("name", plain_title(start.astimezone(ZoneInfo(zone)), sport))
    if sport in RUNS:
        fields.setdefault("cadence", 84.6)
    number = asked.get("id") or world.next_id()
    if not isinstance(number, int) or number in world.activities:
        raise NotRecordable(f"id: {number!r} is taken or no whole number")
    return Activity(id=number, athlete_id=athlete_id, recorded=now, is_history=is_history, **fields)


def copy_of(world: World, activity: Activity, asked: Mapping[str, Any]) -> Activity:
    """The same run as a second device recorded it: seconds later, a little shorter, with texts and gear of its own.
    Raises NotRecordable."""
    usual: dict[str, Any] = {
        "distance_m": round(activity.distance_m * 0.994, 1),
        "start": activity.start + timedelta(seconds=4),
        "gear_id": None,
        "description": None,
        "private_note": "",
        "name": plain_title(activity.local_start, activity.sport_type),
    }
    fields = usual | our_fields(world, activity.athlete_id, {"timezone": activity.timezone} | dict(asked))
    return replace(activity, id=world.next_id(), recorded=_now(world), is_history=False, **fields)


def reuploaded(world: World, activity: Activity) -> Activity:
    """The same file uploaded again: another id, none of the texts that its runner or an app had written."""
    return replace(
        activity,
        id=world.next_id(),
        recorded=_now(world),
        is_history=False,
        description=None,
        private_note="",
        name=plain_title(activity.local_start, activity.sport_type),
    )


def plain_title(local_start: datetime, sport: str) -> str:
    hours = ((5, "Night"), (11, "Morning"), (14, "Midday"), (18, "Afternoon"), (22, "Evening"), (24, "Night"))
    part = next(word for until, word in hours if local_start.hour < until)
    return f"{part} {'run' if sport in RUNS else 'ride' if 'Ride' in sport else sport.lower()}"


def _now(world: World) -> datetime:
    return world.now().replace(microsecond=0)


def _start(asked: Mapping[str, Any], timezone: str) -> datetime | None:
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NotRecordable(f"timezone: there is no {timezone!r}") from None
    for word in ("start_date", "start_date_local"):
        text = asked.get(word)
        if text is None:
            continue
        try:
            moment = datetime.fromisoformat(str(text).removesuffix("Z")).replace(tzinfo=None)
        except ValueError:
            raise NotRecordable(f"{word}: {text!r} is no time like 2026-11-22T09:30:00Z") from None
        return moment.replace(tzinfo=UTC if word == "start_date" else zone).astimezone(UTC)
    return None
