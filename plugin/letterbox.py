"""What is kept for runners we know, and for nobody else: for any books and any inbox."""

from __future__ import annotations

from plugin.ports import SUBSCRIPTION, Books, Delivery, Inbox


class StoreLetterbox:
    """Letterbox of `books` and `inbox`, whatever they are made of."""

    def __init__(self, books: Books, inbox: Inbox) -> None:
        self._books = books
        self._inbox = inbox

    def take_in(self, delivery: Delivery, *, subscription_id: int | None) -> bool:
        ours = self._books.mark(SUBSCRIPTION).get("id")
        if ours is not None and subscription_id != ours:
            return False
        return self._books.runner(delivery.runner_id) is not None and keep_if_known(self._books, self._inbox, delivery)


def keep_if_known(books: Books, inbox: Inbox, delivery: Delivery) -> bool:
    """Keep it, and nothing for a runner who is not there or leaves in this moment; whether it stayed."""
    inbox.keep(delivery)
    if books.runner(delivery.runner_id) is not None:
        return True
    inbox.forget(delivery.runner_id)
    return False
