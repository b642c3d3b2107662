"""How far back a list reaches, and whether a run is from before the runner connected. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from plugin.notes.rulebook import Rulebook
from plugin.ports import ActivityDetail, Runner
from plugin.rules import comeback
from plugin.training.calendar import zone_of
from plugin.training.runs import Run, set_aside

JUST_BEFORE = timedelta(hours=1)


NEW_DAYS = timedelta(days=1)
"""So long after connecting a run from before may still arrive for the first time."""


LOOKS_DAYS = timedelta(days=60)
"""Records of notes are kept a little longer: without one, an older run may carry a note that nobody remembers."""


def is_from_before(runner: Runner, detail: ActivityDetail, run: Run, now: datetime) -> bool:
    """Whether a run without a record is from before the runner connected, or so old that a record may be gone.

    One that ended just before is what they connected for; what stood there then was marked by the first list.
    """
    connected, zone = runner.connected_at, zone_of(detail.timezone or runner.timezone)
    if now.astimezone(zone).date() - run.day > LOOKS_DAYS:
        return True
    if run.start >= connected:
        return False
    if now - connected > NEW_DAYS:
        return True
    return run.day < connected.astimezone(zone).date() and run.start + run.duration < connected - JUST_BEFORE


def needs_older_runs(runs: Iterable[Run], run: Run, oldest: datetime, rulebook: Rulebook) -> bool:
    """Whether the list (back to `oldest`) cannot answer what comeback asks: a break whose start it does not show."""
    if run.start < oldest:
        return True
    limits = rulebook.limits[comeback.NAME]
    so_far = [one for one in runs if one.order <= run.order]
    aside = set_aside(so_far)
    days = sorted((one.day for one in so_far if one.id not in aside), reverse=True)
    active = run.day - timedelta(days=limits.active_days)
    if days and days[-1] >= active:
        # Other sports fill the list: when the run before the oldest one shown was, it does not say.
        return True
    breaks = [last for first, last in pairwise(days) if first >= active and (first - last).days >= limits.gap_days]
    # Of two breaks the later may not count, for want of run days before it.
    return bool(breaks) and oldest.date() > breaks[-1] - timedelta(days=limits.longest_days)
