"""A stage of the whole workflow, for attacks that only show what they did behind the site."""

from __future__ import annotations

from tests.story.conftest import stage

__all__ = ["stage"]
