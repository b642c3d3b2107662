"""From files to Postgres in one process, and back to files: the runner notices nothing."""

from __future__ import annotations

import pytest

from tests.e2e.harness import House, until
from tests.e2e_postgres.house import PostgresHouse


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    try:
        yield house.open()
    finally:
        house.close()


def test_a_runner_stays_connected_through_two_moves(house, postgres_url, tmp_path):
    house.start()
    runner = house.strava.runner()
    browser = house.connect(runner)
    first = house.strava.record(runner)
    until(lambda: house.strava.has_note(first), "the note with files")

    refused = house.command("move", "postgres", database_url=postgres_url)
    assert refused.returncode == 1
    assert "stop it first" in refused.stderr
    assert house.command("move", "postgres").returncode == 1  # no DATABASE_URL
    assert house.command("move", "elsewhere").returncode == 2

    house.stop()
    moved = house.command("move", "postgres", database_url=postgres_url)
    assert moved.returncode == 0, moved.stderr
    assert "1 runners" in moved.stdout

    house.environ |= {"DATABASE_URL": postgres_url, "WORK_IN_WEB": "on"}
    house.start()
    assert len(house.workers()) == 1
    refused = house.command("move", "files", data_dir=str(tmp_path / "back"))
    assert refused.returncode == 1
    assert "stop web and worker" in refused.stderr
    assert browser.get(f"{house.url}/me", timeout=20).url.endswith("/me")
    second = house.strava.record(runner, 21_000.0)
    postgres = PostgresHouse(tmp_path, postgres_url)
    until(lambda: (look := postgres.books.look(runner, second)) and look.found, "the second run to be judged")
    postgres.database.close()
    assert house.stop() == 0

    house.environ |= {"DATA_DIR": str(tmp_path / "back")}
    moved = house.command("move", "files")
    assert moved.returncode == 0, moved.stderr
    del house.environ["DATABASE_URL"], house.environ["WORK_IN_WEB"]
    house.data = tmp_path / "back"
    house.start()
    assert browser.get(f"{house.url}/me", timeout=20).url.endswith("/me")
    assert house.books.look(runner, second).found
    third = house.strava.record(runner, 22_000.0)
    until(lambda: (look := house.books.look(runner, third)) and look.found, "the third run to be judged")
