"""Accepts deliveries into the inbox, for connected runners only."""

from __future__ import annotations

from plugin.ports import SUBSCRIPTION, Delivery, Inbox, Store


class StoreIntake:
    """`ports.Intake` for any store and inbox."""

    def __init__(self, store: Store, inbox: Inbox) -> None:
        self._store = store
        self._inbox = inbox

    def accept(self, delivery: Delivery, *, subscription_id: int | None) -> bool:
        ours = self._store.key_value(SUBSCRIPTION).get("id")
        if ours is not None and subscription_id != ours:
            return False
        return self._store.runner(delivery.runner_id) is not None and keep_if_known(self._store, self._inbox, delivery)


def keep_if_known(store: Store, inbox: Inbox, delivery: Delivery) -> bool:
    """Keep the delivery unless its runner is not connected or leaves at this moment; returns whether it was kept."""
    inbox.keep(delivery)
    if store.runner(delivery.runner_id) is not None:
        return True
    inbox.forget(delivery.runner_id)
    return False
