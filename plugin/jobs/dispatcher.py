"""Takes deliveries from the inbox, processes them and settles each: done, retried later or parked. Every error has its
outcome here."""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from plugin.activities.workflow import Workflow
from plugin.errors import (
    Disconnected,
    MailPaused,
    NotThere,
    NotTold,
    Refused,
    StoreBroken,
    StravaClosed,
    StravaTrouble,
    Unreadable,
)
from plugin.jobs.notes_for_log import NotesForLog
from plugin.jobs.retry_policy import (
    BUG_TRIES,
    FIRST_RETRY_S,
    NOT_THERE_TRIES,
    TRIES,
    retry_wait_s,
    store_pause_s,
)
from plugin.jobs.runner_jobs import RunnerJobs
from plugin.jobs.runner_shares import MOST_EVENTS, SHARE, RunnerShares
from plugin.monitoring.logs import about
from plugin.ports import Delivery, Inbox, JobKind, Reason, Runner, State, Store, new_delivery
from plugin.ports.counts import Counts, NoMetrics
from plugin.ports.reasons import as_kept
from plugin.stores.each_runner import set_apart

log = logging.getLogger("footnote.dispatcher")
story = structlog.get_logger("footnote.dispatcher")

WHILE_LEAVING = frozenset({JobKind.LEAVING, JobKind.DEAUTHORISED, JobKind.DELETED})
"""What is still done for a runner whose notes are being taken out: no new note is written."""
LATER = timedelta(minutes=10)
"""For what no try can help: a runner whose data somebody must mend, work that only a newer version can do."""


class ReconnectMailer(Protocol):
    """Tells a runner that Strava no longer lets us in."""

    def reconnect(self, runner: Runner, now: datetime) -> None:
        """To the runner's confirmed address; raises NotTold."""


