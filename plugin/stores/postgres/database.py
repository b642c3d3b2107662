"""One process's connections to the database, and the locks it holds on runners.

A small Postgres allows twenty connections in all, and during a release the processes of two versions share them. So
one to `most` are pooled here, and one more carries every lock of the process, the worker's lease included; a process
without a lease opens it only while it holds a lock. docs/scale.md has the sum. An operation whose connection was cut
starts again on another, so a restart or failover of the database costs one error at most.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import orjson
import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import ConnectionPool, PoolTimeout

from plugin.errors import StoreBroken
from plugin.stores.postgres.error_messages import first_line, wrapped
from plugin.stores.postgres.liveness import FROZEN, Wire, is_alive
from plugin.stores.request_timeout import short_wait

log = logging.getLogger("footnote.database")

T = TypeVar("T")
Values = Sequence[Any] | Mapping[str, Any]

MOST_CONNECTIONS = 4
WAIT_S = 5.0
"""How long to wait for a connection. A request waits a moment only (`stores.request_timeout`)."""
TRIED_AGAIN_S = 0.5
"""While the database is away one request in so long tries it; all others are refused at once."""
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
        self._refused = ""
        """Why the last attempt to connect failed; empty after one that succeeded."""
        self._away: psycopg.OperationalError | None = None
        self._tried_again_at = 0.0

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
        with wrapped():
            self._refuse_while_away()
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
        self._refuse_while_away()
        for others in reversed(range(self._most + 1)):
            wire = self._connected(using, pool)
            try:
                begun = begin(wire)
            except psycopg.OperationalError as wrong:
                if str(wrong) == FROZEN:
                    self._is_away(wrong)
                if not wire.closed or not others or str(wrong) == FROZEN:
                    raise
                using.close()
            else:
                self._is_back()
                return wire, begun
        raise AssertionError("the last attempt returns or raises")

    def _connected(self, using: ExitStack, pool: ConnectionPool[Wire]) -> Wire:
        """A connection of the pool. A request does not wait for a database that is away, only for its turn."""
        give_up, request = time.monotonic() + self._wait_s, short_wait()
        while True:
            try:
                if request is None:
                    return using.enter_context(pool.connection())
                with request.waiting() as wait_s:
                    return using.enter_context(pool.connection(timeout=wait_s))
            except PoolTimeout as late:
                why = self._refused or ("" if self._answers() else FROZEN)
                if why:
                    wrong = psycopg.OperationalError(why)
                    self._is_away(wrong)
                    raise wrong from late
                if time.monotonic() > give_up:
                    raise

    def _answers(self) -> bool:
        parts = conninfo_to_dict(self._url)
        host = str(parts.get("hostaddr") or parts.get("host") or "")
        # Several hosts, or those of libpq's own settings, are libpq's to try.
        return not host or "," in host or is_alive(host, int(parts.get("port") or 5432))

    def _refuse_while_away(self) -> None:
        """Raises at once what was wrong a moment ago, but for one request that tries again."""
        away = self._away
        if away is None or short_wait() is None:
            return
        now = time.monotonic()
        if now < self._tried_again_at:
            raise psycopg.OperationalError(str(away))
        self._tried_again_at = now + TRIED_AGAIN_S

    def _is_away(self, wrong: psycopg.OperationalError) -> None:
        self._tried_again_at = time.monotonic() + TRIED_AGAIN_S
        self._away = wrong

    def _is_back(self) -> None:
        if self._away is not None:
            self._away = None
            log.warning("the database answers again")

    def _open_pool(self) -> ConnectionPool[Wire]:
        with self._opening:
            self._forget_parent()
            if self._pool is None:
                self._pool = ConnectionPool(
                    self._url,
                    connection_class=self._noting_wire(),
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

    def _noting_wire(self) -> type[Wire]:
        """The pool tells nobody why it cannot connect: its connections do."""

        class NotingWire(Wire):
            @classmethod
            def connect(cls, *args: Any, **more: Any) -> Any:
                try:
                    wire = super().connect(*args, **more)
                except psycopg.OperationalError as wrong:
                    self._refused = first_line(wrong)
                    raise
                self._refused = ""
                return wire

        return NotingWire

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
