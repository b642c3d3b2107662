"""Leaving with "take the notes out first": every note goes, the runner's own words stay, and then nothing is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from plugin.activities.leaving import MOST_TIME, Parting, begun, end, parting_of
from plugin.errors import Refused, StravaClosed, StravaTrouble
from plugin.jobs.runner_shares import RunnerShares
from plugin.ports import ChannelName, JobKind, StayReason
from plugin.stores.memory import MemoryStore
from tests.story.stage import ANA, DAY, HOUR, MINUTE, Stage, every_death

RECEIPT = "digest-of-what-the-browser-holds"
OWN = "Legs heavy, sunny.\r\n— Footnote —\r\nquoted by me, left open"


def with_notes(stage: Stage, number: int = 3, **more: object) -> list[int]:
    """Notes on as many runs, each below words of the runner's own: a month apart, each far beyond the ones before."""
    stage.choose(how_much="a line on every run")
    runs = []
    for _ in range(number):
        run = stage.record(10, private_note=OWN, **more)
        stage.happens(run)
        assert stage.private_note(run).startswith(OWN)
        assert stage.note(run), "a line on every run"
        runs.append(run)
        stage.later(DAY)
    stage.price()
    return runs


def asks_to_leave(stage: Stage) -> None:
    """As the form does it: on record first, then in the inbox."""
    leaving = begun(stage.store.run_records(ANA), stage.note_delivery.channel_of, RECEIPT, stage.now)
    stage.change_runner(leaving=leaving)
    stage.event(0, JobKind.LEAVING)


def came_of_it(stage: Stage) -> Parting:
    """What the runner is shown, when nothing else of them is left."""
    assert stage.store.runner(ANA) is None
    assert stage.store.run_records(ANA) == []
    assert stage.inbox.everything() == []
    parting = parting_of(stage.store, RECEIPT, stage.now)
    assert parting is not None
    assert {name for kept in stage.store.key_value("left").values() for name in kept} == {
        "until",
        "at",
        "taken_out",
        "stay",
    }
    return parting


def test_every_note_goes_to_the_letter_and_then_everything_else(stage):
    runs = with_notes(stage, 7)
    asks_to_leave(stage)
    stage.deliver()
    assert [stage.private_note(run) for run in runs] == [OWN] * 7
    assert stage.price() == (7, 7)
    parting = came_of_it(stage)
    assert (parting.taken_out, parting.stay) == (7, {})
    assert len(stage.strava.revoked) == 1


def test_a_note_in_the_description_goes_as_well(empty):
    empty.connect(channel=ChannelName.DESCRIPTION, public_ok=True, how_much="a line on every run")
    run = empty.record(10, description="Mine.")
    empty.happens(run)
    assert "Footnote" in empty.description(run)
    asks_to_leave(empty)
    empty.deliver()
    assert empty.description(run) == "Mine."
    assert came_of_it(empty).taken_out == 1


def test_what_cannot_be_taken_out_is_counted_by_its_reason(stage):
    gone, refused, fine = with_notes(stage)
    stage.strava.delete(gone)

    def refuses(what: str, runner_id: int, run_id: int) -> None:
        if run_id == refused:
            raise Refused("403 Forbidden")

    stage.strava.before_answering = refuses
    asks_to_leave(stage)
    stage.deliver()
    assert stage.private_note(fine) == OWN
    assert stage.private_note(refused).startswith(OWN)
    parting = came_of_it(stage)
    assert parting.taken_out == 1
    assert parting.stay == {StayReason.NOT_SHOWN: 1, StayReason.REFUSED: 1}


def test_a_write_that_is_not_kept_leaves_the_note_and_says_so(stage):
    runs = with_notes(stage, 2)
    stage.strava.ignores_private_note = True
    asks_to_leave(stage)
    stage.deliver()
    assert all(stage.note(run) for run in runs)
    parting = came_of_it(stage)
    assert (parting.taken_out, parting.stay) == (0, {StayReason.REFUSED: 2})


