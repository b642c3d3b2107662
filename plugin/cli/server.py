"""`footnote serve`: the site under waitress, in this process, with the background work where this process does it."""

from __future__ import annotations

import errno
import logging
import os
import resource
import socket
import threading
import time
from collections.abc import Callable, Collection
from contextlib import ExitStack, suppress
from typing import Any

import structlog
from waitress import wasyncore

from plugin.cli.access_log import AccessLog
from plugin.cli.connections import ConnectionServer
from plugin.cli.stop_signals import ToldToEnd
from plugin.errors import FootnoteError
from plugin.ports import Clock
from plugin.settings.build import build_id
from plugin.settings.environment import OperatorSettings

THREADS = 8
CONNECTIONS = 2000
SPARE_FILES = 200
"""File descriptors left for stores, calls to Strava and mail when connections take all others."""
LEAVING_S = 1.0
"""As long as a server that has just ended may still hold its port."""
END_S = 15.0
"""For requests and work under way after SIGTERM; a PaaS kills after 30 s, and we promise 20."""


def serve(settings: OperatorSettings, *, clock: Clock | None = None) -> None:
    """Serve the site until SIGTERM or SIGINT. Raises FootnoteError if folder or port cannot be had.

    The folder comes before the port, so that a second server on it never answers anybody.
    """
    over = ToldToEnd().listen()
    with ExitStack() as held:
        if not settings.missing and not settings.database_url:
            from plugin.stores.tiny import serve_alone

            held.enter_context(serve_alone(settings.data_dir))
        listener = held.enter_context(listening_socket(settings.host, settings.port))
        if settings.missing:
            from plugin.web import create_setup_app

            run_server(create_setup_app(settings), listener, over)
            return
        from plugin.wiring import WEB_CONNECTIONS, build, utc_now

        application = build(settings, clock=clock or utc_now, connections=WEB_CONNECTIONS)
        works = settings.works_in_web
        application.start(works=works)
        run_server(
            application.site,
            listener,
            over,
            stop=lambda: application.stop(works=works, patience_s=END_S),
            urgent_paths=[f"/strava/webhook/{secret}" for secret in application.keyring.webhook_secrets],
        )


def run_server(
    site: Any,
    listener: socket.socket,
    over: threading.Event,
    *,
    stop: Callable[[], bool] = lambda: True,
    urgent_paths: Collection[str] = (),
) -> None:
    """Serve a WSGI app until `over` is set; then call `stop` while requests under way are answered. What comes for
    `urgent_paths` gets the next free thread.

    If `stop` returns False the process ends here, because threads that still wait for somebody would keep it."""
    server = ConnectionServer(
        AccessLog(site),
        listener,
        urgent_paths=urgent_paths,
        threads=THREADS,
        connection_limit=_connection_limit(),
        max_request_body_size=128 * 1024,
        max_request_header_size=32 * 1024,
        # Forwarding headers are read by ProxyFix in the app, from as many proxies as TRUSTED_PROXIES says.
        clear_untrusted_proxy_headers=False,
        ident="footnote",
        log_socket_errors=False,
    )
    host, port = server.effective_host, server.effective_port
    structlog.get_logger("plugin").info(f"listening on {host} port {port}", threads=THREADS, build=build_id())
    while not over.is_set():
        server.turn()
    structlog.get_logger("plugin").info(
        f"{getattr(over, 'by', '')} ending: no new requests, work under way may finish".strip()
    )
    has_ended: list[bool] = []
    ending = threading.Thread(target=lambda: has_ended.append(stop()), name="ending", daemon=True)
    ending.start()
    server.stop_accepting()
    give_up = time.monotonic() + END_S
    while (ending.is_alive() or server.is_busy()) and time.monotonic() < give_up:
        server.turn()
    ending.join(1.0)
    rest = "" if has_ended == [True] else ": what was under way is done after the next start"
    structlog.get_logger("plugin").info(f"ended{rest}")
    if has_ended != [True]:
        # The next server of this folder or database releases the deliveries they had taken.
        os._exit(0)
    wasyncore.close_all(server.map)


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that listens on host and port; FootnoteError if they cannot be used."""
    give_up = time.monotonic() + LEAVING_S
    while True:
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(1024)
            return listener
        except OSError as refused:
            listener.close()
            is_busy = refused.errno == errno.EADDRINUSE
            if is_busy and time.monotonic() < give_up:
                time.sleep(0.05)
                continue
            todo = (
                "stop what listens there, or set PORT to another"
                if is_busy
                else "set HOST to an address of this machine and PORT to one that is allowed"
            )
            raise FootnoteError(f"Port {port} on {host} cannot be used ({refused.strerror}): {todo}.") from refused


def _connection_limit() -> int:
    """As many connections as wanted, or as this process may open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + SPARE_FILES
    if soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard < 0 else min(wanted, hard), hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    limit = min(CONNECTIONS, max(64, soft - SPARE_FILES))
    if limit < CONNECTIONS:
        logging.getLogger("plugin").warning(
            "only %d connections at a time: this process may open %d files (ulimit -n)", limit, soft
        )
    return limit
