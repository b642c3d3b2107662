"""What is to be done about one activity, decided from what is seen and what is on record. Pure: nothing here reads or
writes; `Workflow` and `NoteDelivery` carry it out and decide nothing.

The decisions are made in turn: how to look at the activity (`plan_look`), whether the list already says enough
(`plan_by_list`), what to do with the activity as it was read (`plan_activity`), whether the run is told of at all
(`is_too_old_to_tell`), what to do about its note (`plan_note`), and when to look again (`later_looks`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from plugin.activities.note_state import arrived, as_left, has_left, is_in_field, placed_as, stands
from plugin.activities.past_notes import was_told
from plugin.ports import ActivityDetail, Channel, JobKind, NoteStatus, RunRecord

CLOCK_SLACK = timedelta(minutes=15)
"""A watch's clock may be ahead of ours by so much before a run counts as dated in the future."""


class Look(StrEnum):
    """How to look at an activity."""

    SKIP_PAUSED = "skip_paused"
    """Nothing: the runner has paused, and nothing that was told could need a change."""
    SKIP_UNKNOWN = "skip_unknown"
    """Nothing: a second look at what was never looked at, or is forgotten."""
    ONLY_TAKE_OUT = "only_take_out"
    """While paused: one read; a note on what turned out to be no run is taken out."""
    ACTIVITY_FIRST = "activity_first"
    """One read; the list only if something changed. Most second looks find nothing new."""
    LIST_FIRST = "list_first"
    """The list, then the activity: what is written over is what was read a moment ago."""


def plan_look(
    kind: JobKind,
    before: RunRecord | None,
    *,
    is_new: bool,
    is_paused: bool,
    not_for_me: frozenset[str] = frozenset(),
) -> Look:
    """How a delivery of `kind` looks at its activity; `before` is the record of the last look, `not_for_me` what the
    runner has said of it by now."""
    if is_paused and kind not in (JobKind.EVENT, JobKind.SAID):
        return Look.SKIP_PAUSED
    if kind == JobKind.REREAD and before is None:
        return Look.SKIP_UNKNOWN
    if is_paused and (before is None or not was_told(before)):
        return Look.SKIP_PAUSED
    if is_paused and kind != JobKind.SAID:
        return Look.ONLY_TAKE_OUT
    if before is None or before.facts is None or must_judge(kind, before, is_new=is_new, not_for_me=not_for_me):
        return Look.LIST_FIRST
    return Look.ACTIVITY_FIRST


def must_judge(kind: JobKind, before: RunRecord, *, is_new: bool, not_for_me: frozenset[str] = frozenset()) -> bool:
    """Whether the run is judged even if nothing about it changed: the runner said something, what it was judged by has
    changed, the last look did not come to its end, or an old run turns out to have just been made."""
    is_unfinished = before.telling == NoteStatus.SENDING or before.odometer_is_late
    is_unheard = before.called_race != before.judged_race or before.judged_without != not_for_me
    is_news = kind == JobKind.SAID or (before.is_old and is_new)
    return is_news or is_unfinished or is_unheard or before.judge_again


def is_in_future(start: datetime, day: date, now: datetime, zone: tzinfo) -> bool:
    """Whether an activity is dated after today on the runner's clock: it waits for its day. A traveller's day can be
    ahead of the clock at home, but no run begins later than now."""
    return start > now + CLOCK_SLACK and day > now.astimezone(zone).date()


class ByList(StrEnum):
    """What the list says of an activity."""

    SKIP_OTHER_SPORT = "skip_other_sport"
    """Nothing: it is a ride. That cost one read."""
    SKIP_UNLISTED = "skip_unlisted"
    """Nothing: an activity that was changed is in the list, unless it is too old to be written on."""
    LOOK_AT_EARLIER_FIRST = "look_at_earlier_first"
    """A run: earlier ones that wait for their first look come before it, then the activity is read."""
    READ = "read"
    """The activity is read: the list does not say enough."""


def plan_by_list(kind: JobKind, before: RunRecord | None, *, is_new: bool, is_run: bool, sport: str | None) -> ByList:
    """`is_run`: the list has the activity as a run. `sport`: what the list calls an activity that is none."""
    if is_run:
        return ByList.LOOK_AT_EARLIER_FIRST
    if before is not None:
        return ByList.READ
    if sport is not None:
        return ByList.SKIP_OTHER_SPORT
    if kind == JobKind.EVENT and not is_new:
        return ByList.SKIP_UNLISTED
    return ByList.READ


class Act(StrEnum):
    """What is to be done with an activity as it was read."""

    TAKE_BACK = "take_back"
    """It is no run: what was told on it goes."""
    WAIT = "wait"
    """It is dated in the future: it waits for its day."""
    NOTHING = "nothing"
    """Nothing that counts has changed since the last look."""
    JUDGE = "judge"


def plan_activity(*, is_run: bool, is_in_future: bool, must_judge: bool, is_unchanged: bool) -> Act:
    """`must_judge` is its function's answer, True where there is no record. `is_unchanged`: the facts are those of the
    last look."""
    if not is_run:
        return Act.TAKE_BACK
    if is_in_future:
        return Act.WAIT
    return Act.NOTHING if is_unchanged and not must_judge else Act.JUDGE


def is_too_old_to_tell(
    before: RunRecord | None, known: RunRecord | None, *, is_new: bool, is_from_before: bool
) -> bool:
    """Whether a run is judged for the page only. `before` is the record of the last look, `known` what is known of a
    note on the run, by that record or by another recording; `is_from_before`: it was run before the runner connected.

    What Strava has just made is new even if it was in the first list: events are slower than lists. An old run that was
    hidden and is shown again is made anew by Strava, too."""
    is_known_as_old = known is not None and known.is_old
    if is_known_as_old and not (is_new and before is not None):
        return True
    return (known is None or is_known_as_old) and is_from_before


