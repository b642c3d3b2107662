"""One delivery about one activity: read the facts, have `plan` and the rules decide, carry it out.

Start at `handle`. Errors of Strava or a mail server are raised for the dispatcher, which retries or parks the delivery;
what was done is on record before the delivery is settled.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from plugin.activities.activity_cache import JUDGED_DAYS, keep_list, read_list
from plugin.activities.deleted_notes import TRACES, find_trace, traced
from plugin.activities.deletion import Deletion
from plugin.activities.fingerprint import facts_of
from plugin.activities.intake import keep_if_known
from plugin.activities.judge_again import to_judge_again
from plugin.activities.leaving import end
from plugin.activities.lookback import is_from_before
from plugin.activities.note_delivery import NoteDelivery
from plugin.activities.note_of_copies import inherited, recordings_of, told_on
from plugin.activities.odometer import FIGURE_DAYS
from plugin.activities.past_notes import not_for_me, was_told
from plugin.activities.plan import (
    Act,
    ByList,
    Look,
    is_in_future,
    is_too_old_to_tell,
    later_looks,
    must_judge,
    plan_activity,
    plan_by_list,
    plan_look,
)
from plugin.activities.run_evaluator import Evaluation, RunEvaluator
from plugin.activities.runner_after_run import remembered, without_run
from plugin.errors import NotThere, StravaError, Unreadable
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
from plugin.training.runs import Run
from plugin.training.runs_set_aside import SetAsideReason

log = logging.getLogger("footnote.workflow")


class Workflow:
    """One delivery of a runner at a time: `store.lock` is held meanwhile."""

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
        on_told: Callable[[int, str, str], None] = lambda run_id, rule, channel: None,
    ) -> None:
        self._store = store
        self._inbox = inbox
        self._strava = strava
        self._note_delivery = note_delivery
        self._run_evaluator = run_evaluator
        self._reread = reread
        self._counts = counts or NoMetrics()
        self._on_forgotten = on_forgotten
        self._on_told = on_told
        self._deletion = Deletion(
            store=store,
            inbox=inbox,
            strava=strava,
            note_delivery=note_delivery,
            judge_others_again=self._judge_others_again,
        )

    def handle(self, delivery: Delivery, runner: Runner, now: datetime) -> None:
        """Do what the delivery asks for. Returns when it is done and on record; raises what the dispatcher handles."""
        if delivery.why == JobKind.DEAUTHORISED:
            if not self._strava.is_authorised(runner.id):
                end(self._store, self._note_delivery.channel_of, runner.id, now)
                self.forget(runner.id)
        elif delivery.why == JobKind.DELETED:
            self._deletion.handle(runner, delivery, now)
        else:
            try:
                self._look(runner, delivery, now)
            except NotThere:
                if self._store.run_record(runner.id, delivery.run_id) is None:
                    raise
                # Not the moment after its creation, when Strava may not show it yet: it was there before.
                log.info("activity deleted: it is on record and Strava no longer shows it")
                self._deletion.forget_run(runner, delivery, now)

    def forget(self, runner_id: int) -> bool:
        """Give the authorisation back and delete everything; True if the runner was connected."""
        try:
            runner = self._store.runner(runner_id)
        except Unreadable as wrong:
            log.warning("authorisation not revoked at Strava: %s", wrong)
            is_known = self._store.forget(runner_id)
            self._inbox.forget(runner_id)
            return is_known
        if runner is None:
            return False
        if runner.tokens is not None:
            try:
                self._strava.revoke(runner.tokens)
            except StravaError as trouble:
                log.warning("revoking failed: %s", trouble)
        self._store.forget(runner_id)
        self._inbox.forget(runner_id)
        log.info("runner deleted with everything kept of them")
        self._on_forgotten(runner)
        return True

    def _look(self, runner: Runner, delivery: Delivery, now: datetime) -> None:
        """Look at one activity as `plan_look` says."""
        before = self._store.run_record(runner.id, delivery.run_id)
        is_urgent = delivery.why in (JobKind.EVENT, JobKind.SAID)
        look = plan_look(
            delivery.why,
            before,
            is_new=delivery.is_new,
            is_paused=runner.settings.paused,
            not_for_me=not_for_me(runner, delivery.run_id),
        )
        if look is Look.SKIP_PAUSED:
            log.info("skipped: paused by the runner")
        elif look is Look.SKIP_UNKNOWN:
            log.info("skipped: no record to look at again")
        elif look is Look.ONLY_TAKE_OUT:
            detail = self._read(runner, delivery, urgent=is_urgent)
            if detail is not None and detail.run is None:
                self._no_run(runner, before, detail, now)
        elif look is Look.ACTIVITY_FIRST and before is not None:
            detail = self._read(runner, delivery, urgent=is_urgent)
            if detail is None:
                return
            if self._is_unchanged(runner, before, detail):
                self._note_delivery.note_removal(before, detail)
                self._look_again_later(runner, before, now)
            else:
                self._look_by_list(runner, delivery, before, now, urgent=is_urgent)
        else:
            self._look_by_list(runner, delivery, before, now, urgent=is_urgent)

    def _look_by_list(
        self, runner: Runner, delivery: Delivery, before: RunRecord | None, now: datetime, *, urgent: bool
    ) -> None:
        """Read the list, look at earlier runs that were not looked at yet, then at this one."""
        activity_list = read_list(self._store, self._strava, runner, now, days=JUDGED_DAYS, urgent=urgent)
        keep_list(self._store, runner, activity_list, now)
        own = next((run for run in activity_list.runs if run.id == str(delivery.run_id)), None)
        sport = activity_list.sports.get(delivery.run_id)
        plan = plan_by_list(delivery.why, before, is_new=delivery.is_new, is_run=own is not None, sport=sport)
        if plan is ByList.SKIP_OTHER_SPORT:
            log.info("not a run: %s", sport)
            return
        if plan is ByList.SKIP_UNLISTED:
            log.info("skipped: changed activity is not in the list, so too old or not the runner's")
            return
        if plan is ByList.LOOK_AT_EARLIER_FIRST and own is not None:
            for earlier in self._waiting_before(runner, own, activity_list):
                try:
                    self._look_at(self._current(runner), earlier, activity_list, now, urgent=urgent)
                except NotThere:
                    log.info("skipped an earlier run: Strava does not show it")
        self._look_at(self._current(runner), delivery, activity_list, now, urgent=urgent)

    def _waiting_before(self, runner: Runner, own: Run, activity_list: ActivityList) -> Iterable[Delivery]:
        """Runs before this one that wait for their first look, the earliest first: whatever order their events come in,
        they are told in the order in which they were run."""
        asked = {
            one.run_id: one for one in self._inbox.of_runner(runner.id) if one.why in (JobKind.EVENT, JobKind.SWEEP)
        }
        for run in sorted(activity_list.runs, key=lambda one: one.order):
            if run.order >= own.order:
                return
            delivery = asked.get(int(run.id)) if run.id.isdigit() else None
            if delivery is not None and self._store.run_record(runner.id, delivery.run_id) is None:
                yield delivery

    def _look_at(
        self, runner: Runner, delivery: Delivery, activity_list: ActivityList, now: datetime, *, urgent: bool
    ) -> None:
        """The activity comes last: what is written over is what was read a moment ago."""
        before = self._store.run_record(runner.id, delivery.run_id)
        detail = self._read(runner, delivery, urgent=urgent)
        if detail is None:
            return
        said = not_for_me(runner, delivery.run_id)
        act = plan_activity(
            is_run=detail.run is not None,
            is_in_future=is_in_future(detail.start, detail.day, now, runner.zone),
            must_judge=before is None or must_judge(delivery.why, before, is_new=delivery.is_new, not_for_me=said),
            is_unchanged=before is not None and self._is_unchanged(runner, before, detail),
        )
        if act is Act.TAKE_BACK:
            self._no_run(runner, before, detail, now)
        elif act is Act.WAIT:
            self._wait_for_its_day(runner, before, detail, now)
        elif act is Act.NOTHING and before is not None:
            self._look_again_later(runner, before, now)
        elif detail.run is not None:
            self._judge(runner, delivery, before, detail, detail.run, activity_list, now, urgent=urgent)

    def _judge(
        self,
        runner: Runner,
        delivery: Delivery,
        before: RunRecord | None,
        detail: ActivityDetail,
        run: Run,
        activity_list: ActivityList,
        now: datetime,
        *,
        urgent: bool,
    ) -> None:
        """Judge the run, bring its note into line, and have the runs judged again that it counts for."""
        recordings = recordings_of(run, activity_list.runs)
        evaluation = self._run_evaluator.evaluate(
            runner, detail, run, activity_list, before, now, recordings=recordings, urgent=urgent
        )
        known = self._known(runner, before, evaluation.run_record, recordings, now)
        is_earlier = is_from_before(runner, detail, run, now)
        if is_too_old_to_tell(before, known, is_new=delivery.is_new, is_from_before=is_earlier):
            evaluation = replace(
                evaluation, words=None, once=(), run_record=replace(evaluation.run_record, is_old=True)
            )
        # Remembered first: after a crash in between the run is judged alike, and what is told once is told once.
        rulebook = self._run_evaluator.rulebook
        instead_of = recordings if evaluation.run_record.aside is None else frozenset()
        self._store.change_runner(
            runner.id,
            lambda was: remembered(
                was, detail, evaluation.reading, evaluation.once, now, rulebook, instead_of=instead_of
            ),
        )
        if evaluation.run_record.aside is None:
            # Before it is told here: after a crash in between the note on the other recording is still taken out.
            self._take_back(runner, recordings, now)
        # Asked before the note is told and again after it: after a crash at any point the later runs are judged again.
        expected = NoteStatus.TOLD if evaluation.words else NoteStatus.NOTHING
        after = replace(evaluation.run_record, telling=expected)
        self._judge_others_again(runner, before, after, recordings, now)
        settled = self._note_delivery.deliver(
            runner, evaluation.run_record, detail, evaluation.words, now, known=known, tries=delivery.tries
        )
        self._count(delivery, evaluation, settled, now)
        if settled is not None:
            self._judge_others_again(runner, before, settled, recordings, now)
            self._look_again_later(runner, settled, now)

    def _known(
        self,
        runner: Runner,
        before: RunRecord | None,
        new: RunRecord,
        recordings: frozenset[int],
        now: datetime,
    ) -> RunRecord | None:
        """What is known of a note on this run: by its record, or that of another recording, which may be deleted."""
        if before is not None and (before.mailed or was_told(before)):
            return before
        if new.aside is not None:
            return before
        others = [one for one in self._store.run_records(runner.id) if one.run_id in recordings]
        has_left = {one.run_id for one in others if self._note_delivery.has_left(one)}
        known = inherited(before, others, new, has_left)
        if known is not before:
            return known
        trace = find_trace(self._store.key_value(TRACES), new)
        return traced(trace, new, now) or before

    def _take_back(self, runner: Runner, recordings: frozenset[int], now: datetime) -> None:
        """The run is told on this recording: a note on another one goes."""
        for run_id in told_on(self._store.run_records(runner.id), recordings):
            self._ask_to_judge_again(runner, run_id, now)

    def _judge_others_again(
        self,
        runner: Runner,
        before: RunRecord | None,
        after: RunRecord | None,
        recordings: frozenset[int],
        now: datetime,
    ) -> None:
        own = next(one.run_id for one in (after, before) if one is not None)
        others = [one for one in self._store.run_records(runner.id) if one.run_id != own]
        for number, run_id in enumerate(to_judge_again(before, after, others, recordings, now - FIGURE_DAYS)):
            self._ask_to_judge_again(runner, run_id, now, place=number)

    def _ask_to_judge_again(self, runner: Runner, run_id: int, now: datetime, *, place: int = 0) -> None:
        def change(was: RunRecord | None) -> RunRecord | None:
            return None if was is None else replace(was, judge_again=True)

        if self._store.change_run_record(runner.id, run_id, change) is not None:
            # The earliest first: what is told on it counts for those after it.
            due = now + timedelta(microseconds=place)
            self._ask(new_delivery(runner.id, run_id, JobKind.REREAD, now, due))

    def _current(self, runner: Runner) -> Runner:
        """The runner as they are now: a look at another run may have changed what is kept of them."""
        return self._store.runner(runner.id) or runner

    def _count(self, delivery: Delivery, evaluation: Evaluation, settled: RunRecord | None, now: datetime) -> None:
        for found in evaluation.run_record.found:
            if found.withheld is not None:
                self._counts.withheld(found.rule, found.withheld)
        # A note that was changed later keeps the moment it was first told: it is one note.
        if settled is not None and settled.telling == NoteStatus.TOLD and settled.told_at == now and evaluation.words:
            since = delivery.received_at if delivery.why == JobKind.EVENT else None
            self._counts.told(evaluation.words.lead_rule, str(settled.channel), since=since)
            self._on_told(settled.run_id, evaluation.words.lead_rule, str(settled.channel))

    def _read(self, runner: Runner, delivery: Delivery, *, urgent: bool) -> ActivityDetail | None:
        """The activity in full; None if it is not the runner's."""
        detail = self._strava.activity(runner.id, delivery.run_id, urgent=urgent)
        if detail.runner_id != runner.id:
            log.warning("skipped: activity of another athlete")
            return None
        return detail

    def _is_unchanged(self, runner: Runner, before: RunRecord, detail: ActivityDetail) -> bool:
        """Whether nothing that counts has changed since the last look. Where its facts are no longer kept: whether a
        note was told."""
        if before.facts is None:
            return was_told(before)
        return before.facts == facts_of(detail, self._run_evaluator.reading(runner, detail))

    def _no_run(self, runner: Runner, before: RunRecord | None, detail: ActivityDetail, now: datetime) -> None:
        """A ride, or a run that became one: our block, if it carries one, is taken out."""
        if before is None:
            return
        self._store.change_runner(runner.id, lambda was: without_run(was, detail.id))
        run_record = replace(
            before,
            facts=facts_of(detail, None),
            looked_at=now,
            found=(),
            tip=None,
            aside=None,
            odometer_is_late=False,
            judge_again=False,
            remark="",
        )
        settled = self._note_delivery.deliver(runner, run_record, detail, None, now)
        if settled is not None:
            self._judge_others_again(runner, before, settled, frozenset(), now)

    def _wait_for_its_day(
        self, runner: Runner, before: RunRecord | None, detail: ActivityDetail, now: datetime
    ) -> None:
        """A run dated in the future is set aside until it has begun."""
        run_record = RunRecord(
            runner_id=runner.id,
            run_id=detail.id,
            day=detail.day,
            looked_at=now,
            start=detail.start,
            facts=facts_of(detail, self._run_evaluator.reading(runner, detail)),
            aside=SetAsideReason.FUTURE,
            judge_again=True,
            is_old=before is not None and before.is_old,
        )
        if self._note_delivery.deliver(runner, run_record, detail, None, now) is not None:
            self._store.change_run_record(
                runner.id, detail.id, lambda was: None if was is None else replace(was, judge_again=True)
            )
            midnight = datetime.combine(detail.day, time(), runner.zone).astimezone(UTC)
            self._ask(new_delivery(runner.id, detail.id, JobKind.REREAD, now, midnight))

    def _look_again_later(self, runner: Runner, run_record: RunRecord, now: datetime) -> None:
        for_mileage, due = later_looks(run_record, self._reread, now)
        if for_mileage is not None:
            self._ask(new_delivery(runner.id, run_record.run_id, JobKind.REREAD, now, for_mileage))
        if due is None:
            return

        def change(was: RunRecord | None) -> RunRecord | None:
            return None if was is None else replace(was, reread_at=due)

        if self._store.change_run_record(runner.id, run_record.run_id, change) is not None:
            self._ask(new_delivery(runner.id, run_record.run_id, JobKind.REREAD, now, due))

    def _ask(self, delivery: Delivery) -> None:
        keep_if_known(self._store, self._inbox, delivery)
