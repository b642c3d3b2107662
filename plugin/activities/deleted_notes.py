"""What is kept, for two days, of a note on an activity that is gone: hashes, and where the note was. Pure.

A privacy toggle can come as delete and create, and a file can be uploaded again after it was deleted: one run has one
note all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from plugin.activities.note_state import has_left, is_in_field
from plugin.ports import Channel, ChannelName, NoteStatus, RunRecord

TRACES = "gone"
"""The key under which the store keeps them."""
MINUTE = timedelta(minutes=1)
APART = 2
"""Two recordings of one run start at most this many minutes apart."""


def trace_key(runner_id: int, run_id: int) -> str:
    """A deleted activity's name among the traces: enough to know it again, not to tell which it was."""
    return _hashed(f"{runner_id}:{run_id}")


def _start_key(runner_id: int, start: datetime) -> str:
    return _hashed(f"{runner_id}:at:{int(start.timestamp() // 60)}")


def _hashed(name: str) -> str:
    return hashlib.sha256(f"gone:{name}".encode()).hexdigest()


def traces_of(run_record: RunRecord, channel: Channel | None, until: datetime) -> dict[str, dict[str, Any]]:
    """All that is kept of the record of a deleted activity: where its note is or by what way it left. A note that has
    left, or that the runner took out, is also known by the minute in which the run started: the run may be uploaded
    again under another id. {} where nothing was told."""
    is_gone = has_left(run_record, channel)
    is_there = is_in_field(channel) and run_record.telling in (NoteStatus.TOLD, NoteStatus.SENDING)
    if not (run_record.is_old or is_gone or is_there):
        return {}
    trace = {
        "until": until.isoformat(),
        "telling": run_record.telling.value,
        "channel": run_record.channel.value if run_record.channel else None,
        "mailed": run_record.mailed,
        "was_told": run_record.told_at is not None,
        "is_old": run_record.is_old,
    }
    traces = {trace_key(run_record.runner_id, run_record.run_id): trace}
    if is_gone and run_record.start is not None:
        traces[_start_key(run_record.runner_id, run_record.start)] = trace
    return traces


def find_trace(traces: Mapping[str, Any], run_record: RunRecord) -> Mapping[str, Any] | None:
    """The trace of this activity, or of a deleted recording of the same run."""
    keys = [trace_key(run_record.runner_id, run_record.run_id)]
    if run_record.start is not None:
        keys += [
            _start_key(run_record.runner_id, run_record.start + number * MINUTE)
            for number in sorted(range(-APART, APART + 1), key=abs)
        ]
    return next((traces[key] for key in keys if key in traces), None)


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
