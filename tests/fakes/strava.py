"""Strava as a dict: runners, activities and pairs to set up, faults to switch on, calls counted. No net, no waiting.

    strava = FakeStrava(books=books, clock=lambda: now)
    tokens = strava.connect(7)                       # the runner consented; keep the tokens in the books yourself
    strava.add_pair("g1", "Ghost 15", km=400)
    run_id = strava.record(7, km=8, at=now, shoe="g1", description="easy")
    strava.change(run_id, title="Lunch run")
    strava.fail(StravaTrouble("down"), times=2)      # the next two calls of any kind
    strava.calls                                     # [("activity", 7, run_id), …]; strava.reads, strava.writes

It keeps the promises of `ports.Strava`: tests/promises/test_strava.py runs on it and on the live adapter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from plugin.errors import Disconnected, NotThere, Refused, StravaClosed
from plugin.ports import (
    MOST_PAGES,
    ActivityDetail,
    ActivityList,
    Budget,
    ChannelName,
    Clock,
    Gear,
    Granted,
    Store,
    Subscription,
    Texts,
    Tokens,
)
from plugin.training.runs import Run, Sport, Wear

ALL_SCOPES = frozenset({"read", "activity:read", "activity:read_all", "activity:write"})
SPORTS = {"Run": Sport.RUN, "TrailRun": Sport.TRAIL, "VirtualRun": Sport.VIRTUAL}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One activity as the runner's account holds it."""

    id: int
    runner_id: int
    start: datetime
    day: date
    distance_m: Decimal
    sport: str = "Run"
    moving_s: Decimal | None = None
    elapsed_s: Decimal | None = None
    shoe: str | None = None
    title: str = "Morning run"
    description: str = ""
    private_note: str = ""
    climb_m: Decimal | None = None
    cadence: Decimal | None = None
    is_race: bool = False
    is_workout: bool = False
    is_treadmill: bool = False
    is_flagged: bool = False
    is_private: bool = False
    hour_is_hidden: bool = False
    timezone: str | None = None
    """Where it was recorded; None: the account's own zone (`FakeStrava.timezone`)."""

    @property
    def run(self) -> Run | None:
        if self.sport not in SPORTS:
            return None
        return Run(
            id=str(self.id),
            start=self.start,
            day=self.day,
            sport=SPORTS[self.sport],
            distance_m=self.distance_m,
            moving_s=self.moving_s,
            elapsed_s=self.elapsed_s,
            shoe=self.shoe,
            climb_m=self.climb_m,
            cadence=self.cadence,
            is_race=self.is_race,
            is_workout=self.is_workout,
            is_treadmill=self.is_treadmill,
            is_flagged=self.is_flagged,
            hour_is_hidden=self.hour_is_hidden,
        )


@dataclass
class Failure:
    error: Exception
    times: int | None
    on: str | None


