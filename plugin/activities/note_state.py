"""Where a note is, or how it left: read from the record and from the activity's field. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from plugin.notes.block import as_note, block_in, same_text
from plugin.ports import ActivityDetail, Channel, Channels, NoteStatus, Reason, RunRecord


def is_in_field(channel: Channel | None) -> bool:
    """Whether its notes are in a text of the activity, where they can be read back and changed."""
    return channel is not None and channel.is_on_activity and channel.is_editable


def channel_of(channels: Channels, run_record: RunRecord) -> Channel | None:
    """The channel that told it; None for no channel, or for one that is not here any more."""
    return channels.get(run_record.channel) if run_record.channel is not None else None


def has_left(run_record: RunRecord, channel: Channel | None) -> bool:
    """Whether its note went by a way on which nothing can be changed any more, or was taken out by the runner.

    `channel` is the record's, here and below; None where there is none, or none of that name any more.
    """
    is_gone = run_record.channel is not None and (channel is None or not channel.is_editable)
    by_leaving = is_gone and (run_record.telling == NoteStatus.SENDING or run_record.told_at is not None)
    return run_record.mailed or by_leaving or run_record.telling == NoteStatus.REMOVED


def placed_as(before: RunRecord, run_record: RunRecord) -> RunRecord:
    """The new record, its note where the old one's was."""
    return replace(run_record, channel=before.channel, told_at=before.told_at)


def as_left(before: RunRecord, run_record: RunRecord, text: str | None, now: datetime) -> RunRecord:
    """The record of a note that went by mail or as a comment: nothing is sent again. One that was being sent when the
    process ended may have arrived: its status is unknown."""
    kept = replace(placed_as(before, run_record), text=text or "", mailed=before.mailed)
    if before.telling == NoteStatus.SENDING:
        remark = str(Reason.CUT_OFF)
        kept = replace(kept, told_at=now, mailed=True)
    elif before.telling == NoteStatus.UNKNOWN:
        remark = before.remark
    else:
        return replace(kept, telling=NoteStatus.TOLD if text else NoteStatus.TAKEN_OUT)
    return replace(kept, telling=NoteStatus.UNKNOWN, text=before.text, remark=remark)


def stands(run_record: RunRecord, channel: Channel | None, detail: ActivityDetail) -> bool:
    """Whether our block is in the field. If the process ended while it was being written, a block is ours only if its
    text is exactly that of the record."""
    block = block_in(_field(channel, detail), was=run_record.text or None)
    if block is None or run_record.told_at is not None or run_record.telling == NoteStatus.TOLD:
        return block is not None
    return same_text(block, as_note(run_record.text))


def arrived(run_record: RunRecord, channel: Channel | None, detail: ActivityDetail) -> bool:
    """Whether the note that was being written when the process ended is in the field, exactly as in the record."""
    is_written = run_record.telling == NoteStatus.SENDING and is_in_field(channel) and bool(run_record.text)
    block = block_in(_field(channel, detail), was=run_record.text or None)
    return is_written and block is not None and same_text(block, as_note(run_record.text))


def unremembered(channel: Channel, detail: ActivityDetail, text: str) -> str | None:
    """`Message.was` where no note is on record. A block that begins like this note is ours, from before the activity
    was hidden and shown again; any other is the runner's quotation and stays."""
    block = block_in(_field(channel, detail)) if is_in_field(channel) else None
    first, _, _ = as_note(text).partition("\n")
    return None if block is not None and same_text(block.partition("\n")[0], first) else ""


def _field(channel: Channel | None, detail: ActivityDetail) -> str:
    return (channel.text_on(detail) if channel is not None else None) or ""
