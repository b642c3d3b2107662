"""What is to be done about one activity, as a table: no store, no Strava."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from plugin.activities.note_of_copies import told_on
from plugin.activities.plan import (
    ODOMETER_LATE,
    Act,
    ByList,
    Look,
    NotePlan,
    Step,
    is_in_future,
    is_too_old_to_tell,
    later_looks,
    plan_activity,
    plan_by_list,
    plan_first,
    plan_look,
    plan_note,
)
from plugin.channels import NoteCheck, all_channels
from plugin.notes.block import with_block
from plugin.ports import ActivityDetail, Channel, ChannelName, Fingerprint, JobKind, NoteStatus, RunRecord, Texts
from plugin.stores.memory import MemoryStore
from plugin.training.calendar import zone_of
from plugin.training.runs import Run
from plugin.training.runs_set_aside import SetAsideReason
from tests.fakes.strava import FakeStrava

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=5)
DAY = timedelta(days=1)
TODAY = date(2026, 11, 20)
PRIVATE, DESCRIPTION, EMAIL, PAGE = (
    ChannelName.PRIVATE_NOTE,
    ChannelName.DESCRIPTION,
    ChannelName.EMAIL,
    ChannelName.PAGE,
)
CHANNELS: dict[ChannelName, Channel] = dict(
    all_channels(FakeStrava(), None, NoteCheck(MemoryStore(), lambda wait_s: None), comments=True)
)
FACTS = Fingerprint(is_run=True, distance_m=Decimal(10_000), sport="Run", day=TODAY, shoe=None)
OLD, NEW = "The old note.", "The new note."


def record(**changes: Any) -> RunRecord:
    return RunRecord(runner_id=7, run_id=1, day=TODAY, looked_at=EARLIER, start=EARLIER, facts=FACTS, **changes)


def told(by: ChannelName, **changes: Any) -> RunRecord:
    given = {"telling": NoteStatus.TOLD, "channel": by, "text": OLD, "told_at": EARLIER, "mailed": by == EMAIL}
    return record(**(given | changes))


CUT_OFF = told(PRIVATE, telling=NoteStatus.SENDING, told_at=None)


def activity(note: str | None = None, *, field: ChannelName = PRIVATE) -> ActivityDetail:
    """As it is read: with our note in a field, or without."""
    text = "mine" if note is None else with_block("mine", note)
    return ActivityDetail(
        id=1,
        runner_id=7,
        run=Run(id="1", start=EARLIER, day=TODAY, distance_m=Decimal(10_000)),
        distance_m=Decimal(10_000),
        sport="Run",
        day=TODAY,
        start=EARLIER,
        texts=Texts(**{str(field): text}),
        gear=None,
    )


def plan(
    before: RunRecord | None,
    text: str,
    seen: ActivityDetail,
    *,
    ways: tuple[ChannelName, ...] = (PRIVATE, EMAIL, PAGE),
    may_stay_public: bool = True,
    **changes: Any,
) -> NotePlan:
    told_by = CHANNELS.get(before.channel) if before is not None and before.channel is not None else None
    return plan_note(
        before,
        replace(record(), looked_at=NOW, **changes),
        text,
        seen,
        told_by=told_by,
        ways=[CHANNELS[name] for name in ways],
        may_stay_public=may_stay_public,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("before", "text", "seen", "step", "telling", "way"),
    [
        # Nothing was ever told.
        (None, "", activity(), Step.KEEP, NoteStatus.NOTHING, None),
        (None, NEW, activity(), Step.WRITE, NoteStatus.TOLD, PRIVATE),
        (record(), NEW, activity(), Step.WRITE, NoteStatus.TOLD, PRIVATE),
        (record(), "", activity(), Step.KEEP, NoteStatus.NOTHING, None),
        # A note is in a field.
        (told(PRIVATE), NEW, activity(OLD), Step.CHANGE, NoteStatus.TOLD, PRIVATE),
        (told(PRIVATE), "", activity(OLD), Step.TAKE_OUT, NoteStatus.TAKEN_OUT, PRIVATE),
        (told(DESCRIPTION), NEW, activity(OLD, field=DESCRIPTION), Step.CHANGE, NoteStatus.TOLD, DESCRIPTION),
        # The runner took it out: it is not put back, whatever is found.
        (told(PRIVATE), NEW, activity(), Step.KEEP, NoteStatus.REMOVED, None),
        (told(PRIVATE, telling=NoteStatus.REMOVED), NEW, activity(), Step.KEEP, NoteStatus.REMOVED, None),
        (told(PRIVATE, telling=NoteStatus.REMOVED), "", activity(), Step.KEEP, NoteStatus.REMOVED, None),
        # We took it out: it may be told again.
        (told(PRIVATE, telling=NoteStatus.TAKEN_OUT, text=""), NEW, activity(), Step.WRITE, NoteStatus.TOLD, PRIVATE),
        (told(PRIVATE, telling=NoteStatus.TAKEN_OUT, text=""), "", activity(), Step.KEEP, NoteStatus.TAKEN_OUT, None),
        # It went by mail: only the record follows.
        (told(EMAIL), NEW, activity(), Step.KEEP, NoteStatus.TOLD, None),
        (told(EMAIL), "", activity(), Step.KEEP, NoteStatus.TAKEN_OUT, None),
        (told(EMAIL, telling=NoteStatus.TAKEN_OUT), NEW, activity(), Step.KEEP, NoteStatus.TOLD, None),
        (told(EMAIL, telling=NoteStatus.UNKNOWN), NEW, activity(), Step.KEEP, NoteStatus.UNKNOWN, None),
        # It is on the page: the record is the note.
        (told(PAGE), NEW, activity(), Step.KEEP, NoteStatus.TOLD, None),
        (told(PAGE), "", activity(), Step.KEEP, NoteStatus.TAKEN_OUT, None),
        # The process ended in between.
        (CUT_OFF, NEW, activity(OLD), Step.KEEP, NoteStatus.TOLD, None),
        (
            told(PRIVATE, telling=NoteStatus.SENDING, told_at=None),
            NEW,
            activity(),
            Step.WRITE,
            NoteStatus.TOLD,
            PRIVATE,
        ),
        (
            told(PRIVATE, telling=NoteStatus.SENDING, text=NEW),
            NEW,
            activity(OLD),
            Step.CHANGE,
            NoteStatus.TOLD,
            PRIVATE,
        ),
        (
            told(EMAIL, telling=NoteStatus.SENDING, told_at=None, mailed=False),
            NEW,
            activity(),
            Step.KEEP,
            NoteStatus.UNKNOWN,
            None,
        ),
    ],
)
def test_what_is_done_about_a_note(
    before: RunRecord | None,
    text: str,
    seen: ActivityDetail,
    step: Step,
    telling: NoteStatus,
    way: ChannelName | None,
) -> None:
    planned = plan(before, text, seen)
    assert (planned.step, planned.record.telling, planned.way and planned.way.name) == (step, telling, way)


def test_what_was_being_written_is_written_anew_if_it_must_be_judged_again() -> None:
    cut_off = CUT_OFF
    assert plan(cut_off, NEW, activity(OLD)).step is Step.KEEP
    assert plan(replace(cut_off, judge_again=True), NEW, activity(OLD)).step is Step.CHANGE
    assert plan(cut_off, NEW, activity(OLD), judged_race=True).step is Step.CHANGE
    assert plan(cut_off, NEW, activity(OLD), facts=replace(FACTS, distance_m=Decimal(1))).step is Step.CHANGE


def test_a_note_that_others_may_no_longer_read_moves_to_where_they_do_not() -> None:
    before, seen = told(DESCRIPTION), activity(OLD, field=DESCRIPTION)
    moved = plan(before, NEW, seen, may_stay_public=False)
    assert (moved.step, moved.record.telling, moved.record.text) == (Step.MOVE, NoteStatus.TAKEN_OUT, "")
    assert [one.name for one in moved.others] == [PRIVATE, EMAIL, PAGE]
    assert plan(before, "", seen, may_stay_public=False).step is Step.TAKE_OUT
    assert plan(told(PRIVATE), NEW, activity(OLD), may_stay_public=False).step is Step.CHANGE


@pytest.mark.parametrize(
    ("ways", "step", "mailed"),
    [
        ((PRIVATE, EMAIL, PAGE), Step.WRITE, False),
        ((EMAIL, PAGE), Step.SEND, True),
        ((PAGE,), Step.WRITE, False),
        ((), Step.KEEP, False),
    ],
)
def test_a_first_note_goes_by_the_first_way_open_and_knows_what_it_falls_back_to(
    ways: tuple[ChannelName, ...], step: Step, mailed: bool
) -> None:
    planned = plan_first(record(), NEW, [CHANNELS[name] for name in ways], NOW)
    assert (planned.step, planned.record.mailed) == (step, mailed)
    assert tuple(one.name for one in planned.others) == ways[1:]
    assert planned.record.telling == (NoteStatus.TOLD if ways else NoteStatus.NOTHING)


def test_no_plan_loses_what_left_or_puts_back_what_the_runner_took_out() -> None:
    """Over every combination of record, field and note."""
    texts = ("", NEW)
    for telling, by, text, seen, race in product(
        NoteStatus, (PRIVATE, DESCRIPTION, EMAIL, PAGE), texts, (activity(), activity(OLD)), (False, True)
    ):
        before = told(by, telling=telling)
        planned = plan(before, text, seen, judged_race=race)
        if before.mailed or telling == NoteStatus.REMOVED:
            assert planned.step is Step.KEEP
            assert planned.record.telling in {telling, NoteStatus.TOLD, NoteStatus.TAKEN_OUT, NoteStatus.UNKNOWN}
        if planned.step in (Step.CHANGE, Step.TAKE_OUT, Step.MOVE):
            assert planned.way is CHANNELS[by]
        if planned.step in (Step.WRITE, Step.SEND, Step.CHANGE):
            assert (planned.record.telling, planned.record.text) == (NoteStatus.TOLD, text)
        assert not planned.record.judge_again


E = JobKind.EVENT


@pytest.mark.parametrize(
    ("kind", "before", "is_new", "is_paused", "look"),
    [
        (E, None, True, False, Look.LIST_FIRST),
        (E, record(), False, False, Look.ACTIVITY_FIRST),
        (JobKind.REREAD, record(), False, False, Look.ACTIVITY_FIRST),
        (JobKind.SWEEP, None, False, False, Look.LIST_FIRST),
        (JobKind.REREAD, None, False, False, Look.SKIP_UNKNOWN),
        (JobKind.SAID, record(), False, False, Look.LIST_FIRST),
        (E, record(judge_again=True), False, False, Look.LIST_FIRST),
        (E, record(odometer_is_late=True), False, False, Look.LIST_FIRST),
        (E, record(called_race=True), False, False, Look.LIST_FIRST),
        (E, record(judged_race=True), False, False, Look.LIST_FIRST),
        (E, record(called_race=True, judged_race=True), False, False, Look.ACTIVITY_FIRST),
        (E, told(PRIVATE, telling=NoteStatus.SENDING), False, False, Look.LIST_FIRST),
        (E, record(is_old=True), True, False, Look.LIST_FIRST),
        (E, record(is_old=True), False, False, Look.ACTIVITY_FIRST),
        (E, replace(record(), facts=None), False, False, Look.LIST_FIRST),
        # While paused nothing new is told, and what was told may have to go.
        (E, None, True, True, Look.SKIP_PAUSED),
        (E, record(), False, True, Look.SKIP_PAUSED),
        (JobKind.SWEEP, told(PRIVATE), False, True, Look.SKIP_PAUSED),
        (JobKind.REREAD, told(PRIVATE), False, True, Look.SKIP_PAUSED),
        (E, told(PRIVATE), False, True, Look.ONLY_TAKE_OUT),
        (JobKind.SAID, told(PRIVATE), False, True, Look.LIST_FIRST),
        (JobKind.SAID, record(), False, True, Look.SKIP_PAUSED),
    ],
)
def test_how_an_activity_is_looked_at(
    kind: JobKind, before: RunRecord | None, is_new: bool, is_paused: bool, look: Look
) -> None:
    assert plan_look(kind, before, is_new=is_new, is_paused=is_paused) is look


@pytest.mark.parametrize(
    ("ahead", "days", "waits"),
    [
        (timedelta(hours=-1), 0, False),
        (timedelta(minutes=10), 1, False),
        (timedelta(hours=3), 0, False),
        (timedelta(hours=20), 1, True),
        (timedelta(days=30), 30, True),
        (timedelta(hours=-1), 1, False),
    ],
)
def test_a_run_dated_after_today_waits_for_its_day(ahead: timedelta, days: int, waits: bool) -> None:
    assert is_in_future(NOW + ahead, TODAY + timedelta(days=days), NOW, zone_of("UTC")) is waits


@pytest.mark.parametrize(
    ("kind", "before", "is_new", "is_run", "sport", "planned"),
    [
        (E, None, True, True, None, ByList.LOOK_AT_EARLIER_FIRST),
        (E, record(), False, True, None, ByList.LOOK_AT_EARLIER_FIRST),
        (E, None, True, False, "Ride", ByList.SKIP_OTHER_SPORT),
        (JobKind.SWEEP, None, False, False, "Ride", ByList.SKIP_OTHER_SPORT),
        # A run that became a ride is read: its note goes.
        (E, record(), False, False, "Ride", ByList.READ),
        (E, None, False, False, None, ByList.SKIP_UNLISTED),
        # Lists are slower than events: what was just made is read all the same.
        (E, None, True, False, None, ByList.READ),
        (JobKind.SWEEP, None, False, False, None, ByList.READ),
        (E, record(), False, False, None, ByList.READ),
    ],
)
def test_what_the_list_says_of_an_activity(
    kind: JobKind, before: RunRecord | None, is_new: bool, is_run: bool, sport: str | None, planned: ByList
) -> None:
    assert plan_by_list(kind, before, is_new=is_new, is_run=is_run, sport=sport) is planned


@pytest.mark.parametrize(
    ("is_run", "is_ahead", "must_judge", "is_unchanged", "act"),
    [
        *((False, ahead, must, same, Act.TAKE_BACK) for ahead, must, same in product((False, True), repeat=3)),
        *((True, True, must, same, Act.WAIT) for must, same in product((False, True), repeat=2)),
        (True, False, False, True, Act.NOTHING),
        (True, False, False, False, Act.JUDGE),
        (True, False, True, True, Act.JUDGE),
        (True, False, True, False, Act.JUDGE),
    ],
)
def test_what_is_done_with_an_activity_as_it_was_read(
    is_run: bool, is_ahead: bool, must_judge: bool, is_unchanged: bool, act: Act
) -> None:
    planned = plan_activity(is_run=is_run, is_in_future=is_ahead, must_judge=must_judge, is_unchanged=is_unchanged)
    assert planned is act


YOUNG, OLD_RUN = record(), record(is_old=True)


@pytest.mark.parametrize(
    ("before", "known", "is_new", "is_from_before", "is_too_old"),
    [
        # Never seen: its day decides.
        (None, None, True, False, False),
        (None, None, True, True, True),
        (None, None, False, True, True),
        # On record as new: it stays new.
        (YOUNG, YOUNG, False, True, False),
        # From the first list: it stays old, unless it is just made and really of today.
        (OLD_RUN, OLD_RUN, False, False, True),
        (OLD_RUN, OLD_RUN, True, False, False),
        (OLD_RUN, OLD_RUN, True, True, True),
        # Known by another recording alone, which is old.
        (None, OLD_RUN, True, False, True),
        (None, YOUNG, True, True, False),
    ],
)
def test_a_run_from_before_is_not_told(
    before: RunRecord | None, known: RunRecord | None, is_new: bool, is_from_before: bool, is_too_old: bool
) -> None:
    assert is_too_old_to_tell(before, known, is_new=is_new, is_from_before=is_from_before) is is_too_old


LATER = timedelta(hours=3)


@pytest.mark.parametrize(
    ("seen", "reread", "for_mileage", "due"),
    [
        (record(), LATER, None, NOW + LATER),
        (record(), None, None, None),
        (record(is_old=True), LATER, None, None),
        (record(odometer_is_late=True), LATER, NOW + ODOMETER_LATE, NOW + LATER),
        (record(odometer_is_late=True), None, NOW + ODOMETER_LATE, None),
        # Once a run: the moment that was set stays, and is not set again when it is over.
        (record(reread_at=NOW + DAY), LATER, None, NOW + DAY),
        (record(reread_at=NOW + DAY, odometer_is_late=True), LATER, None, NOW + DAY),
        (record(reread_at=NOW), LATER, None, None),
        (record(reread_at=EARLIER), LATER, None, None),
    ],
)
def test_when_a_run_is_looked_at_again(
    seen: RunRecord, reread: timedelta | None, for_mileage: datetime | None, due: datetime | None
) -> None:
    assert later_looks(seen, reread, NOW) == (for_mileage, due)


def test_a_note_on_another_recording_goes_once_the_run_is_told_on_this_one() -> None:
    other = told(PRIVATE)
    assert told_on([other], frozenset({1})) == [1]
    assert told_on([other], frozenset({2})) == []
    assert told_on([record()], frozenset({1})) == []
    assert told_on([replace(other, aside=SetAsideReason.COPY)], frozenset({1})) == []
