"""Postgres, for a PaaS or several machines: one `Database` for each process, with Store and Inbox on it."""

from plugin.stores.postgres.database import Database
from plugin.stores.postgres.inbox import PostgresInbox
from plugin.stores.postgres.intake import PostgresIntake
from plugin.stores.postgres.migrate import migrate
from plugin.stores.postgres.store import PostgresStore
from plugin.stores.postgres.worker_lease import WorkerLease

__all__ = ["Database", "PostgresInbox", "PostgresIntake", "PostgresStore", "WorkerLease", "migrate"]
