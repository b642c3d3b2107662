"""The log of calls an app made: method, path, athlete, status, and the fields it wrote. Never tokens."""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from datetime import datetime

from plugin.sandbox.model import Json

KEPT = 5000


@dataclass(frozen=True, kw_only=True)
class Call:
    at: datetime
    method: str
    path: str
    query: str
    athlete_id: int | None
    status: int
    faults: tuple[str, ...] = ()
    wrote: Json | None = None
    ms: float = 0.0


@dataclass
class CallLog:
    """The last KEPT calls in full, and counts of all since the last clearing."""

    _calls: deque[Call] = field(default_factory=lambda: deque(maxlen=KEPT))
    _counts: Counter[str] = field(default_factory=Counter)
    _statuses: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    in_flight: int = 0
    """Begun and not yet answered; a caller may have given up on it."""

    def begin(self) -> None:
        with self._lock:
            self.in_flight += 1

    def add(self, call: Call) -> None:
        shape = re.sub(r"/[gb]?\d+", "/{id}", call.path)
        with self._lock:
            self.in_flight -= 1
            self._calls.append(call)
            self._counts[f"{call.method} {shape}"] += 1
            self._statuses[str(call.status)] += 1

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
            self._counts.clear()
            self._statuses.clear()

    def newest(self, most: int = KEPT) -> list[Call]:
        with self._lock:
            return list(self._calls)[::-1][:most]

    def answer(self) -> Json:
        """Oldest first, as JSON; `reads` and `writes` count calls below /api/v3 only."""
        with self._lock:
            calls = [asdict(c) | {"at": c.at.isoformat()} for c in self._calls]
            api = {name: n for name, n in self._counts.items() if "/api/v3" in name}
            reads = sum(n for name, n in api.items() if name.startswith("GET "))
            return {
                "calls": calls,
                "counts": dict(self._counts),
                "statuses": dict(self._statuses),
                "reads": reads,
                "writes": sum(api.values()) - reads,
            }
