"""Once Strava calls the app active again, all deliveries that waited for it become due at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from plugin.ports import Budget, Clock, Inbox, Reason, State
from plugin.ports.reasons import read_reason

log = logging.getLogger("footnote.resume")

ABOUT_TO = timedelta(seconds=5)
"""What is due this soon goes on by itself: it may be taken while this runs."""


def resumes(
    inbox: Inbox, clock: Clock, *, budget: Callable[[], Budget], wake: Callable[[], None]
) -> Callable[[], None]:
    """A function to be called every few seconds. Its first call looks for what an earlier process put off."""
    may_wait, refused_at = True, None

    def resume_waiting() -> None:
        nonlocal may_wait, refused_at
        known = budget()
        if known.inactive_at != refused_at:
            # Even after a short closure: a delivery that was refused meanwhile would wait for its own retry.
            may_wait, refused_at = True, known.inactive_at
        if may_wait and not known.is_inactive:
            # A delivery under way may have been refused a moment ago and not be waiting yet: look again next time.
            may_wait = any(one.state == State.TAKEN for one in inbox.everything())
            count = bring_forward(inbox, Reason.APP_INACTIVE, clock())
            if count:
                log.info("app is active again: %d deliveries are due now", count)
                wake()

    return resume_waiting


def bring_forward(inbox: Inbox, reason: Reason, now: datetime) -> int:
    """All that waits for this reason is due now; returns how many there were."""
    waiting = [one for one in inbox.everything() if one.state == State.WAITING and read_reason(one.reason)[0] is reason]
    later = [one for one in waiting if one.due_at > now + ABOUT_TO]
    for one in later:
        inbox.again(one.id, due_at=now, reason=reason, tried=False)
    return len(later)
