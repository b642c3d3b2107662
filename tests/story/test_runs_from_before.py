"""Runs from before the runner connected are never written on; runs that nobody told us of are found by the sweep."""

from __future__ import annotations

from decimal import Decimal

from plugin.errors import StravaTrouble
from plugin.ports import JobKind, NoteStatus
from tests.story.stage import ANA, DAY, HOUR, MINUTE, NOON, SETTLE, Stage


def connected_now(stage: Stage) -> None:
    stage.connect(ago=0 * DAY)
    stage.event(0, JobKind.PREVIEW)


def test_runs_that_stood_there_are_never_written_on_those_of_the_same_day_included(empty):
    run = empty.too_long()
    yesterdays = empty.record(21, days_ago=1)
    connected_now(empty)
    empty.later(MINUTE)
    for one in (run, yesterdays):
        empty.happens(one)
    empty.evening()
    for one in (run, yesterdays):
        empty.strava.change(one, distance_m=Decimal(40000))
        empty.happens(one)
    empty.later(2 * DAY)
    empty.evening()
    assert empty.strava.writes == 0
    assert empty.run_record(run).is_old
    assert empty.run_record(run).telling is NoteStatus.NOTHING


def test_a_run_created_right_after_connecting_is_judged_even_if_it_started_before(empty):
    empty.history()
    connected_now(empty)
    empty.later(MINUTE)
    run = empty.record(20, at=empty.now - 2 * HOUR)
    empty.happens(run)
    assert empty.note(run)


def test_what_strava_has_just_made_is_judged_even_if_it_stood_in_the_first_list(empty):
    run = empty.too_long()
    connected_now(empty)
    empty.later(MINUTE)
    empty.happens(run, is_new=True)
    assert empty.note(run)
    empty.strava.change(run, distance_m=Decimal(40000))
    empty.happens(run)
    assert "40.0 km" in empty.note(run)


def test_an_edit_that_overtakes_the_news_does_not_make_a_new_run_old(empty):
    run = empty.too_long()
    connected_now(empty)
    empty.later(MINUTE)
    empty.happens(run)
    assert empty.private_note(run) == ""
    empty.happens(run, is_new=True)
    assert empty.note(run)


def test_news_of_yesterdays_run_is_still_from_before(empty):
    empty.history()
    run = empty.record(25, days_ago=1)
    connected_now(empty)
    empty.later(MINUTE)
    empty.happens(run, is_new=True)
    assert empty.private_note(run) == ""


def test_a_run_whose_event_waits_while_the_first_list_is_read_is_judged(empty):
    empty.history()
    empty.connect(ago=0 * DAY)
    run = empty.record(20, at=empty.now - HOUR)
    empty.event(run)
    empty.event(0, JobKind.PREVIEW)
    empty.deliver()
    assert empty.note(run)


def test_an_evening_that_comes_before_the_first_list_writes_on_nothing_old(empty):
    run = empty.too_long()
    connected_now(empty)
    empty.strava.fail(StravaTrouble("down"), on="recent")
    empty.event(0, JobKind.SWEEP)
    empty.deliver()
    empty.later(HOUR)
    assert empty.run_record(run).is_old
    assert empty.strava.writes == 0


def test_a_run_from_before_is_remembered_as_old_for_as_long_as_anybody_could_edit_it(empty):
    run = empty.too_long()
    connected_now(empty)
    empty.later(MINUTE)
    for _ in range(10):
        empty.later(10 * DAY)
        empty.purge()
        empty.strava.change(run, title=f"edited on {empty.now}", distance_m=Decimal(30000))
        empty.happens(run)
    assert empty.strava.writes == 0
    assert empty.private_note(run) == ""


def test_a_run_of_last_week_uploaded_after_connecting_is_from_before(empty):
    empty.history()
    connected_now(empty)
    empty.later(MINUTE)
    run = empty.record(25, days_ago=3)
    empty.happens(run)
    assert empty.private_note(run) == ""
    assert empty.run_record(run).is_old


def test_a_run_that_no_event_brought_is_found_in_the_evening(stage):
    run = stage.too_long()
    stage.evening()
    assert stage.note(run)
    assert stage.price() == (3, 1)


