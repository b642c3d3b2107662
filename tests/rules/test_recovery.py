"""recovery: the two occasions of a tip that comes alone, and how rare each is."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from plugin.training.history import Memory, Soreness
from plugin.training.runs import Sport
from tests.rules.examples import BOOK, MONDAY, evaluate_history, found, history_of, level, run

FOOT_WORK = [tip.id for tip in BOOK.foot_work]


def steady(days, kilometres=(8, 10, 12)):
    """Every third day, so many days long."""
    return [run(day, kilometres[day // 3 % len(kilometres)]) for day in range(0, days, 3)]


def told(*runs):
    """Day and tip of each note that is a tip alone."""
    return [
        ((one.day - MONDAY).days, choice.note.tip)
        for one, _, choice in evaluate_history(history_of(*runs), BOOK)
        if choice.note and choice.note.leader.rule == "recovery"
    ]


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([run(0, 5, is_race=True)], 0),
        ([run(0, 4.9, is_race=True)], None),
        ([run(0, 19), run(7, "18.05")], 0),
        ([run(0, 19), run(7, 18)], None),
        ([run(0, 18), run(7, "17.9")], None),
        ([run(0, 30)], None),
        ([run(0, 8, sport=Sport.TRAIL, climb_m=Decimal(160))], 0),
        ([run(0, 8, sport=Sport.TRAIL, climb_m=Decimal(159))], None),
        ([run(0, 7.9, sport=Sport.TRAIL, climb_m=Decimal(300))], None),
        ([run(0, 16), run(7, 15)], None),
    ],
)
def test_a_race_a_very_long_run_and_a_steep_trail_bring_a_tip_for_tired_feet(runs, expected):
    assert level("recovery", *runs) == expected
    if expected == 0:
        assert not found("recovery", *runs).numbers["is_footwork"]


def test_after_a_race_there_is_a_tip_every_fourteen_days_at_most():
    races = [run(day, 5, is_race=True) for day in (0, 13, 14, 27, 28)]
    assert [day for day, _ in told(*races)] == [0, 14, 28]


def test_after_very_long_runs_there_is_one_every_twenty_eight_days_at_most():
    assert [day for day, _ in told(*[run(day, 19) for day in range(0, 71, 7)])] == [7, 35, 63]


def test_rolling_is_first_after_a_trail():
    assert told(run(0, 10, sport=Sport.TRAIL, climb_m=Decimal(400))) == [(0, "roll_calves")]


def test_after_a_race_it_is_never_foot_work():
    for day in range(40):
        [(_, tip)] = told(run(day, 10, is_race=True))
        assert tip not in FOOT_WORK


def test_foot_work_comes_to_steady_runners_at_most_every_twenty_eight_days_each_exercise_in_its_turn():
    days, tips = zip(*told(*steady(200)), strict=True)
    assert len(days) >= 5
    assert all(later - earlier >= 28 for earlier, later in pairwise(days))
    start = FOOT_WORK.index(tips[0])
    assert list(tips) == [FOOT_WORK[(start + number) % len(FOOT_WORK)] for number in range(len(tips))]


def test_foot_work_takes_eight_run_days_in_four_weeks_and_five_kilometres():
    runs = [run(3 * number, 6) for number in range(8)]
    assert level("recovery", *runs[1:]) is None
    assert level("recovery", *runs) == 0
    assert level("recovery", *runs[:-1], run(21, 4.9)) is None
    assert level("recovery", *runs[:-1], run(28, 6)) is None


@pytest.mark.parametrize(
    ("memory", "expected"),
    [
        ({"told_on": MONDAY + timedelta(days=8)}, None),
        ({"told_on": MONDAY + timedelta(days=7)}, 0),
        ({"has_weekly_exercise": True}, None),
        ({"soreness": (Soreness(run_id="1", day=MONDAY, labels=frozenset({"knee"})),)}, None),
    ],
)
def test_foot_work_is_for_quiet_times_without_soreness_and_without_the_weekly_mail(memory, expected):
    assert level("recovery", *[run(3 * number, 6) for number in range(8)], memory=Memory(**memory)) == expected


def test_soreness_that_is_cleared_again_is_no_longer_on_record():
    sore = Soreness(run_id="1", day=MONDAY, labels=frozenset({"knee"}))
    fine = Soreness(run_id="2", day=MONDAY, cleared=frozenset({"knee"}))
    assert level("recovery", *[run(3 * number, 6) for number in range(8)], memory=Memory(soreness=(sore, fine))) == 0


def test_something_else_to_say_comes_first():
    runs = [run(0, 19), run(7, 24)]
    *_, (_, _, choice) = evaluate_history(history_of(*runs), BOOK)
    assert choice.note.leader.rule == "long_run"
    assert choice.note.second is None
