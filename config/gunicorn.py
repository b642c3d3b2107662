"""gunicorn's settings, from ours. Used by `footnote serve`, and by `gunicorn -c config/gunicorn.py app:app`."""

import os
import sys
from contextlib import ExitStack

from plugin.cli.server import ROOT, ServerLogger
from plugin.monitoring.logs import set_up_logs
from plugin.monitoring.processes import die_with_parent
from plugin.settings.environment import read_settings

_settings = read_settings()
_held = ExitStack()
set_up_logs(_settings, stream=sys.stdout)

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
proc_name = "footnote"
pythonpath = str(ROOT)
logger_class = ServerLogger

# Threads, because a page that waits for Strava must not keep the webhook from answering within two seconds. TinyDB
# wants one process; there are a few threads more then. A thread meets whole requests only: slow callers hold up nobody.
workers = _settings.web_processes
worker_class = "plugin.cli.listening.Listener"
worker_connections = 400
threads = 4 if _settings.database_url else 12
# A PaaS gives 30 s from SIGTERM to SIGKILL, and ends requests at 30 s; its router keeps connections for 90 s.
graceful_timeout = 20
timeout = 60
keepalive = 95
control_socket_disable = True
# The heartbeat file lives in memory: a full or slow disk must not look like a hanging worker.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108


def on_starting(server):  # type: ignore[no-untyped-def]
    """One server a folder: refuse to be the second before a port is taken. Workers hold it with us."""
    if not _settings.missing and not _settings.database_url:
        from plugin.stores.tiny import serve_alone

        _held.enter_context(serve_alone(_settings.data_dir))


def post_fork(server, worker):  # type: ignore[no-untyped-def]
    """Nobody is left behind when the master is killed."""
    die_with_parent()


def worker_exit(server, worker):  # type: ignore[no-untyped-def]
    """Let the background work of this process end what it has begun."""
    app = getattr(worker, "wsgi", None)
    stop = app.extensions.get("footnote-stop") if hasattr(app, "extensions") else None
    if stop is not None:
        stop()
