"""footnote inbox list|retry|drop"""

from __future__ import annotations

import click

from plugin.cli import tables
from plugin.cli.application import application_for_command, nothing_kept, utc_now
from plugin.errors import FootnoteError
from plugin.ports.reasons import in_words

COLUMNS = ("id", "state", "why", "runner", "run", "age", "tries", "reason")


class NoSuchDelivery(FootnoteError):
    """No stored delivery has this id."""


def show() -> None:
    """All deliveries, by due time."""
    application, now = application_for_command(), utc_now()
    rows = [
        (
            one.id,
            one.state,
            one.why,
            one.runner_id,
            one.run_id or "-",
            tables.age(now - one.received_at),
            one.tries,
            in_words(one.reason) or "-",
        )
        for one in application.inbox.everything()
    ]
    tables.show(COLUMNS, rows, empty=nothing_kept(application, "The inbox is empty."))


def retry(delivery_id: str) -> None:
    """Make it due at once and reset its count of tries."""
    if not application_for_command().inbox.retry(delivery_id, utc_now()):
        raise _unknown(delivery_id)
    click.echo(f"Delivery {delivery_id} is due now.")


def drop(delivery_id: str) -> None:
    """Delete it."""
    if not application_for_command().inbox.drop(delivery_id):
        raise _unknown(delivery_id)
    click.echo(f"Delivery {delivery_id} is dropped.")


def _unknown(delivery_id: str) -> NoSuchDelivery:
    return NoSuchDelivery(
        f"No delivery {delivery_id!r} is waiting or parked: `footnote inbox list` shows the ids (one that is being "
        "worked on can be neither retried nor dropped)."
    )
