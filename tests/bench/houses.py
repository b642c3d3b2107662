"""Houses to be measured: the real processes of tests/e2e, on files or on a Postgres that writes to its disk."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from plugin.stores.postgres import migrate
from tests.e2e.harness import Application
from tests.e2e_postgres.application import PostgresHouse
from tests.hard.seeded import seed
from tests.postgres import Server

TINY, POSTGRES = "TinyDB", "Postgres"
SLOW_S = 0.15
_numbers = itertools.count(9_000_000_001)


@contextmanager
def a_server() -> Iterator[Server]:
    """A Postgres whose commits are on the disk when it says so."""
    server = Server(durable=True)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@contextmanager
def a_house(
    store: str,
    server: Server,
    *,
    runners: int = 10,
    workers: int = 1,
    program: str = "",
    starts: bool = True,
    **more: str,
) -> Iterator[tuple[Application, list[int]]]:
    """Sandbox, mail server and connected runners; the site, and a worker on Postgres, unless `starts` is False."""
    with tempfile.TemporaryDirectory(prefix="footnote-bench-") as place:
        folder = Path(place)
        application: Application
        if store == TINY:
            application = Application(folder, program=program, **more)
        else:
            url = server.url(server.new_database())
            migrate(url)
            application = PostgresHouse(folder, url, **more)
            application.program = program
        try:
            application.open()
            there = seed(application, runners) if runners else []
            if starts:
                if isinstance(application, PostgresHouse) and workers:
                    application.work(workers)
                    application.are_working(workers)
                application.start(subscribed=not program)
            yield application, there
        finally:
            application.close()


def subscription_of(application: Application) -> int:
    """The number of the push subscription, which Strava puts into every event."""
    return int(application.strava.ask("GET", "/subscription")["id"])


def event(runner: int, run: int, subscription: int, aspect: str = "create") -> dict[str, Any]:
    """An event as Strava sends it."""
    return {
        "aspect_type": aspect,
        "event_time": int(datetime.now(UTC).timestamp()),
        "object_id": run,
        "object_type": "activity",
        "owner_id": runner,
        "subscription_id": subscription,
        "updates": {} if aspect == "create" else {"title": "A new title"},
    }


def new_events(application: Application, runners: list[int]) -> Callable[[int], object]:
    """Events of runs that nobody has heard of, over the runners in turn."""
    ours = subscription_of(application)
    return lambda count: event(runners[count % len(runners)], next(_numbers), ours)


def rss_mb(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