class FakeStrava:
    """`store`, where given, learn that a runner must reconnect, as the live one sees to it. `is_partner`: comments
    work. `ignores_private_note`: it is taken and not kept. `shows_no_field`: the answer to a write does not show it."""

    def __init__(self, *, store: Store | None = None, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._store, self._clock = store, clock
        self.activities: dict[int, Kept] = {}
        self.pairs: dict[str, Gear] = {}
        self.names: dict[int, str] = {}
        self.connected: dict[int, frozenset[str]] = {}
        self.timezone = "UTC"
        self.page_size = 200
        self.comments: list[tuple[int, str]] = []
        self.calls: list[tuple[str, int, int]] = []
        self.reads = self.writes = self.counted_now = 0
        self.read_limit, self.overall_limit = (100, 1000), (200, 2000)
        self.athlete_limit: int | None = None
        self.is_partner = self.ignores_private_note = self.shows_no_field = False
        self.shows_others = False
        self.closed: StravaClosed | None = None
        self.subscribed: Subscription | None = None
        self.revoked: list[Tokens] = []
        self.before_answering: Callable[[str, int, int], None] = lambda what, runner_id, id_: None
        self._failures: list[Failure] = []
        self._codes: dict[str, int] = {}
        self._ids, self._numbers = count(16_000_000_001), count(1)

    # --- setting up ---------------------------------------------------------------------------------------------------

    def connect(self, runner_id: int, *, name: str = "", scopes: frozenset[str] = ALL_SCOPES) -> Tokens:
        """The runner consented to these scopes; tokens that work for six hours by the clock."""
        self.connected[runner_id] = scopes
        self.names[runner_id] = name
        number = next(self._numbers)
        ends = self._clock() + timedelta(hours=6)
        return Tokens(access=f"access-{number}", refresh=f"refresh-{number}", expires_at=ends)

    def disconnect(self, runner_id: int) -> None:
        """As on Strava's settings page: the tokens are dead."""
        self.connected.pop(runner_id, None)

    def code(self, runner_id: int, *, name: str = "") -> str:
        """What comes back to /connect/callback once the runner consented."""
        code = f"code-{next(self._numbers)}"
        self.names[runner_id] = name
        self._codes[code] = runner_id
        return code

    def add_pair(self, gear_id: str, name: str, *, km: float = 0, is_retired: bool = False) -> None:
        """A pair that starts with these kilometres; what is recorded with it comes on top."""
        metres = Decimal(str(km)) * 1000
        self.pairs[gear_id] = Gear(id=gear_id, name=name, odometer_m=metres, is_retired=is_retired)

    def record(self, runner_id: int, *, km: float | Decimal, at: datetime, **more: Any) -> int:
        """An activity that starts `at`; `more` are fields of Kept. At 5:30 a kilometre unless it says otherwise."""
        metres = Decimal(str(km)) * 1000
        took_s = (metres * 330 / 1000).to_integral_value()
        fields = {"moving_s": took_s, "elapsed_s": took_s, "day": at.date(), **more}
        number = fields.pop("id", None) or next(self._ids)
        self.activities[number] = Kept(id=number, runner_id=runner_id, start=at, distance_m=metres, **fields)
        return int(number)

    def change(self, run_id: int, **fields: Any) -> None:
        """What the runner changes on Strava."""
        self.activities[run_id] = replace(self.activities[run_id], **fields)

    def delete(self, run_id: int) -> None:
        del self.activities[run_id]

    def fail(self, error: Exception, *, times: int | None = 1, on: str | None = None) -> None:
        """The next calls (of one method, or of any) raise `error`; `times` None: until `mend`."""
        self._failures.append(Failure(error, times, on))

    def mend(self) -> None:
        """All faults off."""
        self._failures.clear()
        self.closed = None
        self.is_partner = self.ignores_private_note = self.shows_no_field = False

    # --- ports.Strava -------------------------------------------------------------------------------------------------

    def activity(self, runner_id: int, run_id: int, *, urgent: bool = True) -> ActivityDetail:
        with self._called("activity", runner_id, run_id):
            kept = self.activities[run_id] if self.shows_others else self._own(runner_id, run_id)
            return ActivityDetail(
                id=run_id,
                runner_id=kept.runner_id,
                run=kept.run,
                distance_m=kept.distance_m,
                sport=kept.sport,
                day=kept.day,
                start=kept.start,
                texts=Texts(title=kept.title, description=kept.description, private_note=kept.private_note),
                gear=self._pair(kept.shoe) if kept.shoe in self.pairs else None,
                timezone=kept.timezone or self.timezone,
                is_private=kept.is_private,
            )

    def recent(
        self,
        runner_id: int,
        *,
        since: datetime | None = None,
        before: datetime | None = None,
        begins: datetime | None = None,
        at_most: int = MOST_PAGES,
        urgent: bool = True,
    ) -> ActivityList:
        seen: dict[int, Kept] = {}
        pages, reaches = 0, None
        while pages < at_most:
            pages += 1
            with self._called("recent", runner_id):
                own = [one for one in self.activities.values() if one.runner_id == runner_id and self._shows(one)]
                known = sorted(
                    (one for one in own if before is None or one.start < before), key=lambda one: (one.start, one.id)
                )
                page = {one.id: one for one in known[::-1][: self.page_size]}
            if page.keys() <= seen.keys():
                reaches = None
                break
            seen |= page
            reaches = min(one.start for one in seen.values())
            if reaches == begins:
                reaches = None
                break
            if since is None or reaches <= since:
                break
            before = reaches + timedelta(seconds=1)
        return ActivityList(
            runs=tuple(one.run for one in seen.values() if one.run is not None),
            wear=tuple(
                Wear(shoe=one.shoe, id=str(one.id), start=one.start, distance_m=one.distance_m)
                for one in seen.values()
                if one.shoe is not None
            ),
            sports={one.id: one.sport for one in seen.values()},
            reaches=reaches,
            oldest=min((one.start for one in seen.values()), default=None),
            zones={str(one.id): one.timezone or self.timezone for one in seen.values() if one.run is not None},
            pages=pages,
        )

    def gear(self, runner_id: int, gear_id: str, *, urgent: bool = False) -> Gear:
        with self._called("gear", runner_id):
            if gear_id not in self.pairs:
                raise NotThere("there is no such pair")
            return self._pair(gear_id)

    def write(self, runner_id: int, run_id: int, *, field: ChannelName, text: str) -> str | None:
        if field not in (ChannelName.PRIVATE_NOTE, ChannelName.DESCRIPTION):
            raise ValueError(f"{field} is no field of an activity")
        with self._called("write", runner_id, run_id, is_read=False):
            self._own(runner_id, run_id)
            if "activity:write" not in self.connected[runner_id]:
                raise Refused("the scope is missing")
            if not (field is ChannelName.PRIVATE_NOTE and self.ignores_private_note):
                self.change(run_id, **{str(field): text})
            held = str(getattr(self.activities[run_id], field))
            return None if self.shows_no_field else held

    def comment(self, runner_id: int, run_id: int, text: str) -> None:
        with self._called("comment", runner_id, run_id, is_read=False):
            self._own(runner_id, run_id)
            if not self.is_partner:
                raise Refused("only partners may comment")
            self.comments.append((run_id, text))

    def is_authorised(self, runner_id: int) -> bool:
        try:
            with self._called("is_authorised", runner_id):
                return True
        except Disconnected:
            return False

    def grant(self, code: str, scopes: frozenset[str]) -> Granted:
        self.calls.append(("grant", 0, 0))
        self._maybe_fail("grant")
        runner_id = self._codes.pop(code, None)
        if runner_id is None:
            raise Refused("the code is not known")
        if self.athlete_limit is not None and len(set(self.connected) - {runner_id}) >= self.athlete_limit:
            raise Refused("the app is full")
        name = self.names.get(runner_id, "")
        tokens = self.connect(runner_id, name=name, scopes=scopes)
        return Granted(runner_id=runner_id, name=name, tokens=tokens, scopes=scopes)

    def revoke(self, tokens: Tokens) -> None:
        self.calls.append(("revoke", 0, 0))
        self._maybe_fail("revoke")
        self.revoked.append(tokens)

    def budget(self) -> Budget:
        used = (self.counted_now, self.counted_now)
        return Budget(
            overall_used=used,
            overall_limit=self.overall_limit,
            read_used=used,
            read_limit=self.read_limit,
            closed_until=self.closed and self.closed.until,
            closed_because=str(self.closed or ""),
            seen_at=self._clock() if self.calls else None,
        )

    def forget_inactive(self) -> None:
        self.closed = None

    def subscription(self) -> Subscription | None:
        self._maybe_fail("subscription")
        return self.subscribed

    def subscribe(self, callback_url: str, verify_token: str) -> Subscription:
        self._maybe_fail("subscribe")
        if self.subscribed is not None:
            raise Refused("there is one already")
        self.subscribed = Subscription(id=next(self._numbers), callback_url=callback_url)
        return self.subscribed

    def unsubscribe(self, subscription_id: int) -> None:
        self._maybe_fail("unsubscribe")
        if self.subscribed is not None and self.subscribed.id == subscription_id:
            self.subscribed = None

    # --- inside -------------------------------------------------------------------------------------------------------

    @contextmanager
    def _called(self, what: str, runner_id: int, id_: int = 0, *, is_read: bool = True) -> Iterator[None]:
        if self.closed is not None and self._clock() < self.closed.until:
            raise self.closed
        self.calls.append((what, runner_id, id_))
        self.counted_now += 1
        if is_read:
            self.reads += 1
        else:
            self.writes += 1
        self._maybe_fail(what)
        if runner_id not in self.connected:
            if self._store is not None:
                self._store.change_runner(runner_id, lambda runner: replace(runner, must_reconnect=True))
            raise Disconnected("the tokens are dead")
        self.before_answering(what, runner_id, id_)
        yield

    def _maybe_fail(self, what: str) -> None:
        for failure in self._failures:
            if failure.on in (None, what) and failure.times != 0:
                if failure.times is not None:
                    failure.times -= 1
                if isinstance(failure.error, StravaClosed):
                    self.closed = failure.error
                raise failure.error

    def _own(self, runner_id: int, run_id: int) -> Kept:
        kept = self.activities.get(run_id)
        if kept is None or kept.runner_id != runner_id or not self._shows(kept):
            raise NotThere("there is no such activity")
        return kept

    def _shows(self, kept: Kept) -> bool:
        return not kept.is_private or "activity:read_all" in self.connected.get(kept.runner_id, frozenset())

    def _pair(self, gear_id: str) -> Gear:
        worn = sum((one.distance_m for one in self.activities.values() if one.shoe == gear_id), Decimal(0))
        return replace(self.pairs[gear_id], odometer_m=self.pairs[gear_id].odometer_m + worn)
