"""When two recordings are one run: watch and phone, or one run that was uploaded under two clocks."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from plugin.training.runs import Run, order_of_id

TWIN_LEAST_M, TWIN_OFF_M, TWIN_OFF_S = Decimal(2000), Decimal(10), Decimal(2)
TWIN_STEP = timedelta(minutes=15)
"""Every time zone is a whole number of quarter hours away from every other."""
TWIN_LEAST, TWIN_MOST = timedelta(hours=1), timedelta(hours=14)
TWIN_SLACK = timedelta(seconds=2)


def copies(runs: list[Run]) -> Iterable[Run]:
    """Runs recorded twice, from the longest to the shortest: each is held against those already kept."""
    # The hour of some is hidden by Strava: when they were run is not known, so nothing is said of them.
    timed = [run for run in runs if not run.hour_is_hidden]
    reach = max((TWIN_MOST + TWIN_SLACK, *(run.duration for run in timed)))
    kept: list[tuple[datetime, int]] = []
    known: list[Run] = []
    for run in sorted(timed, key=lambda run: (-run.metres, order_of_id(run.id))):
        first = bisect_left(kept, (run.start - reach, 0))
        last = bisect_left(kept, (run.start + reach, len(known)))
        near = [known[number] for _, number in kept[first:last]]
        if any(_overlap(run, other) or _are_twins(run, other) for other in near):
            yield run
        else:
            insort(kept, (run.start, len(known)))
            known.append(run)


def _overlap(run: Run, other: Run) -> bool:
    """Whether they overlap by more than half of the shorter one: watch and phone."""
    overlap = min(run.start + run.duration, other.start + other.duration) - max(run.start, other.start)
    return 2 * overlap > min(run.duration, other.duration)


def _are_twins(run: Run, other: Run) -> bool:
    """Whether they are one run under two clocks: a service that read the local time as UTC sends it a second time.

    Starts at second 0 were typed in by hand; two such runs of one length are two runs.
    """
    if min(run.metres, other.metres) < TWIN_LEAST_M or abs(run.metres - other.metres) > TWIN_OFF_M:
        return False
    if run.time_s is None or other.time_s is None or abs(run.time_s - other.time_s) > TWIN_OFF_S:
        return False
    if run.start.second == 0 or other.start.second == 0:
        return False
    apart = abs(run.start - other.start)
    steps = round(apart / TWIN_STEP)
    return TWIN_LEAST <= steps * TWIN_STEP <= TWIN_MOST and abs(apart - steps * TWIN_STEP) <= TWIN_SLACK
