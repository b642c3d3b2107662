"""What becomes of the note when a run was recorded twice: it belongs to the run, not to the upload. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from plugin.activities.past_notes import was_told
from plugin.ports import NoteStatus, RunRecord
from plugin.training.runs import Run
from plugin.training.runs_set_aside import are_copies


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
