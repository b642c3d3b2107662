"""Timers and threads: they dispatch due deliveries and ask for evening sweeps, weekly mails and purges.

Only this module starts APScheduler. What was last done is kept with the runner, so that work which was due while the
process was down is done at the next start.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from datetime import time as time_of_day

from apscheduler.executors.pool import ThreadPoolExecutor as JobPool
from apscheduler.schedulers.background import BackgroundScheduler

from plugin.activities.intake import keep_if_known
from plugin.errors import FootnoteError, Unreadable
from plugin.jobs.dispatcher import Dispatcher
from plugin.jobs.evening_and_weekly_hours import Hours
from plugin.jobs.restore_addresses import mend_after_pause, mend_by_records
from plugin.jobs.retention import PURGE_EVERY, purge
from plugin.notes.rulebook import Rulebook
from plugin.notes.runner_choices import gets_weekly_mail
from plugin.ports import Clock, Delivery, Inbox, JobKind, Reason, Runner, State, Store, new_delivery
from plugin.ports.reasons import read_reason
from plugin.stores.each_runner import check_set_apart, each_runner, read_wholly

log = logging.getLogger("footnote.scheduler")

WORKERS = 4
POLL_S = 0.5
"""How often the inbox is polled when nothing wakes the thread: settle times and retries come due."""
LEAST_WAIT_S = 0.01
NOON = time_of_day(12)
NOW_AND_THEN_S = 10
OTHERS_END_S = 60
ASKED_AGAIN = timedelta(minutes=10)
"""Work that is not done after this time is asked for again."""
PARKED_AGAIN = timedelta(hours=20)
"""Parked work is not asked for again before this time has passed: it would be parked again."""
AHEAD = timedelta(minutes=1)
"""Clocks of several machines differ by less."""
VISITED_FOR = "rounds"
"""Store key: the installation's hour and weekday with which the runners' next visits were computed."""


class Scheduler:
    """All background work of one process. `stop` waits at most `patience_s` for work under way."""

    def __init__(
        self,
        *,
        store: Store,
        inbox: Inbox,
        dispatcher: Dispatcher,
        rulebook: Rulebook,
        clock: Clock,
        hours: Hours,
        first: tuple[Callable[[], None], ...] = (),
        now_and_then: tuple[Callable[[], None], ...] = (),
    ) -> None:
        self._store = store
        self._inbox = inbox
        self._dispatcher = dispatcher
        self._rulebook = rulebook
        self._clock = clock
        self._hours = hours
        self._first = first
        self._now_and_then = now_and_then
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._busy = threading.Semaphore(WORKERS)
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="delivery")
        self._dispatch_thread = threading.Thread(target=self._dispatch, name="dispatch", daemon=True)
        self._timers: BackgroundScheduler | None = None
        self._ticked_at: datetime | None = None

    def start(self) -> None:
        """Release what a dead process had taken, and start."""
        freed = self._inbox.release_taken()
        if freed:
            log.info("%d deliveries of a dead process are released", freed)
        self.start_timers()
        self._dispatch_thread.start()

    def start_timers(self) -> None:
        """Start the timers and run jobs that were missed. Of several processes one does."""
        timers = BackgroundScheduler(
            timezone="UTC",
            executors={"default": JobPool(2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
        )
        timers.add_job(self._guarded(self.tick), "interval", seconds=30, next_run_time=self._clock())
        timers.add_job(
            self._guarded(self.purge), "interval", seconds=PURGE_EVERY.total_seconds(), next_run_time=self._clock()
        )
        for number, piece in enumerate(self._now_and_then):
            at = self._clock() + timedelta(seconds=1 + number)
            timers.add_job(self._guarded(piece), "interval", seconds=NOW_AND_THEN_S, next_run_time=at)
        for piece in self._first:
            timers.add_job(self._guarded(piece), "date", run_date=self._clock())
        timers.start()
        self._timers = timers

    def stop_timers(self) -> None:
        """Stop the timers; jobs under way go on."""
        if self._timers is not None:
            self._timers.shutdown(wait=False)
            self._timers = None

    def stop(self, *, patience_s: float = 15.0) -> bool:
        """No new work; what is under way may end. False if it did not. Called twice it does nothing more."""
        if self._stopping.is_set():
            return True
        self._stopping.set()
        self._awake.set()
        self.stop_timers()
        self._pool.shutdown(wait=False, cancel_futures=True)
        give_up = time.monotonic() + patience_s
        return all(self._busy.acquire(timeout=max(0.0, give_up - time.monotonic())) for _ in range(WORKERS))

    def live_workers(self) -> int:
        """1 while this process does the work: with files there is no other."""
        return int(self._dispatch_thread.is_alive())

    def wake(self) -> None:
        """Look at the inbox now: a delivery has come."""
        self._awake.set()

    def tick(self) -> None:
        """Ask for every sweep and weekly mail that is due by the runner's own clock."""
        now = self._clock()
        if self._ticked_at is None or now < self._ticked_at - AHEAD:
            # At the start, and when the clock was set back.
            self._bring_back(now)
        self._ticked_at = now
        ours = {"check_hour": self._hours.check_hour, "digest_day": self._hours.digest_day}
        # The installation's hour was changed: the stored times of the next visits are no longer right.
        anew = self._store.key_value(VISITED_FOR) != ours
        self._store.visit_due(now, lambda runner: self._ask_for_what_is_due(runner, now), anew=anew)
        if anew:
            self._store.change_key_value(VISITED_FOR, lambda _: dict(ours))
        for runner_id in check_set_apart(self._store):
            self._let_go_on(runner_id, now)
        mend_after_pause(self._store)

    def _bring_back(self, now: datetime) -> None:
        """What was received while the clock ran ahead would wait until the time that it ran ahead to."""
        for one in self._inbox.everything():
            if one.state is State.WAITING and one.received_at > now + AHEAD:
                due = now + max(timedelta(0), one.due_at - one.received_at)
                log.warning("delivery %s was received while the clock ran ahead: it is due at %s", one.id, due)
                self._inbox.again(one.id, due_at=due, reason=one.reason, tried=False)

    def _let_go_on(self, runner_id: int, now: datetime) -> None:
        """What waited for a runner to be readable is due."""
        for one in self._inbox.of_runner(runner_id):
            if one.state is State.WAITING and read_reason(one.reason)[0] is Reason.UNREADABLE:
                self._inbox.again(one.id, due_at=now, reason=one.reason, tried=False)
        self.wake()

    def _ask_for_what_is_due(self, runner: Runner, now: datetime) -> datetime:
        """Returns when to visit the runner again; a runner who is changed before that is visited too."""
        later = self._hours.next_evening(runner, now)
        if runner.must_reconnect or runner.leaving is not None:
            return later
        asked = False
        if self._hours.evening_due(runner, now) is not None:
            self._ask_once(new_delivery(runner.id, 0, JobKind.SWEEP, now, now), now)
            asked = True
        if gets_weekly_mail(runner) and (due := self._hours.digest_due(runner, now)) is not None:
            # One that is caught up is about the week it was due in.
            noon = datetime.combine(due, NOON, tzinfo=runner.zone)
            self._ask_once(replace(new_delivery(runner.id, 0, JobKind.DIGEST, now, now), event_time=noon), now)
            asked = True
        return min(later, now + ASKED_AGAIN) if asked else later

    def _ask_once(self, delivery: Delivery, now: datetime) -> None:
        """Not while it waits or is worked on, nor soon after it was parked."""
        for one in self._inbox.of_runner(delivery.runner_id):
            is_over = one.state == State.PARKED and now - one.due_at >= PARKED_AGAIN
            if one.why == delivery.why and one.run_id == 0 and not is_over:
                return
        self._inbox.keep(delivery)

    def do_now(self, work: str, now: datetime) -> list[Unreadable]:
        """Do `sweep`, `look`, `digest`, `reread` or `purge` now, to its end; beside a running server too. Returns what
        was wrong with the runners who could not be read."""
        if work == "purge":
            return purge(self._store, self._inbox, self._rulebook, now)[1]
        why = {"digest": JobKind.DIGEST, "reread": JobKind.REREAD}.get(work, JobKind.SWEEP)

        def ask(runner_id: int) -> None:
            read_wholly(self._store, runner_id)
            keep_if_known(self._store, self._inbox, new_delivery(runner_id, 0, why, now, now))

        apart = each_runner(self._store, ask)
        self._dispatcher.run_all_due(self._clock)
        give_up = time.monotonic() + OTHERS_END_S
        while time.monotonic() < give_up and self._others_are_at(why):
            time.sleep(POLL_S)
        return apart

    def _others_are_at(self, why: JobKind) -> bool:
        """Whether a server or worker has taken some of what was asked for."""
        return any(one.state is State.TAKEN and one.why is why for one in self._inbox.everything())

    def purge(self) -> None:
        """Delete what is too old. Addresses first: what they were switched off for is about to be deleted."""
        mend_by_records(self._store)
        purge(self._store, self._inbox, self._rulebook, self._clock())

    def _dispatch(self) -> None:
        """Hand what is due to the pool, one thread a delivery, never more than there are threads."""
        said, wait_s = "", POLL_S
        while not self._stopping.is_set():
            self._awake.wait(wait_s)
            self._awake.clear()
            wait_s = POLL_S
            try:
                self._dispatcher.release_unsettled(self._clock())
                self._hand_out()
                wait_s = self._until_due()
                said = ""
            except FootnoteError as broken:
                # Logged once, not twice a second for as long as it lasts: the log may be on the disk that is full.
                if said != str(broken):
                    log.error("inbox failed: %s", broken)
                said = str(broken)
                self._stopping.wait(POLL_S)
            except Exception:
                log.exception("dispatching failed")
                self._stopping.wait(POLL_S)

    def _until_due(self) -> float:
        """Seconds until the next poll; what is due already waits for its runner."""
        due_at = self._inbox.next_due()
        wait_s = POLL_S if due_at is None else (due_at - self._clock()).total_seconds()
        return max(LEAST_WAIT_S, min(wait_s, POLL_S)) if wait_s > 0 else POLL_S

    def _hand_out(self) -> None:
        while not self._stopping.is_set():
            if not self._busy.acquire(timeout=POLL_S):
                return
            handed = False
            try:
                now = self._clock()
                delivery = self._inbox.take(now)
                if delivery is None:
                    return

                def work(delivery=delivery, now=now) -> None:  # type: ignore[no-untyped-def]
                    try:
                        self._dispatcher.process(delivery, now)
                    finally:
                        self._busy.release()
                        self._awake.set()

                self._pool.submit(work)
                handed = True
            finally:
                if not handed:
                    self._busy.release()

    def _guarded(self, piece: Callable[[], None]) -> Callable[[], None]:
        def guarded() -> None:
            try:
                piece()
            except FootnoteError as wrong:
                log.warning("%s", wrong)
            except Exception:
                log.exception("a scheduled job failed")

        return guarded