def test_a_comment_stays_and_is_counted(empty):
    empty = Stage(comments=True)
    empty.connect(channel=ChannelName.COMMENT, how_much="a line on every run")
    empty.strava.is_partner = True
    run = empty.record(10)
    empty.happens(run)
    assert empty.strava.comments
    empty.price()
    asks_to_leave(empty)
    empty.deliver()
    assert empty.price() == (0, 0)
    parting = came_of_it(empty)
    assert (parting.taken_out, parting.stay) == (0, {StayReason.COMMENT: 1})


def test_a_passing_fault_is_tried_again(stage):
    runs = with_notes(stage)
    stage.strava.fail(StravaTrouble("down"), times=9)
    asks_to_leave(stage)
    stage.later(HOUR)
    assert [stage.private_note(run) for run in runs] == [OWN] * 3
    assert came_of_it(stage).taken_out == 3


def test_while_strava_is_away_it_ends_after_some_tries_and_says_how_many_notes_are_there(stage):
    with_notes(stage)
    stage.strava.fail(StravaTrouble("down"), times=None)
    asks_to_leave(stage)
    before = len(stage.strava.calls)
    stage.later(HOUR)
    assert len(stage.strava.calls) - before <= 3 * 8 + 1
    parting = came_of_it(stage)
    assert (parting.taken_out, parting.stay) == (0, {StayReason.NOT_REACHED: 3})


def test_activities_that_always_fail_do_not_keep_the_others_from_their_turn(stage):
    runs = with_notes(stage, 8)

    def fails(what: str, runner_id: int, run_id: int) -> None:
        if run_id in runs[:4]:
            raise StravaTrouble("500")

    stage.strava.before_answering = fails
    asks_to_leave(stage)
    stage.later(3 * HOUR)
    assert [stage.private_note(run) for run in runs[4:]] == [OWN] * 4
    parting = came_of_it(stage)
    assert (parting.taken_out, parting.stay) == (4, {StayReason.NOT_REACHED: 4})


def test_the_rate_window_is_waited_for_and_no_note_is_lost_by_it(stage):
    runs = with_notes(stage)
    stage.strava.closed = StravaClosed("full", stage.now + 10 * MINUTE)
    asks_to_leave(stage)
    stage.deliver()
    assert stage.runner().leaving
    stage.later(HOUR)
    assert [stage.private_note(run) for run in runs] == [OWN] * 3
    assert came_of_it(stage).taken_out == 3


def test_an_app_that_stays_closed_holds_nobody_longer_than_a_day(stage):
    with_notes(stage)
    stage.strava.closed = StravaClosed("inactive", stage.now + 60 * DAY, code="app_inactive")
    asks_to_leave(stage)
    asked = stage.now
    stage.deliver()
    assert stage.runner().leaving
    while stage.store.runner(ANA) is not None:
        stage.later(6 * HOUR)
        stage.purge()
        assert stage.now - asked < MOST_TIME + DAY
    stage.deliver()
    assert parting_of(stage.store, RECEIPT, stage.now).stay == {StayReason.NOT_REACHED: 3}


def test_only_the_runners_share_of_the_windows_is_used():
    stage = Stage()
    stage.connect()
    runs = with_notes(stage, 7)
    # A quarter of an hour has eight reads; half of them, two a note, are this runner's.
    stage.strava.read_limit = (8, 1000)
    stage.shares = RunnerShares(stage.strava.budget)
    stage.build()
    stage.now = stage.now.replace(minute=16)
    asks_to_leave(stage)
    stage.later(MINUTE)
    left = [run for run in runs if stage.note(run)]
    assert len(left) == 5
    stage.later(HOUR)
    assert [stage.private_note(run) for run in runs] == [OWN] * 7
    assert came_of_it(stage).taken_out == 7


