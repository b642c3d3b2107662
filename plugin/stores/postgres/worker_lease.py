"""Worker lease in Postgres: a lock that is released with its connection, so that others can release a dead worker's
deliveries.

A delivery is taken in the name of a lease. A worker that is slow or stopped keeps its lock and its deliveries; one that
was killed loses both. A heartbeat would need writes and clocks that agree.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress

import psycopg
from psycopg.rows import dict_row

from plugin.stores.postgres.database import ASKS_AFTER_US, OPTIONS, Wire, wrapped

LIVING = 0xF008
"""The class of lease locks; the lease's number is the other half of the key."""
LEADING = (0xF009, 0)
"""Held by the one process that runs the scheduler's timers."""


class WorkerLease:
    """This process's lease. Connects at first use, and again after a restart of the database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._wire: Wire | None = None
        self._pid = 0
        self._number = 0
        self._leads = False

    def number(self) -> int:
        """The number by which this process takes deliveries; its lock is held. Raises StoreBroken."""
        with self._lock:
            self._connect()
            return self._number

    def goes_on(self) -> None:
        """To be called every few seconds: takes the lock again if the connection was lost. Raises StoreBroken."""
        with wrapped(), self._lock:
            try:
                self._connect().execute("SELECT 1")
            except psycopg.OperationalError:
                self._forget()
                self._connect()

    def leads(self) -> bool:
        """True for exactly one process, as long as its connection lives. Raises StoreBroken."""
        with wrapped(), self._lock:
            wire = self._connect()
            if not self._leads:
                row = wire.execute("SELECT pg_try_advisory_lock(%s, %s) AS leads", LEADING).fetchone()
                self._leads = bool(row and row["leads"])
            return self._leads

    def close(self) -> None:
        """Release the lease."""
        with self._lock:
            self._forget()

    def _connect(self) -> Wire:
        if self._pid != os.getpid():
            # A forked child needs a lease of its own; the connection belongs to its parent.
            self._pid, self._wire, self._number, self._leads = os.getpid(), None, 0, False
        if self._wire is None or self._wire.closed:
            self._leads = False
            with wrapped():
                wire = Wire.connect(
                    self._url,
                    autocommit=True,
                    row_factory=dict_row,
                    fallback_application_name="footnote life",
                    **OPTIONS,
                )
                try:
                    wire.execute(ASKS_AFTER_US)
                    row = wire.execute("SELECT nextval('lives') AS number").fetchone() if not self._number else None
                    number = row["number"] if row else self._number
                    # Shared, so that our own old connection, if the server has not noticed its end, does not block us.
                    wire.execute("SELECT pg_advisory_lock_shared(%s, %s)", (LIVING, number))
                except BaseException:
                    wire.close()
                    raise
            self._wire, self._number = wire, number
        return self._wire

    def _forget(self) -> None:
        if self._wire is not None and self._pid == os.getpid():
            with suppress(psycopg.Error):
                self._wire.close()
        self._wire, self._leads = None, False
