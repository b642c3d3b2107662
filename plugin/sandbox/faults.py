"""Faults that can be switched on: what goes wrong at Strava now and then.

A fault has a kind. It may limit how often it happens (`count`, None until switched off; `chance` for each call), after
how many matching calls it starts (`skip`), and which calls it applies to (`path`: part of the path, `method`).
`seconds` is the delay or age that the kind speaks of. Without a `path` a kind applies to the paths of its own in KINDS;
with one, to any path that contains it, `/oauth/token` included.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace

from plugin.sandbox.model import Json

API = r"^\w+ /api/v3/"
LIST = r"^GET /api/v3/athlete/activities$"
DETAIL = r"^GET /api/v3/activities/\d+$"
SAVE = r"^PUT /api/v3/activities/\d+$"
SUBSCRIPTIONS = r"^\w+ /api/v3/push_subscriptions"
SUBSCRIBE = r"^POST /api/v3/push_subscriptions$"
AUTHORIZE = r"^\w+ /oauth/authorize$"
TOKEN = r"^POST /oauth/token$"  # noqa: S105 (a path)
EVENT = r"^EVENT "
TYPED = r"^TYPED "
"""Texts that the athlete types on Strava's own pages."""


@dataclass(frozen=True)
class FaultKind:
    """`calls`: a pattern of "METHOD /path" of the calls it applies to. `seconds`: the default where it takes time."""

    calls: str
    words: str
    seconds: float = 3.0


# In the order of the page.
KINDS: dict[str, FaultKind] = {
    "rate_limited": FaultKind(API, "answers 429, as if the windows were used up"),
    "server_error": FaultKind(API, "answers 500"),
    "unavailable": FaultKind(API, "answers 503"),
    "slow": FaultKind(API, "waits so many seconds before it answers"),
    "reset": FaultKind(API, "cuts the connection before anything is done"),
    "lost_answer": FaultKind(API, "does it, then cuts the connection"),
    "half": FaultKind(API, "cuts the connection in the middle of the answer"),
    "html": FaultKind(API, "answers 200 with a page instead of JSON"),
    "html_403": FaultKind(API, "answers 403 with a page: a bot check in front of the API"),
    "moved": FaultKind(API, "answers 301 to another host"),
    "inactive": FaultKind(API, "the app is inactive: 403 on every call"),
    "slow_lists": FaultKind(LIST, "a list takes so many seconds for 200 rows, and less for fewer", 12.0),
    "short_pages": FaultKind(LIST, "a page of a list has fewer rows than asked for although more follow"),
    "empty_list": FaultKind(LIST, "without a scope for activities: 200 and an empty list instead of 401"),
    "not_found_yet": FaultKind(DETAIL, "404 for an activity that has just been made"),
    "odd": FaultKind(
        r"^GET /api/v3/(activities/\d+|athlete/activities)$",
        "odd types and unknown fields in activities",
    ),
    "odometer_late": FaultKind(DETAIL, "the pair's kilometres do not hold the newest run yet"),
    "note_ignored": FaultKind(SAVE, "a private note is taken and not kept"),
    "note_hidden": FaultKind(
        r"^(GET|PUT) /api/v3/activities/\d+$", "a private note is kept and no answer of the API ever shows it"
    ),
    "put_without_field": FaultKind(SAVE, "a write is kept, but its answer leaves out description and private note"),
    "not_applied": FaultKind(SAVE, "answers 200 and keeps nothing"),
    "reshaped": FaultKind(SAVE, "keeps texts with other line breaks and without outer blanks"),
    "crlf": FaultKind(TYPED, "texts that the athlete types keep their line breaks as CR LF"),
    "echo": FaultKind(SAVE, "sends an update event for what an app writes"),
    "partner": FaultKind(r"^POST /api/v3/activities/\d+/comments$", "the app is a partner and may post comments"),
    "young_code": FaultKind(TOKEN, "a code is refused until so many seconds after consent", 2.0),
    "old_scopes": FaultKind(AUTHORIZE, "consent is not asked again: the old scopes come back, unless forced"),
    "athlete_limit_page": FaultKind(AUTHORIZE, "says on its own page that the app has enough athletes; no redirect"),
    "foreign_subscription": FaultKind(SUBSCRIPTIONS, "another program of this app holds the one subscription"),
    "callback_refused": FaultKind(SUBSCRIBE, "refuses a subscription: GET to callback URL does not return 200"),
    "callback_not_verifiable": FaultKind(SUBSCRIBE, "refuses a subscription: not verifiable"),
    "lost_event": FaultKind(EVENT, "an event is never sent"),
    "twice": FaultKind(EVENT, "an event is sent twice"),
    "out_of_order": FaultKind(EVENT, "an event is held back until later ones are out"),
    "signed": FaultKind(EVENT, "an event carries an X-Strava-Signature header"),
    "id_in_words": FaultKind(EVENT, "an event's subscription_id is a string of digits"),
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    kind: str
    count: int | None = None
    skip: int = 0
    chance: float = 1.0
    path: str | None = None
    method: str | None = None
    seconds: float | None = None

    @property
    def lasts_s(self) -> float:
        return KINDS[self.kind].seconds if self.seconds is None else self.seconds

    def concerns(self, method: str, path: str) -> bool:
        if self.method and self.method.upper() != method:
            return False
        if self.path:
            return self.path in path
        return re.search(KINDS[self.kind].calls, f"{method} {path}") is not None


REPORTED = (
    Fault(kind="slow_lists"),
    Fault(kind="short_pages"),
    Fault(kind="empty_list"),
    Fault(kind="html_403", chance=0.1),
    Fault(kind="moved", chance=0.05),
    Fault(kind="put_without_field"),
    Fault(kind="crlf"),
    Fault(kind="young_code"),
    Fault(kind="old_scopes"),
    Fault(kind="foreign_subscription"),
    Fault(kind="callback_refused", count=1),
    Fault(kind="callback_not_verifiable", count=1),
    Fault(kind="signed"),
    Fault(kind="id_in_words"),
)
"""What public reports tell of the real Strava, as often as they tell it. Not here: faults with which nobody could
connect or no private note would be kept."""


@dataclass
class Faults:
    """`dice` decide where a fault has a chance below 1; seeded, so that a run can be repeated."""

    dice: random.Random = field(default_factory=lambda: random.Random(13), repr=False)  # noqa: S311 (no secret)
    _on: dict[int, Fault] = field(default_factory=dict)
    _next: int = 1
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def switch_on(self, fault: Fault) -> int:
        """Returns the fault's number. An unknown kind or an impossible chance raises ValueError."""
        if fault.kind not in KINDS:
            raise ValueError(f"there is no fault {fault.kind!r}; there are: {', '.join(KINDS)}")
        if not 0 < fault.chance <= 1:
            raise ValueError(f"chance: {fault.chance} is not above 0 and at most 1")
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
                if fault.chance < 1 and self.dice.random() >= fault.chance:
                    continue
                hit[fault.kind] = fault
                if fault.count is not None:
                    self._on[number] = replace(fault, count=fault.count - 1)
                    if fault.count <= 1:
                        del self._on[number]
        return hit

    def active(self) -> list[Json]:
        with self._lock:
            return [{"number": n} | asdict(f) | {"seconds": f.lasts_s} for n, f in self._on.items()]
