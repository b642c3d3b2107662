"""footnote inbox list|retry|drop"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from plugin.cli import tables
from plugin.cli.application import application_for_command, nothing_kept, utc_now
from plugin.errors import FootnoteError
from plugin.ports import Delivery, Inbox, State
from plugin.ports.reasons import in_words

COLUMNS = ("id", "state", "why", "runner", "run", "age", "tries", "reason", "next try")
SHORT = 8
"""Characters of an id that a terminal shows, if they name one delivery: `retry` and `drop` take them."""


class NoSuchDelivery(FootnoteError):
    """No stored delivery has this id."""


def show() -> None:
    """All deliveries, by due time."""
    application, now = application_for_command(), utc_now()
    deliveries = application.inbox.everything()
    shown = _short_ids(deliveries) if sys.stdout.isatty() else {}
    rows = [
        (
            shown.get(one.id, one.id),
            one.state,
            one.why,
            one.runner_id,
            one.run_id or "-",
            tables.age(now - one.received_at),
            one.tries,
            in_words(one.reason) or "-",
            f"{one.due_at:%Y-%m-%dT%H:%M:%SZ}" if one.state is State.WAITING else "-",
        )
        for one in deliveries
    ]
    tables.show(COLUMNS, rows, empty=nothing_kept(application, "The inbox is empty."))


def retry(delivery_id: str) -> None:
    """Make it due at once and reset its count of tries."""
    inbox = application_for_command().inbox
    found = _named(inbox, delivery_id)
    if not inbox.retry(found, utc_now()):
        raise _unknown(delivery_id)
    click.echo(f"Delivery {found} is due now.")


def drop(delivery_id: str) -> None:
    """Delete it."""
    inbox = application_for_command().inbox
    found = _named(inbox, delivery_id)
    if not inbox.drop(found):
        raise _unknown(delivery_id)
    click.echo(f"Delivery {found} is dropped.")


def _named(inbox: Inbox, given: str) -> str:
    """The id that `given` is, or begins; raises NoSuchDelivery if there is none or more than one."""
    ids = [one.id for one in inbox.everything()]
    found = [one for one in ids if one.startswith(given)]
    if given in ids or not given:
        return given
    if len(found) > 1:
        raise NoSuchDelivery(f"{given!r} begins the ids of {len(found)} deliveries: give more of it.")
    return found[0] if found else given


def _short_ids(deliveries: Sequence[Delivery]) -> dict[str, str]:
    """As much of each id as names it alone."""
    short = {}
    for one in deliveries:
        length = SHORT
        while length < len(one.id) and sum(other.id.startswith(one.id[:length]) for other in deliveries) > 1:
            length += 1
        short[one.id] = one.id[:length]
    return short


def _unknown(delivery_id: str) -> NoSuchDelivery:
    return NoSuchDelivery(
        f"No delivery {delivery_id!r} is waiting or parked: `footnote inbox list` shows the ids (one that is being "
        "worked on can be neither retried nor dropped)."
    )
