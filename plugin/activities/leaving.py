"""A runner leaves, and our notes are taken out of their activities first: which notes, how far it has come, and what is
said of it once nothing is kept of the runner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from plugin.activities.note_state import is_in_field
from plugin.ports import Channel, Leaving, NoteStatus, Runner, RunRecord, StayReason, Store

RECEIPTS = "left"
"""A key: digest of what a browser holds to what came of leaving. It names nobody."""
RECEIPT_KEPT = timedelta(days=2)
MOST_TIME = timedelta(days=1)
"""After this everything is deleted, however many notes are left: who leaves is gone within a day."""

ChannelOf = Callable[[RunRecord], Channel | None]


@dataclass(frozen=True, kw_only=True)
class Parting:
    """What came of it, for the runner to read."""

    at: datetime
    taken_out: int
    stay: Mapping[StayReason, int]


def is_on_activity(run_record: RunRecord, channel: Channel | None) -> bool:
    """Whether a note of ours may be in a field of the activity."""
    return is_in_field(channel) and run_record.telling in (NoteStatus.TOLD, NoteStatus.SENDING)


def begun(run_records: Iterable[RunRecord], channel_of: ChannelOf, receipt: str, now: datetime) -> Leaving:
    """What is on record of the runner's notes as they ask. A comment stays: no app may delete one."""
    comments, in_fields = [], 0
    for one in run_records:
        channel = channel_of(one)
        if is_on_activity(one, channel):
            in_fields += 1
        elif channel is not None and channel.is_on_activity and not channel.is_editable and one.told_at is not None:
            comments.append(str(one.run_id))
    return Leaving(
        asked_at=now,
        receipt=receipt,
        notes=in_fields + len(comments),
        stay=dict.fromkeys(comments, StayReason.COMMENT),
    )


def still_there(leaving: Leaving, run_records: Iterable[RunRecord], channel_of: ChannelOf) -> list[RunRecord]:
    """The records of notes that are still to be taken out."""
    return [one for one in run_records if str(one.run_id) not in leaving.stay and is_on_activity(one, channel_of(one))]


def end(store: Store, channel_of: ChannelOf, runner_id: int, now: datetime) -> Parting | None:
    """Just before everything is deleted: what is still there stays, and the receipt is written. None for somebody who
    does not leave in this way."""

    def change(was: Runner) -> Runner:
        if was.leaving is None:
            return was
        rest = {str(one.run_id): StayReason.NOT_REACHED for one in still_there(was.leaving, run_records, channel_of)}
        return replace(was, leaving=replace(was.leaving, stay={**was.leaving.stay, **rest}))

    run_records = store.run_records(runner_id)
    runner = store.change_runner(runner_id, change)
    if runner is None or runner.leaving is None:
        return None
    leaving = runner.leaving
    parting = Parting(at=now, taken_out=leaving.taken_out, stay=Counter(leaving.stay.values()))
    kept = {
        "until": (now + RECEIPT_KEPT).isoformat(),
        "at": now.isoformat(),
        "taken_out": parting.taken_out,
        "stay": {reason.value: number for reason, number in parting.stay.items()},
    }
    store.change_key_value(RECEIPTS, lambda was: {**was, leaving.receipt: kept})
    return parting


def parting_of(store: Store, receipt: str, now: datetime) -> Parting | None:
    """What came of the leaving of whoever holds this receipt; None for nobody, or too long after it."""
    kept = store.key_value(RECEIPTS).get(receipt)
    if kept is None or kept["until"] <= now.isoformat():
        return None
    return Parting(
        at=datetime.fromisoformat(kept["at"]),
        taken_out=kept["taken_out"],
        stay={StayReason(reason): number for reason, number in kept["stay"].items()},
    )


def young_receipts(receipts: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Those that are still shown."""
    return {receipt: kept for receipt, kept in receipts.items() if kept["until"] > now.isoformat()}
