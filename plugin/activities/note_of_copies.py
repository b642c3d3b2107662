"""Several recordings of one run: a note belongs to the run, not to the upload. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from plugin.activities.past_notes import was_told
from plugin.ports import NoteStatus, RunRecord
from plugin.training.runs import Run, are_copies


def recordings_of(run: Run, runs: Iterable[Run]) -> frozenset[int]:
    """Ids of the other recordings of the same run: watch and phone, or a file that was uploaded again."""
    return frozenset(int(one.id) for one in runs if one.id != run.id and one.id.isdigit() and are_copies(run, one))


def inherited(
    before: RunRecord | None, others: Iterable[RunRecord], new: RunRecord, has_left: set[int]
) -> RunRecord | None:
    """What is known of a note on this run: by its own record, else by that of another recording whose note has left
    (`has_left`: their ids) or was taken out by the runner. A note in a field of the other is no obstacle: it goes.
    """
    if before is not None and (before.mailed or was_told(before)):
        return before
    told = [one for one in others if one.run_id in has_left or one.telling == NoteStatus.REMOVED]
    if not told:
        return before
    other = max(told, key=lambda one: (one.told_at or one.looked_at, one.run_id))
    return replace(
        before or new,
        telling=other.telling,
        channel=other.channel,
        text=other.text,
        told_at=other.told_at,
        mailed=other.mailed,
    )


def told_on(records: Iterable[RunRecord], recordings: frozenset[int]) -> list[int]:
    """Ids of the other recordings that carry a note: once the run is told on this one, theirs goes."""
    return [one.run_id for one in records if one.run_id in recordings and was_told(one) and one.aside is None]


def to_judge_again(
    before: RunRecord | None,
    after: RunRecord | None,
    others: Iterable[RunRecord],
    recordings: frozenset[int],
    looked_since: datetime,
) -> list[int]:
    """Ids of the runs that are judged again after the look at one, the earliest first: every later one whose facts are
    still kept, if what this run counts for them has changed, and the other recordings of this run."""
    if _counts_as(before) == _counts_as(after):
        return []
    start = next((one.start for one in (after, before) if one is not None), None)
    affected = [
        one
        for one in others
        if one.facts is not None
        and one.facts.is_run
        and not one.is_old
        and one.start is not None
        and one.looked_at >= looked_since
        and (one.run_id in recordings or (start is not None and one.start > start))
    ]
    return [one.run_id for one in sorted(affected, key=lambda one: (one.start, one.run_id))]


def _counts_as(record: RunRecord | None) -> object:
    """What the evaluation of other runs uses of this one; None for a run that does not count."""
    if record is None or record.facts is None or not record.facts.is_run or record.aside is not None:
        return None
    told = tuple((one.rule, one.level, one.leads) for one in record.found if one.told) if was_told(record) else ()
    load = any(one.family == "load" for one in record.found)
    return (record.facts.distance_m, record.facts.day, record.start, record.judged_race, told, load)
