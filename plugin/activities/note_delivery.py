"""Delivers a note once: records the intent, calls the channel, then records the outcome.

After a crash the record says what to do. `sending` to a field: the field is read and shows whether the note arrived.
`sending` by mail: the mail may have left and is not sent again. `told_at` is set when a note first arrives: a `sending`
record with `told_at` is a change of that note.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from plugin.activities.channel_failures import reopened, with_failure
from plugin.activities.note_state import channel_of, has_left, is_in_field, stands, unremembered
from plugin.activities.plan import NotePlan, Step, plan_first, plan_note
from plugin.errors import NotTold, StravaError
from plugin.notes.note import Note
from plugin.ports import (
    ActivityDetail,
    Channel,
    Channels,
    Message,
    NoteStatus,
    Reason,
    Runner,
    RunRecord,
    Store,
    ways,
)
from plugin.ports.reasons import as_kept
from plugin.rules.notice import PROFESSIONAL, Family

log = logging.getLogger("footnote.note_delivery")


@dataclass(frozen=True, kw_only=True)
class Words:
    """A note in words: its lines, a subject for a mail, the leading rule, whether others may read it, and whether the
    runner may ask for silence about it."""

    text: str
    subject: str
    lead_rule: str
    is_public_safe: bool
    can_be_silenced: bool = True
    asks: str = ""
    """A part that the note asks about."""


def quiet_words(line: str) -> Words:
    """The line that a runner asked for on every run: no rule speaks in it, so there is nothing to silence."""
    return Words(text=line, subject=line.removesuffix("."), lead_rule="", is_public_safe=True, can_be_silenced=False)


def is_public_safe(note: Note) -> bool:
    """Soreness is never told, nor asked about, where others read."""
    return note.asks is None and all(one.family != Family.SORENESS for one in note.told)


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
        known: RunRecord | None = None,
        tries: int = 0,
    ) -> RunRecord | None:
        """Bring what the runner was told of this run into line with `words` (None: nothing is to be said).

        `run_record` is the new record with everything but the telling. `known`: what is known of an earlier note on
        this run where its own record does not tell. `tries`: how often this was tried before. Raises NotTold for what
        may pass and a StravaError while a field could not be written; the record then says how far it got. None where
        the runner has left meanwhile.
        """
        if reopened(runner, now) != runner:
            runner = self._store.change_runner(runner.id, lambda was: reopened(was, now)) or runner
        before = known or self._store.run_record(runner.id, run_record.run_id)
        told_by = self.channel_of(before) if before is not None else None
        plan = plan_note(
            before,
            run_record,
            words.text if words else "",
            detail,
            told_by=told_by,
            ways=self._open_ways(runner, words),
            may_stay_public=words is None or (words.is_public_safe and runner.settings.public_ok),
            now=now,
        )
        if plan.step is Step.KEEP:
            return self._keep(plan.record)
        if plan.step in (Step.WRITE, Step.SEND):
            return self._tell(runner, plan, detail, words, now, tries)
        changed = self._change(runner, plan, before, detail, words, now)
        if changed is None or plan.step is not Step.MOVE or words is None:
            return changed
        return self._tell(runner, plan_first(run_record, words.text, plan.others, now), detail, words, now, tries)

    def _tell(
        self, runner: Runner, plan: NotePlan, detail: ActivityDetail, words: Words | None, now: datetime, tries: int
    ) -> RunRecord | None:
        """Tell a note on a run that carries none, and fall back where a way turns out not to work."""
        if plan.way is None or words is None:
            return self._keep(plan.record)
        channel, told = plan.way, plan.record
        if self._keep(replace(told, telling=NoteStatus.SENDING, told_at=None, mailed=False)) is None:
            return None
        unsent = replace(
            told, telling=NoteStatus.NOTHING, channel=None, text="", facts=None, told_at=None, mailed=False
        )
        try:
            channel.tell(_message(runner, detail, words, was=unremembered(channel, detail, words.text)), now)
        except NotTold as wrong:
            log.warning("note not told by %s: %s", channel.name, wrong)
            if wrong.may_have_left:
                return self._keep(replace(told, telling=NoteStatus.UNKNOWN, remark=_remark(wrong)))
            is_enough = wrong.most_tries is not None and tries + 1 >= wrong.most_tries
            if not wrong.for_good and not is_enough:
                self._keep(unsent)
                raise
            runner = self._note_failure(runner, channel, detail.id, now, is_decided=wrong.for_good)
            left = replace(told, remark=_remark(wrong), mailed=False)
            return self._tell(runner, plan_first(left, words.text, plan.others, now), detail, words, now, tries)
        except StravaError:
            if not channel.is_editable:
                self._keep(unsent)
            raise
        return self._keep(told)

    def _change(
        self,
        runner: Runner,
        plan: NotePlan,
        before: RunRecord | None,
        detail: ActivityDetail,
        words: Words | None,
        now: datetime,
    ) -> RunRecord | None:
        """Replace our block where it is, or take it out."""
        if plan.way is None or before is None:
            return self._keep(plan.record)
        stays = words if plan.step is Step.CHANGE else None
        if self._keep(replace(plan.record, telling=NoteStatus.SENDING)) is None:
            return None
        try:
            plan.way.tell(_message(runner, detail, stays, was=before.text or None), now)
        except NotTold as wrong:
            if not wrong.for_good:
                raise
            self._note_failure(runner, plan.way, detail.id, now)
            return self._keep(replace(plan.record, telling=NoteStatus.TOLD, text=before.text, remark=_remark(wrong)))
        return self._keep(plan.record)

    def note_removal(self, run_record: RunRecord, detail: ActivityDetail) -> None:
        """Keep on record that the runner took the note out, where nothing else about the run has changed."""
        channel = self.channel_of(run_record)
        is_there = stands(run_record, channel, detail)
        if run_record.telling == NoteStatus.TOLD and is_in_field(channel) and not is_there:
            self._keep(replace(run_record, telling=NoteStatus.REMOVED))

    def has_left(self, run_record: RunRecord) -> bool:
        """Whether its note cannot be changed any more, or was taken out by the runner."""
        return has_left(run_record, self.channel_of(run_record))

    def channel_of(self, run_record: RunRecord) -> Channel | None:
        """As in `note_state`, of this process's channels."""
        return channel_of(self._channels, run_record)

    def _open_ways(self, runner: Runner, words: Words | None) -> list[Channel]:
        """The runner's channel and what it falls back to, as far as this note may go there."""
        chosen = runner.settings
        found = ways(self._channels, chosen.channel)
        if chosen.until_confirmed is not None and not found[0].can_tell(runner):
            found = [*found[:1], *ways(self._channels, chosen.until_confirmed)]
        is_safe = words is None or words.is_public_safe
        return [one for one in found if (is_safe or not one.is_public) and one.can_tell(runner)]

    def _note_failure(
        self, runner: Runner, channel: Channel, run_id: int, now: datetime, *, is_decided: bool = True
    ) -> Runner:
        def change(was: Runner) -> Runner:
            return with_failure(was, channel, run_id, now, is_decided=is_decided)

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


def _remark(wrong: NotTold) -> str:
    return as_kept(Reason.NOT_TOLD, str(wrong))


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
        asks=words.asks if words else "",
    )
