"""A caller who must be answered at once, such as Strava, waits for a store only a moment: one short wait for all that
the request asks. Background work has no caller and waits longer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SHARED_S = 0.35
"""All waits of one request together. With the answer itself that is well within half a second."""
LEAST_S = 0.05


class ShortWait:
    """What is left of a request's wait. Time in which the store works does not count."""

    def __init__(self) -> None:
        self._left_s = SHARED_S

    @contextmanager
    def waiting(self) -> Iterator[float]:
        """A wait for the store: how long it may take."""
        began = time.monotonic()
        try:
            yield max(LEAST_S, self._left_s)
        finally:
            self._left_s -= time.monotonic() - began


_current: ContextVar[ShortWait | None] = ContextVar("short_wait", default=None)


@contextmanager
def short_waits() -> Iterator[None]:
    """Within this context stores are not waited for beyond a moment."""
    token = _current.set(ShortWait())
    try:
        yield
    finally:
        _current.reset(token)


def short_wait() -> ShortWait | None:
    """The wait of the request that this thread answers; None for background work."""
    return _current.get()
