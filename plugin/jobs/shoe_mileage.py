"""Reading the pairs that a runner wears: after connecting, and before a kept figure must go."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from plugin.activities.intake import keep_if_known
from plugin.activities.lookback import SEEN_AGAIN_DAYS
from plugin.activities.odometer import FIGURE_DAYS, pair_after
from plugin.errors import NotThere, Refused, StravaTrouble
from plugin.notes.rulebook import Rulebook
from plugin.ports import ActivityList, Gear, Inbox, JobKind, Pair, Runner, Store, Strava, new_delivery
from plugin.rules import worn_shoe
from plugin.training.runs import Run

log = logging.getLogger("footnote.shoe_mileage")

PAIR_DAYS = timedelta(days=60)
STALE = FIGURE_DAYS - timedelta(days=1, hours=7)
"""A pair's figure is read again before it must go, and the purge comes some hours early."""


class PairReader:
    """Reads pairs at Strava and keeps their odometer figures with the runner."""

    def __init__(self, *, store: Store, inbox: Inbox, strava: Strava, rulebook: Rulebook) -> None:
        self._store = store
        self._inbox = inbox
        self._strava = strava
        self._rulebook = rulebook

    def read_stale(self, runner: Runner, activity_list: ActivityList, now: datetime) -> None:
        """Pairs in use whose figure is about to go are read again; a limit crossed unseen is told on the last run."""
        last_runs: dict[str, Run] = {}
        for run in sorted(activity_list.runs, key=lambda run: run.order):
            if run.shoe and now - run.start <= PAIR_DAYS:
                last_runs[run.shoe] = run
        asked = {one.run_id for one in self._inbox.of_runner(runner.id)}
        for pair_id, run in last_runs.items():
            pair = runner.pairs.get(pair_id)
            figure_at = pair.seen_at if pair is not None and pair.odometer_m is not None else None
            if figure_at is not None and now - figure_at <= STALE:
                continue
            if run.id.isdigit() and int(run.id) in asked:
                # Its own look reads the pair, and compares with the figure from before the run.
                continue
            self.read(runner, pair_id, now, last_run=run)

    def read(self, runner: Runner, pair_id: str, now: datetime, *, last_run: Run | None = None) -> None:
        try:
            gear = self._strava.gear(runner.id, pair_id)
        except (NotThere, Refused, StravaTrouble) as trouble:
            log.info("skipped a pair: %s", trouble)
            return
        pair = runner.pairs.get(pair_id)
        if last_run is not None and pair is not None and self._crossed_unseen(runner, pair, gear, last_run, now):
            # The run's own look finds the crossing, as long as the figure from before it is still there.
            keep_if_known(self._store, self._inbox, new_delivery(runner.id, int(last_run.id), JobKind.SAID, now, now))
            return

        def change(was: Runner) -> Runner:
            return replace(was, pairs={**was.pairs, pair_id: pair_after(was.pairs.get(pair_id), gear, None, now)})

        self._store.change_runner(runner.id, change)

    def _crossed_unseen(self, runner: Runner, pair: Pair, gear: Gear, run: Run, now: datetime) -> bool:
        if gear.is_retired or pair.odometer_m is None or now - run.start > SEEN_AGAIN_DAYS or runner.settings.paused:
            return False
        limits = self._rulebook.limits[worn_shoe.NAME]
        figure_m = pair.start_m + gear.odometer_m
        crossed_m, _ = worn_shoe.highest(figure_m, *worn_shoe.shoe_limits(pair.shoe, limits), limits)
        return crossed_m is not None and pair.start_m + pair.odometer_m < crossed_m
