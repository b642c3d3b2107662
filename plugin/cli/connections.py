"""waitress's connections with a time limit: a caller holds one no longer than a request may take, and then makes room.

waitress reads a request to its end before a thread sees it, so slow callers hold no thread. But its `channel_timeout`
starts again at each byte, and at `connection_limit` it stops accepting: 2000 callers who send a byte every ten seconds
would keep everybody out. Here the time of a request counts from its first byte, and when places run short the
connections that have waited longest for their caller make room.
"""

from __future__ import annotations

import heapq
import re
import socket
import time
from collections import deque
from collections.abc import Collection
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import BadRequest

ARRIVE_S = 15.0
"""From a request's first byte to its last, and from connecting to the first byte."""
IDLE_S = 95.0
"""Between two requests: routers keep their connections for 90 s, and must be the ones to hang up."""
READ_S = 60.0
"""For a caller to read the answer."""
MOST_AT_ONCE = 4
"""Requests in one piece of data; a caller who sends more gets so many answers and is disconnected. Browsers and routers
wait for an answer before they ask again."""
PIECE = 2048
"""Bytes read of one connection before the next has its turn."""
FRAMING_BYTES = 4096
"""Of a chunked body: what may be chunk lengths and line ends, beside a quarter of what they frame."""
SPARE = 64
"""Places that are made free at a time when there are too few."""
ACCEPTED = 16
"""New connections a round of the loop."""
TURN_S = 0.5
_TRANSFER_ENCODING = re.compile(rb"(?im)^transfer-encoding:(.*)$")


class RequestParser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """A request as it arrives. A body is framed in one way or the request is refused: a router before us might read it
    in the other. Chunks of a few bytes are refused, because each costs the loop some microseconds."""

    completed = False

    def parse_header(self, header_plus: bytes) -> None:
        """Raises ParsingError, which is answered with 400."""
        encodings = _TRANSFER_ENCODING.findall(header_plus)
        if encodings and [one.strip(b" \t\r").lower() for one in encodings] != [b"chunked"]:
            raise ParsingError("Transfer-Encoding is not chunked")
        super().parse_header(header_plus)
        # waitress reads no Transfer-Encoding before HTTP/1.1, and no Content-Length beside it.
        if encodings and (not self.chunked or "CONTENT_LENGTH" in self.headers):
            raise ParsingError("The body is framed in two ways")

    def received(self, data: bytes) -> int:
        try:
            consumed = int(super().received(data))
        except ValueError:
            # A length of thousands of digits, or a target that is no address: waitress does not catch these.
            self.error = BadRequest("The request cannot be read")
            self.completed = True
            return len(data)
        if self.chunked and not self.completed:
            framing = self.body_bytes_received - len(self.body_rcv)
            if framing > FRAMING_BYTES + len(self.body_rcv) / 4:
                self.error = BadRequest("The chunks are too small")
                self.completed = True
        return consumed


