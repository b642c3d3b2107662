"""Every implementation of a port, empty, under one name: a test that asks for `books` or `inbox` runs on each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from plugin.keys import Keyring
from plugin.letterbox import StoreLetterbox
from plugin.ports import Books, Inbox, Letterbox
from plugin.stores.memory import MemoryBooks, MemoryInbox
from plugin.stores.postgres import Database, PostgresBooks, PostgresInbox, PostgresLetterbox
from plugin.stores.tiny import TinyBooks, TinyInbox
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]

STORES = ("memory", "tiny", "postgres")


class Post(NamedTuple):
    """A letterbox, and what it fills."""

    books: Books
    inbox: Inbox
    letterbox: Letterbox


@pytest.fixture
def keyring() -> Keyring:
    return Keyring("a secret key that is only for tests, and long enough")


@pytest.fixture(params=STORES)
def books(request: pytest.FixtureRequest) -> Books:
    return request.getfixturevalue(f"{request.param}_books")


@pytest.fixture(params=STORES)
def inbox(request: pytest.FixtureRequest) -> Inbox:
    return request.getfixturevalue(f"{request.param}_inbox")


@pytest.fixture(params=STORES)
def post(request: pytest.FixtureRequest) -> Post:
    books, inbox = (request.getfixturevalue(f"{request.param}_{name}") for name in ("books", "inbox"))
    if request.param == "postgres":
        return Post(books, inbox, PostgresLetterbox(request.getfixturevalue("database"), books, inbox))
    return Post(books, inbox, StoreLetterbox(books, inbox))


@pytest.fixture
def memory_books() -> MemoryBooks:
    return MemoryBooks()


@pytest.fixture
def memory_inbox() -> MemoryInbox:
    return MemoryInbox()


@pytest.fixture
def tiny_books(tmp_path, keyring) -> TinyBooks:
    return TinyBooks(tmp_path / "var", keyring)


@pytest.fixture
def tiny_inbox(tmp_path, keyring) -> TinyInbox:
    return TinyInbox(tmp_path / "var", keyring)


@pytest.fixture
def database(postgres_url) -> Iterator[Database]:
    database = Database(postgres_url)
    yield database
    database.close()


@pytest.fixture
def postgres_books(database, keyring) -> PostgresBooks:
    return PostgresBooks(database, keyring)


@pytest.fixture
def postgres_inbox(database) -> PostgresInbox:
    return PostgresInbox(database)
