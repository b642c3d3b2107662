"""Coming back: judged against what was run before the break, with at most three pages more."""

from __future__ import annotations

from datetime import timedelta

from tests.story.stage import HOUR, Stage


def rides(stage: Stage, count: int, *, first_days_ago: float) -> None:
    """Enough rides to fill a list of 200."""
    for number in range(count):
        stage.record(20, sport="Ride", at=stage.now - timedelta(days=first_days_ago) + number * 2 * HOUR)


def before_the_break(stage: Stage, *, last: int, km: float = 20) -> None:
    for days_ago in (last + 20, last + 14, last + 9, last + 5, last):
        stage.record(km if days_ago == last + 5 else 10, days_ago=days_ago)


def test_a_break_beyond_the_first_list_costs_one_list_more(stage):
    before_the_break(stage, last=42)
    rides(stage, 205, first_days_ago=20)
    run = stage.record(16)
    stage.happens(run)
    assert stage.price() == (3, 1)
    assert "comeback" in stage.told(run)
    assert "after 42 days off" in stage.note(run)


def test_a_list_that_reaches_far_enough_costs_nothing_more(stage):
    before_the_break(stage, last=42)
    rides(stage, 100, first_days_ago=20)
    run = stage.record(16)
    stage.happens(run)
    assert stage.price() == (2, 1)
    assert "comeback" in stage.told(run)


def test_a_full_list_of_runs_without_a_break_costs_nothing_more(stage):
    for number in range(230):
        stage.record(6, at=stage.now - timedelta(days=1) - number * timedelta(hours=22))
    run = stage.record(4)
    stage.happens(run)
    assert stage.price() == (2, 0)


def test_never_more_than_three_pages_more_however_long_the_break(stage):
    before_the_break(stage, last=400)
    rides(stage, 1000, first_days_ago=100)
    run = stage.record(16)
    stage.happens(run)
    assert stage.price() == (5, 0)
    assert stage.run_record(run).found == ()


def test_a_comeback_is_not_called_a_long_run_or_a_ramp(stage):
    before_the_break(stage, last=20)
    run = stage.record(25)
    stage.happens(run)
    assert stage.told(run) >= {"comeback"}
    assert stage.withheld(run).get("long_run") == "coming back"


def test_an_older_run_looked_at_costs_its_own_weeks_and_no_more(stage):
    for number in range(230):
        stage.record(5, at=stage.now - timedelta(hours=1 + 5 * number))
    old = stage.record(30, at=stage.now - timedelta(days=50))
    stage.happens(old)
    assert stage.price()[0] <= 5


def test_other_sports_that_fill_the_list_hide_no_break(stage):
    for days_ago in range(100, 124, 3):
        stage.record(18, days_ago=days_ago)
    for days_ago in range(1, 99):
        for number in range(3):
            stage.record(10, sport="Ride", at=stage.now - timedelta(days=days_ago) + number * HOUR)
    run = stage.record(16)
    stage.happens(run)
    assert stage.price() == (3, 1)
    assert "comeback" in stage.told(run)
    assert "after 100 days off" in stage.note(run)


def test_a_flagged_run_within_a_break_does_not_hide_how_far_back_it_goes(stage):
    before_the_break(stage, last=42)
    stage.record(5, days_ago=20, is_flagged=True)
    rides(stage, 205, first_days_ago=55)
    run = stage.record(16)
    stage.happens(run)
    assert stage.price() == (3, 1)
    assert "after 42 days off" in stage.note(run)


def test_behind_a_pause_that_is_no_break_an_earlier_one_is_seen(stage):
    for days_ago in (60, 55, 50, 43, 40, 16):
        stage.record(10, days_ago=days_ago)
    rides(stage, 205, first_days_ago=47)
    run = stage.record(16)
    stage.happens(run)
    assert stage.price() == (3, 1)
    assert "in week 3 after 24 days off" in stage.note(run)
