"""Every implementation of a port, empty, under one name: a test that asks for `books` or `inbox` runs on each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from plugin.keys import Keyring
from plugin.ports import Books, Inbox
from plugin.stores.memory import MemoryBooks, MemoryInbox
from plugin.stores.tiny import TinyBooks, TinyInbox

STORES = ("memory", "tiny")


@pytest.fixture
def keyring() -> Keyring:
    return Keyring("a secret key that is only for tests, and long enough")


@pytest.fixture(params=STORES)
def books(request: pytest.FixtureRequest) -> Iterator[Books]:
    yield request.getfixturevalue(f"{request.param}_books")


@pytest.fixture(params=STORES)
def inbox(request: pytest.FixtureRequest) -> Iterator[Inbox]:
    yield request.getfixturevalue(f"{request.param}_inbox")


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
