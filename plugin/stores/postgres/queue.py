"""Runs procrastinate: fetches jobs (jobs.py) and hands their deliveries to the worker."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

from plugin.errors import StoreBroken
from plugin.stores.postgres.database import OPTIONS
from plugin.stores.postgres.error_messages import first_line, sentence_of
from plugin.stores.postgres.jobs import QUEUE, TASK

log = logging.getLogger("footnote.queue")

Attend = Callable[[str], None]

THREADS = 4
POLL_S = 1.0
"""Jobs put off come due without a notification."""
RING_S = 0.25
"""How often to look for deliveries that come due before the next poll."""
LEAST_RING_S = 0.02
"""The least time between two wake-ups."""
BEAT_S, DEAD_S, SWEEP_S = 5.0, 20.0, 10.0
"""Heartbeat interval of a worker, when it counts as dead, and how often that is checked."""
FAILED_S = 15.0
PAUSE_S = 1.0
# For each urgency apart: so the index answers, however many wait.
SOON = """
    SELECT extract(epoch FROM least(
        (SELECT min(due_at) FROM deliveries WHERE state = 'waiting' AND urgency = 0 AND due_at > now()),
        (SELECT min(due_at) FROM deliveries WHERE state = 'waiting' AND urgency = 1 AND due_at > now())
    ) - now())::float AS wait_s
"""
RING = """
    SELECT pg_notify('procrastinate_queue_v1#deliveries', '{"type": "job_inserted", "job_id": 0}')
"""
"""The notification of procrastinate's own trigger. If a later version ignores it, the poll still works."""


IS_WRITABLE = """
    UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat WHERE id < 0
"""
"""Changes nothing, and fails where the database is not up to date or only lets us read."""


class ComesBack(Exception):
    """Not now: the job is fetched again in `wait_s` seconds."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"again in {wait_s:g} s")
        self.wait_s = wait_s


class Queue:
    """Fetches jobs and runs them, `threads` at a time, in a thread of its own. Recovers by itself after an
    outage of the database."""

    def __init__(self, url: str, attend: Attend, *, threads: int = THREADS) -> None:
        self._url = url
        self._attend = attend
        self._threads = threads
        self._thread = threading.Thread(target=self._run, name="queue", daemon=True)
        self._begun = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._serving: asyncio.Task[None] | None = None
        self._told = False
        self._under_way: set[str] = set()

    def start(self) -> None:
        self._thread.start()

    def stop(self, *, patience_s: float) -> bool:
        """Fetch no more; what is under way may end. False if it did not within `patience_s`."""
        if self._thread.ident is None:
            return True
        self._begun.wait(patience_s)
        # The first cancelling is lost where a failing database raises its own error in place of it. A second one would
        # lose what a job is about to write down, so it is only for a worker without one.
        for _ in range(2):
            if self._loop is not None and self._serving is not None and not (self._told and self._under_way):
                with suppress(RuntimeError):  # the loop has ended already
                    self._loop.call_soon_threadsafe(self._serving.cancel)
            self._told = True
            self._thread.join(patience_s / 2)
        return not self._thread.is_alive()

    def _run(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._serving = asyncio.get_running_loop(), asyncio.current_task()
        self._loop.set_exception_handler(_tell)
        self._begun.set()
        was_away = False
        # Asked at each turn: a database that fails while the worker ends raises its error instead of the cancelling.
        while not self._told:
            try:
                await self._check()
                if was_away:
                    log.info("job queue: reconnected")
                was_away = False
                await self._work()
            except (psycopg.Error, ConnectorException) as broken:
                _log_broken(broken)
                was_away = True
            if not self._told:
                await asyncio.sleep(PAUSE_S)

    async def _check(self) -> None:
        """Raises what is wrong with the database. procrastinate's pool finds it out late, and its worker with every
        job anew."""
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True, **OPTIONS) as wire:
            await wire.execute(IS_WRITABLE)

    async def _work(self) -> None:
        app = self._app()
        async with app.open_async():
            beside = [asyncio.create_task(_sweep(app)), asyncio.create_task(_ring(app))]
            try:
                await app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self._threads,
                    fetch_job_polling_interval=POLL_S,
                    delete_jobs="always",
                    # procrastinate's own handler dies at a second SIGTERM, and a PaaS sends several.
                    install_signal_handlers=False,
                    update_heartbeat_interval=BEAT_S,
                    stalled_worker_timeout=DEAD_S,
                )
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)

    def _app(self) -> App:
        # One connection beside the listening one is enough: fetching and ending a job is quick.
        app = App(
            connector=PsycopgConnector(
                conninfo=self._url,
                min_size=1,
                max_size=1,
                timeout=5.0,
                kwargs={**OPTIONS, "fallback_application_name": "footnote queue"},
            )
        )

        @app.task(name=TASK, queue=QUEUE, retry=_Returning())
        def attend(delivery_id: str) -> None:
            self._under_way.add(delivery_id)
            try:
                self._attend(delivery_id)
            finally:
                self._under_way.discard(delivery_id)

        return app


class _Returning(BaseRetryStrategy):
    """Every failed job is fetched again. The inbox limits how often a delivery is tried."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        wait_s = exception.wait_s if isinstance(exception, ComesBack) else FAILED_S
        if not isinstance(exception, ComesBack):
            log.error("job failed, will be fetched again: %s", _why(exception))
        return RetryDecision(retry_in={"milliseconds": max(1, int(wait_s * 1000))})


def _log_broken(broken: BaseException) -> None:
    cause = broken.__cause__ if isinstance(broken, ConnectorException) and broken.__cause__ else broken
    log.error("job queue: %s", StoreBroken(sentence_of(cause) or first_line(cause)))


def _tell(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """procrastinate leaves tasks behind that nobody awaits when its database goes away: no traceback for that."""
    broken = context.get("exception")
    if isinstance(broken, (psycopg.Error, ConnectorException)):
        _log_broken(broken)
    else:
        loop.default_exception_handler(context)


async def _sweep(app: App) -> None:
    """Release jobs of workers that were killed. A superfluous job does no harm."""
    while True:
        await asyncio.sleep(SWEEP_S)
        with suppress(ConnectorException):
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_S):
                with suppress(ConnectorException):  # somebody else was quicker
                    await app.job_manager.retry_job(job)
                    log.info("released a job of a dead worker")
            await app.job_manager.prune_stalled_workers(DEAD_S * 3)


async def _ring(app: App) -> None:
    """Notify the workers when a delivery comes due: procrastinate itself only polls for these."""
    while True:
        wait_s = None
        with suppress(ConnectorException):
            wait_s = (await app.connector.execute_query_one_async(SOON))["wait_s"]
        if wait_s is None or wait_s > RING_S:
            await asyncio.sleep(RING_S)
            continue
        await asyncio.sleep(max(wait_s, LEAST_RING_S))
        with suppress(ConnectorException):
            await app.connector.execute_query_async(RING)


def _why(wrong: BaseException) -> str:
    cause = wrong.__cause__ or wrong
    return (str(cause).strip() or type(cause).__name__).splitlines()[0]
