"""A server that answers to the letter what a test says, however wrong: byte by byte, half, never."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Act = Callable[[socket.socket], bool]
"""Writes an answer; True keeps the connection open for the next request."""


@dataclass
class Asked:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Scripted:
    """`acts` are played in order, one a request; then `otherwise` for ever."""

    url: str
    otherwise: Act
    acts: list[Act] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    connections: int = 0


def answer(status: int = 200, body: Any = None, *, raw: bytes | None = None, **headers: str) -> Act:
    """A whole answer; `body` as JSON, `raw` as it is. Header names with `_` for `-`."""
    content = json.dumps(body).encode() if raw is None else raw
    lines = [f"HTTP/1.1 {status} So", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    whole = ("\r\n".join(lines) + "\r\n\r\n").encode() + content

    def act(connection: socket.socket) -> bool:
        connection.sendall(whole)
        return True

    return act


def only(content: bytes) -> Act:
    """These bytes and no more."""

    def act(connection: socket.socket) -> bool:
        connection.sendall(content)
        return False

    return act


def cut(connection: socket.socket) -> bool:
    """Nothing, and the connection is gone."""
    return False


def silence(server: Scripted) -> Act:
    """Nothing, until the test is over."""

    def act(connection: socket.socket) -> bool:
        server.over.wait()
        return False

    return act


def drip(server: Scripted, first: bytes, every_s: float) -> Act:
    """`first`, then a blank again and again, each well within any timeout between two bytes."""

    def act(connection: socket.socket) -> bool:
        connection.sendall(first)
        while not server.over.wait(every_s):
            connection.sendall(b" ")
        return False

    return act


@contextmanager
def scripted(otherwise: Act | None = None, *, tls: ssl.SSLContext | None = None) -> Iterator[Scripted]:
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = Scripted(f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}", otherwise or answer(200, {}))
    lock = threading.Lock()

    def talk(connection: socket.socket) -> None:
        if tls is not None:
            try:
                connection = tls.wrap_socket(connection, server_side=True)
            except OSError:
                connection.close()
                return
        with connection, connection.makefile("rb") as stream:
            while True:
                request = _read(stream)
                if request is None:
                    return
                with lock:
                    server.asked.append(request)
                    act = server.acts.pop(0) if server.acts else server.otherwise
                try:
                    if not act(connection):
                        return
                except OSError:
                    return

    def listen() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.connections += 1
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield server
    finally:
        server.over.set()
        # closing alone would leave a waiting accept as it is
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def _read(stream: Any) -> Asked | None:
    try:
        first = stream.readline().decode("latin-1").split()
        if len(first) != 3:
            return None
        headers: dict[str, str] = {}
        while line := stream.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        return Asked(first[0], first[1], headers, stream.read(int(headers.get("content-length", 0))))
    except OSError:
        return None
