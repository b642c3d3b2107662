"""The deletion of one activity: everything kept of it goes, and its note passes to another recording of the run."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Protocol

from plugin.activities.activity_cache import list_without
from plugin.activities.deleted_notes import TRACES, traces_of
from plugin.activities.note_delivery import NoteDelivery
from plugin.activities.note_of_copies import inherited, recordings_of
from plugin.activities.runner_after_run import without_run
from plugin.errors import NotThere
from plugin.ports import Delivery, Inbox, Runner, RunRecord, Store, Strava

log = logging.getLogger("footnote.deletion")

TRACE_DAYS = timedelta(days=2)
"""For this long a note that has left is remembered, so that it is not sent again: a privacy toggle can come as delete
and create."""


class JudgeOthersAgain(Protocol):
    """Asks for another look at runs whose notes depended on this one."""

    def __call__(
        self,
        runner: Runner,
        before: RunRecord | None,
        after: RunRecord | None,
        recordings: frozenset[int],
        now: datetime,
    ) -> None: ...


class Deletion:
    """Deletes what is kept of one activity, after Strava has confirmed that it is gone."""

    def __init__(
        self,
        *,
        store: Store,
        inbox: Inbox,
        strava: Strava,
        note_delivery: NoteDelivery,
        judge_others_again: JudgeOthersAgain,
    ) -> None:
        self._store = store
        self._inbox = inbox
        self._strava = strava
        self._note_delivery = note_delivery
        self._judge_others_again = judge_others_again

    def handle(self, runner: Runner, delivery: Delivery, now: datetime) -> None:
        """Handle a deletion event. It is believed only when Strava no longer shows the activity. Strava is not asked
        about an activity of which nothing is kept: anybody who knows the webhook address can invent ids."""
        if not self._is_known(runner, delivery):
            log.info("deletion ignored: nothing is kept of the activity")
            return
        try:
            self._strava.activity(runner.id, delivery.run_id)
        except NotThere:
            self.forget_run(runner, delivery, now)
        else:
            log.info("deletion ignored: Strava still shows the activity")

    def forget_run(self, runner: Runner, delivery: Delivery, now: datetime) -> None:
        """Delete everything about that activity: the record of its note, what was read from it, its place in the cache,
        whatever else waits for it. Its note goes on to another recording of the run, if there is one."""
        run_id = delivery.run_id
        run_record = self._store.run_record(runner.id, run_id)
        if run_record is not None:
            traces = traces_of(run_record, self._note_delivery.channel_of(run_record), now + TRACE_DAYS)
            self._store.change_key_value(TRACES, lambda was: {**was, **traces})
        snapshot = self._store.snapshot(runner.id)
        if run_record is not None:
            runs = snapshot.runs if snapshot is not None else ()
            own = next((run for run in runs if run.id == str(run_id)), None)
            recordings = recordings_of(own, runs) if own is not None else frozenset()
            # First: after a crash in between it is done again.
            self._pass_on(runner, run_record, recordings, now)
            self._judge_others_again(runner, run_record, None, recordings, now)
        if snapshot is not None:
            self._store.keep_snapshot(list_without(snapshot, run_id))
        self._store.change_run_record(runner.id, run_id, lambda _: None)
        self._store.change_runner(runner.id, lambda was: without_run(was, run_id))
        for other in self._inbox.of_runner(runner.id):
            if other.run_id == run_id and other.id != delivery.id:
                self._inbox.drop(other.id)

    def _is_known(self, runner: Runner, delivery: Delivery) -> bool:
        """Whether anything is kept of the activity: its record, its place in the list or with the runner, or work."""
        run_id = delivery.run_id
        snapshot = self._store.snapshot(runner.id)
        return (
            self._store.run_record(runner.id, run_id) is not None
            or without_run(runner, run_id) != runner
            or (snapshot is not None and list_without(snapshot, run_id) != snapshot)
            or any(one.run_id == run_id and one.id != delivery.id for one in self._inbox.of_runner(runner.id))
        )

    def _pass_on(self, runner: Runner, gone: RunRecord, recordings: frozenset[int], now: datetime) -> None:
        """A note that has left is not sent again for another recording of the same run."""
        has_left = self._note_delivery.has_left(gone)
        for run_id in recordings:

            def change(was: RunRecord | None) -> RunRecord | None:
                return None if was is None else inherited(was, [gone], was, {gone.run_id} if has_left else set())

            self._store.change_run_record(runner.id, run_id, change)