class IgnoredPiece(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """In place of a request too many: whatever comes is dropped unread."""

    completed = empty = True

    def received(self, data: bytes) -> int:
        return len(data)


class CallerConnection(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """One connection. `since` is when it began to wait for its caller."""

    has_asked = False

    def parser_class(self, adjustments: Adjustments) -> HTTPRequestParser:
        """For the next request."""
        return (RequestParser if len(self.requests) < MOST_AT_ONCE else IgnoredPiece)(adjustments)

    def __init__(self, *args: Any, **more: Any) -> None:
        self.since = time.monotonic()
        super().__init__(*args, **more)

    def received(self, data: bytes) -> Any:
        was_idle = self.request is None
        result = super().received(data)
        if was_idle and self.request is not None:
            self.since = time.monotonic()
        with self.requests_lock:
            if len(self.requests) == MOST_AT_ONCE:
                self.requests[-1].headers["CONNECTION"] = "close"
        return result

    def is_urgent(self) -> bool:
        """Whether the request whose turn it is goes before others."""
        # Sets compare salted hashes first: time does not tell how much of a secret in a path was right.
        return getattr(self.requests[0], "path", "") in self.server.urgent_paths

    def service(self) -> None:
        super().service()
        self.has_asked = True
        self.since = time.monotonic()

    def waits_for_caller(self) -> bool:
        """Nothing of it is in a thread or in the queue for one."""
        return not self.requests

    def is_overdue(self, now: float) -> bool:
        """Its caller has had the time there is for sending a request, for reading an answer or for asking again."""
        if not self.waits_for_caller():
            return False
        if self.total_outbufs_len:
            allowed = READ_S
        elif self.has_asked and self.request is None:
            allowed = IDLE_S
        else:
            allowed = ARRIVE_S
        return now - self.since > allowed


class UrgentFirst:
    """The queue of connections that wait for a thread: each has one request in it at a time, urgent ones go first.
    With 400 callers who ask for pages at once Strava's post would otherwise wait longer than Strava does (2 s)."""

    def __init__(self) -> None:
        self._urgent: deque[CallerConnection] = deque()
        self._others: deque[CallerConnection] = deque()

    def __len__(self) -> int:
        return len(self._urgent) + len(self._others)

    def append(self, connection: CallerConnection) -> None:
        (self._urgent if connection.is_urgent() else self._others).append(connection)

    def popleft(self) -> CallerConnection:
        return (self._urgent or self._others).popleft()


class ConnectionServer(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """waitress's server on a socket that listens already, its loop turned by the caller. Requests for `urgent_paths` do
    not wait for a thread behind others."""

    channel_class = CallerConnection

    def __init__(
        self, app: Any, listener: socket.socket, *, urgent_paths: Collection[str] = (), **adjustments: Any
    ) -> None:
        self.urgent_paths = frozenset(urgent_paths)
        self.map: dict[int, Any] = {}
        self._next_cleanup = 0.0
        sockinfo = (listener.family, listener.type, listener.proto, listener.getsockname())
        all_adjustments = Adjustments(
            asyncore_use_poll=True, channel_timeout=int(ARRIVE_S), recv_bytes=PIECE, **adjustments
        )
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.queue = UrgentFirst()
        dispatcher.set_thread_count(all_adjustments.threads)
        super().__init__(
            app,
            map=self.map,
            _sock=listener,
            dispatcher=dispatcher,
            adj=all_adjustments,
            sockinfo=sockinfo,
            bind_socket=False,
        )

    def turn(self) -> None:
        """One round of the loop: wait at most half a second for events, and handle them."""
        wasyncore.loop(timeout=TURN_S, use_poll=True, map=self.map, count=1)

    def stop_accepting(self) -> None:
        """No new connection from now on, and none is kept open after its answer."""
        self.accepting = False
        self.del_channel()
        self.socket.close()
        for channel in list(self.active_channels.values()):
            if channel.waits_for_caller() and channel.request is None and not channel.total_outbufs_len:
                channel.handle_close()

    def is_busy(self) -> bool:
        """A request is under way, or an answer is not read to its end."""
        return any(one.requests or one.total_outbufs_len for one in list(self.active_channels.values()))

    def handle_accept(self) -> None:
        """Accept up to ACCEPTED connections: with one a round, as waitress does it, a new caller would wait for as many
        rounds as there are callers before."""
        for _ in range(ACCEPTED):
            before = len(self.map)
            super().handle_accept()
            if len(self.map) == before or len(self.map) >= self.adj.connection_limit:
                break

    def readable(self) -> bool:
        """Before each round: end what is overdue, make room."""
        self._make_room()
        return bool(super().readable())

    def maintenance(self, now: float) -> None:
        """Every half second instead of waitress's half minute, and by our own times."""
        self.next_channel_cleanup = now + TURN_S
        at = time.monotonic()
        for channel in list(self.active_channels.values()):
            if channel.is_overdue(at):
                channel.handle_close()

    def _make_room(self) -> None:
        if len(self.map) + 1 < self.adj.connection_limit:
            return
        waiting = [one for one in self.active_channels.values() if one.waits_for_caller()]
        for channel in heapq.nsmallest(SPARE, waiting, key=lambda one: one.since):
            channel.handle_close()
