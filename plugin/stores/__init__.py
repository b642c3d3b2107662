"""Books and Inbox, kept three ways: in memory (tests, the demo), in small TinyDB files, in Postgres.

All keep the promises of `plugin.ports`; `tests/promises` holds each of them to the same suite.
"""
