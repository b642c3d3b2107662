"""One process's connections to the database, and the locks it holds on runners.

A small Postgres allows twenty connections in all, and during a release the processes of two versions share them. So
one to `most` are pooled here, and one more carries every lock of the process, the worker's lease included; a process
without a lease opens it only while it holds a lock. docs/scale.md has the sum. An operation whose connection was cut
starts again on another, so a restart or failover of the database costs one error at most.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import orjson
import psycopg
from psycopg import Connection, errors
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import ConnectionPool

from plugin.errors import StoreBroken

T = TypeVar("T")
Wire = Connection[DictRow]
Values = Sequence[Any] | Mapping[str, Any]

MOST_CONNECTIONS = 4
WAIT_S = 5.0
"""How long to wait for a connection; then Strava is answered 503."""
GIVE_UP_S = 2.0
"""Attempts to connect end before that, so that the next request tries afresh and not at the end of a long back-off."""
LOOK_AGAIN_S = (0.01, 0.25)
"""How often to ask for a runner that another process holds: at first, at most."""
# A machine can vanish without closing its connection: keepalives release its locks half a minute later.
ASKS_AFTER_US = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4"
OPTIONS: dict[str, Any] = {"connect_timeout": 5, "tcp_user_timeout": 15_000, "keepalives_idle": 30}


class Database:
    """A Postgres by its URL, `postgres://` or `postgresql://`. Opens nothing before it is asked for something."""

    def __init__(self, url: str, *, most: int = MOST_CONNECTIONS, wait_s: float = WAIT_S) -> None:
        self._url = url
        self._most = most
        self._wait_s = wait_s
        self._opening = threading.Lock()
        self._pool: ConnectionPool[Wire] | None = None
        self._pid = 0
        self._holds: WeakValueDictionary[int, threading.Lock] = WeakValueDictionary()
        self._holding = threading.Lock()
        self._holder: Wire | None = None
        self._holder_stays = False
        self._lockers = 0

    @contextmanager
    def transaction(self) -> Iterator[Wire]:
        """A connection, in a transaction that is committed at the end or, on any error, rolled back."""
        with wrapped(), ExitStack() as using:
            wire, _ = self._begun(using, lambda wire: using.enter_context(wire.transaction()))
            yield wire

    def ask(self, statement: str, values: Values = ()) -> DictRow | None:
        """The first row of one statement, in its own transaction: one round trip. It is repeated if its connection is
        lost, so the statement must be safe to repeat."""
        with wrapped(), ExitStack() as using:
            return self._begun(using, lambda wire: wire.execute(statement.encode(), values).fetchone())[1]

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the lock `name` across threads, processes and machines; released when process or connection dies.

        One connection carries all locks of the process.
        """
        key = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
        with self._opening:
            self._forget_parent()
            here = self._holds.setdefault(key, threading.Lock())
        with here, self._lock_connection_in_use():
            pause, longest = LOOK_AGAIN_S
            while not self._ask_holder("SELECT pg_try_advisory_lock(%s) AS it_is", key):
                time.sleep(pause)
                pause = min(2 * pause, longest)
            try:
                yield
            finally:
                with suppress(StoreBroken):  # then it is freed already
                    self._ask_holder("SELECT pg_advisory_unlock(%s) AS it_is", key)

    def on_lock_connection(self, use: Callable[[Wire], T], *, stays: bool = True) -> T:
        """Call `use` with the connection that carries this process's locks, and with no other at the same time. From
        the first call with `stays` on it is kept open. A lost connection is closed and raises StoreBroken; the next
        call opens another, without the locks."""
        with self._opening:
            self._forget_parent()
        with wrapped(), self._holding:
            self._holder_stays |= stays
            if self._holder is None or self._holder.closed:
                self._holder = Wire.connect(
                    self._url,
                    autocommit=True,
                    row_factory=dict_row,
                    fallback_application_name="footnote locks",
                    **OPTIONS,
                )
                self._holder.execute(ASKS_AFTER_US)
            try:
                return use(self._holder)
            except psycopg.OperationalError:
                self._holder.close()
                raise

    def close(self) -> None:
        """Close all connections, which releases all locks."""
        with self._opening, self._holding:
            if self._pool is not None:
                self._pool.close()
            if self._holder is not None:
                self._holder.close()
            self._pool, self._holder = None, None

    def _begun(self, using: ExitStack, begin: Callable[[Wire], T]) -> tuple[Wire, T]:
        """A connection on which `begin` has succeeded; another one if the server has cut the first since its last
        use. Connections are not checked beforehand: that would cost a round trip each time."""
        pool = self._open_pool()
        for others in reversed(range(self._most + 1)):
            wire = using.enter_context(pool.connection())
            try:
                return wire, begin(wire)
            except psycopg.OperationalError:
                if not wire.closed or not others:
                    raise
                using.close()
        raise AssertionError("the last attempt returns or raises")

    def _open_pool(self) -> ConnectionPool[Wire]:
        with self._opening:
            self._forget_parent()
            if self._pool is None:
                self._pool = ConnectionPool(
                    self._url,
                    connection_class=Wire,
                    # Transactions are begun explicitly: a single statement needs none.
                    kwargs={
                        **OPTIONS,
                        "autocommit": True,
                        "row_factory": dict_row,
                        "fallback_application_name": "footnote",
                    },
                    min_size=1,
                    max_size=self._most,
                    timeout=self._wait_s,
                    reconnect_timeout=GIVE_UP_S,
                    configure=_configure,
                    name="footnote",
                    open=True,
                )
            return self._pool

    def _forget_parent(self) -> None:
        """Connections and locks of the process that we were forked from are not ours."""
        if self._pid != os.getpid():
            self._pid, self._pool, self._holder, self._holds = os.getpid(), None, None, WeakValueDictionary()
            self._holder_stays, self._lockers = False, 0

    def _ask_holder(self, question: str, key: int) -> bool:
        row = self.on_lock_connection(lambda wire: wire.execute(question, (key,)).fetchone(), stays=False)
        return bool(row and row["it_is"])

    @contextmanager
    def _lock_connection_in_use(self) -> Iterator[None]:
        """Closes the lock connection once no lock uses it, unless it stays."""
        with self._holding:
            self._lockers += 1
        try:
            yield
        finally:
            with self._holding:
                self._lockers -= 1
                if not self._lockers and not self._holder_stays and self._holder is not None:
                    self._holder.close()


def _configure(wire: Wire) -> None:
    set_json_dumps(orjson.dumps, wire)
    set_json_loads(orjson.loads, wire)
    wire.execute("SET TIME ZONE 'UTC'")


@contextmanager
def wrapped() -> Iterator[None]:
    """Errors that the operator can mend become StoreBroken; programming errors pass through."""
    try:
        yield
    except errors.DeadlockDetected:
        raise  # lost to somebody who got on: the work is begun anew
    except (errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedFunction) as wrong:
        raise StoreBroken(f"The database is not up to date ({_first_line(wrong)}): run `footnote release`.") from wrong
    except (errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege, errors.DiskFull) as wrong:
        raise StoreBroken(
            f"The database does not let us write ({_first_line(wrong)}): make room in it, or give DATABASE_URL's role "
            "the right to write; then it goes on by itself."
        ) from wrong
    except (psycopg.OperationalError, psycopg.InterfaceError) as wrong:
        raise StoreBroken(
            f"The database cannot be reached ({_first_line(wrong)}): check DATABASE_URL and that the server runs; then "
            "it goes on by itself."
        ) from wrong


def _first_line(wrong: Exception) -> str:
    return (str(wrong).strip() or type(wrong).__name__).splitlines()[0]