ODOMETER_LATE = timedelta(minutes=10)
"""Strava adds a run to its pair within minutes; then the pair is read again, once, and at the later look."""


def later_looks(record: RunRecord, reread: timedelta | None, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When the run is looked at again: for its pair's mileage, and for shoes and words that are corrected hours later
    without an event, once a run. None: not at all. `reread`: how long after the first look; None: never."""
    for_mileage = now + ODOMETER_LATE if record.odometer_is_late and record.reread_at is None else None
    planned = record.reread_at
    if planned is None and reread is not None and not record.is_old:
        planned = now + reread
    return for_mileage, None if planned is None or planned <= now else planned


class Step(StrEnum):
    """What is to be done about the note of an activity."""

    KEEP = "keep"
    """Nothing: only the record follows."""
    WRITE = "write"
    """A note goes onto a run that carries none, by a way on which it can be changed later."""
    SEND = "send"
    """A note goes by a way on which it has left for good: a mail, a comment."""
    CHANGE = "change"
    """The note is replaced where it is."""
    TAKE_OUT = "take_out"
    """The note is taken out."""
    MOVE = "move"
    """The note is taken out of a field that others read, and then told in a private way."""


@dataclass(frozen=True, kw_only=True)
class NotePlan:
    """One step, and the record as it is kept once the step is done."""

    step: Step
    record: RunRecord
    way: Channel | None = None
    """The channel to be asked; None for KEEP."""
    others: tuple[Channel, ...] = ()
    """What is left to fall back to, in order."""


def plan_note(
    before: RunRecord | None,
    record: RunRecord,
    text: str,
    detail: ActivityDetail,
    *,
    told_by: Channel | None,
    ways: Sequence[Channel],
    may_stay_public: bool,
    now: datetime,
) -> NotePlan:
    """What brings the note of a run into line with `text` (empty: nothing is to be said).

    `before` is the record of the last look, `told_by` its channel; `record` the new one, with everything but the
    telling. `ways` are the channels open for this note, the first choice first. `may_stay_public`: others may read it
    where they read the one there is. A block that the runner took out stays out; what has left is not sent twice.
    """
    if before is None:
        return plan_first(record, text, ways, now)
    if before.telling == NoteStatus.REMOVED:
        return _keep(replace(placed_as(before, record), telling=NoteStatus.REMOVED))
    if has_left(before, told_by):
        return _keep(as_left(before, record, text or None, now))
    if arrived(before, told_by, detail) and _is_judged_alike(before, record):
        # What was judged then was told then, whatever runs have come since: one write a run.
        return _keep(replace(before, telling=NoteStatus.TOLD, told_at=before.told_at or now))
    if told_by is not None and is_in_field(told_by) and before.telling in (NoteStatus.TOLD, NoteStatus.SENDING):
        if stands(before, told_by, detail):
            return _plan_change(before, record, text, told_by, ways, may_stay_public=may_stay_public, now=now)
        if before.telling == NoteStatus.TOLD or (before.told_at is not None and before.text):
            return _keep(replace(placed_as(before, record), telling=NoteStatus.REMOVED))
    elif before.telling == NoteStatus.TOLD:
        # On the page: the record is the note.
        return _keep(_told(placed_as(before, record), text))
    return plan_first(record, text, ways, now, was_there=before.told_at is not None)


def plan_first(
    record: RunRecord, text: str, ways: Sequence[Channel], now: datetime, *, was_there: bool = False
) -> NotePlan:
    """A run that carries no note gets one by the first way open, or none."""
    if not text or not ways:
        silent = NoteStatus.TAKEN_OUT if was_there else NoteStatus.NOTHING
        return _keep(replace(record, telling=silent, channel=None, text="", told_at=None))
    way, *others = ways
    told = replace(record, telling=NoteStatus.TOLD, channel=way.name, text=text, told_at=now)
    if way.is_editable:
        return NotePlan(step=Step.WRITE, record=told, way=way, others=tuple(others))
    return NotePlan(step=Step.SEND, record=replace(told, mailed=True), way=way, others=tuple(others))


def _plan_change(
    before: RunRecord,
    record: RunRecord,
    text: str,
    told_by: Channel,
    ways: Sequence[Channel],
    *,
    may_stay_public: bool,
    now: datetime,
) -> NotePlan:
    stood = replace(placed_as(before, record), told_at=before.told_at or now)
    if not text:
        return NotePlan(step=Step.TAKE_OUT, record=_told(stood, ""), way=told_by)
    if told_by.is_public and not may_stay_public:
        # Without facts the record counts as changed, so that the note is told even if the process ends in between.
        out = replace(_told(stood, ""), facts=None)
        return NotePlan(step=Step.MOVE, record=out, way=told_by, others=tuple(ways))
    return NotePlan(step=Step.CHANGE, record=_told(stood, text), way=told_by)


def _keep(record: RunRecord) -> NotePlan:
    return NotePlan(step=Step.KEEP, record=replace(record, judge_again=False))


def _told(record: RunRecord, text: str) -> RunRecord:
    return replace(record, telling=NoteStatus.TOLD if text else NoteStatus.TAKEN_OUT, text=text)


def _is_judged_alike(before: RunRecord, record: RunRecord) -> bool:
    def judged_by(one: RunRecord) -> object:
        return one.facts, one.judged_race, one.judged_without

    return not before.judge_again and judged_by(before) == judged_by(record)
