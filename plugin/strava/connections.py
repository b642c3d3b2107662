"""HTTP connections with a deadline for the whole call, and with the client secret kept out of logged URLs.

An ordinary read timeout restarts with every byte, so a server that sends one byte at a time could hold a call for
hours. Here each read waits at most for what is left of the whole call.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Mapping
from http.client import HTTPResponse
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError

SECRET_QUERY = "X-Secret-Query"  # noqa: S105 (a header's name)
"""A request header that is never sent: its value becomes the query of the request line. Strava wants the client secret
in the query of one call, and urllib3 shows addresses in its log and its errors."""


class _DeadlineReader(io.RawIOBase):
    """Reads a socket until a deadline."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline
        self._bytes = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        left = self._deadline - monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long as a whole")
        self._sock.settimeout(left)
        return self._bytes.readinto(buffer)

    def close(self) -> None:
        self._bytes.close()
        super().close()


class _DeadlineResponse(HTTPResponse):
    """An answer that must be complete within the socket's timeout (urllib3 sets it to what is left of the call)."""

    def __init__(self, sock: socket.socket, *more: Any, **named: Any) -> None:
        super().__init__(sock, *more, **named)
        self.fp.close()
        self.fp = io.BufferedReader(_DeadlineReader(sock, monotonic() + (sock.gettimeout() or 0.0)))


class _DeadlineConnection(HTTPConnection):
    response_class = _DeadlineResponse
    _query = ""

    def _new_conn(self) -> socket.socket:
        """Connect within one timeout, name lookup and all addresses included."""
        outcome: SimpleQueue[socket.socket | Exception] = SimpleQueue()
        connect = super()._new_conn

        def attempt() -> None:
            try:
                outcome.put(connect())
            except Exception as error:
                outcome.put(error)

        # A name lookup takes no timeout: it runs in a thread that is abandoned if it does not answer.
        Thread(target=attempt, name="connecting", daemon=True).start()
        try:
            first = outcome.get(timeout=self.timeout or None)
        except Empty:
            raise ConnectTimeoutError(self, f"connecting to {self.host} took too long") from None
        if isinstance(first, Exception):
            raise first
        return first

    def request(  # type: ignore[override]
        self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        sent = dict(headers or {})
        self._query = sent.pop(SECRET_QUERY, "")
        super().request(method, url, body=body, headers=sent, **more)

    def putrequest(self, method: str, url: str, *more: Any, **named: Any) -> None:
        super().putrequest(method, f"{url}?{self._query}" if self._query else url, *more, **named)


class _DeadlineTLSConnection(_DeadlineConnection, HTTPSConnection):
    """The same over TLS; the handshake gets the connect timeout once more."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _DeadlineConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _DeadlineTLSConnection


POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _TLSPool}
