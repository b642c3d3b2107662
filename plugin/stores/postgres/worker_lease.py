"""That a process lives, where all others can see it: a lock in the database that dies with its connection.

A delivery is taken in the name of such a life. Who is slow, stopped for a while or waiting for Strava keeps the lock,
and keeps what it took; who was killed loses both. A heartbeat would need writing and clocks that agree.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress

import psycopg
from psycopg.rows import dict_row

from plugin.stores.postgres.database import ASKS_AFTER_US, OPTIONS, Wire, wrapped

LIVING = 0xF008
"""The class of the locks of lives; the number of the life beside it."""
LEADING = (0xF009, 0)
"""Held by the one process that runs the clockwork."""


class WorkerLease:
    """This process as the database knows it. Connects when first asked, and anew after a restart of the database."""

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
        """True for one process of all, as long as it lives and its connection does. Raises StoreBroken."""
        with wrapped(), self._lock:
            wire = self._connect()
            if not self._leads:
                row = wire.execute("SELECT pg_try_advisory_lock(%s, %s) AS leads", LEADING).fetchone()
                self._leads = bool(row and row["leads"])
            return self._leads

    def close(self) -> None:
        """Gives everything back."""
        with self._lock:
            self._forget()

    def _connect(self) -> Wire:
        if self._pid != os.getpid():
            # A forked child is a life of its own; the connection stays its parent's.
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
                    # Shared: an old connection of ours that the server still believes in must not keep us waiting.
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
