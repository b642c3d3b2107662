"""A note belongs to a run, not to an upload: however uploads, deletions and their events are ordered, what is there in
the end is the same, and one run carries one note."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from plugin.ports import ChannelName, JobKind
from tests.story.stage import ANA, DAY, HOUR, MINUTE, NOON, Died, Stage

WATCH, PHONE, AGAIN, NEXT, BEFORE, HALF, OTHER_HALF = 501, 502, 503, 504, 505, 506, 507
RUNS: dict[int, dict[str, Any]] = {
    WATCH: {"km": 20.2, "at": NOON - 30 * HOUR},
    PHONE: {"km": 20.0, "at": NOON - 30 * HOUR + MINUTE},
    AGAIN: {"km": 20.2, "at": NOON - 30 * HOUR},
    NEXT: {"km": 24.5, "at": NOON - 6 * HOUR},
    BEFORE: {"km": 17.0, "at": NOON - 52 * HOUR},
    HALF: {"km": 10.1, "at": NOON - 30 * HOUR},
    OTHER_HALF: {"km": 10.1, "at": NOON - 29 * HOUR},
}
Event = tuple[str, int]


def a_stage(**settings: Any) -> Stage:
    stage = Stage()
    stage.connect(mail=True, **settings)
    stage.history()
    return stage


def at_strava(stage: Stage, event: Event) -> None:
    what, run_id = event
    if what == "create":
        stage.strava.record(ANA, id=run_id, **RUNS[run_id])
    else:
        stage.strava.delete(run_id)


def comes_in(stage: Stage, event: Event) -> None:
    what, run_id = event
    if what == "create":
        stage.event(run_id, is_new=True)
    else:
        stage.event(run_id, JobKind.DELETED)


def played(events: Iterable[Event], *, wait: timedelta, at_once: bool = False) -> Stage:
    """What happens at Strava, and its events, each `wait` after the one before; `at_once`: everything has happened at
    Strava before the first event comes."""
    stage = a_stage()
    events = list(events)
    if at_once:
        for event in sorted(events, key=lambda one: one[0]):
            at_strava(stage, event)
    for event in events:
        if not at_once:
            at_strava(stage, event)
        comes_in(stage, event)
        stage.later(wait)
    stage.later(10 * MINUTE)
    return stage


def outcome(stage: Stage) -> dict[int, Any]:
    """Of every recording there is: what is written on it, what was told and withheld."""
    found = {}
    for run_id in RUNS:
        if run_id not in stage.strava.activities:
            assert stage.store.run_record(ANA, run_id) is None
            continue
        record = stage.store.run_record(ANA, run_id)
        notices = [(one.rule, one.level, one.told, one.withheld) for one in record.found] if record else []
        found[run_id] = (_lasting(stage.note(run_id)), sorted(notices), record and record.aside)
    return found


def _lasting(note: str | None) -> tuple[str, ...]:
    """The first sentence and the tip. What the week has left is said as it is when the note is written, and that
    depends on what has been run by then."""
    first, _, tip = (note or "").partition("\n")
    return (first.partition(". ")[0], tip)


def orders(*events: Event) -> list[tuple[Event, ...]]:
    """Every order in which these can happen: nothing is deleted before it was made."""

    def can_be(order: tuple[Event, ...]) -> bool:
        gone = [one for what, one in order if what == "delete"]
        return all(order.index(("create", one)) < order.index(("delete", one)) for one in gone)

    return [order for order in permutations(events) if can_be(order)]


SCENES: dict[str, tuple[Event, ...]] = {
    "watch and phone": (("create", WATCH), ("create", PHONE), ("create", NEXT)),
    "the watch's goes": (("create", WATCH), ("create", PHONE), ("delete", WATCH), ("create", NEXT)),
    "the phone's goes": (("create", WATCH), ("create", PHONE), ("delete", PHONE), ("create", NEXT)),
    "uploaded again": (("create", WATCH), ("create", AGAIN), ("delete", WATCH), ("create", NEXT)),
    "split in two": (("create", WATCH), ("create", HALF), ("create", OTHER_HALF), ("delete", WATCH)),
    "an earlier run comes late": (("create", BEFORE), ("create", WATCH), ("create", NEXT)),
    "the first one goes": (("create", BEFORE), ("create", WATCH), ("create", NEXT), ("delete", BEFORE)),
}
EVERYTHING = [(name, order) for name, events in SCENES.items() for order in orders(*events)]


def in_the_order_of_the_runs(name: str) -> dict[int, Any]:
    """As if only what is there in the end had ever been, each run judged when it was made."""
    events = SCENES[name]
    gone = {one for what, one in events if what == "delete"}
    left = [one for what, one in events if what == "create" and one not in gone]
    left.sort(key=lambda one: RUNS[one]["at"])
    return outcome(played([("create", one) for one in left], wait=5 * MINUTE))


@pytest.mark.parametrize(("name", "order"), EVERYTHING)
def test_every_order_of_events_ends_in_the_same_notes(name: str, order: tuple[Event, ...]) -> None:
    wanted = in_the_order_of_the_runs(name)
    one_by_one = played(order, wait=5 * MINUTE)
    assert outcome(one_by_one) == wanted
    assert outcome(played(order, wait=timedelta(seconds=1))) == wanted
    for work in (JobKind.SWEEP, JobKind.REREAD):
        one_by_one.event(0, work)
        one_by_one.later(10 * MINUTE)
        assert outcome(one_by_one) == wanted, work


@pytest.mark.parametrize("name", SCENES)
def test_events_that_come_in_any_order_after_everything_has_happened_end_in_the_same_notes(name: str) -> None:
    wanted = in_the_order_of_the_runs(name)
    for order in permutations(SCENES[name]):
        assert outcome(played(order, wait=5 * MINUTE, at_once=True)) == wanted, order


def test_without_any_event_the_evening_ends_in_the_same_notes() -> None:
    for name, events in SCENES.items():
        stage = a_stage()
        for event in events:
            at_strava(stage, event)
        stage.evening()
        stage.later(10 * MINUTE)
        assert outcome(stage) == in_the_order_of_the_runs(name), name


def test_one_run_carries_one_note_and_it_is_on_the_recording_that_stays() -> None:
    stage = played([("create", PHONE), ("create", WATCH)], wait=5 * MINUTE)
    assert stage.note(PHONE) is None
    assert "20.2 km" in (stage.note(WATCH) or "")
    at_strava(stage, ("delete", WATCH))
    stage.happens(WATCH, JobKind.DELETED)
    stage.later(10 * MINUTE)
    assert "20.0 km" in (stage.note(PHONE) or "")


def test_what_was_withheld_for_a_note_that_is_gone_is_told() -> None:
    stage = played([("create", WATCH), ("create", NEXT)], wait=5 * MINUTE)
    assert "long_run" in stage.told(WATCH)
    before = stage.withheld(NEXT)
    at_strava(stage, ("delete", WATCH))
    stage.happens(WATCH, JobKind.DELETED)
    stage.later(10 * MINUTE)
    assert "long_run" in {*before, *stage.told(NEXT)}
    assert "long_run" in stage.told(NEXT)
    assert "quiet period" not in stage.withheld(NEXT).values()


@pytest.mark.parametrize("order", orders(*SCENES["uploaded again"][:3]))
def test_a_run_that_was_told_by_mail_is_not_mailed_again_for_another_upload(order: tuple[Event, ...]) -> None:
    stage = a_stage(channel=ChannelName.EMAIL)
    for event in order:
        at_strava(stage, event)
        comes_in(stage, event)
        stage.later(5 * MINUTE)
    stage.later(10 * MINUTE)
    assert [one.lead_rule for one in stage.post.notes] == ["long_run"]
    assert stage.told(AGAIN) == {one.rule for one in stage.run_record(AGAIN).found if one.told}
    assert "long_run" in stage.told(AGAIN)
    assert stage.run_record(AGAIN).mailed


def test_a_note_that_the_runner_took_out_is_not_put_onto_another_upload() -> None:
    stage = played([("create", WATCH)], wait=5 * MINUTE)
    stage.strava.change(WATCH, private_note="")
    stage.happens(WATCH)
    for event in (("create", AGAIN), ("delete", WATCH)):
        at_strava(stage, event)
        comes_in(stage, event)
        stage.later(5 * MINUTE)
    assert stage.private_note(AGAIN) == ""


def test_a_storm_of_events_costs_no_more_than_it_must() -> None:
    """Judging again happens where something changed, and comes to an end."""
    stage = played(SCENES["watch and phone"], wait=5 * MINUTE)
    stage.price()
    for _ in range(3):
        for event in SCENES["watch and phone"]:
            stage.event(event[1])
        stage.later(10 * MINUTE)
    assert stage.price() == (9, 0)


def test_a_run_dated_in_the_future_waits_for_its_day(empty: Stage) -> None:
    empty.connect()
    empty.history()
    run = empty.record(20, at=empty.now + DAY + 2 * HOUR)
    empty.happens(run)
    assert empty.note(run) is None
    assert empty.run_record(run).aside == "in the future"
    empty.evening()
    assert empty.note(run) is None
    empty.later(DAY + 3 * HOUR)
    assert empty.run_record(run).aside is None
    assert "long_run" in empty.told(run)


def test_one_run_on_a_treadmill_does_not_move_the_clock(empty: Stage) -> None:
    empty.connect()
    empty.strava.timezone = "Europe/Berlin"
    empty.history()
    empty.happens(empty.record(8))
    assert empty.runner().timezone == "Europe/Berlin"
    for number in range(9):
        inside = {"is_treadmill": True} if number % 2 else {"sport": "VirtualRun"}
        empty.happens(empty.record(6, at=empty.now - MINUTE, timezone="America/Los_Angeles", **inside))
        empty.later(HOUR)
    empty.happens(empty.record(8, timezone="America/New_York"))
    assert empty.runner().timezone == "Europe/Berlin"
    assert str(empty.runner().zone) == "Europe/Berlin"
    empty.choose(timezone="Asia/Tokyo")
    empty.happens(empty.record(8))
    assert str(empty.runner().zone) == "Asia/Tokyo"


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("name", ["the watch's goes", "an earlier run comes late"])
def test_a_death_at_any_step_changes_nothing_about_where_the_notes_end(name: str, is_after: bool) -> None:
    """The events come latest run first, so that notes must move and runs be judged again."""
    wanted = in_the_order_of_the_runs(name)
    events = sorted(SCENES[name], key=lambda one: RUNS[one[1]]["at"], reverse=True)
    events.sort(key=lambda one: one[0] == "delete")
    deaths = 0
    for at in range(1, 1000):
        stage = a_stage()
        for event in events[:-1]:
            at_strava(stage, event)
            comes_in(stage, event)
            stage.later(5 * MINUTE)
        at_strava(stage, events[-1])
        comes_in(stage, events[-1])
        stage.mortal = True
        stage.build()
        stage.death.at, stage.death.is_after = at, is_after
        try:
            stage.later(10 * MINUTE)
        except Died:
            deaths += 1
        else:
            break
        where = stage.death.where
        stage.restart()
        stage.later(10 * MINUTE)
        assert outcome(stage) == wanted, where
    assert deaths > 40
