"""The gate every call to Strava's API passes: closed while a rate window is full or the app is inactive.

What it knows stands in the books, so that all processes keep away together and the operator can see it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from random import SystemRandom
from threading import Lock
from typing import Any

from plugin.errors import StoreBroken, StravaClosed
from plugin.ports import Budget, Clock, Store
from plugin.strava.rate_limits import Shut, as_json, as_of, from_json, full_until, heard, merged, quarter_turns
from plugin.strava.refusals import APP_SETTINGS

log = logging.getLogger("footnote.strava")

MARK = "gate"
TRIAL = timedelta(minutes=10)
"""While the app is inactive, one call in this time may try whether it still is."""
_CHANCE = SystemRandom()
SPREAD = timedelta(seconds=30)
"""After a window turns, callers come back over this time and not all at once."""
INACTIVE = (
    "Strava says that the app is inactive: its owner needs a paid Strava subscription and switches the app on again "
    f"at {APP_SETTINGS}; what waits then goes on by itself."
)
FULL = "Strava's rate window is full; what waits goes on by itself when it turns."
RESERVED = "The rest of Strava's rate window is kept for runs that have just come in; this waits until it turns."


class Gate:
    """One for each process, all looking at the same mark. `jitter` gives numbers in [0, 1)."""

    def __init__(self, store: Store, clock: Clock, *, jitter: Callable[[], float] = _CHANCE.random) -> None:
        self._store, self._clock, self._jitter = store, clock, jitter
        self._known = Budget()
        self._flying = 0
        self._seen_shut = Shut.NOTHING
        self._written_at: datetime | None = None
        self._lock = Lock()

    @contextmanager
    def passing(self, *, reads: bool, urgent: bool, is_counted: bool = True) -> Iterator[None]:
        """Around one call. Raises StravaClosed, without a call, while it may not be made. Calls to OAuth are not
        counted by Strava (`is_counted` is False): only an inactive app stops them."""
        now = self._clock()
        budget, shut = self._look(now)
        if shut is Shut.INACTIVE:
            self._claim_trial(now)
        elif is_counted:
            if budget.closed_until is not None and _is_closed(budget, now) and (reads or shut is Shut.ALL):
                raise self._closed(budget.closed_because, budget.closed_until)
            with self._lock:
                flying = self._flying
            for is_urgent, why in ((True, FULL), (urgent, RESERVED)):
                full = full_until(budget, now, reads=reads, flying=flying, urgent=is_urgent)
                if full is not None:
                    raise self._closed(why, full[1])
        with self._lock:
            self._flying += is_counted
        try:
            yield
        finally:
            with self._lock:
                self._flying -= is_counted

    def heard(self, headers: Mapping[str, str], method: str) -> None:
        """What an answer's headers say of the windows. Written down for the others when it is worth it."""
        now = self._clock()
        with self._lock:
            before, self._known = self._known, heard(self._known, headers, now)
            known = self._known
            is_news = known.seen_at is not None and (
                self._written_at is None
                or not timedelta(0) <= now - self._written_at < timedelta(seconds=1)
                or full_until(known, now, reads=True, urgent=False) is not None
                or known.overall_limit != before.overall_limit
            )
            if is_news:
                self._written_at = now
        if is_news:
            # the call went well: a disk that is full must not make a failure of it
            with suppress(StoreBroken):
                self._write(now, lambda budget, shut: (budget, shut))

    def too_many(self, *, reads: bool) -> StravaClosed:
        """After a 429: closed until the window that is full turns; the quarter's, if the headers do not say."""
        now = self._clock()
        what, until = full_until(self._look(now)[0], now, reads=reads) or (Shut.ALL, quarter_turns(now))

        def close(budget: Budget, shut: Shut) -> tuple[Budget, Shut]:
            if shut is Shut.INACTIVE or (shut is Shut.ALL and what is Shut.READS and _is_closed(budget, now)):
                return budget, shut
            return replace(budget, closed_until=until, closed_because=FULL), what

        self._write(now, close)
        log.warning("%s It turns at %s.", FULL, f"{until:%H:%M} UTC")
        return self._closed(FULL, until)

    def is_inactive(self) -> StravaClosed:
        """After a 403 that says so: closed, but for a trial from time to time."""
        now = self._clock()
        until = now + TRIAL

        def close(budget: Budget, _: Shut) -> tuple[Budget, Shut]:
            return replace(budget, closed_until=until, closed_because=INACTIVE, inactive_at=now), Shut.INACTIVE

        self._write(now, close)
        log.error("%s", INACTIVE)
        return StravaClosed(INACTIVE, until)

    def is_active(self) -> None:
        """After any answer that an inactive app would not have had."""
        if self._seen_shut is Shut.NOTHING:
            return  # as nearly always: there is nothing to open, and nothing is read for it
        now = self._clock()
        budget, shut = self._look(now)
        if shut is Shut.INACTIVE or (shut is not Shut.NOTHING and not _is_closed(budget, now)):
            log.info("Strava is open again")
            with suppress(StoreBroken):
                self._write(now, lambda budget, shut: _opened(budget, shut, now))

    def forget_inactive(self) -> None:
        """A server that starts asks at once, whatever was before: the next trial is due, one for all who wait. Full
        windows stay full."""
        now = self._clock()
        if self._look(now)[1] is Shut.INACTIVE:
            self._write(
                now,
                lambda budget, shut: (replace(budget, closed_until=now) if shut is Shut.INACTIVE else budget, shut),
            )

    def budget(self) -> Budget:
        """As last seen by any process, windows that have turned at nothing, closings that are over left out."""
        now = self._clock()
        budget, shut = self._look(now)
        is_shut = shut is Shut.INACTIVE or _is_closed(budget, now)
        return budget if is_shut else replace(budget, closed_until=None, closed_because="")

    def _look(self, now: datetime) -> tuple[Budget, Shut]:
        written, shut = from_json(self._store.key_value(MARK))
        with self._lock:
            self._seen_shut = shut
            return merged(as_of(written, now), self._known, now), shut

    def _write(self, now: datetime, change: Callable[[Budget, Shut], tuple[Budget, Shut]]) -> None:
        with self._lock:
            known = self._known

        def anew(key_value: dict[str, Any]) -> dict[str, Any]:
            written, shut = from_json(key_value)
            return as_json(*change(merged(written, known, now), shut))

        self._store.change_key_value(MARK, anew)

    def _claim_trial(self, now: datetime) -> None:
        """Returns for the one caller of all threads and processes whose turn it is; raises for the others."""
        next_trial: datetime | None = None

        def claim(budget: Budget, shut: Shut) -> tuple[Budget, Shut]:
            nonlocal next_trial
            # Whoever took it may have looked at the clock a moment after us: that is no clock gone wrong.
            is_taken = shut is Shut.INACTIVE and _is_closed(budget, now, at_most=TRIAL + SPREAD)
            next_trial = budget.closed_until if is_taken else None
            if is_taken or shut is not Shut.INACTIVE:
                return budget, shut
            return replace(budget, closed_until=now + TRIAL), shut

        self._write(now, claim)
        if next_trial is not None:
            raise StravaClosed(INACTIVE, next_trial)

    def _closed(self, why: str, until: datetime) -> StravaClosed:
        return StravaClosed(why, until + SPREAD * self._jitter())


def _is_closed(budget: Budget, now: datetime, *, at_most: timedelta = timedelta(days=1)) -> bool:
    """A closing further away than it can be comes from a clock that was wrong: it does not hold."""
    return budget.closed_until is not None and now < budget.closed_until <= now + at_most


def _opened(budget: Budget, shut: Shut, now: datetime) -> tuple[Budget, Shut]:
    if shut is not Shut.INACTIVE and _is_closed(budget, now):
        return budget, shut
    return replace(budget, closed_until=None, closed_because=""), Shut.NOTHING
