"""Stops calls to Strava's API while a rate window is full or the app is inactive.

Its state is kept in the store, so that all processes stop together and the operator can see it.
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
from plugin.ports import Budget, Clock, Reason, Store
from plugin.ports.reasons import WORDS
from plugin.strava.rate_limits import Closure, as_json, as_of, from_json, full_until, merged, quarter_turns, updated
from plugin.strava.refusals import APP_SETTINGS

log = logging.getLogger("footnote.strava")

KEY = "gate"
TRIAL = timedelta(minutes=10)
"""While the app is inactive, one trial call is made in this time."""
_CHANCE = SystemRandom()
SPREAD = timedelta(seconds=30)
"""After a window turns, waiting callers are spread over this time."""
SENTENCES = {
    Reason.APP_INACTIVE: "Strava says that the app is inactive: its owner needs a paid Strava subscription and "
    f"switches the app on again at {APP_SETTINGS}; what waits then goes on by itself.",
    Reason.WINDOW_FULL: WORDS[Reason.WINDOW_FULL],
    Reason.WINDOW_RESERVED: WORDS[Reason.WINDOW_RESERVED],
}
"""Why no call is made: for the log and the operator."""


class Gate:
    """One per process; all share one stored state. `jitter` returns numbers in [0, 1)."""

    def __init__(self, store: Store, clock: Clock, *, jitter: Callable[[], float] = _CHANCE.random) -> None:
        self._store, self._clock, self._jitter = store, clock, jitter
        self._known = Budget()
        self._in_flight = 0
        self._last_closure = Closure.NOTHING
        self._written_at: datetime | None = None
        self._lock = Lock()

    @contextmanager
    def permit(self, *, urgent: bool, is_counted: bool = True) -> Iterator[None]:
        """Wraps one call. Raises StravaClosed before the call while it may not be made. Strava counts calls
        to OAuth and about push subscriptions elsewhere (`is_counted` is False): only an inactive app stops them."""
        now = self._clock()
        budget, shut = self._current(now)
        if shut is Closure.INACTIVE:
            self._claim_trial(now)
        # Asked and counted under one lock: of two callers only one gets the last call of a window.
        with self._lock:
            if is_counted and shut is not Closure.INACTIVE:
                self._raise_if_closed(budget, now, urgent=urgent)
            self._in_flight += is_counted
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= is_counted

    def note_headers(self, headers: Mapping[str, str], method: str) -> None:
        """Read the rate-limit headers of an answer; store them for other processes at most once a second."""
        now = self._clock()
        with self._lock:
            before, self._known = self._known, updated(self._known, headers, now)
            known = self._known
            is_news = known.seen_at is not None and (
                self._written_at is None
                or not timedelta(0) <= now - self._written_at < timedelta(seconds=1)
                or full_until(known, now, urgent=False) is not None
                or known.overall_limit != before.overall_limit
            )
            if is_news:
                self._written_at = now
        if is_news:
            # The call itself succeeded: a full disk must not turn it into a failure.
            with suppress(StoreBroken):
                self._write(now, lambda budget, shut: (budget, shut))

    def too_many(self) -> StravaClosed:
        """After a 429: closed until the full window turns, or the quarter if the headers do not say which is full."""
        now = self._clock()
        until = full_until(self._current(now)[0], now) or quarter_turns(now)

        def close(budget: Budget, shut: Closure) -> tuple[Budget, Closure]:
            if shut is Closure.INACTIVE:
                return budget, shut
            return replace(budget, closed_until=until, closed_because=SENTENCES[Reason.WINDOW_FULL]), Closure.FULL

        self._write(now, close)
        log.warning("%s It turns at %s.", SENTENCES[Reason.WINDOW_FULL], f"{until:%H:%M} UTC")
        return self._full(Reason.WINDOW_FULL, until)

    def is_inactive(self) -> StravaClosed:
        """After a 403 for an inactive app: closed except for a trial call every `TRIAL`."""
        now = self._clock()
        until = now + TRIAL

        def close(budget: Budget, _: Closure) -> tuple[Budget, Closure]:
            because = SENTENCES[Reason.APP_INACTIVE]
            return replace(budget, closed_until=until, closed_because=because, inactive_at=now), Closure.INACTIVE

        self._write(now, close)
        log.error("%s", SENTENCES[Reason.APP_INACTIVE])
        return _inactive(until)

    def is_active(self) -> None:
        """After any answer that an inactive app does not get: open again."""
        if self._last_closure is Closure.NOTHING:
            return  # the usual case: nothing to reopen, so the store is not read
        now = self._clock()
        budget, shut = self._current(now)
        if shut is Closure.INACTIVE or (shut is not Closure.NOTHING and not _is_closed(budget, now)):
            log.info("Strava accepts calls again")
            with suppress(StoreBroken):
                self._write(now, lambda budget, shut: _opened(budget, shut, now))

    def forget_inactive(self) -> None:
        """At server start: the next trial call is due now. Full windows stay full."""
        now = self._clock()
        if self._current(now)[1] is Closure.INACTIVE:
            self._write(
                now,
                lambda budget, shut: (replace(budget, closed_until=now) if shut is Closure.INACTIVE else budget, shut),
            )

    def budget(self) -> Budget:
        """As last seen by any process; windows that have turned count from zero, ended closures are left out."""
        now = self._clock()
        budget, shut = self._current(now)
        is_shut = shut is Closure.INACTIVE or _is_closed(budget, now)
        budget = replace(budget, is_inactive=shut is Closure.INACTIVE)
        return budget if is_shut else replace(budget, closed_until=None, closed_because="")

    def _current(self, now: datetime) -> tuple[Budget, Closure]:
        written, shut = from_json(self._store.key_value(KEY))
        with self._lock:
            self._last_closure = shut
            return merged(as_of(written, now), self._known, now), shut

    def _write(self, now: datetime, change: Callable[[Budget, Closure], tuple[Budget, Closure]]) -> None:
        with self._lock:
            known = self._known

        def updated_value(key_value: dict[str, Any]) -> dict[str, Any]:
            written, shut = from_json(key_value)
            return as_json(*change(merged(written, known, now), shut))

        self._store.change_key_value(KEY, updated_value)

    def _claim_trial(self, now: datetime) -> None:
        """Returns for the one caller of all threads and processes that may make the trial call; raises for others."""
        next_trial: datetime | None = None

        def claim(budget: Budget, shut: Closure) -> tuple[Budget, Closure]:
            nonlocal next_trial
            # The caller that claimed it may have read the clock slightly after us; that is not a wrong clock.
            is_taken = shut is Closure.INACTIVE and _is_closed(budget, now, at_most=TRIAL + SPREAD)
            next_trial = budget.closed_until if is_taken else None
            if is_taken or shut is not Closure.INACTIVE:
                return budget, shut
            return replace(budget, closed_until=now + TRIAL), shut

        self._write(now, claim)
        if next_trial is not None:
            raise _inactive(next_trial)

    def _raise_if_closed(self, budget: Budget, now: datetime, *, urgent: bool) -> None:
        """`self._lock` is held."""
        if budget.closed_until is not None and _is_closed(budget, now):
            raise self._full(Reason.WINDOW_FULL, budget.closed_until)
        for is_urgent, code in ((True, Reason.WINDOW_FULL), (urgent, Reason.WINDOW_RESERVED)):
            until = full_until(budget, now, in_flight=self._in_flight, urgent=is_urgent)
            if until is not None:
                raise self._full(code, until)

    def _full(self, code: Reason, until: datetime) -> StravaClosed:
        return StravaClosed(SENTENCES[code], until + SPREAD * self._jitter(), code=code)


def _inactive(until: datetime) -> StravaClosed:
    return StravaClosed(SENTENCES[Reason.APP_INACTIVE], until, code=Reason.APP_INACTIVE)


def _is_closed(budget: Budget, now: datetime, *, at_most: timedelta = timedelta(days=1)) -> bool:
    """A closure that ends later than any can was written under a wrong clock: ignore it."""
    return budget.closed_until is not None and now < budget.closed_until <= now + at_most


def _opened(budget: Budget, shut: Closure, now: datetime) -> tuple[Budget, Closure]:
    if shut is not Closure.INACTIVE and _is_closed(budget, now):
        return budget, shut
    return replace(budget, closed_until=None, closed_because=""), Closure.NOTHING
