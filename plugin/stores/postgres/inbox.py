"""The inbox in Postgres: one table, claims by conditional updates, and two unique keys against races."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from psycopg.errors import DeadlockDetected, UniqueViolation

from plugin.errors import StoreBroken
from plugin.ports import Delivery, State
from plugin.stores import record_json
from plugin.stores.inbox_order import COUNTED, LIVE, joined, merged, waits_again, waits_at_once
from plugin.stores.postgres.database import Database
from plugin.stores.postgres.liveness import Wire
from plugin.stores.postgres.worker_lease import LIVING, WorkerLease

T = TypeVar("T")
Defer = Callable[[Wire, Delivery], None]

COLUMNS = (
    "id", "runner_id", "run_id", "why", "received_at", "due_at", "state", "tries", "reason", "event_time", "taken_at",
    "urgency", "is_new",
)  # fmt: skip
NAMES = ", ".join(COLUMNS)
VALUES = ", ".join(f"%({name})s" for name in COLUMNS)
# ruff: noqa: S608  -- only constants are put together here, values are bound
KEEP = f"INSERT INTO deliveries ({NAMES}) VALUES ({VALUES}) ON CONFLICT DO NOTHING"
PUT = f"UPDATE deliveries SET ({NAMES}) = ROW ({VALUES}) WHERE id = %(id)s"
LIST = f"SELECT {NAMES} FROM deliveries"
SHOWN = "ORDER BY due_at, received_at, id"
SAME = (
    f"{LIST} WHERE runner_id = %(runner_id)s AND run_id = %(run_id)s AND why = %(why)s AND state = 'waiting' "
    "AND id <> %(id)s FOR UPDATE"
)
MAY_BE_TAKEN = (
    "d.state = 'waiting' AND d.due_at <= %(now)s "
    "AND NOT EXISTS (SELECT FROM deliveries t WHERE t.runner_id = d.runner_id AND t.state = 'taken')"
)
NEXT = (
    f"SELECT id FROM deliveries d WHERE {MAY_BE_TAKEN} "
    "ORDER BY urgency, due_at, received_at, id LIMIT 1 FOR UPDATE SKIP LOCKED"
)
THIS = f"SELECT id FROM deliveries d WHERE id = %(id)s AND {MAY_BE_TAKEN} FOR UPDATE"
TAKE = "UPDATE deliveries SET state = 'taken', taken_at = %(now)s, taken_by = %(by)s WHERE id = ({}) RETURNING *"
TAKE_NEXT, TAKE_THIS = TAKE.format(NEXT), TAKE.format(THIS)
DEAD = f"{LIST} WHERE state = 'taken' AND (%(all)s OR taken_at IS NULL OR taken_at < %(before)s) ORDER BY id FOR UPDATE"
# A worker lease is a lock that its process holds (worker_lease.py). Earlier versions took deliveries without one.
DEAD_LIVES = """
    SELECT DISTINCT taken_by FROM deliveries d WHERE state = 'taken' AND taken_by IS NOT NULL AND NOT EXISTS (
        SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.classid = %s
        AND l.objid = d.taken_by AND l.granted
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
"""
OF_THE_DEAD = (
    f"{LIST} WHERE state = 'taken' AND (taken_by = ANY(%s) OR taken_by IS NULL AND taken_at < %s) "
    "ORDER BY id FOR UPDATE"
)
# Asked for each urgency apart: so the index answers, however many wait.
FIRST = "(SELECT min(due_at) FROM deliveries WHERE state = 'waiting' AND urgency = {})"
NEXT_DUE = f"SELECT least({FIRST.format(0)}, {FIRST.format(1)}) AS due_at"
WAITING_SINCE = "SELECT min(received_at) AS received_at FROM deliveries WHERE state = 'waiting' AND urgency = 0"
COUNT = (
    "INSERT INTO counts AS so_far (name, slot, many) VALUES (%s, pg_backend_pid() %% 64, %s) "
    "ON CONFLICT (name, slot) DO UPDATE SET many = so_far.many + excluded.many"
)
KEEP_AND_COUNT = (
    f"WITH kept AS ({KEEP} RETURNING 1) INSERT INTO counts AS so_far (name, slot, many) "
    "SELECT 'kept', pg_backend_pid() %% 64, 1 FROM kept "
    "ON CONFLICT (name, slot) DO UPDATE SET many = so_far.many + excluded.many"
)
TIMES_TO_RACE = 50
"""How often an operation that lost a race is repeated."""


class PostgresInbox:
    """Inbox in `database`. `defer` is called for each delivery that now waits, in the same transaction, and can put a
    job for it: both are kept or neither. Deliveries are taken in the name of the worker lease `life`."""

    def __init__(self, database: Database, *, defer: Defer | None = None, life: WorkerLease | None = None) -> None:
        self._database = database
        self._life = life
        self._defer = defer or (lambda wire, delivery: None)

    def keep(self, delivery: Delivery) -> Delivery:
        def keep(wire: Wire) -> Delivery:
            if wire.execute(KEEP_AND_COUNT, row_of(delivery)).rowcount:
                self._defer(wire, delivery)
                return delivery
            there = _find(wire, delivery.id)
            if there is None:
                waits = _waiting_for(wire, delivery) if _waits(delivery) else None
                if waits is None:
                    raise UniqueViolation("it was there a moment ago")
                there = joined(waits, delivery)
                if there != waits:
                    wire.execute(PUT, row_of(there))
                if there.due_at != waits.due_at:
                    self._defer(wire, there)
            _count(wire, "joined")
            return there

        return self._anew(keep)

    def take(self, now: datetime) -> Delivery | None:
        key = {"now": now, "by": self._number()}
        return self._anew(lambda wire: _delivery(wire.execute(TAKE_NEXT, key).fetchone()))

    def take_this(self, delivery_id: str, now: datetime) -> Delivery | None:
        key = {"now": now, "id": delivery_id, "by": self._number()}
        return self._anew(lambda wire: _delivery(wire.execute(TAKE_THIS, key).fetchone()))

    def done(self, delivery_id: str) -> None:
        self._remove("id", delivery_id, counted="done")

    def again(self, delivery_id: str, *, due_at: datetime, reason: str, tried: bool = True) -> None:
        def again(wire: Wire) -> None:
            delivery = _find(wire, delivery_id)
            if delivery is not None:
                self._let_wait(wire, waits_again(delivery, due_at=due_at, reason=reason, tried=tried))

        self._anew(again)

    def park(self, delivery_id: str, *, reason: str) -> None:
        def park(wire: Wire) -> None:
            delivery = _find(wire, delivery_id)
            if delivery is not None:
                wire.execute(PUT, row_of(replace(delivery, state=State.PARKED, reason=reason, taken_at=None)))
                _count(wire, "parked")

        self._anew(park)

    def retry(self, delivery_id: str, now: datetime) -> bool:
        def retry(wire: Wire) -> bool:
            delivery = _find(wire, delivery_id)
            if delivery is None or delivery.state is State.TAKEN:
                return False
            self._let_wait(wire, waits_at_once(delivery, now))
            _count(wire, "retried")
            return True

        return self._anew(retry)

    def drop(self, delivery_id: str) -> bool:
        return self._remove("id", delivery_id, counted="dropped")

    def everything(self) -> list[Delivery]:
        return self._list(f"{LIST} {SHOWN}")

    def of_runner(self, runner_id: int) -> list[Delivery]:
        return self._list(f"{LIST} WHERE runner_id = %s {SHOWN}", runner_id)

    def forget(self, runner_id: int) -> None:
        self._remove("runner_id", runner_id, counted="dropped")

    def release_taken(self, *, before: datetime | None = None) -> int:
        def free(wire: Wire) -> int:
            rows = wire.execute(DEAD, {"all": before is None, "before": before}).fetchall()
            for row in rows:
                self._let_wait(wire, replace(record_json.read_delivery(row), state=State.WAITING, taken_at=None))
            return len(rows)

        return self._anew(free)

    def dead(self) -> set[int]:
        """The leases that took deliveries and whose lock is not held now: their worker is dead or reconnecting."""
        with self._database.transaction() as wire:
            return {row["taken_by"] for row in wire.execute(DEAD_LIVES, (LIVING,))}

    def release_of(self, lives: set[int], *, unknown_before: datetime) -> int:
        """Put deliveries taken under these leases back to waiting; also those taken without a lease before a time."""

        def free(wire: Wire) -> int:
            rows = wire.execute(OF_THE_DEAD, (list(lives), unknown_before)).fetchall()
            for row in rows:
                self._let_wait(wire, replace(record_json.read_delivery(row), state=State.WAITING, taken_at=None))
            return len(rows)

        return self._anew(free)

    def find(self, delivery_id: str) -> Delivery | None:
        """One delivery, if it is still there."""
        return _delivery(self._database.ask(f"{LIST} WHERE id = %s", (delivery_id,)))

    def next_due(self) -> datetime | None:
        row = self._database.ask(NEXT_DUE)
        return row["due_at"] if row else None

    def waiting_since(self) -> datetime | None:
        row = self._database.ask(WAITING_SINCE)
        return row["received_at"] if row else None

    def counts(self) -> Mapping[str, int]:
        with self._database.transaction() as wire:
            so_far = wire.execute("SELECT name, sum(many)::bigint AS many FROM counts GROUP BY name").fetchall()
            states = wire.execute("SELECT state AS name, count(*) AS many FROM deliveries GROUP BY state").fetchall()
        counted = {row["name"]: row["many"] for row in so_far}
        now = {row["name"]: row["many"] for row in states}
        return {name: counted.get(name, 0) for name in COUNTED} | {f"now_{one}": now.get(one, 0) for one in State}

    def put_counts(self, counts: Mapping[str, int]) -> None:
        """Replace what was counted since the store began: for `footnote move`."""
        with self._database.transaction() as wire:
            wire.execute("DELETE FROM counts")
            for name in COUNTED:
                _count(wire, name, counts.get(name, 0))

    def _number(self) -> int | None:
        return None if self._life is None else self._life.number()

    def _let_wait(self, wire: Wire, delivery: Delivery) -> None:
        """Put it back to waiting; another waiting delivery for the same work replaces it."""
        stays = _waiting_for(wire, delivery)
        if stays is not None:
            wire.execute("DELETE FROM deliveries WHERE id = %s", (delivery.id,))
            _count(wire, "done")
            delivery = merged(stays, delivery)
        wire.execute(PUT, row_of(delivery))
        self._defer(wire, delivery)

    def _remove(self, column: str, value: int | str, *, counted: str) -> bool:
        gone = f"DELETE FROM deliveries WHERE {column} = %s"

        def remove(wire: Wire) -> bool:
            many = wire.execute(gone, (value,)).rowcount
            _count(wire, counted, many)
            return many > 0

        return self._anew(remove)

    def _list(self, question: str, *values: int) -> list[Delivery]:
        with self._database.transaction() as wire:
            rows = wire.execute(question.encode(), values).fetchall()
        return [record_json.read_delivery(row) for row in rows]

    def _anew(self, work: Callable[[Wire], T]) -> T:
        """Run in one transaction; repeated where a unique key shows that another process was faster."""
        for _ in range(TIMES_TO_RACE):
            with self._racing(), self._database.transaction() as wire:
                return work(wire)
        raise StoreBroken("The inbox is too busy to be written to: try again.")

    @staticmethod
    @contextmanager
    def _racing() -> Iterator[None]:
        try:
            yield
        except (UniqueViolation, DeadlockDetected):
            return


def row_of(delivery: Delivery) -> dict[str, Any]:
    """The values of `VALUES`."""
    clean = record_json.delivery_doc(delivery)
    times = {name: getattr(delivery, name) for name in ("received_at", "due_at", "event_time", "taken_at")}
    return {**clean, **times, "urgency": 0 if delivery.why in LIVE else 1}


def _delivery(row: Mapping[str, Any] | None) -> Delivery | None:
    return None if row is None else record_json.read_delivery(row)


def _waits(delivery: Delivery) -> bool:
    return delivery.state is State.WAITING


def _find(wire: Wire, delivery_id: str) -> Delivery | None:
    """By its id, locked until the transaction ends."""
    return _delivery(wire.execute(f"{LIST} WHERE id = %s FOR UPDATE", (delivery_id,)).fetchone())


def _waiting_for(wire: Wire, delivery: Delivery) -> Delivery | None:
    """Another delivery that waits for the same work, locked until the transaction ends."""
    return _delivery(wire.execute(SAME, row_of(delivery)).fetchone())


def _count(wire: Wire, name: str, many: int = 1) -> None:
    if many:
        wire.execute(COUNT, (name, many))
