"""Strava's rate limits: one app, all athletes together, two windows, overall and reads.

Everything counts as a read, a PUT too (recorded in October 2025); only uploads would not. Push subscriptions have
counters of their own.

The windows turn at :00 :15 :30 :45 and at midnight UTC, not a quarter of an hour after the first call. Refused calls
count too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

QUARTER_S = 15 * 60
DAY_S = 24 * 3600
NAMES = ("overall_quarter", "overall_day", "read_quarter", "read_day")


@dataclass(frozen=True, kw_only=True)
class RateLimits:
    """Calls allowed. The defaults are the tier of ten athletes. `athletes`: how many may connect, None: no
    limit. `writes_are_reads`: whether a PUT counts in the read window, too."""

    overall_quarter: int = 400
    overall_day: int = 4000
    read_quarter: int = 200
    read_day: int = 2000
    athletes: int | None = None
    writes_are_reads: bool = True


@dataclass
class Windows:
    """Counts calls. `seconds` is the real clock (Unix time): clients compare the windows with theirs."""

    limits: RateLimits = RateLimits()
    seconds: Callable[[], float] = time.time
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _quarter: int = 0
    _day: int = 0
    _used: dict[str, int] = field(default_factory=dict)

    def count(self, is_read: bool) -> bool:
        """Count one call; True if it may go on."""
        with self._lock:
            self._turn()
            names = NAMES if is_read or self.limits.writes_are_reads else NAMES[:2]
            for name in names:
                self._used[name] = self._used.get(name, 0) + 1
            return all(self._used[name] <= getattr(self.limits, name) for name in names)

    def change(self, **numbers: int | None) -> RateLimits:
        """New limits; unknown names raise TypeError."""
        with self._lock:
            self.limits = replace(self.limits, **numbers)  # type: ignore[arg-type]
            return self.limits

    def set_used(self, **numbers: int) -> None:
        with self._lock:
            self._turn()
            self._used.update(numbers)

    def turn(self) -> None:
        """Reset both windows."""
        with self._lock:
            self._used.clear()

    def used(self) -> dict[str, int]:
        with self._lock:
            self._turn()
            return {name: self._used.get(name, 0) for name in NAMES}

    def headers(self, used_up: bool = False) -> dict[str, str]:
        """Strava's four headers; with `used_up` this quarter is shown as full."""
        used, limits = self.used(), self.limits
        if used_up:
            used["overall_quarter"] = max(used["overall_quarter"], limits.overall_quarter + 1)
        return {
            "X-RateLimit-Limit": f"{limits.overall_quarter},{limits.overall_day}",
            "X-RateLimit-Usage": f"{used['overall_quarter']},{used['overall_day']}",
            "X-ReadRateLimit-Limit": f"{limits.read_quarter},{limits.read_day}",
            "X-ReadRateLimit-Usage": f"{used['read_quarter']},{used['read_day']}",
        }

    def _turn(self) -> None:
        now = self.seconds()
        quarter, day = int(now // QUARTER_S), int(now // DAY_S)
        if day != self._day:
            self._used.clear()
        elif quarter != self._quarter:
            self._used = {k: n for k, n in self._used.items() if k.endswith("_day")}
        self._quarter, self._day = quarter, day
