"""Some seconds of `make attack`, on files and on a Postgres."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hard.attack import SHAPES, attacked, broken_promises, database_house, files_house, strangers_requests

SECONDS = 6


@pytest.mark.parametrize("store", ["files", "postgres"])
def test_four_hundred_callers_of_all_shapes_lose_no_event_and_break_nothing(
    tmp_path: Path, store: str, request: pytest.FixtureRequest
) -> None:
    house = files_house(tmp_path)
    if store == "postgres":
        house = database_house(tmp_path, request.getfixturevalue("postgres_url"))
    with house as application:
        figures = attacked(application, seconds=SECONDS)
        assert broken_promises(figures) == [], (figures, application.said()[-5000:])
    assert figures["of so many shapes"] == len(SHAPES) + len(strangers_requests(b"/x"))
    assert figures["connections opened"] > 400
