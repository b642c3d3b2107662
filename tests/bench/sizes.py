"""What one event costs in a house of many against a house of few, beyond Strava's answers."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import psycopg
from flask.testing import FlaskClient

from plugin.jobs.worker import Worker
from plugin.ports import Delivery, JobKind
from plugin.settings.environment import read_settings
from plugin.wiring import Application as Wired
from plugin.wiring import build
from tests.bench.figures import Figure, spread
from tests.bench.houses import POSTGRES, TINY, a_house, event
from tests.e2e.harness import Application
from tests.e2e_postgres.application import PostgresHouse
from tests.postgres import Server

SIZES = {POSTGRES: (10, 10_000), TINY: (1, 10)}
TARGETS = {POSTGRES: 1.2, TINY: 1.3}
WARM = 5
PENDING = 5
"""Late re-reads that wait of each runner."""
FETCH = "SELECT (procrastinate_fetch_job_v2(ARRAY['deliveries']::varchar[], NULL)).id AS id"
END = "SELECT procrastinate_finish_job_v1(%s, 'succeeded', true)"
MORE_RUNNERS = """
    INSERT INTO runners (id, doc, visit_at) SELECT n, jsonb_set(doc, '{id}', to_jsonb(n)), now() + interval '9 h'
    FROM (SELECT doc FROM runners LIMIT 1) one, generate_series(1, %s) n
"""
MORE_LOOKS = """
    INSERT INTO looks (runner_id, run_id, day, doc)
    SELECT id, id * 1000 + n, current_date - n, '{}' FROM runners, generate_series(1, 7) n WHERE id <= %s
"""
PUT_OFF = """
    INSERT INTO deliveries (id, runner_id, run_id, why, received_at, due_at, state, urgency)
    SELECT 'later-' || id, id, 1, 'reread', now(), now() + interval '3 h', 'waiting', 1 FROM runners;
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, scheduled_at)
    SELECT 'deliveries', 'footnote:attend', 0, jsonb_build_object('delivery_id', id), 'todo', due_at FROM deliveries;
    ANALYZE
"""


class Measured:
    """A house of some size in this very process, without a server: a post is a call, and so is the worker's turn."""

    def __init__(self, application: Application, runners: list[int]) -> None:
        self.application, self.runners = application, runners
        self.wired: Wired = build(read_settings(application.environ), connections=4)
        self.client: FlaskClient = self.wired.site.test_client()
        self.path = application.hook.removeprefix(application.url)
        self.ms: list[float] = []

    def one(self, number: int) -> None:
        """A new run of the first runner: its event, its delivery, its note."""
        runner = self.runners[0]
        run = self.application.strava.record(runner, 14_000.0 + number, quiet=True)
        self.application.strava.ask("DELETE", "/calls")
        began = time.perf_counter()
        assert self.client.post(self.path, json=event(runner, run, 1)).status_code == 200
        self._work()
        took = 1000 * (time.perf_counter() - began)
        calls = self.application.strava.calls()
        assert [call["method"] for call in calls] == ["GET", "GET", "PUT"], calls
        self.ms.append(took - sum(call["ms"] for call in calls))
        # As if it had not been: else the next is told nothing for days.
        self.application.strava.delete(run)
        self.wired.store.change_run_record(runner, run, lambda _: None)

    def _work(self) -> None:
        now = datetime.now(UTC)
        if not isinstance(self.wired.scheduler, Worker):
            taken = self.wired.inbox.take(now)
            assert taken is not None
            self.wired.dispatcher.process(taken, now)
            return
        assert isinstance(self.application, PostgresHouse)
        with self.application.database.transaction() as wire:
            row = wire.execute(FETCH).fetchone()
            assert row is not None
            due = wire.execute("SELECT args FROM procrastinate_jobs WHERE id = %s", (row["id"],)).fetchone()
        assert due is not None
        self.wired.scheduler.attend(due["args"]["delivery_id"])
        with self.application.database.transaction() as wire:
            wire.execute(END, (row["id"],))


def sizes(server: Server, events: int) -> list[Figure]:
    return [_of_store(store, server, events) for store in (POSTGRES, TINY)]


def _of_store(store: str, server: Server, events: int) -> Figure:
    few, many = SIZES[store]
    with ExitStack() as open_houses:
        measured = []
        for size in (few, many):
            application, runners = open_houses.enter_context(
                a_house(store, server, runners=min(size, 10), starts=False)
            )
            _fill[store](application, runners, size)
            measured.append(Measured(application, runners))
        for number in range(WARM + events):
            # First one, then the other: what else the machine does hits both.
            for one in measured if number % 2 else measured[::-1]:
                one.one(number)
        took = [one.ms[WARM:] for one in measured]
    medians = [statistics.median(ms) for ms in took]
    return Figure(
        about="one event", name=f"{many} runners against {few} ({store})", value=medians[1] / medians[0], unit="×",
        target=TARGETS[store], rest={str(few): spread(took[0]), str(many): spread(took[1])},
        how=f"median {medians[1]:.1f} against {medians[0]:.1f} ms, {events} new runs each in turns: post, keep, fetch, "
            "judge, tell, done, in one process, less the sandbox's own times",
    )  # fmt: skip


def _fill_postgres(application: Application, runners: list[int], size: int) -> None:
    assert isinstance(application, PostgresHouse)
    with psycopg.connect(application.database_url, autocommit=True) as wire:
        if size > len(runners):
            wire.execute(MORE_RUNNERS, (size - len(runners),))
            wire.execute(MORE_LOOKS, (size,))
        for statement in PUT_OFF.split(";"):
            wire.execute(statement.encode())


def _fill_tiny(application: Application, runners: list[int], size: int) -> None:
    now = datetime.now(UTC)
    for runner in runners:
        for number in range(PENDING):
            application.inbox.keep(
                Delivery(id=f"later-{runner}-{number}", runner_id=runner, run_id=number + 1, why=JobKind.REREAD,
                         received_at=now, due_at=now + timedelta(hours=3))
            )  # fmt: skip


_fill: dict[str, Callable[[Application, list[int], int], None]] = {POSTGRES: _fill_postgres, TINY: _fill_tiny}
