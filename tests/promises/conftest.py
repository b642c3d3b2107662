"""Every implementation of a port, empty, under one name: a test that asks for `store` or `inbox` runs on each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from plugin.activities.intake import StoreIntake
from plugin.ports import Inbox, Intake, Store
from plugin.settings.encryption import Keyring
from plugin.stores.bounds import Bounds
from plugin.stores.memory import MemoryInbox, MemoryStore
from plugin.stores.postgres import Database, PostgresInbox, PostgresIntake, PostgresStore
from plugin.stores.tiny import TinyInbox, TinyStore
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]

STORES = ("memory", "tiny", "postgres")


class Post(NamedTuple):
    """A letterbox, and what it fills."""

    store: Store
    inbox: Inbox
    intake: Intake


@pytest.fixture
def keyring() -> Keyring:
    return Keyring("a secret key that is only for tests, and long enough")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Store:
    return request.getfixturevalue(f"{request.param}_books")


@pytest.fixture(params=STORES)
def small_store(request: pytest.FixtureRequest, tmp_path, keyring) -> Store:
    """A store that is soon full: three used tokens, and three entries in each list of a runner."""
    bounds = Bounds(used=3, of_runner=3)
    if request.param == "memory":
        return MemoryStore(bounds)
    if request.param == "tiny":
        return TinyStore(tmp_path / "var", keyring, bounds)
    return PostgresStore(request.getfixturevalue("database"), keyring, bounds)


@pytest.fixture(params=STORES)
def inbox(request: pytest.FixtureRequest) -> Inbox:
    return request.getfixturevalue(f"{request.param}_inbox")


@pytest.fixture(params=STORES)
def post(request: pytest.FixtureRequest) -> Post:
    store, inbox = (request.getfixturevalue(f"{request.param}_{name}") for name in ("books", "inbox"))
    if request.param == "postgres":
        return Post(store, inbox, PostgresIntake(request.getfixturevalue("database"), store, inbox))
    return Post(store, inbox, StoreIntake(store, inbox))


@pytest.fixture
def memory_books() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def memory_inbox() -> MemoryInbox:
    return MemoryInbox()


@pytest.fixture
def tiny_books(tmp_path, keyring) -> TinyStore:
    return TinyStore(tmp_path / "var", keyring)


@pytest.fixture
def tiny_inbox(tmp_path, keyring) -> TinyInbox:
    return TinyInbox(tmp_path / "var", keyring)


@pytest.fixture
def database(postgres_url) -> Iterator[Database]:
    database = Database(postgres_url)
    yield database
    database.close()


@pytest.fixture
def postgres_books(database, keyring) -> PostgresStore:
    return PostgresStore(database, keyring)


@pytest.fixture
def postgres_inbox(database) -> PostgresInbox:
    return PostgresInbox(database)
