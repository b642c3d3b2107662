"""Worker lease in Postgres: a lock that is released with its connection, so that others can release a dead worker's
deliveries.

A delivery is taken in the name of a lease. A worker that is slow or stopped keeps its lock and its deliveries; one that
was killed loses both. A heartbeat would need writes and clocks that agree.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from plugin.errors import StoreBroken
from plugin.stores.postgres.database import Database
from plugin.stores.postgres.liveness import Wire

T = TypeVar("T")

LIVING = 0xF008
"""The class of lease locks; the lease's number is the other half of the key."""
LEADING = (0xF009, 0)
"""Held by the one process that runs the scheduler's timers."""
HELD = """
    SELECT count(DISTINCT objid) AS many FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %s
    AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class WorkerLease:
    """This process's lease, on the connection that carries its other locks. Begins at first use, and again after a
    restart of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._wire: Wire | None = None
        """The connection on which the lease's lock was taken."""
        self._pid = 0
        self._number = 0
        self._leads = False

    def number(self) -> int:
        """The number by which this process takes deliveries; its lock is held. Raises StoreBroken."""
        with self._lock:
            if self._pid != os.getpid() or self._wire is None or self._wire.closed:
                self._leased(lambda wire: None)
            return self._number

    def goes_on(self) -> None:
        """To be called every few seconds: takes the lock again if the connection was lost. Raises StoreBroken."""
        with self._lock:
            try:
                self._leased(lambda wire: wire.execute("SELECT 1"))
            except StoreBroken:
                self._leased(lambda wire: None)

    def leads(self) -> bool:
        """True for exactly one process, as long as its connection lives. Raises StoreBroken."""
        with self._lock:
            return self._leased(self._may_lead)

    def living(self) -> int:
        """How many leases are held now, by any process. Raises StoreBroken."""
        row = self._database.ask(HELD, (LIVING,))
        return int(row["many"]) if row else 0

    def close(self) -> None:
        """Release the lease."""
        with self._lock:
            if self._wire is not None and not self._wire.closed and self._pid == os.getpid():
                with suppress(StoreBroken):  # then it is released already
                    self._database.on_lock_connection(self._release)
            self._wire, self._leads = None, False

    def _leased(self, use: Callable[[Wire], T]) -> T:
        """Call `use` with the connection on which the lease's lock is held."""

        def with_lease(wire: Wire) -> T:
            if self._wire is not wire:
                self._take(wire)
            return use(wire)

        if self._pid != os.getpid():
            # A forked child needs a lease of its own; the connection belongs to its parent.
            self._pid, self._wire, self._number, self._leads = os.getpid(), None, 0, False
        return self._database.on_lock_connection(with_lease)

    def _take(self, wire: Wire) -> None:
        self._wire, self._leads = None, False
        row = wire.execute("SELECT nextval('lives') AS number").fetchone() if not self._number else None
        number = row["number"] if row else self._number
        # Shared, so that our own old connection, if the server has not noticed its end, does not block us.
        wire.execute("SELECT pg_advisory_lock_shared(%s, %s)", (LIVING, number))
        self._wire, self._number = wire, number

    def _may_lead(self, wire: Wire) -> bool:
        if not self._leads:
            row = wire.execute("SELECT pg_try_advisory_lock(%s, %s) AS leads", LEADING).fetchone()
            self._leads = bool(row and row["leads"])
        return self._leads

    def _release(self, wire: Wire) -> None:
        if wire is self._wire:
            wire.execute("SELECT pg_advisory_unlock_shared(%s, %s)", (LIVING, self._number))
            if self._leads:
                wire.execute("SELECT pg_advisory_unlock(%s, %s)", LEADING)