def test_dead_tokens_end_it_at_once(stage):
    with_notes(stage)
    stage.strava.disconnect(ANA)
    asks_to_leave(stage)
    stage.deliver()
    assert came_of_it(stage).stay == {StayReason.NOT_REACHED: 3}


def test_access_ended_on_strava_meanwhile_ends_it_too(stage):
    with_notes(stage)
    stage.strava.closed = StravaClosed("full", stage.now + 10 * MINUTE)
    asks_to_leave(stage)
    stage.deliver()
    stage.strava.closed = None
    stage.strava.disconnect(ANA)
    stage.event(0, JobKind.DEAUTHORISED)
    stage.deliver()
    assert came_of_it(stage).stay == {StayReason.NOT_REACHED: 3}


def test_no_note_is_written_any_more_once_the_runner_leaves(stage):
    with_notes(stage)
    stage.strava.closed = StravaClosed("full", stage.now + 10 * MINUTE)
    asks_to_leave(stage)
    new = stage.record(30)
    stage.event(new)
    stage.evening()
    stage.later(HOUR)
    assert stage.private_note(new) == ""
    assert came_of_it(stage).taken_out == 3


def test_leaving_without_the_rest_deletes_at_once_and_counts_it(stage):
    runs = with_notes(stage, 7)
    asks_to_leave(stage)
    stage.dispatcher.process(stage.inbox.take(stage.now), stage.now)
    assert [bool(stage.note(run)) for run in runs] == [False] * 5 + [True] * 2
    parting = end(stage.store, stage.note_delivery.channel_of, ANA, stage.now)
    stage.workflow.forget(ANA)
    assert (parting.taken_out, parting.stay) == (5, {StayReason.NOT_REACHED: 2})
    stage.later(HOUR)
    assert came_of_it(stage) == parting
    assert all(stage.note(run) for run in runs[5:])


def test_a_delivery_that_got_lost_is_asked_for_again_by_the_purge(stage):
    runs = with_notes(stage)
    asks_to_leave(stage)
    stage.inbox.forget(ANA)
    stage.purge()
    stage.deliver()
    assert [stage.private_note(run) for run in runs] == [OWN] * 3
    assert came_of_it(stage).taken_out == 3


def test_the_receipt_is_gone_after_two_days(stage):
    with_notes(stage, 1)
    asks_to_leave(stage)
    stage.deliver()
    assert came_of_it(stage)
    stage.now += timedelta(days=2)
    assert parting_of(stage.store, RECEIPT, stage.now) is None
    stage.purge()
    assert stage.store.key_value("left") == {}


def test_who_does_not_leave_in_this_way_gets_no_receipt():
    stage = Stage()
    stage.connect()
    assert end(stage.store, lambda one: None, ANA, stage.now) is None
    assert isinstance(stage.store, MemoryStore)
    assert stage.store.key_value("left") == {}


def leaves_with_two_notes():
    stage = Stage()
    stage.connect()
    runs = with_notes(stage, 2)
    asks_to_leave(stage)
    return stage, runs


@pytest.mark.parametrize("is_after", [False, True])
def test_every_note_goes_once_whenever_the_process_dies(is_after):
    for stage, runs, where in every_death(leaves_with_two_notes, is_after=is_after, least=15, later=timedelta(0)):
        assert [stage.private_note(run) for run in runs] == [OWN] * 2, where
        assert stage.strava.writes == 2, where
        parting = came_of_it(stage)
        assert (parting.taken_out, parting.stay) == (2, {}), where


def test_a_note_that_was_being_written_when_the_process_died_goes_as_well(stage):
    (run,) = with_notes(stage, 1)
    stage.store.change_run_record(ANA, run, lambda was: replace(was, telling="sending", facts=None))
    asks_to_leave(stage)
    stage.deliver()
    assert stage.private_note(run) == OWN
    assert came_of_it(stage).taken_out == 1
