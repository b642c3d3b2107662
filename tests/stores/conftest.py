"""What the tests of single stores share."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin.settings.encryption import Keyring
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture
def keyring() -> Keyring:
    return Keyring("a secret key that is only for tests, and long enough")


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "var"
