"""One run, one note, two reads, one write; whatever is repeated, late or out of order."""

from __future__ import annotations

from plugin.ports import ChannelName, JobKind, NoteStatus
from tests.story.stage import ANA, DAY, HOUR, MINUTE, SETTLE, Stage


def test_a_long_run_carries_a_note_when_the_settle_time_is_over(stage):
    run = stage.too_long()
    stage.event(run)
    stage.later(SETTLE - MINUTE)
    assert stage.private_note(run) == ""
    stage.later(MINUTE)
    assert "Today's 20.0 km is 43 % longer than your longest run of the last 30 days (14.0 km)." in stage.note(run)
    assert "Keep the rest of this week to 9.0 km in all." in stage.note(run)
    assert stage.run_record(run).telling is NoteStatus.TOLD
    assert stage.run_record(run).channel is ChannelName.PRIVATE_NOTE


def test_the_price_of_a_run_with_a_note_is_two_reads_and_a_write(stage):
    stage.happens(stage.too_long())
    assert stage.price() == (2, 1)


def test_the_price_of_a_run_with_nothing_to_say_is_two_reads(stage):
    stage.history()
    run = stage.record(10)
    stage.happens(run)
    assert stage.price() == (2, 0)
    assert stage.private_note(run) == ""
    assert stage.run_record(run).telling is NoteStatus.NOTHING


def test_a_ride_costs_one_read_and_leaves_no_record(stage):
    stage.history()
    ride = stage.record(60, sport="Ride")
    stage.happens(ride)
    assert stage.price() == (1, 0)
    assert stage.store.run_records(ANA) == []
    assert stage.waiting() == []


def test_a_quiet_evening_costs_one_read(stage):
    stage.history()
    stage.evening()
    assert stage.price() == (1, 0)


def test_a_later_look_that_finds_nothing_new_costs_one_read(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.price()
    note = stage.private_note(run)
    stage.later(4 * HOUR)
    assert stage.price() == (1, 0)
    assert stage.private_note(run) == note
    assert stage.waiting() == []


def test_an_evening_after_a_day_with_a_run_costs_one_read(stage):
    stage.happens(stage.too_long())
    stage.later(4 * HOUR)
    stage.price()
    stage.evening()
    assert stage.price() == (1, 0)


def test_several_events_within_the_settle_time_are_one_look(stage):
    run = stage.too_long()
    for _ in range(3):
        stage.event(run)
        stage.later(MINUTE / 2)
    stage.deliver()
    assert stage.price() == (2, 1)


def test_an_event_that_comes_again_hours_later_changes_nothing(stage):
    run = stage.too_long()
    stage.happens(run)
    note = stage.private_note(run)
    for _ in range(3):
        stage.later(HOUR)
        stage.happens(run)
    assert stage.private_note(run) == note
    assert stage.strava.writes == 1


def test_our_own_put_may_come_back_as_an_event(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.price()
    stage.happens(run)
    assert stage.price() == (1, 0)


def test_an_update_may_come_before_the_create(stage):
    run = stage.too_long()
    stage.event(run)
    stage.event(run)
    stage.deliver()
    stage.later(4 * HOUR)
    assert stage.private_note(run).count("— Footnote —") == 1
    assert stage.strava.writes == 1


def test_two_runs_whose_events_come_in_the_wrong_order_have_a_note_each_at_most(stage):
    stage.history()
    first = stage.record(18, at=stage.now - 30 * HOUR)
    second = stage.record(26, at=stage.now - 2 * HOUR)
    stage.happens(second)
    stage.happens(first)
    assert "longer than your longest run of the last 30 days (18.0 km)" in stage.note(second)
    assert "longer than your longest run of the 30 days before (14.0 km)" in stage.note(first)
    assert stage.strava.writes == 2


def test_the_same_run_by_mail_is_one_mail(empty):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    run = empty.too_long()
    for _ in range(3):
        empty.happens(run)
        empty.later(4 * HOUR)
    assert [one.lead_rule for one in empty.post.notes].count("long_run") == 1
    assert empty.strava.writes == 0
    assert empty.run_record(run).mailed


def test_a_deferred_event_and_a_sweep_for_the_same_run_are_one_note(stage):
    run = stage.too_long()
    stage.event(run)
    stage.event(run, JobKind.SWEEP)
    stage.deliver()
    stage.evening()
    assert stage.strava.writes == 1


def test_events_of_two_runners_do_not_mix(empty):
    empty.connect(7)
    empty.connect(8)
    run = empty.too_long(runner_id=7)
    other = empty.record(5, runner_id=8)
    empty.event(run, runner_id=7)
    empty.event(other, runner_id=8)
    empty.deliver()
    assert empty.note(run)
    assert empty.private_note(other) == ""


def test_an_event_for_somebody_elses_activity_reads_and_keeps_nothing_of_it(empty):
    empty.connect(7)
    empty.connect(8)
    run = empty.too_long(runner_id=8)
    empty.strava.shows_others = True
    empty.happens(run, runner_id=7)
    assert empty.store.run_records(7) == []
    assert empty.private_note(run) == ""
    assert empty.parked() == []


def test_an_activity_that_is_not_shown_yet_is_asked_for_again(stage):
    run = stage.too_long()
    kept = stage.strava.activities.pop(run)
    stage.happens(run, is_new=True)
    assert stage.waiting(JobKind.EVENT)
    stage.strava.activities[run] = kept
    stage.later(MINUTE)
    assert stage.note(run)


def test_a_run_set_aside_is_on_record_and_never_noticed(stage):
    stage.history()
    run = stage.record(30, is_flagged=True)
    stage.happens(run)
    assert stage.run_record(run).found == ()
    assert stage.private_note(run) == ""


def test_the_first_run_of_all_is_quiet(stage):
    run = stage.record(12)
    stage.happens(run)
    assert stage.private_note(run) == ""


def test_every_notice_is_told_or_withheld_with_a_reason(stage):
    stage.history()
    for days_ago, km in ((3, 18), (2, 24), (1, 31), (0, 40)):
        run = stage.record(km, days_ago=days_ago)
        stage.happens(run)
    for run_record in stage.store.run_records(ANA):
        for found in run_record.found:
            assert found.told == (found.withheld is None)


def test_at_most_two_notes_of_level_one_or_two_in_seven_days():
    stage = Stage()
    stage.connect()
    stage.history(km=10)
    noted = 0
    for _ in range(7):
        run = stage.record(12.5)
        stage.happens(run)
        noted += stage.private_note(run) != ""
        stage.later(DAY - SETTLE)
    assert noted <= 2


def test_a_run_that_comes_in_late_is_told_as_if_it_had_come_first(stage):
    evening = stage.too_long(at=stage.now - HOUR)
    stage.happens(evening)
    assert "long_run" in stage.told(evening)
    morning = stage.record(19, at=stage.now - 8 * HOUR)
    for _ in range(2):
        for run in (morning, evening):
            stage.happens(run)
            assert "long_run" in stage.told(morning)
            assert "long_run" not in stage.told(evening)
    assert "long_run" not in (stage.note(evening) or "")


def test_what_was_mailed_was_read_and_is_not_told_again_for_a_run_that_comes_in_late(empty):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    evening = empty.too_long(at=empty.now - HOUR)
    empty.happens(evening)
    morning = empty.record(19, at=empty.now - 8 * HOUR)
    for run in (morning, evening):
        empty.happens(run)
    assert empty.withheld(morning)["long_run"] == "quiet period"
    assert [one.lead_rule for one in empty.post.notes].count("long_run") == 1
