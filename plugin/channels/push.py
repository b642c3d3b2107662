"""A note pushed to the runner's phone or chat by a service of their choice (`PUSH=on`).

What leaves: the note's words and a link to the overview, to the one server of that service. Of a note that speaks of
soreness only the link leaves, unless the runner said that nobody else reads there. Apprise speaks to the
services; it is loaded with the first note, by the process that does the background work.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from plugin.errors import NotTold
from plugin.notes.block import as_note
from plugin.ports import ActivityDetail, ChannelName, Message, PushTarget, Runner, Settings
from plugin.ports.counts import Counts, NoMetrics
from plugin.settings.push_hosts import PushHosts
from plugin.translations.voice import Voice, marked

TRIES = 8
"""Over some twenty minutes; then the next way is taken."""


class Pushes(Protocol):
    """What is needed of the sender."""

    def __call__(self, target: PushTarget, *, title: str, text: str) -> None:
        """Push one note; raises NotTold."""


def by_apprise(hosts: PushHosts) -> Pushes:
    """Sends by Apprise, which is imported at the first note."""

    def push(target: PushTarget, *, title: str, text: str) -> None:
        from plugin.channels.push_services import send

        send.push(target, hosts, title=title, text=text)

    return push


class PushChannel:
    """Open once the runner has filled in a service. `pushes`: None where the operator has not turned it on."""

    name = ChannelName.PUSH
    title = marked("pushed to your phone or chat")
    hint = marked("By ntfy, Telegram, Discord or another service that you fill in on a page of its own.")
    is_public = False
    needs_public_ok = False
    is_on_activity = False
    is_editable = False
    needs_setting: str | None = "push"
    missing = marked("Notes by push need a service: set it up first.")
    set_up_at: str | None = "/me/push"
    is_left_to_worker = True
    falls_back_to: ChannelName | None = ChannelName.EMAIL

    def __init__(
        self,
        pushes: Pushes | None,
        public_url: str,
        voice: Callable[[Runner], Voice],
        counts: Counts | None = None,
    ) -> None:
        self._counts = counts or NoMetrics()
        self._pushes, self._page, self._voice = pushes, f"{public_url}/me", voice
        self.is_offered = pushes is not None

    def can_tell(self, runner: Runner) -> bool:
        """A service filled in, and no failure before that closed it."""
        return self.is_offered and runner.settings.push is not None and self.name not in runner.failed_channels

    def closed_for(self, settings: Settings) -> Settings:
        return settings

    def text_on(self, activity: ActivityDetail) -> str | None:
        return None

    def tell(self, message: Message, now: datetime) -> None:
        """Push it; what has left cannot be taken back, so an empty note sends nothing."""
        text, target = as_note(message.text), message.runner.settings.push
        if not text:
            return
        if self._pushes is None or target is None:
            raise NotTold(self.missing, for_good=True)
        voice = self._voice(message.runner)
        if not message.is_public_safe and not target.only_mine:
            text = voice.say(POINTER)
        # A title stands on a locked screen: what could speak of soreness has one that tells nothing.
        title = message.subject if message.subject and message.is_public_safe else voice.say(NEUTRAL_TITLE)
        more = voice.say("More on your overview: {where}", where=self._page)
        try:
            self._pushes(target, title=title, text=f"{text}\n\n{more}")
        except NotTold as wrong:
            outcome = "unknown" if wrong.may_have_left else "refused" if wrong.for_good else "again"
            self._counts.pushed(target.service, outcome)
            if wrong.for_good or wrong.may_have_left:
                raise
            raise NotTold(str(wrong), for_good=False, most_tries=TRIES) from wrong
        self._counts.pushed(target.service, "sent")


NEUTRAL_TITLE = marked("A note on your run")
POINTER = marked("There is a note on your run. It is on your overview, for you alone.")
