"""`footnote serve`: the site under gunicorn, in this very program, so that signals and exit codes are its own."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from gunicorn.app.wsgiapp import WSGIApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from plugin.errors import FootnoteError

ROOT = Path(__file__).resolve().parent.parent.parent
LEAVING_S = 1.0
"""As long as a server that has just ended may still hold its port."""
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})


def serve() -> None:
    """Run until told to end. `config/gunicorn.py` has the figures and takes the folder for this server alone."""
    sys.argv = ["gunicorn", "--config", str(ROOT / "config" / "gunicorn.py"), "app:app"]
    master = os.getpid()
    try:
        Site("%(prog)s", prog="footnote serve").run()
    except SystemExit as ended:
        # A worker that could not load the app tells the master so by this code; both come through here.
        is_refusal = ended.code in (Arbiter.WORKER_BOOT_ERROR, Arbiter.APP_LOAD_ERROR) and os.getpid() == master
        sys.exit(1 if is_refusal else ended.code)


def await_port(host: str, port: int) -> None:
    """Nothing where `port` can be listened on; FootnoteError where it cannot. gunicorn would try for five seconds and
    tell only the log."""
    give_up = time.monotonic() + LEAVING_S
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                probe.listen()
                return
            except OSError as refused:
                if refused.errno == errno.EADDRINUSE and time.monotonic() < give_up:
                    time.sleep(0.05)
                    continue
                todo = (
                    "stop what listens there, or set PORT to another"
                    if refused.errno == errno.EADDRINUSE
                    else "set HOST to an address of this machine and PORT to one that is allowed"
                )
                raise FootnoteError(f"Port {port} on {host} cannot be used ({refused.strerror}): {todo}.") from refused


class Site(WSGIApplication):  # type: ignore[misc]  # gunicorn has no types
    """The app as gunicorn loads it, in each worker."""

    def load_wsgiapp(self) -> Any:
        """What the operator can mend is one sentence in the log and ends the server; anything else is a bug."""
        try:
            return super().load_wsgiapp()
        except FootnoteError as refused:
            logging.getLogger("plugin").critical("%s", refused)
            sys.exit(Arbiter.WORKER_BOOT_ERROR)


class ServerLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's two logs through our own: same form, same redaction, no query, no address of the caller."""

    def setup(self, cfg: Any) -> None:
        """Everything goes up to the root logger, which `logs.set_up_logs` has prepared."""
        self.loglevel = logging.getLogger().level
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True
        self._access = structlog.get_logger("plugin.access")

    @property
    def access_log_enabled(self) -> bool:
        """Always: what is told is chosen by level."""
        return True

    def access(self, resp: Any, req: Any, environ: Mapping[str, Any], request_time: Any) -> None:
        """One line a request: what, how it ended, how long it took."""
        path = str(environ.get("PATH_INFO", ""))
        tell = self._access.debug if path in QUIET else self._access.info
        tell(
            f"{environ.get('REQUEST_METHOD', '')} {path}",
            status=int(str(resp.status).split(None, 1)[0]),
            bytes=getattr(resp, "sent", None),
            ms=round(request_time.total_seconds() * 1000),
        )

    def reopen_files(self) -> None:
        """There are none."""

    def close_on_exec(self) -> None:
        """There are none."""
