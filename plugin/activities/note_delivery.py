"""Telling a note once: the intent is written before the deed, then the channel is asked, then the record is closed.

What is on record says what to do after a death at any point: `sending` on a field is looked up in the field, `sending`
by mail may have left and is not sent again. `told_at` is set once a note has stood: a later `sending` changes it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from plugin.activities.channel_failures import reopened, with_failure
from plugin.activities.note_state import arrived, as_left, has_left, is_in_field, placed_as, stands, unremembered
from plugin.errors import NotTold, StravaError
from plugin.notes.choice import Note
from plugin.ports import (
    ActivityDetail,
    Channel,
    ChannelName,
    Channels,
    Message,
    NoteStatus,
    Runner,
    RunRecord,
    Store,
    ways,
)
from plugin.rules.notice import PROFESSIONAL, Family

log = logging.getLogger("footnote.telling")


@dataclass(frozen=True, kw_only=True)
class Words:
    """A note in words: its lines, a subject for a mail, the leading rule, whether others may read it, and whether the
    runner may ask for silence about it."""

    text: str
    subject: str
    lead_rule: str
    is_public_safe: bool
    can_be_silenced: bool = True


def quiet_words(line: str) -> Words:
    """The line that a runner asked for on every run: no rule speaks in it, so there is nothing to silence."""
    return Words(text=line, subject=line.removesuffix("."), lead_rule="", is_public_safe=True, can_be_silenced=False)


def is_public_safe(note: Note) -> bool:
    """Soreness is never told where others read."""
    return all(one.family != Family.SORENESS for one in note.told)


def can_be_silenced(note: Note) -> bool:
    """What says to see a professional is said again."""
    return all(one.level < PROFESSIONAL for one in note.told)


class NoteDelivery:
    """Tells notes by the runner's channel, and falls back where a channel turns out not to work."""

    def __init__(self, store: Store, channels: Channels) -> None:
        self._store = store
        self._channels = channels

    def deliver(
        self,
        runner: Runner,
        run_record: RunRecord,
        detail: ActivityDetail,
        words: Words | None,
        now: datetime,
        *,
        traced: RunRecord | None = None,
    ) -> RunRecord | None:
        """Bring what the runner was told of this run into line with `words` (None: nothing is to be said).

        `run_record` is the new record with everything but the telling. A block the runner took out stays out; what
        went by
        mail is not sent twice. Raises NotTold for what may pass and a StravaError while a field could not be written;
        the record then says how far it got. None where the runner has left meanwhile. `traced`: what is known of a
        note on an activity that was gone and is shown again, where there is no record.
        """
        if reopened(runner, now) != runner:
            runner = self._store.change_runner(runner.id, lambda was: reopened(was, now)) or runner
        before = self._store.run_record(runner.id, run_record.run_id) or traced
        if before is None:
            return self._tell(runner, run_record, detail, words, now)
        channel = self.channel_of(before)
        if before.telling == NoteStatus.REMOVED:
            return self._keep(replace(placed_as(before, run_record), telling=NoteStatus.REMOVED))
        if has_left(before, channel):
            return self._keep(as_left(before, run_record, words.text if words else None, now))
        if (
            arrived(before, channel, detail)
            and before.facts == run_record.facts
            and before.judged_race == run_record.judged_race
            and before.judged_without == run_record.judged_without
        ):
            # What was judged then was told then, whatever runs have come since: one write a run.
            return self._keep(replace(before, telling=NoteStatus.TOLD, told_at=before.told_at or now))
        if is_in_field(channel) and before.telling in (NoteStatus.TOLD, NoteStatus.SENDING):
            if stands(before, channel, detail):
                return self._follow(runner, before, run_record, detail, words, now)
            if before.telling == NoteStatus.TOLD or (before.told_at is not None and before.text):
                return self._keep(replace(placed_as(before, run_record), telling=NoteStatus.REMOVED))
        elif before.telling == NoteStatus.TOLD:
            # On the page: what stands there is the record.
            telling = NoteStatus.TOLD if words else NoteStatus.TAKEN_OUT
            return self._keep(replace(placed_as(before, run_record), telling=telling, text=words.text if words else ""))
        was_there = before.told_at is not None
        return self._tell(
            runner, run_record, detail, words, now, silent=NoteStatus.TAKEN_OUT if was_there else NoteStatus.NOTHING
        )

    def _tell(
        self,
        runner: Runner,
        run_record: RunRecord,
        detail: ActivityDetail,
        words: Words | None,
        now: datetime,
        *,
        silent: NoteStatus = NoteStatus.NOTHING,
    ) -> RunRecord | None:
        """Tell a note on a run that carries none."""
        if words is None:
            return self._keep(replace(run_record, telling=silent, channel=None, text="", told_at=None))
        for channel in self._ways(runner, words):
            if not channel.can_tell(runner):
                continue
            sending = replace(
                run_record, telling=NoteStatus.SENDING, channel=channel.name, text=words.text, told_at=None
            )
            if self._keep(sending) is None:
                return None
            unsent = replace(sending, telling=NoteStatus.NOTHING, channel=None, text="", facts=None)
            try:
                channel.tell(_message(runner, detail, words, was=unremembered(channel, detail, words.text)), now)
            except NotTold as wrong:
                log.warning("not told by %s: %s", channel.name, wrong)
                if wrong.may_have_left:
                    left = replace(sending, telling=NoteStatus.UNKNOWN, told_at=now, remark=str(wrong))
                    return self._keep(replace(left, mailed=not channel.is_editable))
                if not wrong.for_good:
                    self._keep(unsent)
                    raise
                runner = self._note_failure(runner, channel, detail.id, now)
                run_record = replace(run_record, remark=str(wrong))
            except StravaError:
                if not channel.is_editable:
                    self._keep(unsent)
                raise
            else:
                told = replace(sending, telling=NoteStatus.TOLD, told_at=now, mailed=not channel.is_editable)
                return self._keep(told)
        return None

    def _follow(
        self,
        runner: Runner,
        before: RunRecord,
        run_record: RunRecord,
        detail: ActivityDetail,
        words: Words | None,
        now: datetime,
    ) -> RunRecord | None:
        """Replace our block where it stands, or take it out."""
        channel = self._channels[before.channel or ChannelName.PRIVATE_NOTE]
        may_be_public = words is None or (words.is_public_safe and runner.settings.public_ok)
        goes_private = channel.is_public and not may_be_public
        shown = None if goes_private else words
        text = shown.text if shown else ""
        stood = replace(placed_as(before, run_record), told_at=before.told_at or now)
        if self._keep(replace(stood, telling=NoteStatus.SENDING, text=text)) is None:
            return None
        message = _message(runner, detail, shown, was=before.text or None)
        try:
            channel.tell(message, now)
        except NotTold as wrong:
            if not wrong.for_good:
                raise
            self._note_failure(runner, channel, detail.id, now)
            return self._keep(replace(stood, telling=NoteStatus.TOLD, text=before.text, remark=str(wrong)))
        if goes_private:
            out = self._keep(replace(stood, telling=NoteStatus.TAKEN_OUT, text="", facts=None))
            return None if out is None else self._tell(runner, run_record, detail, words, now)
        return self._keep(replace(stood, telling=NoteStatus.TOLD if text else NoteStatus.TAKEN_OUT, text=text))

    def channel_of(self, run_record: RunRecord) -> Channel | None:
        """The channel that told it; None for no channel, or for one that is not here any more."""
        return self._channels.get(run_record.channel) if run_record.channel is not None else None

    def _ways(self, runner: Runner, words: Words) -> list[Channel]:
        found = ways(self._channels, runner.settings.channel)
        return [channel for channel in found if words.is_public_safe or not channel.is_public]

    def _note_failure(self, runner: Runner, channel: Channel, run_id: int, now: datetime) -> Runner:
        def change(was: Runner) -> Runner:
            return with_failure(was, channel, run_id, now)

        return self._store.change_runner(runner.id, change) or change(runner)

    def _keep(self, run_record: RunRecord) -> RunRecord | None:
        return self._store.change_run_record(run_record.runner_id, run_record.run_id, _carrying(run_record))


def _carrying(run_record: RunRecord) -> Callable[[RunRecord | None], RunRecord]:
    """The new record with what others may have written into the old one meanwhile: the runner's say."""

    def change(was: RunRecord | None) -> RunRecord:
        if was is None:
            return run_record
        return replace(
            run_record,
            called_race=was.called_race or run_record.called_race,
            reread_at=run_record.reread_at or was.reread_at,
            mailed=was.mailed or run_record.mailed,
        )

    return change


def _message(runner: Runner, detail: ActivityDetail, words: Words | None, *, was: str | None) -> Message:
    return Message(
        runner=runner,
        run_id=detail.id,
        day=detail.day,
        text=words.text if words else "",
        before=detail,
        was=was,
        subject=words.subject if words else "",
        lead_rule=words.lead_rule if words else "",
        is_public_safe=words.is_public_safe if words else True,
        can_be_silenced=words.can_be_silenced if words else True,
    )
