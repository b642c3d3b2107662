"""Strava's bad days and ours: what waits, what is tried again, what is parked, and who is held up by it (nobody)."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from plugin.errors import Disconnected, NotThere, NotTold, Refused, StoreBroken, StravaClosed, StravaTrouble
from plugin.jobs.dispatcher import Dispatcher
from plugin.jobs.retry_policy import BUG_TRIES, NOT_THERE_TRIES, TRIES
from plugin.ports import ChannelName, JobKind, State
from tests.story.stage import ANA, DAY, HOUR, MINUTE, Stage


def test_a_closed_window_is_waited_for_and_no_try_is_counted(stage):
    run = stage.too_long()
    turns = stage.now + 15 * MINUTE
    stage.strava.fail(StravaClosed("the window is full", turns))
    stage.happens(run)
    (delivery,) = stage.waiting(JobKind.EVENT)
    assert (delivery.due_at, delivery.tries, delivery.reason) == (turns, 0, "window_full")
    stage.later(15 * MINUTE)
    assert stage.note(run)


def test_a_window_that_should_be_open_by_now_is_not_hammered(stage):
    run = stage.too_long()
    stage.event(run)
    stage.now += 2 * MINUTE
    stage.strava.fail(StravaClosed("the clock is wrong", stage.now - HOUR), times=None)
    delivery = stage.inbox.take(stage.now)
    stage.dispatcher.process(delivery, stage.now)
    assert stage.inbox.next_due() >= stage.now + timedelta(seconds=5)


def test_an_inactive_app_for_days_loses_nothing(stage):
    run = stage.too_long()
    for _ in range(30):
        stage.strava.closed = StravaClosed("the app is inactive", stage.now + 10 * MINUTE)
        stage.event(run)
        stage.later(10 * MINUTE)
    stage.strava.mend()
    stage.later(10 * MINUTE)
    assert stage.note(run)
    assert stage.parked() == []


def waits(stage: Stage, error: Exception) -> list[float]:
    """Seconds between the tries of a delivery that keeps failing, until it is parked."""
    stage.strava.fail(error, times=None)
    tried: list[datetime] = []
    stage.strava.before_answering = lambda *_: None
    real = stage.strava.recent

    def recent(*given: object, **named: object) -> object:
        tried.append(stage.now)
        return real(*given, **named)

    stage.strava.recent = recent
    stage.event(stage.too_long())
    for _ in range(60):
        stage.later(HOUR)
    return [(later - earlier).total_seconds() for earlier, later in pairwise(tried)]


def test_trouble_is_tried_again_from_ten_seconds_doubling_to_an_hour_and_then_parked(stage):
    between = waits(stage, StravaTrouble("502"))
    assert between[:4] == [10, 20, 40, 80]
    assert max(between) == 3600
    assert len(between) + 1 == TRIES
    (parked,) = stage.parked()
    assert parked.reason == "trouble: 502"


@pytest.mark.parametrize("chance", [0.0, 0.999])
def test_jitter_never_makes_the_wait_longer_than_an_hour_nor_the_first_longer_than_a_minute(stage, chance):
    dispatcher = Dispatcher(
        store=stage.store,
        inbox=stage.inbox,
        workflow=stage.workflow,
        runner_jobs=stage.runner_jobs,
        mailer=None,
        chance=lambda: chance,
    )
    stage.dispatcher = dispatcher
    between = waits(stage, StravaTrouble("502"))
    assert 5 <= between[0] <= 60
    assert max(between) <= 3600


def test_what_is_not_there_is_asked_for_some_minutes_and_then_parked(stage):
    between = waits(stage, NotThere("404"))
    assert len(between) + 1 == NOT_THERE_TRIES
    assert 5 * 60 <= sum(between) <= 30 * 60
    assert [one.reason for one in stage.parked()] == ["not_there: 404"]


def test_a_refusal_is_parked_at_once_with_its_reason(stage):
    run = stage.too_long()
    stage.strava.fail(Refused("a scope is missing"))
    stage.happens(run)
    assert [one.reason for one in stage.parked()] == ["refused: a scope is missing"]
    assert stage.strava.reads == 1


def test_a_passing_fault_is_over_within_five_minutes(stage):
    run = stage.too_long()
    stage.strava.fail(StravaTrouble("502"), times=3)
    stage.happens(run)
    stage.later(3 * MINUTE)
    assert stage.note(run)


def test_a_parked_delivery_goes_on_when_the_operator_says_so(stage):
    run = stage.too_long()
    stage.strava.fail(Refused("a scope is missing"))
    stage.happens(run)
    (parked,) = stage.parked()
    assert stage.inbox.retry(parked.id, stage.now)
    stage.later(MINUTE)
    assert stage.note(run)


def test_a_dead_token_is_told_by_mail_once_and_everything_waits_for_the_runner(empty):
    empty.connect(mail=True)
    first, second = empty.too_long(), empty.record(9, days_ago=1)
    empty.strava.disconnect(ANA)
    empty.happens(first)
    empty.happens(second)
    assert empty.post.reconnects == [ANA]
    assert empty.runner().must_reconnect
    assert {one.reason for one in empty.parked()} == {"disconnected"}
    tokens = empty.strava.connect(ANA)
    empty.change_runner(tokens=tokens, must_reconnect=False, told_to_reconnect=False)
    empty.event(0, JobKind.PREVIEW)
    empty.deliver()
    assert empty.note(first)
    assert empty.parked() == []


@pytest.mark.parametrize("settings", [{"email_confirmed": False}, {"email_bounced": True}])
def test_nobody_is_asked_to_connect_again_at_an_address_that_is_not_theirs(empty, settings):
    empty.connect(mail=True)
    empty.choose(**settings)
    empty.strava.disconnect(ANA)
    empty.happens(empty.too_long())
    assert empty.post.reconnects == []
    assert empty.runner().must_reconnect


def test_a_mail_server_that_is_down_does_not_stop_the_parking(empty):
    empty.connect(mail=True)
    empty.post.trouble = NotTold("down", for_good=False)
    empty.strava.disconnect(ANA)
    empty.happens(empty.too_long())
    assert [one.reason for one in empty.parked()] == ["disconnected"]


def test_a_bug_is_parked_after_a_few_tries_and_others_go_on(empty):
    empty.connect(7)
    empty.connect(8)
    bad, good = empty.too_long(runner_id=7), empty.too_long(runner_id=8)
    real = empty.strava.activity

    def activity(runner_id: int, run_id: int, **named: object) -> object:
        if runner_id == 7:
            raise KeyError("nobody thought of this")
        return real(runner_id, run_id, **named)

    empty.strava.activity = activity
    empty.event(bad, runner_id=7)
    empty.event(good, runner_id=8)
    empty.deliver()
    empty.later(HOUR)
    assert empty.note(good)
    (parked,) = empty.parked()
    assert parked.runner_id == 7
    assert parked.reason == "bug: KeyError"
    assert parked.tries + 1 == BUG_TRIES


def test_a_run_that_cannot_be_read_holds_up_none_of_the_runners_other_runs(stage):
    run = stage.too_long()
    stage.strava.fail(StravaTrouble("odd answer"), times=1, on="activity")
    bad = stage.record(3)
    stage.event(bad)
    stage.later(MINUTE)
    stage.event(run)
    stage.deliver()
    stage.later(MINUTE)
    assert stage.note(run)


def test_a_broken_store_leaves_the_delivery_and_frees_it_when_it_works_again(stage):
    run = stage.too_long()
    stage.event(run)
    stage.now += 2 * MINUTE
    real = stage.store.change_run_record

    def broken(*_: object, **__: object) -> None:
        raise StoreBroken("the disk is full")

    stage.store.change_run_record = broken
    stage.dispatcher.run_all_due(lambda: stage.now)
    (delivery,) = stage.inbox.everything()
    assert delivery.state is State.TAKEN
    stage.store.change_run_record = real
    again = stage.inbox.again
    stage.inbox.again = broken
    stage.dispatcher.release_unsettled(stage.now)
    assert stage.inbox.everything()[0].state is State.TAKEN
    stage.inbox.again = again
    stage.dispatcher.release_unsettled(stage.now)
    (delivery,) = stage.inbox.everything()
    assert (delivery.state, delivery.tries) == (State.WAITING, 0)
    stage.later(MINUTE)
    assert stage.note(run)


def test_the_budget_is_never_exceeded_by_retries_of_a_mail(empty):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    empty.post.trouble = NotTold("down", for_good=False)
    empty.happens(empty.too_long())
    empty.later(3 * DAY)
    assert empty.strava.reads <= 2 * TRIES
    assert [one.reason for one in empty.parked()] == ["not_told: down"]


def test_whatever_goes_wrong_every_delivery_is_accounted_for(empty):
    errors = [
        StravaTrouble("1"),
        NotThere("2"),
        Refused("3"),
        StravaClosed("4", empty.now + 3 * MINUTE),
        KeyError("5"),
        NotTold("6", for_good=False),
    ]
    for number, error in enumerate(errors):
        empty.connect(100 + number)
        empty.event(empty.too_long(runner_id=100 + number), runner_id=100 + number)
        empty.strava.fail(error, times=2)
    empty.deliver()
    empty.later(DAY)
    counts = empty.inbox.counts()
    assert counts["kept"] == counts["done"] + counts["dropped"] + len(empty.inbox.everything())
    assert counts["now_taken"] == 0


def test_disconnected_while_asking_is_not_taken_for_a_deletion(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.strava.fail(Disconnected("dead"))
    stage.happens(run, JobKind.DELETED)
    assert stage.run_record(run)
