"""footnote move postgres|files"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from plugin.cli.application import settings_for_command
from plugin.errors import AlreadyServed, BadSettings
from plugin.settings.encryption import Keyring
from plugin.settings.environment import OperatorSettings
from plugin.stores.moving import Home, move
from plugin.stores.postgres import Database, PostgresInbox, PostgresStore, migrate
from plugin.stores.postgres.database import OPTIONS
from plugin.stores.postgres.error_messages import wrapped
from plugin.stores.postgres.jobs import Jobs
from plugin.stores.postgres.liveness import Wire
from plugin.stores.tiny import TinyInbox, TinyStore, serve_alone

NO_DATABASE = "DATABASE_URL: is missing; set it to the Postgres that everything moves to or from."
SERVERS = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'footnote%' AND pid <> pg_backend_pid()
"""


def carry(to: str) -> None:
    """Copy everything from DATA_DIR into DATABASE_URL (`postgres`), or the other way (`files`)."""
    settings = settings_for_command()
    if settings.database_url is None:
        raise BadSettings([NO_DATABASE])
    migrate(settings.database_url)
    _refuse_servers(settings.database_url)
    with serve_alone(settings.data_dir, wait_s=0):
        database = Database(settings.database_url, most=1)
        try:
            files, postgres = _homes(settings, database)
            old, new = (files, postgres) if to == "postgres" else (postgres, files)
            with _progress(len(old.store.runner_ids())) as seen:
                moved = move(old, new, seen=seen)
        finally:
            database.close()
    click.echo(
        f"Moved and compared: {moved.runners} runners, {moved.run_records} looks, {moved.deliveries} deliveries, from "
        f"{old.place} to {new.place}."
    )
    click.echo(f"{old.place} still holds everything: never serve it again, and delete it once the new place works.")


def _homes(settings: OperatorSettings, database: Database) -> tuple[Home, Home]:
    keyring = Keyring(settings.secret_key, settings.secret_key_fallbacks)
    files = Home(
        place=f"the folder {settings.data_dir}",
        store=TinyStore(settings.data_dir, keyring),
        inbox=TinyInbox(settings.data_dir, keyring),
    )
    postgres = Home(
        place="the Postgres of DATABASE_URL",
        store=PostgresStore(database, keyring),
        inbox=PostgresInbox(database, defer=Jobs().put),
    )
    return files, postgres


def _refuse_servers(url: str) -> None:
    with wrapped(), Wire.connect(url, autocommit=True, **OPTIONS) as wire:
        row = wire.execute(SERVERS).fetchone()
    if row is not None:
        raise AlreadyServed(
            "A footnote server or worker is connected to the database of DATABASE_URL: stop web and worker, then move."
        )


@contextmanager
def _progress(runners: int) -> Iterator[Callable[[int], object]]:
    """A bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda runner_id: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Moving", total=runners)
        yield lambda runner_id: bar.advance(task)
