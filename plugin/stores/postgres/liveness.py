"""Whether a Postgres server is alive, asked without a session: a machine that hangs holds its connections open and lets
statements wait for ever."""

from __future__ import annotations

import socket
import struct
import time
from typing import Any

from psycopg import Connection, OperationalError
from psycopg.abc import PQGen
from psycopg.rows import DictRow

from plugin.stores.request_timeout import short_wait

QUIET_S = 0.15
"""A statement that has had no byte of an answer for so long raises the question."""
ANSWERS_WITHIN_S = 0.15
TURN_S = 0.05
SSL_REQUEST = struct.pack("!ii", 8, 80877103)
"""The first packet of a session that may want TLS. Every server answers it by one byte, before it counts a session."""
FROZEN = "the server does not answer"


class Wire(Connection[DictRow]):
    """A connection. A statement of a request that must be answered at once ends when the server hangs."""

    def wait(self, gen: PQGen[Any], *args: Any, **more: Any) -> Any:
        if short_wait() is None:
            return super().wait(gen, *args, **more)
        return super().wait(self._watched(gen), TURN_S)

    def _watched(self, gen: PQGen[Any]) -> PQGen[Any]:
        since = time.monotonic()
        try:
            waits_for = next(gen)
            while True:
                ready = yield waits_for
                if ready:
                    since = time.monotonic()
                elif time.monotonic() - since > QUIET_S:
                    # It may be at work, or wait for another's lock. Only a server that is silent altogether hangs.
                    if not is_alive(self.info.hostaddr or self.info.host, self.info.port):
                        self.pgconn.finish()
                        raise OperationalError(FROZEN)
                    since = time.monotonic()
                waits_for = gen.send(ready)
        except StopIteration as end:
            return end.value


def is_alive(host: str, port: int) -> bool:
    """Whether anything at this address answers as Postgres does. A host that is a path is the folder of a socket."""
    try:
        with _connected(host, port) as wire:
            wire.settimeout(ANSWERS_WITHIN_S)
            wire.sendall(SSL_REQUEST)
            return bool(wire.recv(1))
    except OSError:
        return False


def _connected(host: str, port: int) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, port), timeout=ANSWERS_WITHIN_S)
    wire = socket.socket(socket.AF_UNIX)
    wire.settimeout(ANSWERS_WITHIN_S)
    try:
        wire.connect(f"{host}/.s.PGSQL.{port}")
    except OSError:
        wire.close()
        raise
    return wire
