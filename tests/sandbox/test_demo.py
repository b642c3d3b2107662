"""The demo's history and its buttons, on any day of the week and at any hour."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from plugin.sandbox import KIM, ROBIN, demo_world
from plugin.sandbox.scenarios import SCENARIOS

# A week in November, one in July, and the days around both changes of the clock in Berlin.
DAYS = [
    *(datetime(2026, 11, 16, 17, 40, tzinfo=UTC) + timedelta(days=n) for n in range(7)),
    *(datetime(2027, 7, 5, 9, 15, tzinfo=UTC) + timedelta(days=n) for n in range(7)),
    datetime(2027, 3, 28, 12, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 12, 0, tzinfo=UTC),
]
HOURS = [datetime(2026, 11, day, hour, 20, tzinfo=UTC) for day in (16, 17, 20, 22) for hour in (0, 5, 9, 14, 22)]


def runs_of(world, athlete=ROBIN):
    return [a for a in world.activities_of(athlete) if a.is_run]


def day_of(run):
    return run.local_start.date()


def longest_before(runs, run, days=30):
    """Metres of the longest earlier run of the last days."""
    since = day_of(run) - timedelta(days=days)
    return max((r.distance_m for r in runs if r.start < run.start and day_of(r) >= since), default=0.0)


def week_so_far(runs, run):
    monday = day_of(run) - timedelta(days=run.local_start.weekday())
    return sum(r.distance_m for r in runs if monday <= day_of(r) and r.start <= run.start)


def usual_week(runs, run):
    """Metres: the best of the four weeks before, held to 1.5 times the second best; None with fewer than two."""
    monday = day_of(run) - timedelta(days=run.local_start.weekday())
    totals = []
    for n in range(1, 5):
        begun = monday - timedelta(days=7 * n)
        totals.append(sum(r.distance_m for r in runs if begun <= day_of(r) < begun + timedelta(days=7)))
    best, second, *_ = sorted(totals, reverse=True)
    return min(best, 1.5 * second) if second > 0 else None


def is_long(runs, run):
    longest = longest_before(runs, run)
    return longest > 0 and run.distance_m > 1.10 * longest and run.distance_m > longest + 1000


def is_ramp(runs, run):
    usual, now = usual_week(runs, run), week_so_far(runs, run)
    return usual is not None and now > 1.10 * usual and now > usual + 3000


def row_of_days(runs, run):
    days, day, length = {day_of(r) for r in runs}, day_of(run), 0
    while day in days:
        day, length = day - timedelta(days=1), length + 1
    return length


def overlapping(world):
    own = world.activities_of(ROBIN)
    return [(a, b) for a, b in itertools.pairwise(own) if b.start < a.end]


def play(world, name, athlete=ROBIN):
    return SCENARIOS[name].play(world, athlete)


@pytest.fixture(params=DAYS, ids=lambda d: f"{d:%a %d %b}")
def world(request):
    return demo_world(lambda: request.param)


@pytest.mark.parametrize("athlete", [ROBIN, KIM])
def test_one_run_of_robins_history_is_worth_a_word_and_nothing_else_is(world, athlete):
    runs = runs_of(world, athlete)
    told = [r for r in runs if is_long(runs, r)]
    assert [round(r.distance_m / 1000, 1) for r in told] == ([15.8] if athlete == ROBIN else [])
    # Within the eight weeks that the site looks back over, and no longer among the longest of the last 30 days.
    today = world.now().astimezone(runs[0].local_start.tzinfo).date()
    assert all(timedelta(days=31) < today - day_of(r) < timedelta(days=56) for r in told)
    assert not [r for r in runs if is_ramp(runs, r)]
    assert max(row_of_days(runs, r) for r in runs) <= 2


def test_the_history_is_sixteen_weeks_of_four_runs_up_to_yesterday(world):
    runs = runs_of(world)
    today = world.now().astimezone(runs[0].local_start.tzinfo).date()
    assert 64 <= len(runs) <= 68
    assert today - timedelta(days=3) <= day_of(runs[-1]) < today
    assert today - day_of(runs[0]) < timedelta(days=17 * 7)
    assert not overlapping(world)
    assert len(runs) < len(world.activities_of(ROBIN)) <= 200


def test_the_odometers_say_what_the_story_needs(world):
    assert {g.name: round(world.odometer_m(g.id) / 1000) for g in world.gear_of(ROBIN) if g.is_shoes} == {
        "Pegasus 41": 792,
        "Ghost 16": 311,
        "Speedgoat 6": 119,
    }


def test_the_longest_lately_is_fourteen_kilometres(world):
    (run,) = play(world, "easy")
    assert round(longest_before(runs_of(world), run) / 1000, 1) == 14.0


@pytest.mark.parametrize("athlete", [ROBIN, KIM])
def test_an_easy_run_is_worth_nothing(world, athlete):
    (run,) = play(world, "easy", athlete)
    runs = runs_of(world, athlete)
    assert not is_long(runs, run)
    assert not is_ramp(runs, run)
    assert row_of_days(runs, run) <= 3


def test_the_long_run_is_43_percent_longer_than_any_lately(world):
    (run,) = play(world, "long")
    assert round(100 * (run.distance_m / longest_before(runs_of(world), run) - 1)) == 43


def test_the_shoes_cross_800_km_with_that_run(world):
    before = world.odometer_m("g21500311")
    (run,) = play(world, "shoes")
    assert run.gear_id == "g21500311"
    assert before < 800_000 <= world.odometer_m("g21500311")
    play(world, "shoes")
    assert 900_000 <= world.odometer_m("g21500311") < 915_000


def test_the_comeback_is_after_a_gap_of_six_weeks(world):
    (run,) = play(world, "comeback")
    gap = day_of(run) - max(day_of(r) for r in runs_of(world) if r is not run and r.start < run.start)
    assert timedelta(days=42) < gap <= timedelta(days=45)
    assert run.distance_m > 16_000


def test_the_heel_is_in_the_description(world):
    (run,) = play(world, "heel")
    assert "heel" in run.description
    assert run.private_note == ""


@pytest.mark.parametrize("athlete", [ROBIN, KIM])
def test_the_big_week_is_told_by_its_last_run_alone(world, athlete):
    recorded = play(world, "big-week", athlete)
    runs = runs_of(world, athlete)
    assert [is_ramp(runs, r) for r in recorded] == [False] * (len(recorded) - 1) + [True]
    assert not [r for r in recorded if is_long(runs, r)]


@pytest.mark.parametrize("hour", HOURS, ids=lambda h: f"{h:%a %Hh}")
def test_at_any_hour_runs_end_by_now_and_never_overlap(hour):
    world = demo_world(lambda: hour)
    for name in ("easy", "long", "heel", "shoes", "easy"):
        for run in play(world, name):
            assert run.end <= hour
    assert not overlapping(world)


@pytest.mark.parametrize("hour", HOURS, ids=lambda h: f"{h:%a %Hh}")
def test_at_any_hour_the_big_week_is_big(hour):
    world = demo_world(lambda: hour)
    last = play(world, "big-week")[-1]
    runs = runs_of(world)
    assert is_ramp(runs, last)
    assert not is_long(runs, last)
    assert not overlapping(world)


@pytest.mark.parametrize("hour", HOURS, ids=lambda h: f"{h:%a %Hh}")
def test_what_is_recorded_later_starts_later(hour):
    """Heel pain after 20 km is judged with the 20 km behind it."""
    world = demo_world(lambda: hour)
    recorded = [play(world, name)[-1].id for name in ("easy", "long", "heel", "shoes", "easy")]
    starts = [world.activities[number].start for number in recorded]
    assert starts == sorted(starts)
    assert world.activities[recorded[-1]].end == hour


def test_recordings_of_one_run_stay_together_when_they_make_room():
    world = demo_world(lambda: DAYS[3])
    first, second = play(world, "two-devices")
    play(world, "heel")
    starts = [world.activities[one.id].start for one in (first, second)]
    assert starts[1] - starts[0] == second.start - first.start
    assert starts[0] < first.start


def test_every_button_after_every_other_keeps_runs_apart():
    world = demo_world(lambda: DAYS[6])
    for name in SCENARIOS:
        # Odd recordings overlap on purpose.
        if name not in ("two-devices", "clock-jump", "no-moving-time", "walks"):
            play(world, name)
    assert not overlapping(world)


def test_the_first_click_ends_just_now():
    world = demo_world(lambda: DAYS[3])
    (run,) = play(world, "easy")
    assert run.end == DAYS[3]
