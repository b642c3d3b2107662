"""A load client: many connections kept open, one request under way on each, in one thread without any waiting."""

from __future__ import annotations

import json
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CONNECTIONS = 16


@dataclass
class Heard:
    """Answers of one round: milliseconds each, statuses, seconds in all."""

    ms: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers of 200 a second."""
        return self.statuses.get(200, 0) / self.seconds if self.seconds else 0.0


class _Line:
    """One connection and the request on it."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.sock = socket.create_connection(address, timeout=10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self.held = b""

    def ask(self, request: bytes, due: float) -> None:
        self.held, self.began = b"", due
        self.sock.sendall(request)

    def status(self) -> int | None:
        """Of the answer that is in by now; None while it is not whole."""
        piece = self.sock.recv(65536)
        if not piece:
            raise ConnectionError("hung up")
        self.held += piece
        head, end, body = self.held.partition(b"\r\n\r\n")
        if not end:
            return None
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        length = int(lengths[0].split(b":")[1]) if lengths else 0
        return int(head.split(b" ", 2)[1]) if len(body) >= length else None


def request(url: str, body: object) -> bytes:
    """A post of JSON as Strava sends it, on a connection that is kept."""
    parts = urlsplit(url)
    content = json.dumps(body).encode()
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


def load(
    url: str, body: Callable[[int], object], *, seconds: float, rate: float | None = None, most: int | None = None
) -> Heard:
    """Post for so long: as fast as the answers come, or `rate` a second on a fixed timetable, whatever the answers.

    On a timetable the time of an answer counts from when its request was due, so that waiting in line is not hidden.
    AssertionError if any answer is not 200: what is refused costs nothing and would be measured as fast.
    """
    parts = urlsplit(url)
    address = (parts.hostname or "127.0.0.1", parts.port or 80)
    lines = [_Line(address) for _ in range(CONNECTIONS)]
    heard, free, number, under_way = Heard(), deque(lines), 0, 0
    with selectors.DefaultSelector() as waiting:
        for line in lines:
            waiting.register(line.sock, selectors.EVENT_READ, line)
        began = time.perf_counter()
        while True:
            now = time.perf_counter()
            is_open = now - began < seconds and (most is None or number < most)
            while is_open and free and (rate is None or began + number / rate <= now):
                due = began + number / rate if rate else now
                # In turns, so that none is idle for so long that the server takes it for a sleeper and hangs up.
                free.popleft().ask(request(url, body(number)), due)
                number, under_way = number + 1, under_way + 1
                is_open = most is None or number < most
            if not is_open and not under_way:
                break
            for key, _ in waiting.select(0.002 if rate else 1.0):
                line = key.data
                status = line.status()
                if status is not None:
                    heard.ms.append(1000 * (time.perf_counter() - line.began))
                    heard.statuses[status] = heard.statuses.get(status, 0) + 1
                    under_way -= 1
                    free.append(line)
        heard.seconds = time.perf_counter() - began
    for line in lines:
        line.sock.close()
    assert set(heard.statuses) == {200}, heard.statuses
    return heard
