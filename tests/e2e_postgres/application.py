"""The house of tests/e2e on a Postgres: `footnote serve`, and as many `footnote worker` as wanted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from plugin.stores.postgres import Database, PostgresInbox, PostgresStore
from tests.e2e.harness import Application, until


class PostgresHouse(Application):
    """Books and inbox are opened in the same database as a command would."""

    def __init__(self, folder: Path, url: str, **settings: str) -> None:
        super().__init__(folder, database_url=url, **settings)
        self.database_url = url
        self.database = Database(url, most=2)
        self.at_work: list[subprocess.Popen[bytes]] = []

    @property
    def store(self) -> PostgresStore:  # type: ignore[override]
        return PostgresStore(self.database, self.keyring)

    @property
    def inbox(self) -> PostgresInbox:  # type: ignore[override]
        return PostgresInbox(self.database)

    def work(self, many: int = 1) -> list[subprocess.Popen[bytes]]:
        """So many more workers; they may still be starting."""
        command = [sys.executable, "-m", "plugin", "worker"]
        new = [self._started(f"worker{len(self.at_work) + number}", command) for number in range(many)]
        self.at_work += new
        return new

    def worked(self) -> str:
        """All the workers have written."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("worker*")))

    def ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url, autocommit=True) as wire:
            answer = wire.execute(question.encode(), values)
            return answer.fetchall() if answer.description else []

    def are_working(self, many: int) -> None:
        """Until so many workers listen for jobs."""
        listening = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '15 s'"
        until(lambda: self.ask(listening)[0][0] >= many, f"{many} workers", seconds=60)

    def close(self) -> None:
        for worker in self.at_work:
            if worker.poll() is None:
                worker.kill()
                worker.wait()
        super().close()
        self.database.close()


@contextmanager
def postgres_house(folder: Path, url: str, *, workers: int = 1, **settings: str) -> Iterator[PostgresHouse]:
    """A house with everything running, ended however the test ends."""
    application = PostgresHouse(folder, url, **settings)
    try:
        application.open()
        if workers:
            application.work(workers)
            application.are_working(workers)
        yield application.start(subscribed=bool(workers) or "work_in_web" in settings)
    finally:
        application.close()
