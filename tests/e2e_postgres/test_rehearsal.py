"""The life of a PaaS in a minute: release, start, restart on a wiped disk, a release with a migration, scaling."""

from __future__ import annotations

import threading

import pytest

from tests.e2e.harness import until
from tests.e2e_postgres.application import PostgresHouse
from tests.e2e_postgres.rehearsing import Dyno

MIGRATION = "ALTER TABLE runners ADD COLUMN rehearsed boolean NOT NULL DEFAULT false;\n"


@pytest.fixture
def application(tmp_path, postgres_server):
    name = postgres_server.new_database()
    folder = tmp_path / "house"
    folder.mkdir()
    application = PostgresHouse(folder, postgres_server.url(name))
    try:
        yield application.open()
    finally:
        application.close()
        postgres_server.drop_database(name)


def test_nothing_is_missed_through_restarts_on_a_wiped_disk_and_a_release_while_events_come(application, tmp_path):
    application.strava.ask("PUT", "/push", retry_seconds=12)
    dyno = Dyno(tmp_path / "first", application)
    assert "up to date" in dyno.release()
    assert "up to date" in dyno.release()
    dyno.start()
    try:
        until(lambda: application.strava.ask("GET", "/subscription"), "the push subscription", seconds=60)
        runner, other = application.strava.runner(), application.strava.runner("Zoe")
        browser = application.connect(runner)
        application.connect(other)
        run = application.strava.record(runner)
        until(lambda: application.strava.has_note(run), "the first note")

        dyno.stop()
        missed = application.strava.record(other)  # Strava finds nobody, and tries again
        dyno = Dyno(tmp_path / "second", application)
        dyno.release()
        dyno.start()
        assert browser.get(f"{application.url}/me", timeout=20).url.endswith("/me")
        until(lambda: application.strava.has_note(missed), "the note of what came meanwhile", seconds=60)

        runs: list[int] = []
        enough = threading.Event()

        def keep_running() -> None:
            while not enough.wait(0.4) and len(runs) < 60:
                runs.append(application.strava.record((runner, other)[len(runs) % 2], 4000.0 + len(runs)))

        runners = threading.Thread(target=keep_running)
        runners.start()
        newer = Dyno(tmp_path / "third", application)
        (newer.folder / "plugin/stores/migrations/9999.rehearsal.sql").write_text(MIGRATION)
        newer.release()  # the old version runs on meanwhile
        until(
            lambda: len(runs) > 6 and application.store.run_record(runner, runs[6]),
            "the old version to work on",
            seconds=60,
        )
        dyno.stop()
        dyno = newer
        dyno.start("web=1,worker=2")
        application.are_working(2)
        enough.set()
        runners.join()
        pairs = list(zip((runner, other) * len(runs), runs, strict=False))
        until(
            lambda: all(application.store.run_record(who, run) for who, run in pairs),
            "every run to be looked at",
            seconds=90,
        )
        assert application.ask("SELECT count(*) FROM runners WHERE NOT rehearsed") == [(2,)]
        assert application.inbox.counts()["now_parked"] == 0
        assert "Traceback" not in dyno.said()
    finally:
        dyno.stop()
