"""The app's one push subscription: made once, moved when our address changes, its id kept in the store.

Strava allows one subscription per app, and other programs may use the same app: whoever deletes a subscription stops
the events of the program that made it. A subscription that is not ours is therefore left alone.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from plugin.errors import CallbackUnanswered, Refused, StravaError, StravaTrouble
from plugin.ports import SUBSCRIPTION, Clock, Store, Strava, Subscription

log = logging.getLogger("footnote")

CHECKED_EVERY = timedelta(hours=24)
FIRST_WAIT = timedelta(seconds=10)
"""The web may still be starting."""
LONGEST_WAIT = timedelta(hours=1)
COMMAND_WAITS_S = (2, 4, 8)
"""A command that is run while the site starts waits this long between its tries."""
NO_RUNNER = 0
"""Locked instead of a runner while the subscription is made, so that two of our processes never do it together."""


class SubscriptionOutcome(StrEnum):
    """What `ensure` found or did."""

    THERE = "there"
    MADE = "made"
    MADE_MEANWHILE = "made meanwhile"
    MOVED = "moved"
    TAKEN_OVER = "taken over"


class ForeignSubscription(Refused):
    """Another program that uses the same Strava app has the subscription. `host`: where its callback is."""

    def __init__(self, there: Subscription) -> None:
        self.host = host_of(there)
        super().__init__(
            f"The app's one push subscription belongs to another program, at {self.host}. Left as it is, that program "
            "gets the events, and Footnote finds runs at its evening look only. `footnote subscription create "
            "--take-over` gives the events to Footnote, and that program gets none. With a Strava app of its own each "
            "gets its events."
        )


@dataclass(frozen=True, kw_only=True)
class Callback:
    """Where Strava is to call: PUBLIC_URL/strava/webhook/<secret>. The secret is the verify token too."""

    url: str
    secret: str

    def is_of(self, subscription: Subscription) -> bool:
        """Whether the subscription points here; so it is taken where Strava does not show its address."""
        return subscription.callback_url in ("", self.url)

    def is_ours(self, subscription: Subscription, known: Mapping[str, Any]) -> bool:
        """Whether this installation made it, perhaps at an earlier address. `known` is what the store keeps."""
        is_on_our_host = urlsplit(subscription.callback_url).netloc == urlsplit(self.url).netloc
        return self.is_of(subscription) or is_on_our_host or known.get("id") == subscription.id


def host_of(subscription: Subscription) -> str:
    """The callback's host: the rest of its address may be another program's secret."""
    return urlsplit(subscription.callback_url).hostname or "an address that Strava does not show"


def subscribes(strava: Strava, store: Store, callback: Callback, clock: Clock) -> Callable[[], None]:
    """Ensures the push subscription: soon after the start, then daily; after a failure with growing waits."""
    due, wait = clock(), FIRST_WAIT

    def ensure_when_due() -> None:
        nonlocal due, wait
        now = clock()
        if now < due:
            return
        try:
            outcome, _ = ensure(strava, store, callback)
        except ForeignSubscription as foreign:
            log.warning("%s", foreign)
            due = now + LONGEST_WAIT
            return
        except StravaError as trouble:
            log.warning("the push subscription could not be ensured: %s", trouble)
            due, wait = now + wait, min(2 * wait, LONGEST_WAIT)
            return
        log.info("push subscription: %s", outcome)
        due, wait = now + CHECKED_EVERY, FIRST_WAIT

    return ensure_when_due


def ensure(
    strava: Strava, store: Store, callback: Callback, *, takes_over: bool = False
) -> tuple[SubscriptionOutcome, Subscription]:
    """The subscription points here when this returns. Raises ForeignSubscription unless `takes_over`, and a StravaError
    if Strava refuses or cannot reach us."""
    with store.lock(NO_RUNNER, purpose=SUBSCRIPTION):
        there = strava.subscription()
        if there is not None and callback.is_of(there):
            outcome = SubscriptionOutcome.THERE
        elif there is None:
            there, is_new = _make(strava, callback)
            outcome = SubscriptionOutcome.MADE if is_new else SubscriptionOutcome.MADE_MEANWHILE
        else:
            is_ours = callback.is_ours(there, store.key_value(SUBSCRIPTION))
            if not (is_ours or takes_over):
                host = host_of(there)
                store.change_key_value(SUBSCRIPTION, lambda kept: _forgotten(kept) | {"foreign": host})
                raise ForeignSubscription(there)
            outcome = SubscriptionOutcome.MOVED if is_ours else SubscriptionOutcome.TAKEN_OVER
            strava.unsubscribe(there.id)
            there, _ = _make(strava, callback)
        store.change_key_value(SUBSCRIPTION, lambda kept: _forgotten(kept) | {"id": there.id})
        return outcome, there


def ensure_soon(
    strava: Strava,
    store: Store,
    callback: Callback,
    *,
    takes_over: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> tuple[SubscriptionOutcome, Subscription]:
    """As `ensure`, and tries again for some seconds while Strava gets no answer from our address: a command may be run
    before the site has started. Raises CallbackUnanswered if it still gets none."""
    for wait_s in COMMAND_WAITS_S:
        try:
            return ensure(strava, store, callback, takes_over=takes_over)
        except CallbackUnanswered:
            pause(wait_s)
    return ensure(strava, store, callback, takes_over=takes_over)


def remove(strava: Strava, store: Store, callback: Callback) -> Subscription | None:
    """Delete the subscription, if there is one; returns it. Raises ForeignSubscription for another program's."""
    with store.lock(NO_RUNNER, purpose=SUBSCRIPTION):
        there = strava.subscription()
        if there is not None:
            if not callback.is_ours(there, store.key_value(SUBSCRIPTION)):
                raise ForeignSubscription(there)
            strava.unsubscribe(there.id)
        store.change_key_value(SUBSCRIPTION, _forgotten)
        return there


def _make(strava: Strava, callback: Callback) -> tuple[Subscription, bool]:
    """The subscription, and whether this call made it."""
    try:
        return strava.subscribe(callback.url, callback.secret), True
    except (Refused, StravaTrouble) as error:
        # Another process of ours made it meanwhile, or the answer to our own first try was lost.
        there = strava.subscription()
        if there is None:
            raise
        if not callback.is_of(there):
            raise ForeignSubscription(there) from error
        return there, False


def _forgotten(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in kept.items() if key not in ("id", "foreign")}
