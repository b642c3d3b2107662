"""Deleted, hidden, disconnected: believed only when Strava says so, and then nothing is left."""

from __future__ import annotations

from decimal import Decimal

import pytest

from plugin.errors import StravaClosed, StravaTrouble
from plugin.notes.block import OPEN
from plugin.ports import ChannelName, JobKind, NoteStatus
from tests.story.stage import ANA, DAY, HOUR, MINUTE, Stage


def everything(stage: Stage) -> str:
    """All that is held, as text."""
    return repr((stage.store.__dict__, stage.inbox.__dict__))


def test_a_deletion_that_strava_confirms_leaves_nothing_of_the_run(empty):
    empty.connect(reads_soreness=True)
    empty.strava.add_pair("g1", "Ghost 15", km=395)
    run = empty.too_long(shoe="g1", description="Heel pain.")
    empty.happens(run)
    assert str(run) in everything(empty)
    empty.strava.delete(run)
    empty.happens(run, JobKind.DELETED)
    assert str(run) not in everything(empty)
    assert empty.runner().soreness == ()


def test_a_forged_deletion_changes_nothing_and_costs_one_read(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.price()
    before = stage.run_record(run)
    stage.happens(run, JobKind.DELETED)
    assert stage.run_record(run) == before
    assert stage.price() == (1, 0)


def test_a_deletion_while_strava_is_down_is_asked_about_again(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.strava.delete(run)
    stage.strava.fail(StravaTrouble("down"))
    stage.happens(run, JobKind.DELETED)
    stage.later(MINUTE)
    assert stage.store.run_record(ANA, run) is None


def test_an_event_for_a_run_that_was_deleted_meanwhile_is_not_kept(stage):
    run = stage.too_long()
    stage.event(run)
    stage.strava.delete(run)
    stage.event(run, JobKind.DELETED)
    stage.deliver()
    assert str(run) not in everything(stage)


def test_a_deletion_nobody_told_us_of_is_seen_by_the_later_look(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.strava.delete(run)
    stage.later(4 * HOUR)
    assert str(run) not in everything(stage)


@pytest.mark.parametrize("days", [5, 12])
def test_a_deletion_nobody_told_us_of_is_seen_in_the_evening_however_old_the_run_is(empty, days):
    empty.connect(reads_soreness=True)
    run = empty.too_long(description="Heel pain.")
    empty.happens(run)
    empty.later(days * DAY)
    empty.purge()
    empty.strava.delete(run)
    empty.evening()
    assert empty.runner().soreness == ()
    assert str(run) not in everything(empty)


def test_what_was_read_from_a_deleted_run_goes_although_its_record_went_before(empty):
    empty.connect(reads_soreness=True)
    run = empty.record(6, description="No heel pain at all today.")
    empty.happens(run)
    empty.later(8 * DAY)
    empty.purge()
    assert empty.store.run_record(ANA, run) is None
    assert empty.runner().soreness
    empty.evening()
    assert empty.runner().soreness
    empty.strava.delete(run)
    empty.evening()
    assert empty.runner().soreness == ()


def test_what_a_full_list_does_not_reach_is_not_taken_for_deleted(empty):
    empty.connect(reads_soreness=True)
    run = empty.too_long(description="Heel pain.")
    empty.happens(run)
    empty.later(20 * DAY)
    empty.purge()
    for number in range(1000):
        empty.record(5, sport="Ride", at=empty.now - (number + 1) * HOUR / 3)
    empty.price()
    empty.evening()
    assert empty.price() == (4, 0)
    assert empty.run_record(run)
    assert empty.runner().soreness


def test_a_list_that_leaves_something_out_deletes_nothing(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.later(5 * DAY)
    kept = stage.strava.activities.pop(run)

    def shown_again(asked: str, runner_id: int, id_: int) -> None:
        if asked == "activity":
            stage.strava.activities[run] = kept

    stage.strava.before_answering = shown_again
    stage.evening()
    assert stage.run_record(run).found


def test_a_deletion_is_heard_while_everything_is_paused(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.later(5 * DAY)
    stage.choose(paused=True)
    stage.strava.delete(run)
    stage.evening()
    assert str(run) not in everything(stage)


def test_a_private_run_shown_again_carries_one_block(stage):
    run = stage.too_long(private_note="mine")
    stage.happens(run)
    kept = stage.strava.activities.pop(run)
    stage.happens(run, JobKind.DELETED)
    stage.strava.activities[run] = kept
    stage.happens(run)
    assert stage.private_note(run).count(OPEN) == 1
    assert stage.private_note(run).startswith(f"mine\n\n{OPEN}\n")
    assert stage.run_record(run).telling is NoteStatus.TOLD


@pytest.mark.parametrize("pause", [MINUTE, 5 * HOUR])
def test_a_private_run_shown_again_is_not_mailed_again(empty, pause):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    run = empty.too_long()
    empty.happens(run)
    kept = empty.strava.activities.pop(run)
    empty.happens(run, JobKind.DELETED)
    empty.later(pause)
    empty.strava.activities[run] = kept
    empty.happens(run)
    empty.strava.change(run, distance_m=Decimal(30000))
    empty.happens(run)
    assert len(empty.post.notes) == 1


def test_a_block_that_was_deleted_stays_deleted_when_the_run_is_hidden_and_shown_again(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.strava.change(run, private_note="", distance_m=Decimal(25000))
    stage.happens(run)
    kept = stage.strava.activities.pop(run)
    stage.happens(run, JobKind.DELETED)
    stage.strava.activities[run] = kept
    stage.happens(run)
    assert stage.private_note(run) == ""


def test_what_is_known_of_a_run_that_is_gone_is_forgotten_after_two_days(empty):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    run = empty.too_long()
    empty.happens(run)
    empty.strava.delete(run)
    empty.happens(run, JobKind.DELETED)
    empty.later(2 * DAY + HOUR)
    empty.purge()
    assert empty.store.key_value("gone") == {}


def test_a_deauthorisation_that_strava_confirms_leaves_nothing_of_the_runner(empty):
    empty.connect(7)
    empty.connect(8)
    run = empty.too_long(runner_id=7)
    empty.happens(run, runner_id=7)
    empty.event(0, JobKind.DEAUTHORISED, runner_id=7)
    empty.strava.disconnect(7)
    empty.deliver()
    assert empty.store.runner_ids() == [8]
    assert empty.inbox.of_runner(7) == []
    assert str(run) not in everything(empty)


def test_a_forged_deauthorisation_changes_nothing(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.event(0, JobKind.DEAUTHORISED)
    stage.deliver()
    assert stage.runner().tokens is not None
    assert stage.run_record(run)


def test_a_deauthorisation_is_not_believed_while_strava_cannot_be_asked(stage):
    stage.strava.fail(StravaTrouble("down"), times=3)
    stage.event(0, JobKind.DEAUTHORISED)
    stage.deliver()
    assert stage.store.runner(ANA) is not None


@pytest.mark.parametrize("what", ["recent", "activity", "write"])
def test_disconnecting_in_the_middle_of_work_resurrects_nothing(stage, what):
    stage.strava.add_pair("g1", "Ghost 15", km=395)
    run = stage.too_long(shoe="g1")
    stage.event(run)

    def leave(asked: str, runner_id: int, id_: int) -> None:
        if asked == what:
            stage.strava.before_answering = lambda *_: None
            stage.workflow.forget(ANA)

    stage.strava.before_answering = leave
    stage.deliver()
    stage.later(4 * HOUR)
    assert stage.store.runner_ids() == []
    assert str(run) not in everything(stage)
    assert str(ANA) not in repr(stage.inbox.everything())


@pytest.mark.parametrize("why", [JobKind.SWEEP, JobKind.PREVIEW, JobKind.DIGEST])
def test_disconnecting_in_the_middle_of_a_round_resurrects_nothing(empty, why):
    empty.connect(mail=True)
    empty.too_long()
    empty.event(0, why)

    def leave(asked: str, runner_id: int, id_: int) -> None:
        empty.strava.before_answering = lambda *_: None
        empty.workflow.forget(ANA)

    empty.strava.before_answering = leave
    empty.deliver()
    assert empty.store.runner_ids() == []
    assert empty.inbox.everything() == []
    assert empty.store.snapshot(ANA) is None
    assert empty.post.digests == []


def test_disconnecting_before_a_mail_goes_out_sends_none(empty):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    run = empty.too_long()
    empty.event(run)
    empty.strava.before_answering = lambda asked, *_: empty.workflow.forget(ANA) if asked == "activity" else None
    empty.deliver()
    assert empty.post.notes == []


def test_an_event_for_a_runner_who_has_left_asks_strava_nothing(stage):
    run = stage.too_long()
    stage.workflow.forget(ANA)
    stage.strava.calls.clear()
    stage.happens(run)
    assert stage.strava.calls == []
    assert stage.inbox.everything() == []


def test_leaving_gives_the_authorisation_back_and_goes_on_where_strava_fails(stage):
    tokens = stage.runner().tokens
    assert stage.workflow.forget(ANA)
    assert stage.strava.revoked == [tokens]
    assert not stage.workflow.forget(ANA)
    stage.connect()
    stage.strava.fail(StravaTrouble("down"), on="revoke")
    stage.workflow.forget(ANA)
    assert stage.store.runner_ids() == []


def test_a_deletion_while_the_window_is_closed_waits_and_then_happens(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.strava.delete(run)
    stage.strava.fail(StravaClosed("full", stage.now + 15 * MINUTE))
    stage.happens(run, JobKind.DELETED)
    assert stage.run_record(run)
    stage.later(15 * MINUTE)
    assert stage.store.run_record(ANA, run) is None
