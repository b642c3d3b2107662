"""What is kept, for two days, of a note on an activity that is gone: a hash, and where the note stood. Pure.

A privacy toggle can come as delete and create: one run has one note all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from plugin.ports import ChannelName, Look, Telling
from plugin.standing import FIELDS, has_left

TRACES = "gone"
"""The books' mark under which they stand."""


def trace_key(runner_id: int, run_id: int) -> str:
    """A deleted activity's name among the traces: enough to know it again, not to tell which it was."""
    return hashlib.sha256(f"gone:{runner_id}:{run_id}".encode()).hexdigest()


def trace_of(look: Look, until: datetime) -> dict[str, Any] | None:
    """All that is kept of a look at a deleted activity: where its note stands or by what way it left. None if it told
    nothing. A privacy toggle can come as delete and create, and one run has one note."""
    stands = look.channel in FIELDS and look.telling in (Telling.TOLD, Telling.SENDING)
    if not (look.is_old or has_left(look) or stands):
        return None
    return {
        "until": until.isoformat(),
        "telling": look.telling.value,
        "channel": look.channel.value if look.channel else None,
        "mailed": look.mailed,
        "was_told": look.told_at is not None,
        "is_old": look.is_old,
    }


def traced(trace: Mapping[str, Any] | None, look: Look, now: datetime) -> Look | None:
    """The record of an earlier note, as far as its trace tells, for the activity that `look` is at."""
    if trace is None or datetime.fromisoformat(trace["until"]) <= now:
        return None
    return Look(
        runner_id=look.runner_id,
        run_id=look.run_id,
        day=look.day,
        looked_at=now,
        telling=Telling(trace["telling"]),
        channel=ChannelName(trace["channel"]) if trace["channel"] else None,
        mailed=trace["mailed"],
        told_at=now if trace["was_told"] else None,
        is_old=trace["is_old"],
    )
