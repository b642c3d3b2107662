"""Faults that can be switched on: what goes wrong at Strava now and then.

A fault has a kind, and may say how often (`count`, None until switched off), after how many matching calls it starts
(`skip`), and which calls it concerns (`path`: part of the path, `method`). `seconds` is the delay of `slow`, and the
age below which `not_found_yet` and `odometer_late` hold. Without a `path` a kind concerns the paths of its own in
KINDS; with one, any path that contains it, `/oauth/token` included.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace

from plugin.sandbox.model import Json

API = r"^\w+ /api/v3/"
DETAIL = r"^GET /api/v3/activities/\d+$"
SAVE = r"^PUT /api/v3/activities/\d+$"
EVENT = r"^EVENT "

# kind → (calls it applies to, description). In the order of the page.
KINDS: dict[str, tuple[str, str]] = {
    "rate_limited": (API, "answers 429, as if the windows were used up"),
    "server_error": (API, "answers 500"),
    "unavailable": (API, "answers 503"),
    "slow": (API, "waits so many seconds before it answers"),
    "reset": (API, "cuts the connection before anything is done"),
    "lost_answer": (API, "does it, then cuts the connection"),
    "half": (API, "cuts the connection in the middle of the answer"),
    "html": (API, "answers 200 with a page instead of JSON"),
    "inactive": (API, "the app is inactive: 403 on every call"),
    "not_found_yet": (DETAIL, "404 for an activity that has just been made"),
    "odd": (
        r"^GET /api/v3/(activities/\d+|athlete/activities)$",
        "odd types and unknown fields in activities",
    ),
    "odometer_late": (DETAIL, "the pair's kilometres do not hold the newest run yet"),
    "note_ignored": (SAVE, "takes a private note and does not keep it"),
    "not_applied": (SAVE, "answers 200 and keeps nothing"),
    "reshaped": (SAVE, "keeps texts with other line breaks and without outer blanks"),
    "echo": (SAVE, "sends an update event for what an app writes"),
    "partner": (r"^POST /api/v3/activities/\d+/comments$", "the app is a partner and may post comments"),
    "lost_event": (EVENT, "an event is never sent"),
    "twice": (EVENT, "an event is sent twice"),
    "out_of_order": (EVENT, "an event is held back until later ones are out"),
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    kind: str
    count: int | None = None
    skip: int = 0
    path: str | None = None
    method: str | None = None
    seconds: float = 3.0

    def concerns(self, method: str, path: str) -> bool:
        if self.method and self.method.upper() != method:
            return False
        if self.path:
            return self.path in path
        return re.search(KINDS[self.kind][0], f"{method} {path}") is not None


@dataclass
class Faults:
    _on: dict[int, Fault] = field(default_factory=dict)
    _next: int = 1
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def switch_on(self, fault: Fault) -> int:
        """Returns the fault's number. An unknown kind raises ValueError."""
        if fault.kind not in KINDS:
            raise ValueError(f"there is no fault {fault.kind!r}; there are: {', '.join(KINDS)}")
        with self._lock:
            number, self._next = self._next, self._next + 1
            self._on[number] = fault
            return number

    def switch_off(self, number: int | None = None, kind: str | None = None) -> None:
        """One by its number, all of a kind, or all."""
        with self._lock:
            if number is None and kind is None:
                self._on.clear()
            self._on = {n: f for n, f in self._on.items() if n != number and f.kind != kind}

    def take(self, method: str, path: str, among: Iterable[str] = KINDS) -> dict[str, Fault]:
        """The faults that hit this call, by kind, each counted down by one."""
        hit: dict[str, Fault] = {}
        wanted = set(among)
        with self._lock:
            for number, fault in list(self._on.items()):
                if fault.kind not in wanted or fault.kind in hit or not fault.concerns(method, path):
                    continue
                if fault.skip > 0:
                    self._on[number] = replace(fault, skip=fault.skip - 1)
                    continue
                hit[fault.kind] = fault
                if fault.count is not None:
                    self._on[number] = replace(fault, count=fault.count - 1)
                    if fault.count <= 1:
                        del self._on[number]
        return hit

    def active(self) -> list[Json]:
        with self._lock:
            return [{"number": n} | asdict(f) for n, f in self._on.items()]
