"""The buttons of the demo page: each records a run that gets a note (one gets none).

A run ends now. What was recorded a moment ago moves back to make room for it, with more than half an hour between, so
that two clicks make neither one session nor a copy, and what is recorded later starts later.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from plugin.sandbox.make_activity import activity_from, copy_of, reuploaded
from plugin.sandbox.model import Activity
from plugin.sandbox.world import World

BETWEEN = timedelta(minutes=32)
WEAR_KM, WEAR_STEP_KM = 800, 100
EASY_S_PER_KM = 342
LONGEST_ROW = 3
LONGEST_S = 6 * 3600


@dataclass(frozen=True)
class Scenario:
    label: str
    words: str
    play: Callable[[World, int], list[Activity]]


def easy(world: World, athlete_id: int) -> list[Activity]:
    return [_record(world, athlete_id, 8012.4, gear_id=_pair(world, athlete_id, spare=True))]


def much_longer(world: World, athlete_id: int) -> list[Activity]:
    return [_record(world, athlete_id, 20_011.7, name="Long one", gear_id=_pair(world, athlete_id, spare=True))]


def big_week(world: World, athlete_id: int) -> list[Activity]:
    """Fill this week past 1.10 × and 3 km over the best of the last four, with no part longer than any run lately.

    The last part is the one that takes it over. The others go to this week's rest days first.
    """
    most_m = max(5000.0, _longest_m(world, athlete_id))
    today, zone = _today(world, athlete_id)
    monday = today - timedelta(days=today.weekday())
    before = [_total(world, athlete_id, monday - timedelta(days=7 * n)) for n in range(1, 5)]
    best_m, second_m = sorted(before, reverse=True)[:2]
    usual_m = min(best_m, 1.5 * second_m)
    make_room(world, athlete_id, _moving_s(most_m))
    latest = _free_end(world, athlete_id, world.now(), _moving_s(most_m))
    # Runs after the last part do not count yet.
    done_m = _total(world, athlete_id, monday, until=latest - timedelta(seconds=_moving_s(most_m)))
    need_m = max(5000.0, max(1.10 * usual_m, usual_m + 3000) + 800 - done_m)
    parts = math.ceil(need_m / most_m)
    part_m = round(need_m / parts, 1)
    lasts = timedelta(seconds=_moving_s(part_m))
    ends = [latest]
    for day in _rest_days(world, athlete_id, monday, today)[: parts - 1]:
        evening = datetime.combine(day, time(20, 15), zone).astimezone(UTC)
        ends.append(_free_end(world, athlete_id, evening, _moving_s(part_m)))
    while len(ends) < parts:
        taken = [(end - lasts, end) for end in ends]
        ends.append(_free_end(world, athlete_id, latest, _moving_s(part_m), taken))
    midnight = datetime.combine(monday, time(0, 1), zone).astimezone(UTC)
    if min(ends) - lasts < midnight:
        # Early on a Monday there is no room before now: fill the day from its start, into the future.
        ends = [midnight + lasts + n * (lasts + BETWEEN) for n in range(parts)]
    spare = _pair(world, athlete_id, spare=True)
    return [
        _record(world, athlete_id, part_m, end=end, name="One more for the week", gear_id=spare) for end in sorted(ends)
    ]


def worn_pair(world: World, athlete_id: int) -> list[Activity]:
    """A run that takes the main pair over 800 km on its odometer; over the next hundred if it is past that."""
    pair = _pair(world, athlete_id)
    odometer_km = world.odometer_m(pair) / 1000
    mark_km = float(WEAR_KM)
    while mark_km <= odometer_km:
        mark_km += WEAR_STEP_KM
    if mark_km - odometer_km > 12:
        odometer_km = mark_km - 7.6
        world.set_odometer(pair, odometer_km * 1000)
    return [_record(world, athlete_id, max(5000.0, round((mark_km - odometer_km) * 1000 + 600, 1)), gear_id=pair)]


def comeback(world: World, athlete_id: int) -> list[Activity]:
    world.move_history(athlete_id, -42)
    spare = _pair(world, athlete_id, spare=True)
    return [_record(world, athlete_id, 16_008.9, name="First one back", gear_id=spare)]


def sore_heel(world: World, athlete_id: int) -> list[Activity]:
    words = "Stabbing pain under the heel on the first steps this morning. Took it easy."
    spare = _pair(world, athlete_id, spare=True)
    return [_record(world, athlete_id, 6020.3, description=words, gear_id=spare)]


def two_devices(world: World, athlete_id: int) -> list[Activity]:
    first = much_longer(world, athlete_id)[0]
    return [first, world.record(copy_of(world, first, {"gear_id": None}))]


def reupload(world: World, athlete_id: int) -> list[Activity]:
    first = much_longer(world, athlete_id)[0]
    again = world.record(reuploaded(world, first))
    world.delete(first.id)
    return [again]


def clock_jump(world: World, athlete_id: int) -> list[Activity]:
    return [_record(world, athlete_id, 8_031.0, name="1168 hours", moving_time=2_710, elapsed_time=1168 * 3600)]


def no_moving_time(world: World, athlete_id: int) -> list[Activity]:
    return [_record(world, athlete_id, 8_031.0, name="Moving time 0", moving_time=0, elapsed_time=7_300)]


def treadmill_elsewhere(world: World, athlete_id: int) -> list[Activity]:
    return [_record(world, athlete_id, 6_010.0, name="Treadmill", trainer=True, timezone="America/Los_Angeles")]


def tomorrow(world: World, athlete_id: int) -> list[Activity]:
    end = world.now().replace(microsecond=0) + timedelta(days=1)
    return [_record(world, athlete_id, 7_005.0, end=end, name="Dated tomorrow")]


def dog_walks(world: World, athlete_id: int) -> list[Activity]:
    """Eighteen walks a day for four weeks: a list of 200 then reaches back eleven days."""
    now = world.now().replace(microsecond=0)
    for number in range(18 * 28):
        start = now - timedelta(minutes=80 * number + 90)
        words = {"sport_type": "Walk", "distance": 900.0, "name": "Dog", "start_date": f"{start:%Y-%m-%dT%H:%M:%SZ}"}
        world.keep(activity_from(world, athlete_id, words, is_history=True))
    return easy(world, athlete_id)


SCENARIOS: dict[str, Scenario] = {
    "easy": Scenario("Easy 8 km", "A run like the others: no warning, now and then a tip.", easy),
    "long": Scenario("20 km, much longer than lately", "The longest of the last weeks was 14 km.", much_longer),
    "big-week": Scenario("Big week", "Several runs, until this week is well past the weeks before.", big_week),
    "shoes": Scenario("Shoes past 800 km", "A run in the oldest pair, across 800 km.", worn_pair),
    "comeback": Scenario("Back after six weeks", "Moves the history six weeks back, then 16 km at once.", comeback),
    "heel": Scenario(
        "My heel hurts",
        "An easy run whose description speaks of pain. Read only if you ticked that when connecting.",
        sore_heel,
    ),
    "two-devices": Scenario("20 km, twice", "Watch and phone recorded it, and both are uploaded.", two_devices),
    "reupload": Scenario("20 km, uploaded again", "The new upload arrives before the old one goes.", reupload),
    "clock-jump": Scenario("Clock jump", "A run that took 1168 hours by its own account.", clock_jump),
    "no-moving-time": Scenario("Moving time 0", "A run that never moved, over two hours.", no_moving_time),
    "treadmill": Scenario("Treadmill elsewhere", "An indoor run stamped Los Angeles.", treadmill_elsewhere),
    "tomorrow": Scenario("Dated tomorrow", "A run in the future.", tomorrow),
    "walks": Scenario("Eighteen walks a day", "Four weeks of them, then an easy run.", dog_walks),
}


def make_room(world: World, athlete_id: int, lasts_s: int) -> None:
    """Move what was recorded here lately back in time, without an event, so that a run of this length can end now.
    Recordings that overlap (one run on two devices) move together."""
    limit = world.now().replace(microsecond=0) - timedelta(seconds=lasts_s) - BETWEEN
    with world.lock:
        # What is dated in the future stays there.
        own = [a for a in world.activities_of(athlete_id) if a.start <= world.now()]
        history = [(a.start, a.end) for a in own if a.is_history]
        for group in _overlapping([a for a in own if not a.is_history]):
            begun, over = group[0].start, max(map(_over, group))
            end = min(over, limit)
            if end < over:
                end = _before(history, end, round((over - begun).total_seconds()), timedelta(0))
                for one in group:
                    world.keep(replace(one, start=one.start + (end - over)))
            limit = end - (over - begun) - BETWEEN


def _overlapping(activities: Sequence[Activity]) -> list[list[Activity]]:
    """Groups of activities that overlap, the latest first; each in order of start."""
    groups: list[list[Activity]] = []
    for one in activities:
        if groups and one.start < max(map(_over, groups[-1])):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups[::-1]


def _over(activity: Activity) -> datetime:
    """When it ended; a watch that ran on for weeks does not count."""
    return activity.start + timedelta(seconds=min(activity.elapsed_s, LONGEST_S))


def _record(world: World, athlete_id: int, distance_m: float, end: datetime | None = None, **words: Any) -> Activity:
    moving_s = _moving_s(distance_m)
    if end is None:
        make_room(world, athlete_id, moving_s)
        end = _free_end(world, athlete_id, world.now(), moving_s)
    start = end - timedelta(seconds=moving_s)
    words = {"moving_time": moving_s - 25, "elapsed_time": moving_s} | words
    words |= {
        "distance": distance_m,
        "start_date": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "average_cadence": 85.1,
        "average_heartrate": 146.3,
        "total_elevation_gain": round(distance_m / 1000 * 4.6, 1),
    }
    return world.record(activity_from(world, athlete_id, words))


def _moving_s(distance_m: float) -> int:
    return round(distance_m * EASY_S_PER_KM / 1000)


def _free_end(
    world: World,
    athlete_id: int,
    latest: datetime,
    lasts_s: int,
    taken: Sequence[tuple[datetime, datetime]] = (),
) -> datetime:
    """The latest end, no later than `latest`, of a run of this length that keeps its distance from all others."""
    busy = [(a.start, a.end) for a in world.activities_of(athlete_id)] + list(taken)
    found = _before(busy, latest, lasts_s, BETWEEN)
    zone = ZoneInfo(world.athletes[athlete_id].timezone)
    day = latest.astimezone(zone).date()
    if (found - timedelta(seconds=lasts_s)).astimezone(zone).date() == day:
        return found
    # The day is full: place it closer, as long as it stays on that day.
    closer = _before(busy, latest, lasts_s, timedelta(0))
    return closer if (closer - timedelta(seconds=lasts_s)).astimezone(zone).date() == day else found


def _before(busy: Sequence[tuple[datetime, datetime]], latest: datetime, lasts_s: int, apart: timedelta) -> datetime:
    end = latest.replace(microsecond=0)
    while True:
        start = end - timedelta(seconds=lasts_s)
        in_the_way = [begun for begun, over in busy if begun - apart < end and over + apart > start]
        if not in_the_way:
            return end
        end = min(in_the_way) - apart


def _pair(world: World, athlete_id: int, *, spare: bool = False) -> str:
    """The id of the main pair, or of a spare one; a pair is bought where there is none."""
    pairs = [g for g in world.gear_of(athlete_id) if g.is_shoes and not g.retired]
    if not pairs:
        pairs = [world.add_gear(athlete_id, "Plain Trainer", primary=True)]
    main = next((g for g in pairs if g.primary), pairs[0])
    return next((g.id for g in pairs if g is not main), main.id) if spare else main.id


def _today(world: World, athlete_id: int) -> tuple[date, ZoneInfo]:
    zone = ZoneInfo(world.athletes[athlete_id].timezone)
    return world.now().astimezone(zone).date(), zone


def _total(world: World, athlete_id: int, monday: date, until: datetime | None = None) -> float:
    sunday = monday + timedelta(days=6)
    return sum(
        a.distance_m
        for a in world.activities_of(athlete_id)
        if a.is_run and monday <= a.local_start.date() <= sunday and (until is None or a.start < until)
    )


def _longest_m(world: World, athlete_id: int) -> float:
    since = world.now() - timedelta(days=29)
    return max((a.distance_m for a in world.activities_of(athlete_id) if a.is_run and a.start > since), default=0.0)


def _rest_days(world: World, athlete_id: int, monday: date, today: date) -> list[date]:
    """This week's days before today that stay within LONGEST_ROW run days in a row, the shortest row first."""
    run_days = {a.local_start.date() for a in world.activities_of(athlete_id) if a.is_run} | {today}

    def row(day: date) -> int:
        length = 1
        for step in (-1, 1):
            beside = day + timedelta(days=step)
            while beside in run_days:
                length, beside = length + 1, beside + timedelta(days=step)
        return length

    free = [monday + timedelta(days=n) for n in range((today - monday).days)]
    rest_days = [d for d in free if d not in run_days and row(d) <= LONGEST_ROW]
    return sorted(rest_days, key=lambda d: (row(d), d))
