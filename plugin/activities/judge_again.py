"""Which runs are judged again after the look at one, because it now counts for them in another way. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from plugin.activities.past_notes import was_told
from plugin.ports import RunRecord


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
