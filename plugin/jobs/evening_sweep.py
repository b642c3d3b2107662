"""The evening sweep: one list finds what no event brought, what changed without one, and what is gone.

Missed runs are not judged here: they become deliveries, so that each is told once even if the process dies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from plugin.activities.activity_cache import SHOWN_DAYS, keep_list, read_list
from plugin.activities.intake import keep_if_known
from plugin.activities.lookback import RECORD_KEPT_DAYS, SEEN_AGAIN_DAYS
from plugin.jobs.evening_and_weekly_hours import Hours
from plugin.jobs.first_sync import mark_old
from plugin.jobs.shoe_mileage import PairReader
from plugin.ports import ActivityList, Inbox, JobKind, Runner, RunRecord, Store, Strava, new_delivery
from plugin.training.runs import Run

DAY = timedelta(days=1)


class EveningSweep:
    """One runner's daily sweep."""

    def __init__(self, *, store: Store, inbox: Inbox, strava: Strava, pairs: PairReader, hours: Hours) -> None:
        self._store = store
        self._inbox = inbox
        self._strava = strava
        self._pairs = pairs
        self._hours = hours

    def run(self, runner: Runner, now: datetime) -> None:
        """Missed and changed runs become deliveries; pairs are read before their figures must go."""
        activity_list = self.sweep(runner, now)
        self._pairs.read_stale(runner, activity_list, now)
        # The day it was due: a sweep made up for in the morning does not count as tonight's.
        day = self._hours.last_evening(runner, now)

        def change(was: Runner) -> Runner:
            return replace(was, looked_on=max(day, was.looked_on or day), swept_on=max(day, was.swept_on or day))

        self._store.change_runner(runner.id, change)

    def sweep(self, runner: Runner, now: datetime) -> ActivityList:
        """One list: what no event brought, what changed without one, what is gone."""
        activity_list = read_list(self._store, self._strava, runner, now, days=SHOWN_DAYS, urgent=False)
        runner = keep_list(self._store, runner, activity_list, now)
        run_records = {run_record.run_id: run_record for run_record in self._store.run_records(runner.id)}
        self._ask_about_the_gone(runner, activity_list, run_records.values(), now)
        if runner.settings.paused:
            return activity_list
        if any(one.why == JobKind.PREVIEW for one in self._inbox.of_runner(runner.id)):
            # The first sync is not done yet: runs from before the runner connected get their records here.
            mark_old(self._store, self._inbox, runner, activity_list, now)
            run_records = {run_record.run_id: run_record for run_record in self._store.run_records(runner.id)}
        today = now.astimezone(runner.zone).date()
        young, since = today - SEEN_AGAIN_DAYS, _missed_since(runner, today)
        runs = sorted((run for run in activity_list.runs if run.id.isdigit()), key=lambda run: run.order)
        for number, run in enumerate(runs):
            run_record = run_records.get(int(run.id))
            if run_record is None and run.day >= since:
                # The oldest comes first: what is told on it counts for those after it.
                self._ask(runner, int(run.id), JobKind.SWEEP, now, number - len(runs))
            elif run_record is None or run.day < young or run_record.is_old:
                continue
            elif (
                run_record.judge_again or runner.settings.reads_soreness or _has_changed(run_record, run, activity_list)
            ):
                self._ask(runner, int(run.id), JobKind.REREAD, now)
        run_ids = {run.id for run in runs}
        for run_record in run_records.values():
            is_listed = run_record.day >= young and run_record.run_id in activity_list.sports
            if (
                is_listed
                and run_record.facts is not None
                and run_record.facts.is_run
                and str(run_record.run_id) not in run_ids
            ):
                self._ask(runner, run_record.run_id, JobKind.REREAD, now)
        return activity_list

    def reread(self, runner: Runner, now: datetime) -> None:
        """Every run of the last three days is looked at once more, at once."""
        today = now.astimezone(runner.zone).date()
        for run_record in self._store.run_records(runner.id):
            if run_record.day >= today - SEEN_AGAIN_DAYS:
                self._ask(runner, run_record.run_id, JobKind.REREAD, now)

    def _ask_about_the_gone(
        self, runner: Runner, activity_list: ActivityList, run_records: Iterable[RunRecord], now: datetime
    ) -> None:
        """Activities that the list should show and does not: before anything of ours is deleted, Strava is asked
        whether they are."""
        kept = {int(one.run_id): (one.day, None) for one in runner.soreness if one.run_id.isdigit()}
        for run_id, (day, start) in (
            kept | {run_record.run_id: (run_record.day, run_record.start) for run_record in run_records}
        ).items():
            if run_id not in activity_list.sports and _reaches(activity_list, day, start):
                self._ask(runner, run_id, JobKind.DELETED, now)

    def _ask(self, runner: Runner, run_id: int, why: JobKind, now: datetime, place: int = 0) -> None:
        """`place`, not above 0, orders what is asked at once: the lower goes before."""
        due = now + timedelta(microseconds=place)
        keep_if_known(self._store, self._inbox, new_delivery(runner.id, run_id, why, now, due))


def _has_changed(run_record: RunRecord, run: Run, activity_list: ActivityList) -> bool:
    facts = run_record.facts
    if facts is None:
        return False
    sport = activity_list.sports.get(run_record.run_id, facts.sport)
    return (facts.distance_m, facts.shoe, facts.day, facts.sport) != (run.metres, run.shoe, run.day, sport)


def _missed_since(runner: Runner, today: date) -> date:
    """The first day whose runs are looked for: three days back, and as far as before the last sweep where tokens or
    server were away for longer. Never before the runner connected, nor so far that records are gone."""
    connected = runner.connected_at.astimezone(runner.zone).date()
    swept = connected if runner.swept_on is None else runner.swept_on + DAY - SEEN_AGAIN_DAYS
    return min(today - SEEN_AGAIN_DAYS, max(swept, connected, today - RECORD_KEPT_DAYS))


def _reaches(activity_list: ActivityList, day: date, start: datetime | None) -> bool:
    """Whether the list would show a run of that day if it still existed. A local day may be one ahead of UTC's."""
    if activity_list.reaches is None:
        return True
    return day > activity_list.reaches.date() + DAY if start is None else start > activity_list.reaches
