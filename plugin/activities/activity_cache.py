"""Strava's list of a runner's activities: how far back it is read, and what of it is kept for the runner's page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from plugin.activities.plan import is_in_future
from plugin.activities.time_zone import with_zone
from plugin.ports import ActivityList, Runner, Snapshot, Store, Strava

KEPT_DAYS = timedelta(days=6)
"""The older part of a list is dropped after six days, because run data is kept for less than seven."""
LONGEST_WINDOW = timedelta(days=60)
"""The longest window of a rule (`cadence`). How far a break reaches back is known only once the list is read."""
JUDGED_DAYS = LONGEST_WINDOW + timedelta(days=4)
"""How far back the list is read to judge a run of today or yesterday, in any time zone."""
SHOWN_DAYS = timedelta(weeks=13)
"""The twelve weeks on the page, the one that has begun, and a little."""


def read_list(
    store: Store, strava: Strava, runner: Runner, now: datetime, *, days: timedelta, urgent: bool
) -> ActivityList:
    """The runner's list, as far back as `days` before now."""
    begins = first_activity(store.snapshot(runner.id))
    return strava.recent(runner.id, since=now - days, begins=begins, urgent=urgent)


def keep_list(store: Store, runner: Runner, activity_list: ActivityList, now: datetime) -> Runner:
    """Cache the list for the runner's page, and take the runner's time zone from it; returns the runner as changed."""
    store.keep_snapshot(cached(runner, activity_list, store.snapshot(runner.id), now))
    return store.change_runner(runner.id, lambda was: with_zone(was, activity_list, now)) or runner


def first_activity(snapshot: Snapshot | None) -> datetime | None:
    """When the runner's first activity of all started, if a list ever reached it: a list that shows it needs no further
    page to know that nothing is older."""
    return snapshot.begins if snapshot else None


def cached(runner: Runner, activity_list: ActivityList, was: Snapshot | None, now: datetime) -> Snapshot:
    """The list as it is kept. A look at one run reads less than the page shows: what an earlier list showed further
    back stays for some days, until the evening reads it again. A run dated in the future counts from its day on."""
    reaches = activity_list.reaches
    snapshot = Snapshot(
        runner_id=runner.id,
        fetched_at=now,
        runs=tuple(run for run in activity_list.runs if not is_in_future(run.start, run.day, now, runner.zone)),
        wear=activity_list.wear,
        reaches=reaches,
        begins=activity_list.begins or first_activity(was),
    )
    if was is None or reaches is None or reaches <= now - SHOWN_DAYS:
        return snapshot
    older_fetched_at = was.older_fetched_at or was.fetched_at
    if now - older_fetched_at > KEPT_DAYS or (was.reaches is not None and was.reaches >= reaches):
        return snapshot
    return replace(
        snapshot,
        runs=snapshot.runs + tuple(run for run in was.runs if run.start <= reaches and run not in snapshot.runs),
        wear=snapshot.wear + tuple(worn for worn in was.wear if worn.start <= reaches and worn not in snapshot.wear),
        reaches=was.reaches,
        older_fetched_at=older_fetched_at,
    )


def list_without(was: Snapshot, run_id: int) -> Snapshot:
    """The cached list without this activity."""
    own = str(run_id)
    return replace(
        was,
        runs=tuple(run for run in was.runs if run.id != own),
        wear=tuple(worn for worn in was.wear if worn.id != own),
    )
