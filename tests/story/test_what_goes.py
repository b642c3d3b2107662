"""What must go and when, seen in the raw store: run data after seven days, soreness after 28, records after 62."""

from __future__ import annotations

from plugin.errors import Refused
from plugin.ports import Why
from tests.story.stage import ANA, DAY, HOUR, Stage

HEEL = "Plantar fasciitis again: stabbing heel pain on the first steps this morning."


def raw(stage: Stage) -> str:
    return repr((stage.books.__dict__, stage.inbox.__dict__))


def test_after_seven_days_no_run_data_is_left_anywhere(empty):
    empty.connect(reads_soreness=True)
    empty.strava.add_pair("g1", "Ghost 15", km=388.777)
    run = empty.too_long(20.123, shoe="g1", description=HEEL)
    empty.happens(run)
    empty.later(4 * HOUR)
    start = empty.look(run).start
    for trace in ("20123", "20.1", repr(start)):
        assert trace in raw(empty)
    empty.later(7 * DAY)
    empty.purge()
    look = empty.look(run)
    assert (look.facts, look.start, look.text, look.remark) == (None, None, "", "")
    assert all(found.text == "" and found.numbers == {} for found in look.found)
    assert empty.books.snapshot(ANA) is None
    for trace in ("20123", "20.1", repr(start), "Run(", "Wear("):
        assert trace not in raw(empty)
    assert empty.runner().pairs["g1"].odometer_m is None


def test_what_was_found_silent_goes_with_the_run_data(stage):
    stage.history()
    run = stage.record(8)
    stage.happens(run)
    stage.later(7 * DAY + 5 * HOUR)
    stage.purge()
    assert stage.books.look(ANA, run) is None


def test_records_of_notes_outlive_the_longest_quiet_period_and_then_go(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.later(61 * DAY)
    stage.purge()
    assert stage.look(run).found
    stage.later(2 * DAY)
    stage.purge()
    assert stage.books.looks(ANA) == []


def test_what_is_told_once_a_pair_is_remembered_for_good(stage):
    stage.strava.add_pair("g1", "Ghost 15", km=495)
    run = stage.record(8, shoe="g1")
    stage.happens(run)
    stage.later(100 * DAY)
    stage.purge()
    assert stage.runner().told_once == {"worn_shoe/g1:500000": run}


def test_a_parked_delivery_goes_within_two_days(stage):
    run = stage.too_long()
    stage.strava.fail(Refused("no"))
    stage.happens(run)
    stage.later(35 * HOUR)
    stage.purge()
    assert len(stage.parked()) == 1
    stage.later(6 * HOUR)
    stage.purge()
    assert stage.inbox.everything() == []
    assert stage.inbox.counts()["dropped"] == 1


def test_deliveries_that_wait_are_never_purged(stage):
    stage.event(stage.too_long())
    stage.now += 10 * DAY
    stage.purge()
    assert len(stage.waiting(Why.EVENT)) == 1


def test_purging_twice_changes_nothing(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.later(8 * DAY)
    stage.purge()
    before = raw(stage)
    stage.purge()
    assert raw(stage) == before


def test_snoozes_that_are_over_and_old_dismissals_go(stage):
    stage.choose(snoozed={"ramp": stage.now.date() - 3 * DAY, "streak": stage.now.date()})
    stage.purge()
    assert set(stage.runner().settings.snoozed) == {"streak"}


def test_quiet_periods_hold_although_the_numbers_are_gone(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.later(5 * DAY)
    stage.purge()
    other = stage.record(23)
    stage.happens(other)
    assert stage.withheld(other).get("long_run") == "quiet period"
