"""Which delivery is taken next, and how two waiting for the same work are merged. Shared by all inboxes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from plugin.ports import Delivery, JobKind, State

LIVE = frozenset({JobKind.EVENT, JobKind.DELETED, JobKind.DEAUTHORISED, JobKind.SAID, JobKind.TEST_NOTE})
"""Work that an event or the runner caused comes before work of our own."""
COUNTED = ("kept", "joined", "done", "parked", "dropped", "retried")
"""Since the store began. kept = done + dropped + all that are kept now."""


def urgency(delivery: Delivery) -> tuple[int, datetime, datetime, str]:
    """The order in which deliveries are taken.

    Urgency comes first, then the due time. No delivery starves: a due time never moves back, so each delivery waits
    at most for those that were due before it. Several workers never work for one runner at the same time.
    """
    return (0 if delivery.why in LIVE else 1, delivery.due_at, delivery.received_at, delivery.id)


def by_due_time(delivery: Delivery) -> tuple[datetime, datetime, str]:
    """The order in which deliveries are shown."""
    return (delivery.due_at, delivery.received_at, delivery.id)


def same_work(one: Delivery, other: Delivery) -> bool:
    """Whether two deliveries ask for the same work: while both wait they are merged."""
    return (one.runner_id, one.run_id, one.why) == (other.runner_id, other.run_id, other.why)


def merged(stays: Delivery, goes: Delivery) -> Delivery:
    """`stays` merged with `goes`: the earlier due time and the higher number of tries count."""
    times = [time for time in (stays.event_time, goes.event_time) if time is not None]
    return replace(
        stays,
        received_at=min(stays.received_at, goes.received_at),
        due_at=min(stays.due_at, goes.due_at),
        tries=max(stays.tries, goes.tries),
        reason=goes.reason or stays.reason,
        event_time=max(times, default=None),
        is_new=stays.is_new or goes.is_new,
    )


def joined(there: Delivery, comes: Delivery) -> Delivery:
    """`there`, which already waits for the work of `comes`: the earlier due time counts."""
    return replace(there, due_at=min(there.due_at, comes.due_at), is_new=there.is_new or comes.is_new)


def waits_again(taken: Delivery, *, due_at: datetime, reason: str, tried: bool) -> Delivery:
    """A delivery put back until `due_at`."""
    tries = taken.tries + (1 if tried else 0)
    return replace(taken, state=State.WAITING, due_at=due_at, reason=reason, tries=tries, taken_at=None)


def waits_at_once(delivery: Delivery, now: datetime) -> Delivery:
    """A delivery that the operator retries: due now, its tries reset."""
    return replace(delivery, state=State.WAITING, due_at=now, tries=0, reason="", taken_at=None)
