"""Store and Inbox in three implementations: memory (tests), small TinyDB files, Postgres.

All keep the promises of `plugin.ports`; `tests/promises` runs the same suite on each.
"""
