"""The app's one push subscription: made once, moved when our address changes, and remembered in the books."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from plugin.errors import Refused, StravaError
from plugin.ports import SUBSCRIPTION, Clock, Store, Strava, Subscription

log = logging.getLogger("footnote")

CHECKED_EVERY = timedelta(hours=24)
FIRST_WAIT = timedelta(seconds=10)
"""The web may still be starting."""
LONGEST_WAIT = timedelta(hours=1)
NOBODY = 0
"""Held instead of a runner while the subscription is made, so that two of our processes never do it together."""


class Outcome(StrEnum):
    """What `ensure` found or did."""

    THERE = "there"
    MADE = "made"
    MOVED = "moved"


@dataclass(frozen=True, kw_only=True)
class Callback:
    """Where Strava is to call: PUBLIC_URL/strava/webhook/<secret>. The secret is the verify token too."""

    url: str
    secret: str

    def is_of(self, subscription: Subscription) -> bool:
        """Whether the subscription points here; one whose address Strava does not show is left in peace."""
        return subscription.callback_url in ("", self.url)


def subscribes(strava: Strava, store: Store, callback: Callback, clock: Clock) -> Callable[[], None]:
    """Sees to the push subscription: soon after the start, then daily; after a failure later and later."""
    due, wait = clock(), FIRST_WAIT

    def see_to_it() -> None:
        nonlocal due, wait
        now = clock()
        if now < due:
            return
        try:
            outcome, _ = ensure(strava, store, callback)
        except StravaError as trouble:
            log.warning("the push subscription could not be seen to: %s", trouble)
            due, wait = now + wait, min(2 * wait, LONGEST_WAIT)
            return
        log.info("the push subscription: %s", outcome)
        due, wait = now + CHECKED_EVERY, FIRST_WAIT

    return see_to_it


def ensure(strava: Strava, store: Store, callback: Callback) -> tuple[Outcome, Subscription]:
    """The subscription points here when this returns. Raises a StravaError if Strava will not, or cannot reach us."""
    with store.lock(NOBODY, purpose=SUBSCRIPTION):
        there = strava.subscription()
        if there is not None and callback.is_of(there):
            outcome = Outcome.THERE
        else:
            outcome = Outcome.MADE if there is None else Outcome.MOVED
            if there is not None:
                strava.unsubscribe(there.id)
            there = _make(strava, callback)
        store.change_key_value(SUBSCRIPTION, lambda key_value: {**key_value, "id": there.id})
        return outcome, there


def remove(strava: Strava, store: Store) -> Subscription | None:
    """Take the subscription away, if there is one; answers which."""
    with store.lock(NOBODY, purpose=SUBSCRIPTION):
        there = strava.subscription()
        if there is not None:
            strava.unsubscribe(there.id)
        store.change_key_value(SUBSCRIPTION, _forgotten)
        return there


def _make(strava: Strava, callback: Callback) -> Subscription:
    try:
        return strava.subscribe(callback.url, callback.secret)
    except Refused:
        # Somebody else made it meanwhile, or the answer to our own first try was lost.
        there = strava.subscription()
        if there is None or not callback.is_of(there):
            raise
        return there


def _forgotten(key_value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in key_value.items() if key != "id"}
