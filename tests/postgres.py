"""A real PostgreSQL for tests: the distribution's own, started once a session, a fresh database for each test.

    from tests.postgres import postgres_server, postgres_url  # in a conftest.py

`postgres_url` is a database brought up to date, for one test alone. `postgres_server` can be killed and started again.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from plugin.stores.postgres import migrate
from tests.free_ports import free_port

TEMPLATE = "footnote_template"
ANYBODY = ("postgres", "nobody")
"""PostgreSQL refuses to run as root: these are tried then."""
STARTS_WITHIN_S = 60


def find_program(name: str) -> str:
    """By PATH, else where Debian puts it, the newest version first."""
    found = shutil.which(name)
    if found:
        return found
    places = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = sorted(places, key=lambda path: float(path.parts[-3]), reverse=True)
    if not newest:
        pytest.fail("PostgreSQL is needed for these tests: install it (Debian: apt-get install postgresql).")
    return str(newest[0])


class Server:
    """One PostgreSQL on localhost, with its files under the temp folder. Ends with this process, whatever ends it."""

    def __init__(self, *, durable: bool = False) -> None:
        """`durable` waits for the disk, as a real one does and tests need not."""
        self._fsync = "on" if durable else "off"
        self.folder = Path(tempfile.mkdtemp(prefix="footnote-pg-"))
        self._who = next((who for who in ANYBODY if _is_known(who)), None) if os.geteuid() == 0 else None
        self.port = free_port()
        if self._who:
            shutil.chown(self.folder, self._who)
        self.data = self.folder / "data"
        self._numbers = count(1)
        self._run: subprocess.Popen[bytes] | None = None
        initdb = [find_program("initdb"), "-D", str(self.data), "-U", "footnote", "-A", "trust"]
        initdb += ["-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(initdb, check=True, capture_output=True, cwd=self.folder, user=self._who)

    def url(self, database: str) -> str:
        return f"postgresql://footnote@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Returns when it answers."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "fsync": self._fsync,
            "max_connections": 60,
            "shared_buffers": "16MB",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with open(self.folder / "log", "ab") as log:
            self._run = subprocess.Popen(
                [find_program("postgres"), "-D", self.data, *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=self._who,
                preexec_fn=end_with_parent,
            )
        deadline = time.monotonic() + STARTS_WITHIN_S
        while True:
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url("postgres")):
                return
            if self._run.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL does not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is a fast, orderly end; SIGQUIT the worst there is short of losing the disk."""
        if self._run is not None and self._run.poll() is None:
            self._run.send_signal(how)
            self._run.wait(timeout=STARTS_WITHIN_S)

    @property
    def pid(self) -> int:
        """The process that all others are children of."""
        assert self._run is not None
        return self._run.pid

    def own(self, folder: Path) -> None:
        """The server may write there."""
        if self._who:
            shutil.chown(folder, self._who)

    def new_database(self, template: str = "template0") -> str:
        """The name of a fresh one."""
        name = f"footnote_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as wire:
            wire.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop_database(self, name: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as wire:
            wire.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)


def _is_known(who: str) -> bool:
    with contextlib.suppress(KeyError):
        return bool(pwd.getpwnam(who))
    return False


def end_with_parent(how: signal.Signals = signal.SIGQUIT) -> None:
    """Called in a child: whatever ends the parent, the child is sent this."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, how)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL, with a template of a database that is up to date."""
    server = Server()
    try:
        server.start()
        with psycopg.connect(server.url("postgres"), autocommit=True) as wire:
            wire.execute(f"CREATE DATABASE {TEMPLATE}")
        migrate(server.url(TEMPLATE))
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """A database for one test alone, up to date and empty."""
    name = postgres_server.new_database(TEMPLATE)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)
