"""Telling a note once: the intent is written before the deed, then the channel is asked, then the record is closed.

What is on record says what to do after a death at any point: `sending` on a field is looked up in the field, `sending`
by mail may have left and is not sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from plugin.block import block_in, same_text
from plugin.errors import NotTold
from plugin.notice import Family, Note
from plugin.ports import Books, Channel, ChannelName, Look, Message, Runner, Seen, Telling

log = logging.getLogger("footnote.telling")

FALLS_BACK = (ChannelName.PRIVATE_NOTE, ChannelName.EMAIL, ChannelName.PAGE)
"""Never from private to public."""
PUBLIC = frozenset({ChannelName.DESCRIPTION, ChannelName.COMMENT})
FIELDS = frozenset({ChannelName.PRIVATE_NOTE, ChannelName.DESCRIPTION})


@dataclass(frozen=True, kw_only=True)
class Words:
    """A note in words: its lines, a subject for a mail, the leading rule, and whether others may read it."""

    text: str
    subject: str
    lead_rule: str
    is_public_safe: bool


def is_public_safe(note: Note) -> bool:
    """Soreness is never told where others read."""
    return all(one.family != Family.SORENESS for one in note.told)


class Teller:
    """Tells notes by the runner's channel, and falls back where a channel turns out not to work."""

    def __init__(self, books: Books, channels: Mapping[ChannelName, Channel]) -> None:
        self._books = books
        self._channels = channels

    def tell(self, runner: Runner, look: Look, seen: Seen, words: Words, now: datetime) -> Look | None:
        """Tell a note on a run that carries none so far. `look` is the record with everything but the telling.

        Raises NotTold for what may pass and a StravaError while the field could not be written; the record then says
        how far it got.
        """
        before = self._books.look(runner.id, look.run_id)
        for name in self._ways(runner, words):
            channel = self._channels[name]
            if not channel.can_tell(runner):
                continue
            if before is not None and before.telling == Telling.SENDING and before.channel == name:
                done = self._after_a_death(before, look, seen, words)
                if done is not None:
                    return self._keep(done)
            if name == ChannelName.EMAIL and before is not None and before.mailed:
                return self._keep(replace(look, telling=Telling.TOLD, channel=name, text=words.text, mailed=True))
            sending = replace(look, telling=Telling.SENDING, channel=name, text=words.text)
            if self._keep(sending) is None:
                return None
            message = _message(runner, seen, words)
            try:
                channel.tell(message, now)
            except NotTold as wrong:
                log.warning("not told by %s: %s", name.value, wrong)
                if wrong.may_have_left:
                    return self._keep(
                        replace(sending, telling=Telling.UNKNOWN, told_at=now, mailed=True, remark=str(wrong))
                    )
                if not wrong.for_good:
                    self._keep(replace(sending, telling=Telling.NOTHING, channel=None, text="", facts=None))
                    raise
                runner = self._close_channel(runner, name)
                look = replace(look, remark=str(wrong))
                continue
            told = replace(sending, telling=Telling.TOLD, told_at=now, mailed=name == ChannelName.EMAIL)
            return self._keep(told)
        return None

    def change(self, runner: Runner, look: Look, seen: Seen, words: Words | None, now: datetime) -> Look | None:
        """Make a note that was told follow changed facts: replaced where it stands, or taken out (`words` None).

        A block the runner took out stays out; a mail is not sent twice.
        """
        before = self._books.look(runner.id, look.run_id)
        if before is None or before.channel is None:
            return self._keep(look)
        text = words.text if words else ""
        if before.channel in FIELDS:
            field = seen.texts.private_note if before.channel == ChannelName.PRIVATE_NOTE else seen.texts.description
            if block_in(field, was=before.text or None) is None:
                return self._keep(replace(look, telling=Telling.REMOVED, channel=before.channel, text=""))
            if before.channel in PUBLIC and words is not None and not words.is_public_safe:
                words, text = None, ""
            message = replace(_message(runner, seen, words), text=text, was=before.text or None)
            try:
                self._channels[before.channel].tell(message, now)
            except NotTold as wrong:
                if not wrong.for_good:
                    raise
                kept = replace(look, telling=before.telling, channel=before.channel, text=before.text)
                return self._keep(replace(kept, told_at=before.told_at, remark=str(wrong)))
        telling = Telling.TOLD if text else Telling.TAKEN_OUT
        return self._keep(
            replace(
                look,
                telling=telling,
                channel=before.channel,
                text=text,
                told_at=before.told_at,
                mailed=before.mailed,
            )
        )

    def _ways(self, runner: Runner, words: Words) -> list[ChannelName]:
        chosen = runner.settings.channel
        ways = [chosen, *(FALLS_BACK[FALLS_BACK.index(chosen) :] if chosen in FALLS_BACK else FALLS_BACK)]
        return [
            name
            for name in dict.fromkeys(ways)
            if name in self._channels and (words.is_public_safe or name not in PUBLIC)
        ]

    def _after_a_death(self, before: Look, look: Look, seen: Seen, words: Words) -> Look | None:
        """What became of a telling that a death or a lost answer cut off; None: it is to be told (again)."""
        if before.channel == ChannelName.EMAIL:
            remark = "The process ended while the mail was handed over: it may have left and is not sent again."
            return replace(
                look, telling=Telling.UNKNOWN, channel=before.channel, text=before.text, mailed=True, remark=remark
            )
        if before.channel in FIELDS:
            field = seen.texts.private_note if before.channel == ChannelName.PRIVATE_NOTE else seen.texts.description
            stands = block_in(field, was=before.text or None)
            if stands is not None and same_text(stands, words.text):
                return replace(look, telling=Telling.TOLD, channel=before.channel, text=words.text)
        if before.channel == ChannelName.COMMENT:
            remark = "The process ended while the comment was written: it may stand there and is not written again."
            return replace(look, telling=Telling.UNKNOWN, channel=before.channel, text=before.text, remark=remark)
        return None

    def _close_channel(self, runner: Runner, name: ChannelName) -> Runner:
        """This way does not work for this runner, from now on."""

        def change(was: Runner) -> Runner:
            settings = was.settings
            if name == ChannelName.EMAIL:
                settings = replace(settings, email_bounced=True)
            return replace(was, settings=settings, failed_channels=was.failed_channels | {name})

        return self._books.change_runner(runner.id, change) or change(runner)

    def _keep(self, look: Look) -> Look | None:
        return self._books.change_look(look.runner_id, look.run_id, _carrying(look))


def _carrying(look: Look) -> Callable[[Look | None], Look]:
    """The new record with what others may have written into the old one meanwhile: the runner's say."""

    def change(was: Look | None) -> Look:
        if was is None:
            return look
        return replace(
            look,
            called_race=was.called_race or look.called_race,
            reread_at=look.reread_at or was.reread_at,
            is_old=was.is_old or look.is_old,
        )

    return change


def _message(runner: Runner, seen: Seen, words: Words | None) -> Message:
    return Message(
        runner=runner,
        run_id=seen.id,
        day=seen.day,
        text=words.text if words else "",
        before=seen,
        subject=words.subject if words else "",
        lead_rule=words.lead_rule if words else "",
        is_public_safe=words.is_public_safe if words else True,
    )
