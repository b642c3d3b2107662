"""What is kept, for two days, of a note on an activity that is gone: a hash, and where the note stood. Pure.

A privacy toggle can come as delete and create: one run has one note all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from plugin.activities.note_state import has_left, is_in_field
from plugin.ports import Channel, ChannelName, NoteStatus, RunRecord

TRACES = "gone"
"""The books' mark under which they stand."""


def trace_key(runner_id: int, run_id: int) -> str:
    """A deleted activity's name among the traces: enough to know it again, not to tell which it was."""
    return hashlib.sha256(f"gone:{runner_id}:{run_id}".encode()).hexdigest()


def trace_of(run_record: RunRecord, channel: Channel | None, until: datetime) -> dict[str, Any] | None:
    """All that is kept of a look at a deleted activity: where its note stands or by what way it left. None if it told
    nothing. A privacy toggle can come as delete and create, and one run has one note."""
    stands = is_in_field(channel) and run_record.telling in (NoteStatus.TOLD, NoteStatus.SENDING)
    if not (run_record.is_old or has_left(run_record, channel) or stands):
        return None
    return {
        "until": until.isoformat(),
        "telling": run_record.telling.value,
        "channel": run_record.channel.value if run_record.channel else None,
        "mailed": run_record.mailed,
        "was_told": run_record.told_at is not None,
        "is_old": run_record.is_old,
    }


def traced(trace: Mapping[str, Any] | None, run_record: RunRecord, now: datetime) -> RunRecord | None:
    """The record of an earlier note, as far as its trace tells, for the activity that `run_record` is at."""
    if trace is None or datetime.fromisoformat(trace["until"]) <= now:
        return None
    return RunRecord(
        runner_id=run_record.runner_id,
        run_id=run_record.run_id,
        day=run_record.day,
        looked_at=now,
        telling=NoteStatus(trace["telling"]),
        channel=ChannelName(trace["channel"]) if trace["channel"] else None,
        mailed=trace["mailed"],
        told_at=now if trace["was_told"] else None,
        is_old=trace["is_old"],
    )
