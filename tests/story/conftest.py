"""A stage for every test."""

from __future__ import annotations

import pytest

from tests.story.stage import Stage


@pytest.fixture
def stage() -> Stage:
    """Ana has been here for a hundred days and reads her notes in the private note."""
    stage = Stage()
    stage.connect()
    return stage


@pytest.fixture
def empty() -> Stage:
    """Nobody is here yet."""
    return Stage()
