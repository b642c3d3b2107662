"""Copies everything from one store into another and compares both. A copy that broke off can be called again.

The old store is not changed. The new one is marked as incomplete until everything has been copied and compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from plugin.errors import StoreBroken
from plugin.ports import Delivery, Inbox, Runner, State, Store
from plugin.stores.bounds import bounded

MOVING = "moving"
"""The key under which the new store is marked as incomplete."""
NO_LIMIT = 10**9
COUNTED_LATER = ("now_waiting", "now_taken", "now_parked")


class MovableStore(Store, Protocol):
    """A store whose key-values and used tokens can be copied too."""

    def marks(self) -> dict[str, Mapping[str, Any]]:
        """All key-values, by key."""

    def used(self) -> dict[str, datetime]:
        """Digests of tokens that were used, and until when they are remembered."""

    def put_house(self, marks: Mapping[str, Mapping[str, Any]], used: Mapping[str, datetime]) -> None:
        """Replace all key-values and used tokens."""


class MovableInbox(Inbox, Protocol):
    """An inbox whose counts can be copied too."""

    def put_counts(self, counts: Mapping[str, int]) -> None:
        """Replace what was counted since the store began."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """A store and an inbox in one place; `place` is its name for the operator."""

    place: str
    store: MovableStore
    inbox: MovableInbox


@dataclass(frozen=True, kw_only=True)
class Moved:
    """How much was copied and found equal."""

    runners: int
    run_records: int
    deliveries: int


def move(old: Home, new: Home, *, seen: Callable[[int], object] = lambda runner_id: None) -> Moved:
    """Copy everything and compare it. `seen` is called with each runner. Raises StoreBroken with what to do; after
    that, or after a kill at any moment, it can be called again."""
    _may_be_moved_into(new)
    if old.store.key_value(MOVING):
        raise StoreBroken(
            f"{old.place} is itself only half moved into: end that move first, or start from where it came from."
        )
    new.store.change_key_value(MOVING, lambda _: {"from": old.place})
    runner_ids = old.store.runner_ids()
    for runner_id in set(new.store.runner_ids()) - set(runner_ids):
        new.store.forget(runner_id)
    for runner_id in runner_ids:
        _carry_runner(old.store, new.store, runner_id)
        seen(runner_id)
    _carry_deliveries(old.inbox, new.inbox)
    moved = _compared(old, new)
    # Last, and in one step: it also removes the mark of the move.
    new.store.put_house(old.store.marks(), old.store.used())
    return moved


def _may_be_moved_into(new: Home) -> None:
    if not new.store.key_value(MOVING) and (new.store.runner_ids() or new.inbox.everything()):
        raise StoreBroken(f"{new.place} already holds runners or deliveries: move into an empty one.")


def _carry_runner(old: Store, new: Store, runner_id: int) -> None:
    runner, run_records, snapshot = _runner_of(old, runner_id), old.run_records(runner_id), old.snapshot(runner_id)
    if runner is None:
        return
    if (new.runner(runner_id), new.run_records(runner_id), new.snapshot(runner_id)) == (runner, run_records, snapshot):
        return  # an earlier attempt got this far
    new.forget(runner_id)
    new.enrol(runner, limit=NO_LIMIT)
    for run_record in run_records:
        new.change_run_record(runner_id, run_record.run_id, lambda _, run_record=run_record: run_record)  # type: ignore[misc]
    if snapshot is not None:
        new.keep_snapshot(snapshot)


def _runner_of(old: Store, runner_id: int) -> Runner | None:
    """As the new store keeps them: an earlier version had no bounds."""
    runner = old.runner(runner_id)
    return None if runner is None else bounded(runner)


def _carry_deliveries(old: Inbox, new: MovableInbox) -> None:
    wanted = {one.id: one for one in map(_at_rest, old.everything())}
    there = {one.id: one for one in new.everything()}
    for delivery_id, delivery in there.items():
        if wanted.get(delivery_id) != delivery:
            new.drop(delivery_id)
    for delivery_id, delivery in wanted.items():
        if there.get(delivery_id) != delivery:
            new.keep(delivery)
    new.put_counts({name: count for name, count in old.counts().items() if name not in COUNTED_LATER})


def _at_rest(delivery: Delivery) -> Delivery:
    """No process works during a move: a taken delivery was taken by a process that died."""
    return replace(delivery, state=State.WAITING, taken_at=None) if delivery.state is State.TAKEN else delivery


def _compared(old: Home, new: Home) -> Moved:
    """How much is in both; raises StoreBroken if anything differs."""
    runner_ids, run_records = old.store.runner_ids(), 0
    if new.store.runner_ids() != runner_ids:
        raise _differs("the list of runners", old, new)
    for runner_id in runner_ids:
        kept = old.store.run_records(runner_id)
        run_records += len(kept)
        if (_runner_of(old.store, runner_id), kept, old.store.snapshot(runner_id)) != (
            new.store.runner(runner_id),
            new.store.run_records(runner_id),
            new.store.snapshot(runner_id),
        ):
            raise _differs(f"runner {runner_id}", old, new)
    deliveries = sorted(map(_at_rest, old.inbox.everything()), key=lambda one: one.id)
    if sorted(new.inbox.everything(), key=lambda one: one.id) != deliveries:
        raise _differs("the inbox", old, new)
    return Moved(runners=len(runner_ids), run_records=run_records, deliveries=len(deliveries))


def _differs(what: str, old: Home, new: Home) -> StoreBroken:
    return StoreBroken(
        f"After the move {what} is not the same in {old.place} and {new.place}: a server must be running on one of "
        "them. Stop it and move again; nothing is lost."
    )
