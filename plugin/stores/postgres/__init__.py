"""Postgres, for a PaaS or several machines: one `Database` a process, and Books and Inbox on it."""

from plugin.stores.postgres.books import PostgresBooks
from plugin.stores.postgres.database import Database
from plugin.stores.postgres.inbox import PostgresInbox
from plugin.stores.postgres.letterbox import PostgresLetterbox
from plugin.stores.postgres.life import Life
from plugin.stores.postgres.migrate import migrate

__all__ = ["Database", "Life", "PostgresBooks", "PostgresInbox", "PostgresLetterbox", "migrate"]
