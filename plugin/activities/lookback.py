"""How far back a list reaches, and whether a run is from before the runner connected. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from plugin.activities.activity_cache import LONGEST_WINDOW
from plugin.notes.rulebook import Rulebook
from plugin.ports import ActivityDetail, Runner
from plugin.rules import comeback
from plugin.training.calendar import zone_of
from plugin.training.history import REACH_SLACK, History, first_known_day
from plugin.training.runs import Run

JUST_BEFORE = timedelta(hours=1)
SEEN_AGAIN_DAYS = timedelta(days=3)
"""Runs this young are looked at by every sweep: missed ones, changed ones."""

NEW_DAYS = timedelta(days=1)
"""For this long after connecting, a run from before may still arrive for the first time."""


RECORD_KEPT_DAYS = timedelta(days=60)
"""Records of notes are kept a little longer than this. An older run without a record may still carry a note."""


def is_from_before(runner: Runner, detail: ActivityDetail, run: Run, now: datetime) -> bool:
    """Whether a run without a record is from before the runner connected, or so old that a record may be gone.

    A run that ended just before connecting is new: runners connect because of it. Runs that were already on Strava then
    have a record with `is_old`, made by the first sync.
    """
    connected, zone = runner.connected_at, zone_of(detail.timezone or runner.timezone)
    if now.astimezone(zone).date() - run.day > RECORD_KEPT_DAYS:
        return True
    if run.start >= connected:
        return False
    if now - connected > NEW_DAYS:
        return True
    return run.day < connected.astimezone(zone).date() and run.start + run.duration < connected - JUST_BEFORE


def needed_since(runs: Iterable[Run], run: Run, reaches: datetime, rulebook: Rulebook) -> datetime | None:
    """The time back to which runs must be known to judge `run`, where the list (of what started after `reaches`) does
    not go so far; None if it does."""
    history = History([one for one in runs if one.order <= run.order], known_since=first_known_day(reaches))
    ledger = history.as_of_now()
    first: date | None = run.day - LONGEST_WINDOW
    if ledger.knows(run.day - LONGEST_WINDOW):
        first = comeback.first_needed(ledger, run.day, rulebook.limits[comeback.NAME])
    if first is None:
        return None
    # The last run before a break may be any time before what is known: the next page is read to its end.
    return min(datetime.combine(first, time(), UTC) - REACH_SLACK, reaches - LONGEST_WINDOW)
