"""One delivery: gather the facts, let the rules decide, have a channel tell. Decides nothing itself.

Read from `handle`. What Strava or a mail server fails at comes back as an error for `dispatcher` to put off or park;
what
is done is on record before the delivery is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from plugin.activities.activity_cache import JUDGED_DAYS, cached, list_without, read_list
from plugin.activities.coverage import is_from_before
from plugin.activities.deleted_notes import TRACES, trace_key, trace_of, traced
from plugin.activities.fingerprint import facts_of
from plugin.activities.intake import keep_if_known
from plugin.activities.note_delivery import NoteDelivery
from plugin.activities.past_notes import not_for_me, was_told
from plugin.activities.remember import remembered, without_run
from plugin.activities.run_evaluator import Evaluation, RunEvaluator
from plugin.activities.time_zone import with_zone
from plugin.errors import NotThere, StravaError
from plugin.ports import (
    ActivityDetail,
    ActivityList,
    Delivery,
    Inbox,
    JobKind,
    NoteStatus,
    Runner,
    RunRecord,
    Store,
    Strava,
    new_delivery,
)
from plugin.ports.counts import Counts, NoMetrics

log = logging.getLogger("footnote.workflow")

ODOMETER_LATE = timedelta(minutes=10)
"""Strava adds a run to its pair within minutes; then the pair is read again, once, and at the later look."""
TRACE_DAYS = timedelta(days=2)
"""A privacy toggle can come as delete and create: so long a note that has left is known not to be told again."""


class Workflow:
    """One runner's delivery at a time; `store.lock` keeps everybody else out meanwhile."""

    def __init__(
        self,
        *,
        store: Store,
        inbox: Inbox,
        strava: Strava,
        note_delivery: NoteDelivery,
        run_evaluator: RunEvaluator,
        reread: timedelta | None,
        counts: Counts | None = None,
        on_forgotten: Callable[[Runner], None] = lambda runner: None,
    ) -> None:
        self._store = store
        self._inbox = inbox
        self._strava = strava
        self._note_delivery = note_delivery
        self._run_evaluator = run_evaluator
        self._reread = reread
        self._counts = counts or NoMetrics()
        self._on_forgotten = on_forgotten

    def handle(self, delivery: Delivery, runner: Runner, now: datetime) -> None:
        """Do what the delivery asks for. Returns when it is done and on record; raises what the dispatcher handles."""
        if delivery.why == JobKind.DEAUTHORISED:
            if not self._strava.is_authorised(runner.id):
                self.forget(runner.id)
            return
        if delivery.why == JobKind.DELETED:
            self._deleted(runner, delivery, now)
        elif runner.settings.paused and delivery.why not in (JobKind.EVENT, JobKind.SAID):
            log.info("paused by the runner")
        elif delivery.why == JobKind.REREAD and self._store.run_record(runner.id, delivery.run_id) is None:
            log.info("nothing on record to look at again")
        else:
            try:
                if runner.settings.paused:
                    self._while_paused(runner, delivery, now)
                else:
                    self._look(runner, delivery, now)
            except NotThere:
                if self._store.run_record(runner.id, delivery.run_id) is None:
                    raise
                # Not the moment after its creation, when Strava may not show it yet: it was there before.
                log.info("an activity that was looked at before is gone")
                self._forget_run(runner, delivery, now)

    def forget(self, runner_id: int) -> bool:
        """Give the authorisation back and delete everything; True if there was somebody."""
        runner = self._store.runner(runner_id)
        if runner is None:
            return False
        if runner.tokens is not None:
            try:
                self._strava.revoke(runner.tokens)
            except StravaError as trouble:
                log.warning("Strava did not take the authorisation back: %s", trouble)
        self._store.forget(runner_id)
        self._inbox.forget(runner_id)
        log.info("a runner and everything kept of them is gone")
        self._on_forgotten(runner)
        return True

    def _deleted(self, runner: Runner, delivery: Delivery, now: datetime) -> None:
        """Believed only when Strava no longer shows the activity."""
        try:
            self._strava.activity(runner.id, delivery.run_id)
        except NotThere:
            self._forget_run(runner, delivery, now)
        else:
            log.info("a deletion that Strava does not know of")

    def _forget_run(self, runner: Runner, delivery: Delivery, now: datetime) -> None:
        """Everything about that activity: the record of its note, what was read from it, its place in the cache,
        whatever else waits for it."""
        run_id = delivery.run_id
        run_record = self._store.run_record(runner.id, run_id)
        trace = None
        if run_record is not None:
            trace = trace_of(run_record, self._note_delivery.channel_of(run_record), now + TRACE_DAYS)
        if trace is not None:
            self._store.change_key_value(TRACES, lambda was: {**was, trace_key(runner.id, run_id): trace})
        self._store.change_run_record(runner.id, run_id, lambda _: None)
        self._store.change_runner(runner.id, lambda was: without_run(was, run_id))
        snapshot = self._store.snapshot(runner.id)
        if snapshot is not None:
            self._store.keep_snapshot(list_without(snapshot, run_id))
        for other in self._inbox.of_runner(runner.id):
            if other.run_id == run_id and other.id != delivery.id:
                self._inbox.drop(other.id)

    def _look(self, runner: Runner, delivery: Delivery, now: datetime) -> None:
        """One look at a run: a list, the activity in full, a judgement, at most one write."""
        urgent = delivery.why in (JobKind.EVENT, JobKind.SAID)
        before = self._store.run_record(runner.id, delivery.run_id)
        # What Strava has just made is new even if it already stood in the first list: events are slower than lists.
        is_marked = before is not None and before.is_old and not delivery.is_new
        is_news = delivery.why == JobKind.SAID or (before is not None and before.is_old and delivery.is_new)
        is_complete = before is not None and not is_news and _is_complete(before, runner)
        if before is not None and is_complete and before.facts is not None:
            # Most second looks find nothing new: that costs one read.
            detail = self._read(runner, delivery, urgent=urgent)
            if detail is None or self._is_unchanged(runner, before, detail):
                self._look_again_later(runner, before, now)
                return
        activity_list = read_list(self._store, self._strava, runner, now, days=JUDGED_DAYS, urgent=urgent)
        self._keep_list(runner, activity_list, now)
        sport = activity_list.sports.get(delivery.run_id)
        if sport is not None and before is None and all(run.id != str(delivery.run_id) for run in activity_list.runs):
            log.info("no run: %s", sport)
            return
        # The activity comes last: what is written over is what was read a moment ago.
        detail = self._read(runner, delivery, urgent=urgent)
        if detail is None:
            return
        if detail.run is None:
            self._no_run(runner, before, detail, now)
            return
        if before is not None and is_complete and self._is_unchanged(runner, before, detail):
            self._look_again_later(runner, before, now)
            return
        evaluation = self._run_evaluator.evaluate(runner, detail, detail.run, activity_list, before, now, urgent=urgent)
        trace = self._store.key_value(TRACES).get(trace_key(runner.id, detail.id)) if before is None else None
        known = before or traced(trace, evaluation.run_record, now)
        is_marked = is_marked or (before is None and known is not None and known.is_old)
        if is_marked or ((known is None or known.is_old) and is_from_before(runner, detail, detail.run, now)):
            evaluation = replace(
                evaluation, words=None, once=(), run_record=replace(evaluation.run_record, is_old=True)
            )
        # Remembered first: after a death in between, the same run is judged alike and what is told once stays so.
        rulebook = self._run_evaluator.rulebook
        self._store.change_runner(
            runner.id, lambda was: remembered(was, detail, evaluation.reading, evaluation.once, now, rulebook)
        )
        settled = self._note_delivery.deliver(
            runner, evaluation.run_record, detail, evaluation.words, now, traced=known
        )
        self._count(delivery, evaluation, settled, now)
        if settled is not None:
            self._look_again_later(runner, evaluation.run_record, now)

    def _while_paused(self, runner: Runner, delivery: Delivery, now: datetime) -> None:
        """Nothing new is said; a note that stands follows what the runner says of it (a race, a consent withdrawn), and
        is taken out of what turned out to be no run."""
        before = self._store.run_record(runner.id, delivery.run_id)
        if before is None or not was_told(before):
            log.info("paused by the runner")
            return
        if delivery.why == JobKind.SAID:
            self._look(runner, delivery, now)
            return
        detail = self._read(runner, delivery, urgent=True)
        if detail is not None and detail.run is None:
            self._no_run(runner, before, detail, now)

    def _count(self, delivery: Delivery, evaluation: Evaluation, settled: RunRecord | None, now: datetime) -> None:
        for found in evaluation.run_record.found:
            if found.withheld is not None:
                self._counts.withheld(found.rule, found.withheld)
        # A note that was changed later keeps the moment it was first told: it is one note.
        if settled is not None and settled.telling == NoteStatus.TOLD and settled.told_at == now and evaluation.words:
            since = delivery.received_at if delivery.why == JobKind.EVENT else None
            self._counts.told(evaluation.words.lead_rule, str(settled.channel), since=since)

    def _read(self, runner: Runner, delivery: Delivery, *, urgent: bool) -> ActivityDetail | None:
        """The activity in full; None if it is not the runner's."""
        detail = self._strava.activity(runner.id, delivery.run_id, urgent=urgent)
        if detail.runner_id != runner.id:
            log.warning("an activity of somebody else")
            return None
        return detail

    def _is_unchanged(self, runner: Runner, before: RunRecord, detail: ActivityDetail) -> bool:
        """Nothing to say anew: what the look saw is still so (or was too long ago to know)."""
        if before.facts is None:
            return was_told(before)
        return before.facts == facts_of(detail, self._run_evaluator.reading(runner, detail))

    def _no_run(self, runner: Runner, before: RunRecord | None, detail: ActivityDetail, now: datetime) -> None:
        """A ride, or a run that became one: our block, if it carries one, is taken out."""
        if before is None:
            return
        self._store.change_runner(runner.id, lambda was: without_run(was, detail.id))
        run_record = replace(
            before, facts=facts_of(detail, None), looked_at=now, found=(), tip=None, odometer_is_late=False, remark=""
        )
        self._note_delivery.deliver(runner, run_record, detail, None, now)

    def _look_again_later(self, runner: Runner, run_record: RunRecord, now: datetime) -> None:
        """Shoes and words are corrected hours later, without an event: one more look, once a run."""
        if run_record.odometer_is_late and run_record.reread_at is None:
            self._ask(new_delivery(runner.id, run_record.run_id, JobKind.REREAD, now, now + ODOMETER_LATE))
        due = run_record.reread_at or (
            now + self._reread if self._reread is not None and not run_record.is_old else None
        )
        if due is None or due <= now:
            return

        def change(was: RunRecord | None) -> RunRecord | None:
            return None if was is None else replace(was, reread_at=due)

        if self._store.change_run_record(runner.id, run_record.run_id, change) is not None:
            self._ask(new_delivery(runner.id, run_record.run_id, JobKind.REREAD, now, due))

    def _ask(self, delivery: Delivery) -> None:
        keep_if_known(self._store, self._inbox, delivery)

    def _keep_list(self, runner: Runner, activity_list: ActivityList, now: datetime) -> None:
        """The page is drawn from this list; it is a cache of seven days at most."""
        self._store.keep_snapshot(cached(runner.id, activity_list, self._store.snapshot(runner.id), now))
        self._store.change_runner(runner.id, lambda was: with_zone(was, activity_list, now))


def _is_complete(run_record: RunRecord, runner: Runner) -> bool:
    """Whether the look was told to its end, with the pair's mileage in and the runner's say heard."""
    is_heard = (run_record.judged_race or not run_record.called_race) and (
        run_record.judged_without == not_for_me(runner, run_record.run_id)
    )
    return run_record.telling != NoteStatus.SENDING and not run_record.odometer_is_late and is_heard
