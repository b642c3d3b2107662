"""Bringing the database up to date: the numbered files of `plugin/stores/migrations`, each once, by yoyo; then the
queue's own (`queue_schema`).

Each runs in a transaction of its own. Changes only ever add, so that the old version goes on while the new one starts.
"""

from __future__ import annotations

from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from plugin.stores.postgres.database import OPTIONS
from plugin.stores.postgres.error_messages import wrapped
from plugin.stores.postgres.liveness import Wire

MIGRATIONS = Path(__file__).parent.parent / "migrations"
ALONE = (0xF007, 1)
"""The lock for migrations; the locks on runners use another class of keys."""


def migrate(url: str, *, folder: Path = MIGRATIONS) -> list[str]:
    """Applies what is missing and returns the names of what was applied; a second call applies nothing.

    Two at a time wait for each other. Raises StoreBroken if the database cannot be reached.
    """
    # Imported here: only `footnote release` needs it.
    from yoyo import read_migrations
    from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
    from yoyo.connections import DatabaseURI
    from yoyo.migrations import default_migration_table

    from plugin.stores.postgres import queue_schema

    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    uri = DatabaseURI(
        scheme="postgresql+psycopg",
        username=parts.pop("user", None),
        password=parts.pop("password", None),
        hostname=parts.pop("host", None),
        port=parts.pop("port", None),
        database=parts.pop("dbname", None),
        args=parts,
    )
    with wrapped(), Wire.connect(url, autocommit=True, row_factory=dict_row, **OPTIONS) as alone:
        alone.execute("SELECT pg_advisory_lock(%s, %s)", ALONE)
        backend = PostgresqlPsycopgBackend(uri, default_migration_table)
        try:
            backend.init_database()
            # yoyo's own lock is a row that outlives a killed process. We are alone: whoever left it is dead.
            backend.break_lock()
            with backend.lock():
                missing = backend.to_apply(read_migrations(str(folder)))
                backend.apply_migrations(missing)
        finally:
            backend.connection.close()
        return [*(migration.id for migration in missing), *queue_schema.bring_up(alone)]
