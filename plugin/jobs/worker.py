"""Background work of one process with Postgres: it fetches jobs and does them, and one process of all runs the timers.

Any number of workers may run, on any number of machines. A worker that is killed is noticed within half a minute: its
deliveries are released, and another worker leads.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from plugin.errors import StoreBroken, Unreadable
from plugin.jobs.dispatcher import Dispatcher
from plugin.jobs.scheduler import Scheduler
from plugin.ports import Clock, State
from plugin.stores.postgres import Database, PostgresInbox, WorkerLease
from plugin.stores.postgres.jobs import Jobs
from plugin.stores.postgres.queue import ComesBack, Queue

log = logging.getLogger("footnote.worker")

BUSY_S = 5.0
"""A job whose runner is busy is retried after this; usually sooner, as a job is put when the runner is free."""
POLL_S = 1.0
CHECK_DEAD_S = 5.0
SURELY_DEAD_S = 15.0
"""A worker counts as dead when its lock was free for so long while the database answered: a living worker would have
taken it again."""
MISSING_S = 60.0
UNKNOWN = timedelta(minutes=10)


class Worker:
    """`start`, then `stop`, which waits for work under way. It starts and stops `scheduler`'s timers. `last` is
    called when the work has ended and the database is still there."""

    def __init__(
        self,
        *,
        url: str,
        database: Database,
        life: WorkerLease,
        jobs: Jobs,
        inbox: PostgresInbox,
        dispatcher: Dispatcher,
        scheduler: Scheduler,
        clock: Clock,
        last: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._life = life
        self._jobs = jobs
        self._inbox = inbox
        self._dispatcher = dispatcher
        self._scheduler = scheduler
        self._clock = clock
        self._last = last
        self._queue = Queue(url, self.attend)
        self._stopping = threading.Event()
        self._maintenance = threading.Thread(target=self._maintain, name="maintenance", daemon=True)
        self._leads = False
        self._next: dict[Callable[[], None], float] = {}
        self._missed: dict[int, float] = {}

    def start(self) -> None:
        """Start; waits for the database if there is none yet."""
        self._queue.start()
        self._maintenance.start()

    def stop(self, *, patience_s: float = 15.0) -> bool:
        """No new work; what is under way may end. False if it did not: then this process must end for others to
        take it up."""
        if not self._stopping.is_set():
            self._stopping.set()
            give_up = time.monotonic() + patience_s
            is_done = self._queue.stop(patience_s=patience_s)
            self._maintenance.join(max(0.1, give_up - time.monotonic()))
            self._scheduler.stop_timers()
            self._last()
            if is_done:
                self._life.close()
                self._database.close()
            return is_done
        return True

    def live_workers(self) -> int:
        """How many workers hold their lease now, on all machines. Raises StoreBroken."""
        return self._life.living()

    def wake(self) -> None:
        """Nothing to do: the database notifies workers of new jobs."""

    def do_now(self, work: str, now: datetime) -> list[Unreadable]:
        """Like `Scheduler.do_now`; other workers may take some of the work."""
        return self._scheduler.do_now(work, now)

    def attend(self, delivery_id: str) -> None:
        """What a job asks for. Raises ComesBack if its delivery cannot be taken yet."""
        now = self._clock()
        delivery = self._inbox.take_this(delivery_id, now)
        if delivery is None:
            there = self._inbox.find(delivery_id)
            if there is None or there.state is not State.WAITING:
                return
            raise ComesBack(max((there.due_at - now).total_seconds(), 0.1) if there.due_at > now else BUSY_S)
        self._dispatcher.process(delivery, now)
        self._jobs.put_next(self._database, delivery.runner_id, self._clock())

    def _maintain(self) -> None:
        was_broken = False
        while not self._stopping.wait(POLL_S):
            try:
                self._life.goes_on()
                self._dispatcher.release_unsettled(self._clock())
                self._lead()
                # Every worker checks, not only the leader: the leader may be the one that hangs.
                self._every(CHECK_DEAD_S, self._release_abandoned)
                self._every(MISSING_S, self._put_what_is_missing)
            except StoreBroken as broken:
                log.error("%s", broken)
                was_broken = True
                self._missed.clear()
            except Exception:
                log.exception("worker maintenance failed")
            else:
                if was_broken:
                    log.warning("the database answers again")
                was_broken = False

    def _lead(self) -> None:
        leads = self._life.leads()
        if leads != self._leads:
            self._leads = leads
            if leads:
                log.info("this worker leads: it runs the timers")
                self._scheduler.start_timers()
            else:
                self._scheduler.stop_timers()

    def _every(self, seconds: float, work: Callable[[], None]) -> None:
        now = time.monotonic()
        if now >= self._next.get(work, 0.0):
            self._next[work] = now + seconds
            work()

    def _release_abandoned(self) -> None:
        now = time.monotonic()
        dead = self._inbox.dead()
        self._missed = {life: self._missed.get(life, now) for life in dead}
        surely = {life for life, since in self._missed.items() if now - since >= SURELY_DEAD_S}
        freed = self._inbox.release_of(surely, unknown_before=self._clock() - UNKNOWN)
        if freed:
            log.warning("%d deliveries of a dead worker are released", freed)

    def _put_what_is_missing(self) -> None:
        put = self._jobs.put_missing(self._database)
        if put:
            log.warning("%d overdue deliveries had no job and got one", put)
