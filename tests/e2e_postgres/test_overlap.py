"""While a release overlaps, two web and two worker processes share the 20 connections of a small Postgres."""

from __future__ import annotations

import sys
import threading
from contextlib import closing

import psycopg
import pytest

from tests.e2e.harness import until
from tests.e2e_postgres.application import postgres_house
from tests.free_ports import free_port
from tests.postgres import TEMPLATE

ALLOWED = 20
SLOW_S = 0.3


@pytest.fixture
def small_plan(tmp_path, postgres_server):
    """A house whose database user may hold so many connections, as on the smallest plans."""
    name = postgres_server.new_database(TEMPLATE)
    owner = f"owner_of_{name}"
    with psycopg.connect(postgres_server.url(name), autocommit=True) as wire:
        wire.execute(f"CREATE ROLE {owner} LOGIN CONNECTION LIMIT {ALLOWED}")
        wire.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {owner}")
        wire.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {owner}")
    url = postgres_server.url(name).replace("//footnote@", f"//{owner}@")
    try:
        with postgres_house(tmp_path, url, workers=0) as application:
            yield application
    finally:
        postgres_server.drop_database(name)


def test_old_and_new_release_side_by_side_leave_room_for_doctor_and_psql(small_plan, postgres_server):
    application, most = small_plan, 0
    application.database.close()
    application.work(2)
    application.are_working(2)
    environ, port = application.environ, free_port()
    application.environ = environ | {"PORT": str(port)}
    newer = application._started("site2", [sys.executable, "-m", "plugin", "serve"])
    application.environ = environ
    try:
        application._await(f"http://127.0.0.1:{port}/readyz", newer)
        until(lambda: application.strava.ask("GET", "/subscription"), "the push subscription")
        runners = [application.strava.runner(f"Runner {number}") for number in range(3)]
        browsers = [application.connect(runner) for runner in runners]
        application.database.close()
        application.strava.fault("slow", seconds=SLOW_S)
        enough = threading.Event()

        def read_pages(browser) -> None:
            while not enough.is_set():
                for site in (application.url, f"http://127.0.0.1:{port}"):
                    assert browser.get(f"{site}/me", timeout=30).status_code == 200

        readers = [threading.Thread(target=read_pages, args=(browser,)) for browser in browsers]
        for reader in readers:
            reader.start()
        runs = [application.strava.record(runner) for runner in runners]
        held = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s"
        with closing(psycopg.connect(postgres_server.url("postgres"), autocommit=True)) as watching:
            doctor = application.command("doctor")
            with psycopg.connect(application.database_url) as by_hand:
                looked_at = "SELECT count(*) FROM looks WHERE run_id = ANY(%s)"
                until(lambda: by_hand.execute(looked_at, (runs,)).fetchone()[0] == len(runs), "every run", seconds=90)
                most = watching.execute(held, (by_hand.info.user,)).fetchone()[0]
        enough.set()
        for reader in readers:
            reader.join()
        assert "✓ database" in doctor.stdout, doctor.stdout
        assert 10 <= most <= ALLOWED
    finally:
        newer.kill()
        newer.wait()
    said = "".join(path.read_text(errors="replace") for path in application.folder.glob("*.out"))
    assert "too many connections" not in said
    assert "cannot be reached" not in said
