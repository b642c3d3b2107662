"""Jobs for procrastinate on the same Postgres. A job only names a delivery to look at.

The inbox is the truth: a superfluous job finds nothing to do, and a lost one is made again. Jobs carry no lock, because
a job that waits for its next try would block all later jobs of its runner.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException

from plugin.ports import Delivery
from plugin.stores.inbox_order import LIVE
from plugin.stores.postgres.database import Database
from plugin.stores.postgres.liveness import Wire

TASK = "footnote:attend"
QUEUE = "deliveries"
LIVE_FIRST = 1
MISSING = """
    SELECT id FROM deliveries d WHERE state = 'waiting' AND due_at < now() - interval '1 minute' AND NOT EXISTS (
        SELECT FROM procrastinate_jobs j
        WHERE j.task_name = %s AND j.status IN ('todo', 'doing') AND j.args ->> 'delivery_id' = d.id
    ) ORDER BY urgency, due_at LIMIT 500
"""
NEXT = """
    SELECT id FROM deliveries WHERE runner_id = %s AND state = 'waiting' AND due_at <= %s
    ORDER BY urgency, due_at, received_at, id LIMIT 1
"""
JOB = """
    procrastinate_defer_jobs_v1(ARRAY[ROW(
        %(job_queue)s, %(job_task)s, %(job_priority)s, NULL, NULL,
        jsonb_build_object('delivery_id', %(id)s::text), %(job_at)s
    )::procrastinate_job_to_defer_v1])
"""
"""What `Jobs.put` asks of procrastinate, for a statement that does more. Its functions are numbered: one that changes
gets another name."""


def job_of(delivery: Delivery) -> dict[str, Any]:
    """The values of `JOB`, beside the delivery's own. What is due as it comes is not timed: no clock need agree."""
    return {
        "job_queue": QUEUE,
        "job_task": TASK,
        "job_priority": LIVE_FIRST if delivery.why in LIVE else 0,
        "job_at": delivery.due_at if delivery.due_at > delivery.received_at else None,
    }


class Jobs:
    """Puts jobs, each by the connection and in the transaction of its delivery."""

    def __init__(self) -> None:
        self._app = App(connector=SyncPsycopgConnector())

    def put(self, wire: Wire, delivery: Delivery) -> None:
        """A job for the delivery's due time."""
        job = job_of(delivery)
        self._defer(wire, delivery.id, job["job_at"], priority=job["job_priority"])

    def put_next(self, database: Database, runner_id: int, now: datetime) -> None:
        """Put a job now for what this runner has due: its own job may have found the runner busy."""
        with database.transaction() as wire:
            row = wire.execute(NEXT, (runner_id, now)).fetchone()
            if row is not None:
                self._defer(wire, row["id"], None)

    def put_missing(self, database: Database) -> int:
        """Put jobs for overdue deliveries that have none; returns how many."""
        with database.transaction() as wire:
            rows = wire.execute(MISSING, (TASK,)).fetchall()
            for row in rows:
                self._defer(wire, row["id"], None)
            return len(rows)

    def _defer(self, wire: Wire, delivery_id: str, due_at: datetime | None, *, priority: int = LIVE_FIRST) -> None:
        deferrer = self._app.configure_task(TASK, queue=QUEUE, schedule_at=due_at, priority=priority, connection=wire)
        with _unwrapped():
            deferrer.defer(delivery_id=delivery_id)


@contextmanager
def _unwrapped() -> Iterator[None]:
    """Our own transactions understand psycopg's errors."""
    try:
        yield
    except ConnectorException as wrapped:
        if isinstance(wrapped.__cause__, psycopg.Error):
            raise wrapped.__cause__ from None
        raise