def test_the_sweep_judges_runs_of_the_last_three_days_and_no_older_ones(empty):
    empty.connect()
    for days_ago in (40, 30, 20, 10):
        empty.record(8, days_ago=days_ago)
    found = [empty.record(km, days_ago=days_ago) for km, days_ago in ((9.5, 4), (11, 3), (12.5, 2), (14, 1))]
    empty.evening()
    assert [empty.store.run_record(ANA, run) is not None for run in found] == [False, True, True, True]


def test_a_pair_changed_without_an_event_is_seen_in_the_evening(stage):
    stage.strava.add_pair("g1", "Ghost 15", km=490)
    stage.history()
    run = stage.record(12)
    stage.happens(run)
    stage.later(5 * HOUR)
    stage.strava.change(run, shoe="g1")
    stage.evening()
    assert "Ghost 15" in stage.note(run)


def test_what_disappeared_without_an_event_is_forgotten_in_the_evening(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.later(5 * HOUR)
    stage.strava.delete(run)
    stage.evening()
    assert stage.store.run_record(ANA, run) is None


def test_a_burst_after_an_outage_is_worked_off_one_note_a_run(stage):
    stage.history()
    runs = [stage.record(10 + number, at=NOON - (6 - number) * 12 * HOUR) for number in range(6)]
    for _ in range(4):
        for run in runs:
            stage.event(run)
    stage.later(SETTLE)
    assert len(stage.store.run_records(ANA)) == 6
    assert stage.price()[0] == 12
    assert stage.waiting(JobKind.EVENT) == []


def test_paused_nothing_is_looked_at_and_going_on_finds_the_last_three_days(stage):
    stage.choose(paused=True)
    run = stage.too_long()
    stage.happens(run)
    stage.evening()
    assert stage.private_note(run) == ""
    assert stage.price()[1] == 0
    stage.choose(paused=False)
    stage.evening()
    assert stage.note(run)


def test_a_week_without_tokens_loses_no_run(empty):
    empty.connect(mail=True)
    empty.history()
    run = empty.record(20)
    empty.strava.disconnect(ANA)
    empty.happens(run)
    for _ in range(28):
        empty.later(6 * HOUR)
        empty.purge()
    assert empty.parked() == []
    tokens = empty.strava.connect(ANA)
    empty.change_runner(tokens=tokens, must_reconnect=False, told_to_reconnect=False)
    empty.event(0, JobKind.PREVIEW)
    empty.deliver()
    empty.evening()
    assert "long_run" in empty.told(run)
    assert empty.note(run)


def test_a_week_without_a_server_loses_no_run_and_keeps_their_order(stage):
    stage.history(km=10)
    runs = [stage.record(km, at=stage.now + ahead * DAY) for ahead, km in ((1, 14), (3, 14.5), (5, 15), (8, 30))]
    stage.now += 9 * DAY
    stage.evening()
    assert [stage.store.run_record(ANA, run) is not None for run in runs] == [True] * 4
    asked = [run for what, _, run in stage.strava.calls if what == "activity"]
    assert asked == sorted(asked, key=runs.index)
    assert stage.note(runs[0])


def test_after_a_day_without_a_sweep_only_three_days_are_looked_at_again(empty):
    empty.connect()
    run = empty.record(9, days_ago=4)
    empty.later(DAY)
    empty.evening()
    assert empty.store.run_record(ANA, run) is None


def test_nobody_who_was_never_swept_hears_of_runs_from_before_they_connected(empty):
    empty.connect(ago=10 * DAY)
    empty.change_runner(swept_on=None, looked_on=None)
    empty.history(km=10)
    before, after = empty.record(20, days_ago=12), empty.record(20, days_ago=8)
    empty.evening()
    assert empty.store.run_record(ANA, before) is None
    assert empty.run_record(after)


def test_a_month_without_a_server_looks_no_further_back_than_records_are_kept(stage):
    stage.change_runner(swept_on=stage.now.date() - 200 * DAY)
    old, young = stage.record(9, days_ago=62), stage.record(9, days_ago=58)
    stage.evening()
    assert stage.store.run_record(ANA, old) is None
    assert stage.run_record(young)
