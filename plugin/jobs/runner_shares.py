"""Each runner's share of Strava's rate windows: one runner's events never take what the others' runs need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from plugin.ports import Budget

MOST_EVENTS = 20
"""At most this many events of one runner wait beside the one at hand; if there are more, one sweep replaces them."""
SHARE = "This runner's share of Strava's rate window is used up; what waits goes on by itself when it turns."
CALLS_A_LOOK = 2
"""Reads: a list and the activity."""
PART = 2
"""One runner may use half of a window; the rest is for the others."""
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)


class RunnerShares:
    """Counts looks at runs by runner in the present quarter of an hour and day, for one process."""

    def __init__(self, budget: Callable[[], Budget]) -> None:
        self._budget = budget
        self._taken: dict[timedelta, tuple[datetime, Counter[int]]] = {}
        self._lock = Lock()

    def take(self, runner_id: int, now: datetime) -> datetime | None:
        """Take one look; or, if the runner's share is used up, say when the window turns."""
        quarter_limit, day_limit = self._budget().read_limit
        windows = [(QUARTER, quarter_limit), (DAY, day_limit)]
        with self._lock:  # workers of one process look at runs of several runners at once
            counted = [self._counter(length, now) for length, _ in windows]
            for (length, limit), counter in reversed(list(zip(windows, counted, strict=True))):
                if counter[runner_id] >= max(1, limit // PART // CALLS_A_LOOK):
                    return _begin(length, now) + length
            for counter in counted:
                counter[runner_id] += 1
        return None

    def _counter(self, length: timedelta, now: datetime) -> Counter[int]:
        begin = _begin(length, now)
        if length not in self._taken or self._taken[length][0] != begin:
            self._taken[length] = (begin, Counter())
        return self._taken[length][1]


def _begin(length: timedelta, now: datetime) -> datetime:
    """When the window began: Strava's turn at the full quarter of an hour and at midnight UTC."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (now - midnight) // length * length
