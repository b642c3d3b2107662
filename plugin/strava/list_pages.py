"""How many activities to ask for in one page of a list: as many as Strava lists for this runner in time.

Strava needs longer for longer lists: pages of 200 took 10 to 15 s for one public account, and a call may take ten. The
number is kept with each runner, halved after a timeout and doubled after a quick page.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from plugin.ports import LISTS, Clock, Store

log = logging.getLogger("footnote.strava")

START, LEAST, MOST = 100, 20, 200
"""Rows. 100 reach back 60 days for nearly everyone; 200 are the most that Strava gives."""
QUICK = 0.2
"""A full page that took at most this share of a call's time would still be in time if it were twice as long."""


class ListPages:
    """One per process; the numbers are in the store. `call_s`: the most seconds that a call may take."""

    def __init__(self, store: Store, clock: Clock, *, call_s: float) -> None:
        self._store, self._clock, self._quick_s = store, clock, QUICK * call_s
        self._slowest: tuple[str, float] = ("", 0.0)
        self._lock = Lock()

    def rows_for(self, runner_id: int) -> int:
        """How many activities to ask for."""
        runner = self._store.runner(runner_id)
        return runner.list_rows if runner is not None and runner.list_rows else START

    def answered(self, runner_id: int, asked: int, rows: int, seconds: float) -> None:
        """Record a page that arrived: `asked` rows were asked for, `rows` came. A short page says nothing about longer
        ones."""
        self._note_slowest(rows, seconds)
        if seconds <= self._quick_s and rows > asked // 2 and asked < MOST:
            self._keep(runner_id, asked, min(MOST, 2 * asked))

    def timed_out(self, runner_id: int, asked: int, seconds: float) -> None:
        """Record that a page of `asked` rows timed out."""
        self._note_slowest(asked, seconds)
        if asked > LEAST:
            rows = max(LEAST, asked // 2)
            log.info("a list of %d activities takes too long: %d from now on", asked, rows)
            self._keep(runner_id, asked, rows)

    def _keep(self, runner_id: int, asked: int, rows: int) -> None:
        """Unless another call has changed it since."""
        self._store.change_runner(
            runner_id, lambda was: replace(was, list_rows=rows) if (was.list_rows or START) == asked else was
        )

    def _note_slowest(self, rows: int, seconds: float) -> None:
        """The slowest list of the day, for the operator."""
        day = self._clock().date().isoformat()
        with self._lock:
            if self._slowest[0] == day and seconds <= self._slowest[1]:
                return
            self._slowest = (day, seconds)

        def change(was: dict[str, Any]) -> dict[str, Any]:
            if was.get("day") == day and was.get("seconds", 0.0) >= seconds:
                return was
            return {"day": day, "seconds": round(seconds, 1), "rows": rows}

        self._store.change_key_value(LISTS, change)


def slowest_of(store: Store, now: datetime) -> tuple[float, int] | None:
    """(seconds, rows) of the slowest list of the last day; None if there was none."""
    kept = store.key_value(LISTS)
    days = {(now - timedelta(days=back)).date().isoformat() for back in (0, 1)}
    return (float(kept["seconds"]), int(kept["rows"])) if kept.get("day") in days else None
