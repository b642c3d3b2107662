"""A stage of the whole workflow, for attacks that only show what they did behind the site; a Postgres."""

from __future__ import annotations

from tests.postgres import postgres_server, postgres_url
from tests.story.conftest import stage

__all__ = ["postgres_server", "postgres_url", "stage"]
