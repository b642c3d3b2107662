"""What waited for an inactive app goes on once Strava has it active again, all of it, and not each at its own trial."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from plugin.ports import Budget, Clock, Inbox, State

log = logging.getLogger("footnote.resuming")

ABOUT_TO = timedelta(seconds=5)
"""What is due this soon goes on by itself: it may be taken while we look."""


def resumes(
    inbox: Inbox, clock: Clock, *, budget: Callable[[], Budget], inactive: str, wake: Callable[[], None]
) -> Callable[[], None]:
    """Called every some seconds. `inactive` is the reason under which deliveries wait for the app; the first call looks
    for those of an earlier process."""
    may_wait, refused_at = True, None

    def see_to_it() -> None:
        nonlocal may_wait, refused_at
        known = budget()
        if known.inactive_at != refused_at:
            # However short it was: who was refused in between waits for the next trial and would not know.
            may_wait, refused_at = True, known.inactive_at
        if may_wait and known.closed_because != inactive:
            # Whoever is at work just now may have been refused a moment ago and is yet to be put off: looked for again.
            may_wait = any(one.state == State.TAKEN for one in inbox.everything())
            count = bring_forward(inbox, inactive, clock())
            if count:
                log.info("the app is active again: %d deliveries that waited for it go on", count)
                wake()

    return see_to_it


def bring_forward(inbox: Inbox, reason: str, now: datetime) -> int:
    """All that waits for this reason is due now; returns how many there were."""
    waiting = [one for one in inbox.everything() if one.state == State.WAITING and one.reason == reason]
    later = [one for one in waiting if one.due_at > now + ABOUT_TO]
    for one in later:
        inbox.again(one.id, due_at=now, reason=reason, tried=False)
    return len(later)
