"""footnote serve|worker|release|now|sandbox: what runs for long, or as the schedule would."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import structlog

from plugin.cli.application import application_for_command, tell_apart, utc_now
from plugin.cli.stop_signals import ToldToEnd
from plugin.errors import BadSettings, FootnoteError
from plugin.monitoring.logs import set_up_logs
from plugin.settings.build import build_id
from plugin.settings.environment import OperatorSettings, read_settings

PATIENCE_S = 20
"""Seconds for work under way to end; a PaaS kills 30 s after its first SIGTERM."""
NO_DATABASE = "DATABASE_URL: is missing; a worker needs a Postgres. Without one `footnote serve` does all the work."


def serve() -> None:
    """Starts even when something is missing: then the site says what."""
    with _refusals_in_the_log():
        settings = _settings_for_long_work()
        from plugin.cli import server

        log = logging.getLogger("plugin")
        if settings.missing == ("DATABASE_URL",):
            settings.need()
        for name in settings.missing:
            log.warning("%s is not set: the site only says what is missing", name)
        if os.environ.get("WEB_CONCURRENCY"):
            # Heroku sets it by itself, so this is no warning.
            log.info(
                "WEB_CONCURRENCY is not used: one process serves with %d threads; add dynos instead", server.THREADS
            )
        server.serve(settings)


def worker() -> None:
    """Runs until SIGTERM or SIGINT; needs Postgres."""
    with _refusals_in_the_log():
        settings = _settings_for_long_work()
        settings.need()
        if settings.database_url is None:
            raise BadSettings([NO_DATABASE])
        from plugin.wiring import WORKER_CONNECTIONS, build

        over, log = ToldToEnd().listen(), structlog.get_logger("plugin")
        application = build(settings, connections=WORKER_CONNECTIONS)
        application.start(works=True)
        log.info("worker started", build=build_id())
        over.wait()
        log.info(f"{over.by} ending: no new work, work under way may finish")
        is_done = application.stop(works=True, patience_s=PATIENCE_S)
        log.info("ended" if is_done else "ended: another worker does what was under way")
        if not is_done:
            # Threads that still wait would keep the process alive; other workers release the deliveries they had taken.
            os._exit(0)


def release() -> None:
    """With Postgres: its tables as this version wants them. Without: nothing to do."""
    settings = _settings_for_long_work()
    if settings.database_url is None:
        click.echo("There is no DATABASE_URL: files in DATA_DIR need no preparation.")
        return
    from plugin.stores.postgres import migrate

    steps = migrate(settings.database_url)
    for step in steps:
        click.echo(f"applied: {step}")
    click.echo(f"The database is up to date; new steps: {len(steps)}.")


def do_now(work: str) -> None:
    """One piece of scheduled work, here and now."""
    application = application_for_command()
    apart = application.scheduler.do_now(work, utc_now())
    if application.settings.metrics_token:
        application.metrics.flush()
    click.echo(f"{work}: done." if not apart else f"{work}: done, but for {len(apart)} who cannot be read.")
    tell_apart(apart)


def sandbox(port: int, *, with_faults: bool, guide: str = "") -> None:
    """Serve the look-alike until SIGTERM or SIGINT."""
    from plugin.sandbox import REPORTED
    from plugin.sandbox import serve as serve_sandbox

    try:
        serve_sandbox(
            port,
            ready=lambda url: click.echo(f"The sandbox answers at {url}/ (Ctrl-C ends it)"),
            faults=REPORTED if with_faults else (),
            guide=guide,
        )
    except OSError as taken:
        raise FootnoteError(f"Port {port} cannot be used ({taken.strerror}): choose another with --port.") from taken


def _settings_for_long_work() -> OperatorSettings:
    settings = read_settings()
    set_up_logs(settings, stream=sys.stdout)
    return settings


@contextmanager
def _refusals_in_the_log() -> Iterator[None]:
    """Where logs are JSON, the refusal is one line of JSON; otherwise its sentences are printed."""
    try:
        yield
    except FootnoteError as refused:
        if os.environ.get("LOG_FORMAT", "").lower() != "json":
            raise
        set_up_logs(read_settings({"LOG_FORMAT": "json"}, env_file=None), stream=sys.stdout)
        logging.getLogger("plugin").critical("%s", refused)
        sys.exit(1)
