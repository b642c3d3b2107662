"""Where a note stands, or by what way it has left: read from the record and from the field itself. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from plugin.block import as_note, block_in, same_text
from plugin.ports import ChannelName, Look, Seen, Telling
from plugin.wording import marked

FIELDS = frozenset({ChannelName.PRIVATE_NOTE, ChannelName.DESCRIPTION})
LEAVES = frozenset({ChannelName.EMAIL, ChannelName.COMMENT})
"""What has left cannot be changed or taken back."""
CUT_OFF = marked("The process ended while this was handed over: it may have arrived and is not sent again.")


def has_left(look: Look) -> bool:
    """Whether its note went by a way on which nothing can be taken back, or was taken out by the runner."""
    by_leaving = look.channel in LEAVES and (look.telling == Telling.SENDING or look.told_at is not None)
    return look.mailed or by_leaving or look.telling == Telling.REMOVED


def placed_as(before: Look, look: Look) -> Look:
    """The new record, its note where the old one's was."""
    return replace(look, channel=before.channel, told_at=before.told_at)


def as_left(before: Look, look: Look, text: str | None, now: datetime) -> Look:
    """What went by mail or as a comment: the record follows, nothing is sent. What was cut off nobody can know."""
    kept = replace(placed_as(before, look), text=text or "", mailed=before.mailed)
    if before.telling == Telling.SENDING:
        remark = CUT_OFF
        kept = replace(kept, told_at=now, mailed=before.channel == ChannelName.EMAIL)
    elif before.telling == Telling.UNKNOWN:
        remark = before.remark
    else:
        return replace(kept, telling=Telling.TOLD if text else Telling.TAKEN_OUT)
    return replace(kept, telling=Telling.UNKNOWN, text=before.text, remark=remark)


def stands(look: Look, seen: Seen) -> bool:
    """Whether our block stands in the field. One that was cut off before it stood is ours only to the letter."""
    block = block_in(field_of(look.channel, seen), was=look.text or None)
    if block is None or look.told_at is not None or look.telling == Telling.TOLD:
        return block is not None
    return same_text(block, as_note(look.text))


def arrived(look: Look, seen: Seen) -> bool:
    """Whether the note that was being written stands in the field, to the letter: only the record was cut off."""
    block = block_in(field_of(look.channel, seen), was=look.text or None)
    is_written = look.telling == Telling.SENDING and look.channel in FIELDS and bool(look.text)
    return is_written and block is not None and same_text(block, as_note(look.text))


def field_of(name: ChannelName | None, seen: Seen) -> str:
    return seen.texts.private_note if name == ChannelName.PRIVATE_NOTE else seen.texts.description


def unremembered(name: ChannelName, seen: Seen, text: str) -> str | None:
    """`Message.was` where no note is on record. A block that begins like this note is ours, from before the activity
    was hidden and shown again; any other is the runner's quotation and stays."""
    block = block_in(field_of(name, seen)) if name in FIELDS else None
    first, _, _ = as_note(text).partition("\n")
    return None if block is not None and same_text(block.partition("\n")[0], first) else ""
