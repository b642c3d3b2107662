"""The demo world: Robin with sixteen weeks of plausible running up to yesterday, and Kim, who follows Robin.

All figures are invented so that exactly one run, some six weeks back, is worth a note in the preview after
connecting: 15.8 km after 13.1. Otherwise no week is more than 10 % or 3 km above the best of the four before, no run
longer than 1.10 times the longest of the thirty days before; three pairs in turn, never more than two days running. The
longest lately is 14.0 km and the oldest pair is about 7 km short of 800.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from plugin.sandbox.make_activity import plain_title
from plugin.sandbox.model import Activity, Athlete
from plugin.sandbox.world import World, utc_now

WEEKS = 16
# Kilometres of the long run, week by week; the first week's is run on a Tuesday, so that nothing shorter precedes it.
LONG_KM = (11.8, 12.0, 12.4, 11.0, 12.2, 12.7, 13.0, 11.5, 12.6, 13.1, 15.8, 12.0, 13.0, 13.4, 14.0, 12.6)
ROBIN, KIM = 48_213_377, 51_903_462


def demo_world(now: Callable[[], datetime] = utc_now) -> World:
    world = World(now=now)
    _robin(world)
    _kim(world)
    return world


def start_over(world: World) -> None:
    """Delete what was recorded and create the demo's history again, relative to today.

    Recorded activities are deleted one by one, so that an event is sent for each.
    """
    for activity in [a for a in list(world.activities.values()) if not a.is_history]:
        world.delete(activity.id)
    with world.lock:
        for number in list(world.activities):
            world.forget(number)
        world.gear.clear()
        world.athletes.clear()
        _robin(world)
        _kim(world)


def _robin(world: World) -> None:
    robin = world.add_athlete("Robin", "Winter", id=ROBIN)
    daily = world.add_gear(robin.id, "Pegasus 41", primary=True, id="g21500311").id
    second = world.add_gear(robin.id, "Ghost 16", id="g21500408").id
    trail = world.add_gear(robin.id, "Speedgoat 6", id="g21500505").id
    bike = world.add_gear(robin.id, "Grey gravel bike", bike=True, id="b9400127").id
    dice = random.Random(7)  # noqa: S311 (the same history for everyone, no secret)
    today = world.now().astimezone(ZoneInfo(robin.timezone)).date()
    monday = today - timedelta(days=today.weekday() + 7 * WEEKS)
    for week in range(WEEKS + 1):
        long_km = LONG_KM[week] if week < WEEKS else 13.0
        tuesday_km, sunday_km = (8.0, long_km) if week else (long_km, 9.0)
        on_trail = week % 2 == 0
        plan = [
            (1, time(18, 20), tuesday_km, "Run", daily, None),
            (2, time(18, 5), 24.0, "Ride", bike, "Along the canal"),
            (3, time(7, 0), 7.0, "Run", second, None),
            (5, time(9, 30), 5.5, "TrailRun" if on_trail else "Run", trail if on_trail else second, None),
            (6, time(9, 0), sunday_km, "Run", second if week % 3 == 2 else daily, "Sunday long one"),
        ]
        for weekday, at, km, sport, gear_id, name in plan:
            day = monday + timedelta(days=7 * week + weekday)
            if day < today and not (sport == "Ride" and dice.random() < 0.2):
                _keep(world, robin, dice, day, at, km, sport, gear_id, name)
    world.set_odometer(daily, 792_400)
    world.set_odometer(second, 311_200)
    world.set_odometer(trail, 118_600)
    world.set_odometer(bike, 2_846_000)


def _kim(world: World) -> None:
    kim = world.add_athlete("Kim", "Okafor", id=KIM)
    pairs = [
        world.add_gear(kim.id, "Clifton 9", primary=True, id="g21500602").id,
        world.add_gear(kim.id, "Novablast 5", id="g21500699").id,
    ]
    dice = random.Random(11)  # noqa: S311
    today = world.now().astimezone(ZoneInfo(kim.timezone)).date()
    monday = today - timedelta(days=today.weekday() + 7 * 8)
    for week in range(9):
        for turn, (weekday, km) in enumerate(((1, 9.0), (3, 6.0), (5, 7.0), (6, 8.0))):
            day = monday + timedelta(days=7 * week + weekday)
            if day < today:
                _keep(world, kim, dice, day, time(17, 40), km, "Run", pairs[(week + turn) % 2], None)
    world.set_odometer(pairs[0], 402_300)
    world.set_odometer(pairs[1], 143_900)


def _keep(
    world: World,
    athlete: Athlete,
    dice: random.Random,
    day: date,
    at: time,
    km: float,
    sport: str,
    gear_id: str,
    name: str | None,
) -> None:
    """Add one activity to the history, randomly a little shorter than planned, never longer."""
    is_ride = sport == "Ride"
    distance_m = round(km * 1000 - dice.uniform(0, 60), 1) if km != 14.0 else 14_003.2
    pace_s_per_km = dice.uniform(142, 155) if is_ride else dice.uniform(338, 356) + (35 if sport == "TrailRun" else 0)
    moving_s = round(distance_m * pace_s_per_km / 1000)
    local = datetime.combine(day, at, ZoneInfo(athlete.timezone)) + timedelta(seconds=dice.randrange(0, 900))
    climb_per_km = {"Ride": 6.0, "TrailRun": 16.0}.get(sport, 4.5)
    activity = Activity(
        id=world.next_id(),
        athlete_id=athlete.id,
        name=name or plain_title(local, sport),
        sport_type=sport,
        start=local.astimezone(UTC),
        timezone=athlete.timezone,
        distance_m=distance_m,
        moving_s=moving_s,
        elapsed_s=moving_s + dice.randrange(20, 150),
        climb_m=round(distance_m / 1000 * climb_per_km * dice.uniform(0.8, 1.15), 1),
        gear_id=gear_id,
        workout_type=10 if is_ride else 0,
        cadence=None if is_ride else round(dice.uniform(84.0, 86.4), 1),
        heartrate=round(dice.uniform(118, 128) if is_ride else dice.uniform(138, 150), 1),
        recorded=local.astimezone(UTC) + timedelta(seconds=moving_s + 200),
        is_history=True,
    )
    world.keep(activity)
