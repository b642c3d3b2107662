"""A test note by a channel that only the background work can use; what came of it is kept for the page that asked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from plugin.activities.channel_failures import without_failures
from plugin.errors import NotTold
from plugin.notes.example_note import TEST_SUBJECT, TEST_TEXT
from plugin.ports import ChannelName, Channels, Message, Reason, Runner, Store
from plugin.ports.reasons import as_kept
from plugin.translations.voice import Voice

log = logging.getLogger("footnote.push_test_note")


class PushTestNotes:
    """Pushes a test note to what the runner filled in."""

    def __init__(self, store: Store, channels: Channels, voice_of: Callable[[Runner], Voice]) -> None:
        self._store, self._channels, self._voice_of = store, channels, voice_of

    def run(self, runner: Runner, now: datetime) -> None:
        """One try; raises nothing of the channel's: the runner sees the outcome and asks again."""
        channel, target = self._channels[ChannelName.PUSH], runner.settings.push
        if target is None or not channel.is_offered:
            return
        voice = self._voice_of(runner)
        message = Message(
            runner=runner,
            run_id=0,
            day=now.astimezone(runner.zone).date(),
            text=voice.say(TEST_TEXT),
            before=None,
            was="",
            subject=voice.say(TEST_SUBJECT),
            can_be_silenced=False,
        )
        trouble = ""
        try:
            channel.tell(message, now)
        except NotTold as wrong:
            log.info("a test note was not pushed: %s", wrong)
            trouble = as_kept(Reason.NOT_TOLD, str(wrong))

        def change(was: Runner) -> Runner:
            if was.settings.push is None or was.settings.push.fields != target.fields:
                return was  # filled in anew meanwhile: another test note is on its way
            tried = replace(was.settings.push, tried_at=now, trouble=trouble)
            after = replace(was, settings=replace(was.settings, push=tried))
            return after if trouble else without_failures(after, ChannelName.PUSH)

        self._store.change_runner(runner.id, change)
