"""All mail pauses while the mail server refuses us, and not one runner's address: no address is switched off for it.

A refusal is about us where its text says so (our address is on a list, our sender is not allowed), or where several
runners' addresses are refused in a short time and no mail is taken in between. After the pause one mail tries again;
refused once more, the next pause is twice as long. The first mail that is taken ends it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from plugin.errors import MailPaused, NotTold, StoreBroken
from plugin.ports import MAIL, Store, kept_moment

log = logging.getLogger("footnote.mail")

SEVERAL = 3
SHORT_TIME = timedelta(minutes=10)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)


class MailPause:
    """What is kept of it is under one key of the store, for all processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def check(self, now: datetime) -> None:
        """Raises MailPaused while mail pauses."""
        kept = self._store.key_value(MAIL)
        until = kept_moment(kept.get("until"))
        # A pause is never longer than the longest: the clock may have been set back.
        if until is not None and now < until <= now + LONGEST_PAUSE:
            raise MailPaused(str(kept.get("why", "")), until)

    def taken(self) -> None:
        """A mail was taken: whatever was refused before was not about us."""
        with suppress(StoreBroken):  # the mail has left: this must not make it look as if it had not
            kept = self._store.key_value(MAIL)
            if "until" in kept:
                log.warning("mail goes on: the mail server takes it again")
            if "until" in kept or kept.get("refused"):
                self._store.change_key_value(MAIL, lambda was: {key: was[key] for key in was if key == "mend_since"})

    def refused(self, wrong: NotTold, now: datetime, *, is_confirmed: bool) -> NotTold:
        """What to raise for this refusal. `is_confirmed`: a runner's confirmed address; what somebody typed into a form
        is refused for any reason and counts for nothing."""
        if wrong.is_about_us:
            return self._pause(wrong, now, {})
        if not wrong.for_good or not is_confirmed:
            return wrong
        refused = [*_young(self._store.key_value(MAIL), now), now.isoformat()]
        if len(refused) < SEVERAL:
            self._store.change_key_value(MAIL, lambda was: {**was, "refused": [*_young(was, now), now.isoformat()]})
            return wrong
        # Those that were switched off before the third was refused are switched on again.
        return self._pause(wrong, now, {"refused": refused, "mend_since": refused[0]})

    def _pause(self, wrong: NotTold, now: datetime, more: Mapping[str, Any]) -> MailPaused:
        def change(was: dict[str, Any]) -> dict[str, Any]:
            last_s = was.get("pause_s", 0)
            pause = min(max(FIRST_PAUSE, 2 * timedelta(seconds=last_s)), LONGEST_PAUSE)
            return {
                **was,
                **more,
                "since": was.get("since", now.isoformat()),
                "until": (now + pause).isoformat(),
                "pause_s": pause.total_seconds(),
                "why": str(wrong),
            }

        kept = self._store.change_key_value(MAIL, change)
        log.error("all mail pauses until %s, the mail server refuses us: %s", kept["until"], wrong)
        return MailPaused(str(wrong), datetime.fromisoformat(kept["until"]))


def _young(kept: Mapping[str, Any], now: datetime) -> list[str]:
    times = [(text, kept_moment(text)) for text in kept.get("refused", ())]
    return [text for text, at in times if at is not None and abs(now - at) < SHORT_TIME]
