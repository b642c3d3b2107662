"""What must go and when, seen in the raw store: run data after seven days, soreness after 28, records after 62."""

from __future__ import annotations

from plugin.errors import Refused, StravaTrouble
from plugin.jobs.retention import PURGE_EVERY
from plugin.ports import JobKind
from tests.story.stage import ANA, DAY, HOUR, MINUTE, SETTLE, Stage

HEEL = "Plantar fasciitis again: stabbing heel pain on the first steps this morning."


def raw(stage: Stage) -> str:
    return repr((stage.store.__dict__, stage.inbox.__dict__))


def test_after_seven_days_no_run_data_is_left_anywhere(empty):
    empty.connect(reads_soreness=True)
    empty.strava.add_pair("g1", "Ghost 15", km=388.777)
    run = empty.too_long(20.123, shoe="g1", description=HEEL)
    empty.happens(run)
    empty.later(4 * HOUR)
    start = empty.run_record(run).start
    for trace in ("20123", "20.1", repr(start)):
        assert trace in raw(empty)
    empty.later(7 * DAY)
    empty.purge()
    run_record = empty.run_record(run)
    assert (run_record.facts, run_record.start, run_record.text, run_record.remark) == (None, None, "", "")
    assert all(found.text == "" and found.numbers == {} for found in run_record.found)
    assert empty.store.snapshot(ANA) is None
    for trace in ("20123", "20.1", repr(start), "Run(", "Wear("):
        assert trace not in raw(empty)
    assert empty.runner().pairs["g1"].odometer_m is None


def test_what_was_found_silent_goes_with_the_run_data(stage):
    stage.history()
    run = stage.record(8)
    stage.happens(run)
    stage.later(7 * DAY + 5 * HOUR)
    stage.purge()
    assert stage.store.run_record(ANA, run) is None


def test_records_of_notes_outlive_the_longest_quiet_period_and_then_go(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.later(61 * DAY)
    stage.purge()
    assert stage.run_record(run).found
    stage.later(2 * DAY)
    stage.purge()
    assert stage.store.run_records(ANA) == []


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
    assert len(stage.waiting(JobKind.EVENT)) == 1


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


def test_a_purge_every_six_hours_leaves_no_run_data_older_than_seven_days(empty):
    empty.connect(reads_soreness=True)
    empty.strava.add_pair("g1", "Ghost 15", km=388.777)
    run = empty.too_long(20.123, shoe="g1", description=HEEL)
    empty.purge()
    empty.later(PURGE_EVERY - MINUTE)
    seen_at = empty.now
    empty.event(run)
    empty.dispatcher.run_all_due(lambda: seen_at + SETTLE)
    empty.now = seen_at + MINUTE
    while empty.now + PURGE_EVERY < seen_at + 7 * DAY:
        empty.purge()
        empty.now += PURGE_EVERY
    empty.purge()
    run_record = empty.run_record(run)
    assert (run_record.facts, run_record.start, run_record.text) == (None, None, "")
    assert empty.store.snapshot(ANA) is None
    assert empty.runner().pairs["g1"].odometer_m is None


def purge_for(stage: Stage, days: int) -> None:
    for _ in range(days):
        stage.later(DAY)
        stage.scheduler.tick()
        stage.purge()
        stage.later(MINUTE)


def test_who_revoked_us_without_an_event_is_wholly_forgotten_after_four_weeks(empty):
    empty.connect(mail=True)
    run = empty.too_long()
    empty.happens(run)
    empty.strava.disconnect(ANA)
    empty.evening()
    assert empty.post.reconnects == [ANA]
    purge_for(empty, 28)
    assert empty.runner().settings.email
    purge_for(empty, 2)
    assert empty.store.runner_ids() == []
    assert empty.inbox.everything() == []
    assert str(run) not in raw(empty)


def test_who_connects_again_within_four_weeks_stays(empty):
    empty.connect(mail=True)
    empty.strava.disconnect(ANA)
    empty.evening()
    purge_for(empty, 20)
    tokens = empty.strava.connect(ANA)
    empty.change_runner(tokens=tokens, must_reconnect=False, told_to_reconnect=False)
    purge_for(empty, 20)
    assert empty.runner().lost_at is None
    empty.strava.disconnect(ANA)
    empty.later(MINUTE)
    purge_for(empty, 20)
    assert empty.runner().must_reconnect


def test_nobody_is_forgotten_while_strava_cannot_be_asked(empty):
    empty.connect()
    empty.strava.disconnect(ANA)
    empty.evening()
    empty.strava.fail(StravaTrouble("down"), times=None, on="is_authorised")
    purge_for(empty, 31)
    assert empty.runner().must_reconnect
    empty.strava.mend()
    purge_for(empty, 3)
    assert empty.store.runner_ids() == []