class Dispatcher:
    """Each thread works on one delivery at a time; several threads may run at once."""

    def __init__(
        self,
        *,
        store: Store,
        inbox: Inbox,
        workflow: Workflow,
        runner_jobs: RunnerJobs,
        mailer: ReconnectMailer | None,
        chance: Callable[[], float] = random.random,
        counts: Counts | None = None,
        shares: RunnerShares | None = None,
        notes_for_log: NotesForLog | None = None,
    ) -> None:
        """`shares` is None where no runner's part of Strava's rate windows is counted."""
        self._shares = shares
        self._store = store
        self._inbox = inbox
        self._workflow = workflow
        self._runner_jobs = runner_jobs
        self._mailer = mailer
        self._chance = chance
        self._counts = counts or NoMetrics()
        self._notes_for_log = notes_for_log or NotesForLog()
        self._broken: dict[str, str] = {}
        self._set_back: Counter[str] = Counter()

    def run_all_due(self, clock: Callable[[], datetime], *, go_on: Callable[[], bool] = lambda: True) -> int:
        """Work off everything due; returns how many deliveries were taken."""
        count = 0
        while go_on():
            delivery = self._inbox.take(clock())
            if delivery is None:
                break
            self.process(delivery, clock())
            count += 1
        return count

    def process(self, delivery: Delivery, now: datetime) -> None:
        """Do what a taken delivery asks for and settle it: done, again later, or parked with its reason.

        A store that cannot be written leaves it taken; `release_unsettled` puts it back once the store works again.
        """
        with about(delivery=delivery.id, runner=delivery.runner_id, run=delivery.run_id):
            began = time.perf_counter()
            outcome = self._settle_or_keep(delivery, now)
            self._log_done(delivery, outcome, round((time.perf_counter() - began) * 1000))
        self._counts.worked(delivery.why.value, outcome, is_round=delivery.run_id == 0)

    def _log_done(self, delivery: Delivery, outcome: str, ms: int) -> None:
        """One line a delivery, always with the same keys; and one for each other run that was told beside it."""
        own = None
        for told in self._notes_for_log.take():
            if told.run_id == delivery.run_id:
                own = told
            else:
                story.info("told beside", run=told.run_id, rule=told.rule, channel=told.channel)
        rule, channel = (own.rule, own.channel) if own is not None else (None, None)
        story.info("done", why=delivery.why.value, outcome=outcome, rule=rule, channel=channel, ms=ms)

    def _settle_or_keep(self, delivery: Delivery, now: datetime) -> str:
        try:
            outcome = self._settle(delivery, now)
        except StoreBroken as broken:
            outcome = "broken"
            log.error("store failed: %s", broken)
            self._broken[delivery.id] = as_kept(Reason.STORE_BROKEN, str(broken))
            self._set_back[delivery.id] += 1
        else:
            del self._set_back[delivery.id]
        return outcome

    def release_unsettled(self, now: datetime) -> None:
        """Put back what a broken store kept us from settling; raises nothing while it is still broken.

        It waits a little: a damaged file of one runner must not delay all others.
        """
        for delivery_id, reason in list(self._broken.items()):
            wait_s = store_pause_s(self._set_back[delivery_id])
            try:
                self._inbox.again(delivery_id, due_at=now + timedelta(seconds=wait_s), reason=reason, tried=False)
            except StoreBroken:
                return
            del self._broken[delivery_id]

    def _settle(self, delivery: Delivery, now: datetime) -> str:
        """Returns the outcome in a word (`Counts.worked`)."""
        if not delivery.why.is_known:
            self._inbox.again(delivery.id, due_at=now + LATER, reason=Reason.TOO_NEW, tried=False)
            return "again"
        try:
            with self._store.lock(delivery.runner_id, purpose="work"):
                self._route(delivery, now)
        except Unreadable as wrong:
            set_apart(self._store, [wrong])
            self._inbox.again(delivery.id, due_at=now + LATER, reason=Reason.UNREADABLE, tried=False)
            return "again"
        except StravaClosed as closed:
            # Wait at least a little: if a window that should be open is not, it must not be asked without a pause.
            due_at = max(closed.until, now + timedelta(seconds=FIRST_RETRY_S))
            self._inbox.again(delivery.id, due_at=due_at, reason=closed.code, tried=False)
            return "closed"
        except Disconnected:
            self._lost(delivery.runner_id, now)
            self._inbox.park(delivery.id, reason=Reason.DISCONNECTED)
            return "disconnected"
        except Refused as refused:
            self._inbox.park(delivery.id, reason=as_kept(Reason.REFUSED, str(refused)))
            return "parked"
        except NotThere as missing:
            return self._again_or_park(delivery, now, as_kept(Reason.NOT_THERE, str(missing)), NOT_THERE_TRIES)
        except StravaTrouble as trouble:
            return self._again_or_park(delivery, now, as_kept(Reason.TROUBLE, str(trouble)), TRIES)
        except MailPaused as paused:
            self._inbox.again(delivery.id, due_at=paused.until, reason=Reason.MAIL_PAUSED, tried=False)
            return "again"
        except NotTold as wrong:
            return self._again_or_park(delivery, now, as_kept(Reason.NOT_TOLD, str(wrong)), TRIES)
        except StoreBroken:
            raise
        except Exception as bug:
            # A bug of ours or an unexpected answer: the runner's other deliveries must go on.
            log.exception("delivery failed: unexpected error")
            return self._again_or_park(delivery, now, as_kept(Reason.BUG, type(bug).__name__), BUG_TRIES)
        self._inbox.done(delivery.id)
        return "done"

    def _route(self, delivery: Delivery, now: datetime) -> None:
        """What is about one run goes to the workflow, what is about the runner to the jobs."""
        runner = self._store.runner(delivery.runner_id)
        if runner is None:
            log.info("skipped: runner is not connected")
        elif runner.leaving is not None and delivery.why not in WHILE_LEAVING:
            log.info("skipped: the runner is leaving")
        elif self._is_left_to_a_sweep(delivery, now):
            log.warning("too many events of one runner: a sweep reads the list once instead")
        elif delivery.run_id == 0 and delivery.why != JobKind.DEAUTHORISED:
            self._runner_jobs.run(delivery, runner, now)
        else:
            self._workflow.handle(delivery, runner, now)

    def _is_left_to_a_sweep(self, delivery: Delivery, now: datetime) -> bool:
        """An import, or somebody who knows the webhook's address, can bring hundreds of events of one runner. A sweep
        finds what is young enough to be told, for one list. Raises StravaClosed for what the runner said and cannot be
        looked at within their share."""
        if delivery.why not in (JobKind.EVENT, JobKind.SAID):
            return False
        runner_id, due = delivery.runner_id, now
        waiting = [
            one for one in self._inbox.of_runner(runner_id) if one.why is JobKind.EVENT and one.state is State.WAITING
        ]
        if delivery.why is JobKind.SAID or len(waiting) < MOST_EVENTS:
            until = self._shares.take(runner_id, now) if self._shares is not None else None
            if until is None:
                return False
            if delivery.why is JobKind.SAID:
                raise StravaClosed(SHARE, until, code=Reason.WINDOW_RESERVED)
            due = until
        self._inbox.keep(new_delivery(runner_id, 0, JobKind.SWEEP, now, due))
        for one in waiting:
            self._inbox.drop(one.id)
        return True

    def _again_or_park(self, delivery: Delivery, now: datetime, reason: str, tries: int) -> str:
        if delivery.tries + 1 >= tries:
            log.warning("parked after %d tries: %s", delivery.tries + 1, reason)
            self._inbox.park(delivery.id, reason=reason)
            return "parked"
        wait_s = retry_wait_s(delivery.tries, self._chance())
        log.info("retry in %.0f s: %s", wait_s, reason)
        self._inbox.again(delivery.id, due_at=now + timedelta(seconds=wait_s), reason=reason)
        return "again"

    def _lost(self, runner_id: int, now: datetime) -> None:
        """The runner's access has ended: the page says so, and one mail."""
        is_first = False

        def change(was: Runner) -> Runner:
            nonlocal is_first
            is_first = not was.told_to_reconnect
            return replace(was, must_reconnect=True, told_to_reconnect=True)

        runner = self._store.change_runner(runner_id, change)
        if not is_first or runner is None or self._mailer is None:
            return
        if runner.settings.has_address:
            try:
                self._mailer.reconnect(runner, now)
            except NotTold as wrong:
                log.warning("mail about reconnecting failed: %s", wrong)
                if not wrong.for_good and not wrong.may_have_left:
                    # The runner's next delivery sends it again.
                    self._store.change_runner(runner_id, lambda was: replace(was, told_to_reconnect=False))
