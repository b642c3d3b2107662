"""Accepts deliveries into the inbox, for connected runners only."""

from __future__ import annotations

from plugin.errors import Unreadable
from plugin.ports import SUBSCRIPTION, Delivery, Inbox, Store


class StoreIntake:
    """`ports.Intake` for any store and inbox."""

    def __init__(self, store: Store, inbox: Inbox) -> None:
        self._store = store
        self._inbox = inbox

    def accept(self, delivery: Delivery, *, subscription_id: int | None) -> Delivery | None:
        ours = self._store.key_value(SUBSCRIPTION).get("id")
        if ours is not None and subscription_id != ours:
            return None
        is_known = is_connected(self._store, delivery.runner_id)
        return keep_if_known(self._store, self._inbox, delivery) if is_known else None


def keep_if_known(store: Store, inbox: Inbox, delivery: Delivery) -> Delivery | None:
    """Keep the delivery unless its runner is not connected or leaves at this moment; returns it, or the one that it
    joined."""
    kept = inbox.keep(delivery)
    if is_connected(store, delivery.runner_id):
        return kept
    inbox.forget(delivery.runner_id)
    return None


def is_connected(store: Store, runner_id: int) -> bool:
    """Whether the runner is known. One who cannot be read for now is: what comes meanwhile waits."""
    try:
        return store.runner(runner_id) is not None
    except Unreadable:
        return True
