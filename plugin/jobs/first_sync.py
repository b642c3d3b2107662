"""The first sync after connecting: fills the runner's page and records the runs from before as old."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from plugin.activities.activity_cache import SHOWN_DAYS, cached, read_list
from plugin.activities.lookback import SEEN_AGAIN_DAYS
from plugin.activities.time_zone import with_zone
from plugin.jobs.shoe_mileage import PAIR_DAYS, PairReader
from plugin.ports import ActivityList, Inbox, Runner, RunRecord, State, Store, Strava

FIRST_PAIRS = 8


class FirstSync:
    """One list, then a read for each pair."""

    def __init__(self, *, store: Store, inbox: Inbox, strava: Strava, pairs: PairReader) -> None:
        self._store = store
        self._inbox = inbox
        self._strava = strava
        self._pairs = pairs

    def run(self, runner: Runner, now: datetime) -> None:
        """Fill the page of somebody who has just connected: one list, then a read a pair."""
        activity_list = read_list(self._store, self._strava, runner, now, days=SHOWN_DAYS, urgent=False)
        snapshot = replace(cached(runner, activity_list, self._store.snapshot(runner.id), now), progress="shoes")
        self._store.keep_snapshot(snapshot)
        self._store.change_runner(runner.id, lambda was: with_zone(was, activity_list, now))
        mark_old(self._store, self._inbox, runner, activity_list, now)
        recent = sorted(activity_list.runs, key=lambda run: run.order, reverse=True)
        pairs = dict.fromkeys(run.shoe for run in recent if run.shoe and now - run.start <= PAIR_DAYS)
        for pair_id in list(pairs)[:FIRST_PAIRS]:
            self._pairs.read(runner, str(pair_id), now)
        self._store.keep_snapshot(replace(snapshot, progress="done"))
        for parked in self._inbox.of_runner(runner.id):
            if parked.state == State.PARKED:
                self._inbox.retry(parked.id, now)


def mark_old(store: Store, inbox: Inbox, runner: Runner, activity_list: ActivityList, now: datetime) -> None:
    """Runs that were on Strava when the runner connected are never written on, whatever happens to them later."""
    asked = {one.run_id for one in inbox.of_runner(runner.id)}
    for run in activity_list.runs:
        is_close = runner.connected_at - run.start < SEEN_AGAIN_DAYS
        if not run.id.isdigit() or not is_close or run.start > runner.connected_at or int(run.id) in asked:
            continue
        old = RunRecord(
            runner_id=runner.id, run_id=int(run.id), day=run.day, looked_at=now, start=run.start, is_old=True
        )
        store.change_run_record(runner.id, old.run_id, lambda was, old=old: was or old)  # type: ignore[misc]
