"""Postgres's errors as one sentence with what to do. The server's own words are always in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from plugin.errors import StoreBroken

GOES_ON = "then it goes on by itself."
# A refused connection carries no code, only words.
TODO = (
    (("password authentication failed", "no password supplied"), "correct user and password in DATABASE_URL"),
    (("failed to resolve host", "could not translate host name"), "correct the host in DATABASE_URL"),
    (("does not exist",), "create it, or correct DATABASE_URL"),
    (("pg_hba.conf",), "let this machine and user in at the database, or add sslmode=require to DATABASE_URL"),
    (
        ("too many clients", "too many connections", "remaining connection slots"),
        "its connections are used up: end what else is connected, or take a database that allows more",
    ),
    (("starting up", "shutting down", "recovery mode"), "wait until it has started"),
)
UNREACHED = "check DATABASE_URL (host, port) and that the server runs"


@contextmanager
def wrapped() -> Iterator[None]:
    """Errors that the operator can mend become StoreBroken; programming errors pass through."""
    try:
        yield
    except errors.DeadlockDetected:
        raise  # lost to somebody who got on: the work is begun anew
    except psycopg.Error as wrong:
        sentence = sentence_of(wrong)
        if sentence is None:
            raise
        raise StoreBroken(sentence) from wrong


def sentence_of(wrong: BaseException) -> str | None:
    """What is wrong and what to do; None for a programming error."""
    said = first_line(wrong)
    if isinstance(wrong, (errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedFunction)):
        return f"The database is not up to date ({said}): run `footnote release`."
    if isinstance(wrong, errors.DiskFull):
        return f"The database does not let us write ({said}): its disk is full; make room in it, {GOES_ON}"
    if isinstance(wrong, (errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege)):
        return (
            f"The database does not let us write ({said}): wait for its failover, or give DATABASE_URL's role the "
            f"right to write; {GOES_ON}"
        )
    if isinstance(wrong, (psycopg.OperationalError, psycopg.InterfaceError)):
        todo = next((todo for words, todo in TODO if any(one in said for one in words)), UNREACHED)
        return f"The database cannot be reached ({said}): {todo}; {GOES_ON}"
    return None


def first_line(wrong: BaseException) -> str:
    """The server's own words."""
    line = (str(wrong).strip() or type(wrong).__name__).splitlines()[0]
    return line.removeprefix("connection failed: ")
