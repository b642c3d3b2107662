"""gunicorn's threads, kept for whole requests: whoever sends slowly waits outside, and never in a thread.

gunicorn 27 gives a connection to a thread at once. A thread then waits for its bytes, the first for five seconds, the
rest for ever; and the loop itself waits two seconds for a caller who does not hang up. A dozen idle connections would
keep Strava's post waiting. Here the loop collects what comes, without waiting for anybody, and a thread gets a request
that it can read and answer without waiting for its caller.
"""

from __future__ import annotations

import re
import selectors
import socket
import struct
import time
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker

PATIENCE_S = 10.0
"""From a request's first byte to its last, or from the connection to the first byte."""
LINGER_S = 2.0
"""After the answer, so that a caller who is still sending hears it rather than a reset."""
MOST_HEAD = 64 * 1024
MOST_BODY = 128 * 1024
"""Twice what any page takes. What announces more goes to a thread as it is, to be refused for its size."""
ANSWER_BYTES = 256 * 1024
"""The kernel takes a whole page of ours off the thread's hands, however slowly it is read."""
STALL_S = 5
"""A thread waits no longer for a caller, whatever it waits for."""
SPARE = 32
"""Places for new connections, made by closing the one that has said nothing for longest."""

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]{0,200}chunked", re.IGNORECASE)
_CONTINUES = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Arriving:
    """The bytes of one request as they come. Each is looked at once, however they are cut up."""

    def __init__(self) -> None:
        self.held = bytearray()
        self.is_cut = False
        """There is more of it than is waited for."""
        self._body = 0
        self._chunk = 0
        self._asked_to_go_on = False

    @property
    def is_oversized(self) -> bool:
        """The head has no end."""
        return not self._body and len(self.held) > MOST_HEAD

    def is_whole(self) -> bool:
        """Whether a thread can read the request without waiting, or at least refuse it."""
        if not self._body:
            found = self.held.find(b"\r\n\r\n")
            if found < 0:
                return False
            self._body = self._chunk = found + 4
        head = bytes(self.held[: self._body])
        announced = _LENGTH.search(head)
        length = int(announced[1]) if announced else 0
        if max(length, len(self.held) - self._body) > MOST_BODY:
            self.is_cut = True
            return True
        return self._has_last_chunk() if _CHUNKED.search(head) else len(self.held) >= self._body + length

    def wants_to_be_asked(self) -> bool:
        """True once, for a caller who sends the body only after a word from us."""
        if self._asked_to_go_on or not self._body or not _CONTINUES.search(bytes(self.held[: self._body])):
            return False
        self._asked_to_go_on = True
        return True

    def _has_last_chunk(self) -> bool:
        while (line_end := self.held.find(b"\r\n", self._chunk)) >= 0:
            try:
                size = int(bytes(self.held[self._chunk : line_end]).split(b";")[0], 16)
            except ValueError:
                size = -1
            if size < 0:
                return True  # nonsense, for the parser to refuse
            if size == 0:
                return self.held.find(b"\r\n\r\n", line_end) >= 0
            if line_end + 2 + size + 2 > len(self.held):
                return False
            self._chunk = line_end + 2 + size + 2
        return False


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A connection that hangs up without making anybody wait."""

    def __init__(self, worker: Listener, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(worker.cfg, sock, client, server)
        self.worker = worker
        self.arriving = Arriving()
        self.is_cut = False
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ANSWER_BYTES)
        for stall in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            with suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, stall, struct.pack("ll", STALL_S, 0))

    def close(self, graceful: bool = False) -> None:
        """At once, or after what is still being sent was heard out, in the loop's own time."""
        if not graceful:
            util.close(self.sock)
            return
        try:
            self.sock.setblocking(False)
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            util.close(self.sock)
            return
        self.worker.let_go(self)


class Listener(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's gthread worker, whose threads meet whole requests only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leaving: deque[Connection] = deque()

    def accept(self, listener: socket.socket) -> None:
        """A new connection: heard in the loop, first what it has sent already."""
        try:
            sock, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        self._make_room()
        conn = Connection(self, sock, client, listener.getsockname())
        self._listen_to(conn)
        self.on_pending_socket_readable(conn, sock)

    def enqueue_req(self, conn: Connection) -> None:
        """To a thread if the request is whole; else it is listened to further."""
        if conn.parser is not None:
            conn.arriving.held[:0] = conn.parser.unreader.take_buffered()
        if conn.arriving.is_whole():
            super().enqueue_req(conn)
        else:
            conn.sock.setblocking(False)
            self._listen_to(conn)

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """The next request on a connection that was kept open."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._listen_to(conn)
        self.on_pending_socket_readable(conn, client)

    def on_pending_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """Some more of a request."""
        try:
            piece = client.recv(64 * 1024)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            piece = b""
        conn.arriving.held += piece
        if piece and conn.arriving.is_oversized:
            with suppress(OSError):
                client.send(_TOO_LARGE)
            piece = b""
        if not piece:
            self._drop(conn, self.pending_conns)
        elif conn.arriving.is_whole():
            self.poller.unregister(client)
            self.pending_conns.remove(conn)
            self.enqueue_req(conn)
        elif conn.arriving.wants_to_be_asked():
            with suppress(OSError):
                client.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def handle(self, conn: Connection) -> Any:
        """In a thread: gunicorn's own, on what was collected."""
        if not conn.initialized:
            conn.data_ready = True
            conn.init()
        conn.parser.unreader.unread(bytes(conn.arriving.held))
        conn.is_cut = conn.arriving.is_cut
        conn.arriving = Arriving()
        return super().handle(conn)

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        # The rest of what was refused for its size is not waited for, for the sake of the next request.
        return not conn.is_cut and bool(super()._keepalive_after(conn, keepalive))

    def let_go(self, conn: Connection) -> None:
        """Hear out, for a moment, a caller who has been answered."""
        conn.timeout = time.monotonic() + LINGER_S
        self.nr_conns += 1
        self.leaving.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._hear_out, conn))

    def murder_pending(self) -> None:
        """Those whose time is over: to send a request, or to hang up."""
        super().murder_pending()
        if not self.alive:
            for silent in [conn for conn in self.pending_conns if not conn.arriving.held]:
                self._drop(silent, self.pending_conns)
        while self.leaving and self.leaving[0].timeout <= time.monotonic():
            self._drop(self.leaving[0], self.leaving)

    def _listen_to(self, conn: Connection) -> None:
        conn.timeout = time.monotonic() + PATIENCE_S
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _hear_out(self, conn: Connection, client: socket.socket) -> None:
        try:
            if client.recv(64 * 1024):
                return
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            pass
        self._drop(conn, self.leaving)

    def _make_room(self) -> None:
        while self.nr_conns > self.worker_connections - SPARE:
            oldest = self.leaving or self.pending_conns or self.keepalived_conns
            if not oldest:
                return
            self._drop(oldest[0], oldest)

    def _drop(self, conn: Connection, which: deque[Any]) -> None:
        which.remove(conn)
        with suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()
