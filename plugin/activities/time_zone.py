"""The runner's own time zone, as their runs tell it. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from plugin.ports import ActivityList, Runner
from plugin.training.runs import Run, Sport

ZONE_DAYS = timedelta(days=28)


def with_zone(runner: Runner, activity_list: ActivityList, now: datetime) -> Runner:
    """The runner in the zone in which they ran most often in the last four weeks; as before where no run tells it.

    Indoor and virtual runs do not count: a treadmill's account or a game's island names any zone. Of zones run in as
    often, the latest counts. What the runner fixed in the settings wins wherever the zone is asked for (`Runner.zone`).
    """
    lately = sorted(
        (run for run in activity_list.runs if _tells(run) and timedelta(0) <= now - run.start <= ZONE_DAYS),
        key=lambda run: run.order,
        reverse=True,
    )
    zones = Counter(activity_list.zones[run.id] for run in lately if run.id in activity_list.zones)
    # Counter keeps the order of first sight, and `most_common` the order of equals: the latest run's zone comes first.
    return replace(runner, timezone=zones.most_common(1)[0][0]) if zones else runner


def _tells(run: Run) -> bool:
    return run.sport != Sport.VIRTUAL and not run.is_treadmill
