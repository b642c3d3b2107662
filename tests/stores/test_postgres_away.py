"""A database that is away, in each of the ways it can be: a request is told at once, in the server's own words and in
the runner's language, and everything goes on by itself afterwards."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plugin.errors import StoreBroken
from plugin.settings.encryption import Keyring
from plugin.settings.environment import read_settings
from plugin.stores.postgres import Database
from plugin.stores.request_timeout import short_waits
from plugin.wiring import Application, build
from tests.postgres import TEMPLATE, Server
from tests.promises.samples import a_runner

KEY = "0123456789abcdef0123456789abcdef-and-more"
STRAVA_WAITS_S = 2
"""As long as Strava waits for an answer. An answer takes less than half a second; an unbounded one never comes."""


class Site(NamedTuple):
    """The site on a database of its own, by a role that is no superuser; runner 7 is signed in and speaks German."""

    server: Server
    database: str
    application: Application
    client: FlaskClient

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.server.url(self.database), autocommit=True) as wire:
            answer = wire.execute(question.encode())
            return answer.fetchall() if answer.description else []

    def cut(self) -> None:
        """Every connection of the site ends."""
        self.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'guest'")

    def event(self, run_id: int = 50) -> TestResponse:
        event = {"object_type": "activity", "object_id": run_id, "aspect_type": "create", "owner_id": 7}
        hook = f"/strava/webhook/{Keyring(KEY).webhook_secret}"
        return self.application.site.test_client().post(hook, json={**event, "event_time": 1, "subscription_id": 1})

    def page(self, path: str) -> TestResponse:
        return self.client.get(path, headers={"Accept": "text/html"})


def in_time(work: Callable[[], TestResponse]) -> TestResponse:
    """What is answered while the caller still waits."""
    answers: list[TestResponse] = []
    thread = threading.Thread(target=lambda: answers.append(work()), daemon=True)
    thread.start()
    thread.join(STRAVA_WAITS_S)
    assert answers, "no answer while the caller waited"
    return answers[0]


@pytest.fixture
def site(postgres_server: Server, postgres_url: str) -> Iterator[Site]:
    name = postgres_url.rsplit("/", 1)[1]
    with psycopg.connect(postgres_url, autocommit=True) as wire:
        if not wire.execute("SELECT 1 FROM pg_roles WHERE rolname = 'guest'").fetchone():
            wire.execute("CREATE ROLE guest LOGIN")
        wire.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO guest")
        wire.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO guest")
    url = postgres_url.replace("//footnote@", "//guest@")
    four = {"STRAVA_CLIENT_ID": "1", "STRAVA_CLIENT_SECRET": "x", "SECRET_KEY": KEY, "PUBLIC_URL": "http://localhost:1"}
    application = build(read_settings({**four, "DATABASE_URL": url}, env_file=None))
    now = datetime.now(UTC)
    runner = replace(a_runner(7), connected_at=now)
    application.store.enrol(replace(runner, settings=replace(runner.settings, language="de")), limit=1)
    client = application.site.test_client()
    with client.session_transaction() as session:
        session.update({"runner": 7, "since": now.isoformat(), "at": now.timestamp() + 1, "login": "x"})
    site = Site(postgres_server, name, application, client)
    assert site.page("/me").status_code == 200
    assert site.event(1).status_code == 200
    yield site
    site.application.inbox._database.close()  # type: ignore[attr-defined]


@contextmanager
def stopped(site: Site) -> Iterator[None]:
    site.server.stop(signal.SIGQUIT)
    try:
        yield
    finally:
        site.server.start()


@contextmanager
def frozen(site: Site) -> Iterator[None]:
    """Every process of the server: it holds its connections and says nothing."""
    head = site.server.pid
    pids = [head, *map(int, Path(f"/proc/{head}/task/{head}/children").read_text().split())]
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@contextmanager
def at_its_limit(site: Site) -> Iterator[None]:
    with ExitStack() as others:
        site.ask("ALTER ROLE guest CONNECTION LIMIT 1")
        try:
            site.cut()
            url = site.server.url(site.database).replace("//footnote@", "//guest@")
            others.enter_context(psycopg.connect(url))
            yield
        finally:
            site.ask("ALTER ROLE guest CONNECTION LIMIT -1")


@contextmanager
def read_only(site: Site) -> Iterator[None]:
    site.ask(f'ALTER DATABASE "{site.database}" SET default_transaction_read_only = on')
    site.cut()
    try:
        yield
    finally:
        with psycopg.connect(site.server.url("postgres"), autocommit=True) as wire:
            wire.execute(f'ALTER DATABASE "{site.database}" RESET default_transaction_read_only'.encode())
        site.cut()


@contextmanager
def disk_full(site: Site) -> Iterator[None]:
    """Where something can be mounted the database lies on a small disk, else its processes may write no long files."""
    site.cut()
    place = site.server.folder / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "footnote-test", str(place)]
    if os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0:
        try:
            with _on_small_disk(site, place):
                yield
        finally:
            subprocess.run(["umount", "-l", str(place)], check=True)
            place.rmdir()
        return
    place.rmdir()
    before = resource.prlimit(site.server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(site.server.pid, resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        yield
    finally:
        resource.prlimit(site.server.pid, resource.RLIMIT_FSIZE, before)
        site.cut()


@contextmanager
def _on_small_disk(site: Site, place: Path) -> Iterator[None]:
    site.server.own(place)
    with psycopg.connect(site.server.url("postgres"), autocommit=True) as wire:
        wire.execute(f"CREATE TABLESPACE small LOCATION '{place}'".encode())
        wire.execute(f'ALTER DATABASE "{site.database}" SET TABLESPACE small'.encode())
        ballast = place / "ballast"
        with open(ballast, "wb", buffering=0) as file, suppress(OSError):
            while file.write(b"\0" * 4096):
                pass
        try:
            yield
        finally:
            ballast.unlink()
            site.cut()
            wire.execute(b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (site.database,))
            wire.execute(f'ALTER DATABASE "{site.database}" SET TABLESPACE pg_default'.encode())
            wire.execute(b"DROP TABLESPACE small")


AWAY: dict[str, tuple[Callable[[Site], AbstractContextManager[None]], str]] = {
    "stopped": (stopped, "Connection refused"),
    "frozen": (frozen, "does not answer"),
    "at its connection limit": (at_its_limit, 'too many connections for role "guest"'),
    "read-only": (read_only, "read-only transaction"),
    "its disk is full": (disk_full, "could not extend file"),
}
CANNOT_READ = ("stopped", "frozen", "at its connection limit")


@pytest.mark.parametrize("how", AWAY)
def test_a_request_is_told_at_once_and_all_goes_on_by_itself(site, how, caplog):
    away, words = AWAY[how]
    with away(site):
        # The first finds it out, on a full disk once its pages are full; of many at once none waits for the others.
        found = (in_time(lambda run_id=run_id: site.event(run_id)).status_code for run_id in range(100, 1000))
        assert next(found) == 503 or (how == "its disk is full" and 503 in found)
        with ThreadPoolExecutor(8) as crowd:
            assert {answer.status_code for answer in crowd.map(lambda _: in_time(site.event), range(16))} == {503}
        assert in_time(lambda: site.page("/healthz")).status_code == 200
        told = [record.getMessage() for record in caplog.records if words in record.getMessage()]
        assert told, [record.getMessage() for record in caplog.records]
        if how in CANNOT_READ:
            assert in_time(lambda: site.page("/readyz")).status_code == 503
            for path in ("/me", "/me/settings", "/"):
                page = in_time(lambda path=path: site.page(path))
                assert page.status_code == 503
                assert '<html lang="de">' in page.text
        elif how == "read-only":
            assert in_time(lambda: site.page("/readyz")).status_code == 503
    give_up = threading.Event()
    for _ in range(100):
        if site.event(51).status_code == 200:
            break
        give_up.wait(0.2)
    assert site.page("/me").status_code == 200
    assert 51 in {one.run_id for one in site.application.inbox.of_runner(7)}


def test_a_statement_that_waits_for_another_is_not_taken_for_a_server_that_hangs(site):
    with psycopg.connect(site.server.url(site.database)) as other:
        other.execute("SELECT FROM runners WHERE id = 7 FOR UPDATE")
        answers: list[int] = []
        asking = threading.Thread(target=lambda: answers.append(site.event(60).status_code), daemon=True)
        asking.start()
        asking.join(1.0)
        assert answers == []
    asking.join(10)
    assert answers == [200]


def test_background_work_waits_for_a_server_that_hangs(site):
    database = Database(site.server.url(site.database))
    database.ask("SELECT 1")
    with ThreadPoolExecutor(1) as work:
        with frozen(site):
            asked = work.submit(database.ask, "SELECT 2 AS two")
            with pytest.raises(TimeoutError):
                asked.result(1.0)
        assert asked.result(30) == {"two": 2}
    database.close()


@pytest.mark.parametrize(
    ("change", "words", "todo"),
    [
        (("guest@", "guarded:wrong-one@"), 'password authentication failed for user "guarded"', "user and password"),
        (("127.0.0.1", "nowhere.invalid"), "failed to resolve host 'nowhere.invalid'", "correct the host"),
        ((TEMPLATE, "nothing_here"), 'database "nothing_here" does not exist', "create it"),
        ((":{port}/", ":9/"), "Connection refused", "that the server runs"),
        (("guest@", "crowded@"), "too many connections for role", "connections are used up"),
    ],
)
def test_the_servers_own_sentence_is_shown_with_what_to_do(postgres_server, change, words, todo):
    let_in(postgres_server)
    old, new = change
    url = postgres_server.url(TEMPLATE).replace("footnote@", "guest@")
    database = Database(url.replace(old.format(port=postgres_server.port), new), wait_s=0.5)
    with pytest.raises(StoreBroken) as said, short_waits():
        database.ask("SELECT 1")
    with pytest.raises(StoreBroken, match=re.escape(words)):
        database.ask("SELECT 1")
    database.close()
    assert words in str(said.value)
    assert todo in str(said.value)
    assert "wrong-one" not in str(said.value)


def let_in(server: Server) -> None:
    """Roles: `guarded` has a password, `crowded` may have no connection."""
    hba = server.data / "pg_hba.conf"
    with psycopg.connect(server.url("postgres"), autocommit=True) as wire:
        for role, more in (("guest", ""), ("guarded", "PASSWORD 'right'"), ("crowded", "CONNECTION LIMIT 0")):
            if not wire.execute(b"SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                wire.execute(f"CREATE ROLE {role} LOGIN {more}".encode())
        if "guarded" not in hba.read_text():
            hba.write_text("host all guarded 127.0.0.1/32 scram-sha-256\n" + hba.read_text())
        wire.execute("SELECT pg_reload_conf()")
