"""Serves the sandbox: a threaded HTTP/1.1 server, on 127.0.0.1 only."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from plugin.sandbox.app import CLIENT_ID, CLIENT_SECRET, create_sandbox
from plugin.sandbox.context import Sandbox
from plugin.sandbox.demo_world import demo_world
from plugin.sandbox.event_sender import RETRY_S
from plugin.sandbox.faults import Fault
from plugin.sandbox.grants import TOKEN_LIFE_S
from plugin.sandbox.rate_limits import RateLimits
from plugin.sandbox.request_gate import ResetConnection
from plugin.sandbox.world import World, utc_now

LOCALHOST = "127.0.0.1"


class RequestHandler(WSGIRequestHandler):
    """Handles one request. Nagle's algorithm is off: with it an answer takes 40 ms instead of 1."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """No log: the sandbox has a page for it."""

    def version_string(self) -> str:
        return "sandbox"

    def connection_dropped(self, error: BaseException, environ: object = None) -> None:
        self.close_connection = True
        if isinstance(error, ResetConnection):
            # Closing with SO_LINGER at 0 makes the kernel send a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())


@dataclass(frozen=True)
class Served:
    """A sandbox that answers at `url`, e.g. http://127.0.0.1:8001."""

    url: str
    sandbox: Sandbox

    @property
    def world(self) -> World:
        return self.sandbox.world


@contextmanager
def served(
    world: World | None = None,
    port: int = 0,
    *,
    client_id: str = CLIENT_ID,
    client_secret: str = CLIENT_SECRET,
    start: datetime | None = None,
    limits: RateLimits | None = None,
    token_life_s: float = TOKEN_LIFE_S,
    retry_s: float = RETRY_S,
    guide: str = "",
) -> Iterator[Served]:
    """A sandbox in threads of this process while the block runs; port 0 takes a free one.

    `start` is that of `serve`; a `world` of one's own has its own clock. Raises OSError where the port is taken.
    """
    app = create_sandbox(
        world or demo_world(_clock_from(start)),
        client_id=client_id,
        client_secret=client_secret,
        limits=limits,
        token_life_s=token_life_s,
        retry_s=retry_s,
        guide=guide,
    )
    server = _bound(app, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="sandbox", daemon=True)
    thread.start()
    sandbox = cast(Sandbox, app.extensions["sandbox"])
    try:
        yield Served(f"http://{LOCALHOST}:{server.port}", sandbox)
    finally:
        server.shutdown()
        server.server_close()
        sandbox.push.close()
        thread.join(5)


def serve(
    port: int,
    *,
    client_id: str = CLIENT_ID,
    client_secret: str = CLIENT_SECRET,
    start: datetime | None = None,
    world: World | None = None,
    limits: RateLimits | None = None,
    ready: Callable[[str], None] | None = None,
    faults: Iterable[Fault] = (),
    guide: str = "",
) -> None:
    """Serve until SIGTERM or SIGINT. Raises OSError where the port is taken.

    `start`: the moment the world begins at, its clock going on from there (default: now); token lives and rate windows
    keep to the real clock. `world`: another than the demo's. `ready` is called with the URL once requests are taken.
    `faults` are on from the start. `guide`: a page that every page links to.
    """
    over = threading.Event()
    with served(
        world, port, client_id=client_id, client_secret=client_secret, start=start, limits=limits, guide=guide
    ) as running:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: over.set())
        for fault in faults:
            running.sandbox.faults.switch_on(fault)
        if ready is not None:
            ready(running.url)
        # Short waits let signals through on every platform.
        while not over.wait(0.5):
            pass


def _bound(app: Flask, port: int) -> BaseWSGIServer:
    """Bind the socket here, because werkzeug exits the process when a port is taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOCALHOST, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    with listening:
        return make_server(LOCALHOST, port, app, threaded=True, request_handler=RequestHandler, fd=listening.fileno())


def _clock_from(start: datetime | None) -> Callable[[], datetime]:
    if start is None:
        return utc_now
    ahead = start.astimezone(UTC) - utc_now()
    return lambda: utc_now() + ahead
