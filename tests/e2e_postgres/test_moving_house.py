"""From files to Postgres in one process, and back to files: the runner notices nothing."""

from __future__ import annotations

import pytest

from tests.e2e.harness import Application, until
from tests.e2e_postgres.application import PostgresHouse


@pytest.fixture
def application(tmp_path):
    application = Application(tmp_path)
    try:
        yield application.open()
    finally:
        application.close()


def test_a_runner_stays_connected_through_two_moves(application, postgres_url, tmp_path):
    application.start()
    runner = application.strava.runner()
    browser = application.connect(runner)
    first = application.strava.record(runner)
    until(lambda: application.strava.has_note(first), "the note with files")

    refused = application.command("move", "postgres", database_url=postgres_url)
    assert refused.returncode == 1
    assert "stop it first" in refused.stderr
    assert application.command("move", "postgres").returncode == 1  # no DATABASE_URL
    assert application.command("move", "elsewhere").returncode == 2

    application.stop()
    moved = application.command("move", "postgres", database_url=postgres_url)
    assert moved.returncode == 0, moved.stderr
    assert "1 runners" in moved.stdout

    application.environ |= {"DATABASE_URL": postgres_url, "WORK_IN_WEB": "on"}
    application.start()
    refused = application.command("move", "files", data_dir=str(tmp_path / "back"))
    assert refused.returncode == 1
    assert "stop web and worker" in refused.stderr
    assert browser.get(f"{application.url}/me", timeout=20).url.endswith("/me")
    second = application.strava.record(runner, 21_000.0)
    postgres = PostgresHouse(tmp_path, postgres_url)
    until(
        lambda: (run_record := postgres.store.run_record(runner, second)) and run_record.found,
        "the second run to be judged",
    )
    postgres.database.close()
    assert application.stop() == 0

    application.environ |= {"DATA_DIR": str(tmp_path / "back")}
    moved = application.command("move", "files")
    assert moved.returncode == 0, moved.stderr
    del application.environ["DATABASE_URL"], application.environ["WORK_IN_WEB"]
    application.data = tmp_path / "back"
    application.start()
    assert browser.get(f"{application.url}/me", timeout=20).url.endswith("/me")
    assert application.store.run_record(runner, second).found
    third = application.strava.record(runner, 22_000.0)
    until(
        lambda: (run_record := application.store.run_record(runner, third)) and run_record.found,
        "the third run to be judged",
    )
