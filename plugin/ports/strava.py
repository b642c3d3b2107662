"""Strava in our words: what is seen there, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from plugin.ports.records import ChannelName, Tokens
from plugin.training.runs import Run, Wear

WRITE_SCOPE = "activity:write"
"""What a runner must have allowed at Strava before anything is written on an activity."""

MOST_PAGES = 4
"""The most reads that one list may cost: some runners record twenty activities a day."""

MOST_TITLE, MOST_TEXT = 1_000, 100_000
"""Characters of a title, and of a description or private note, that are taken from Strava."""


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The runner's own texts on an activity, to the letter, our block included where it stands.

    Beyond the bounds they are cut, and nothing may be written over a description or private note that was cut."""

    title: str = ""
    description: str = ""
    private_note: str = ""
    cut: frozenset[ChannelName] = frozenset()
    """The fields that were cut."""


@dataclass(frozen=True, kw_only=True)
class Gear:
    """A pair as Strava shows it: id, name, odometer in metres."""

    id: str
    name: str
    odometer_m: Decimal
    is_retired: bool = False


@dataclass(frozen=True, kw_only=True)
class ActivityDetail:
    """One activity in full. `run` is None if it is no run."""

    id: int
    runner_id: int
    run: Run | None
    distance_m: Decimal
    sport: str
    day: date
    start: datetime
    texts: Texts
    gear: Gear | None
    timezone: str | None = None
    is_private: bool = False


@dataclass(frozen=True, kw_only=True)
class ActivityList:
    """A runner's activities as far back as they were read: the runs, and what was worn on anything."""

    runs: tuple[Run, ...]
    wear: tuple[Wear, ...]
    sports: Mapping[int, str]
    """Every activity id in the list to its sport, runs and others."""
    reaches: datetime | None
    """Every activity that started after this time (and before the time asked for) is in the list. None: every activity
    there is."""
    oldest: datetime | None = None
    """When the oldest activity in the list started."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """Run id to the IANA zone in which it was recorded, where Strava names one."""
    pages: int = 1
    """Reads that the list took."""

    @property
    def begins(self) -> datetime | None:
        """When the first activity of all started, if the list reaches it."""
        return self.oldest if self.reaches is None else None


@dataclass(frozen=True, kw_only=True)
class Granted:
    """What came back from connecting."""

    runner_id: int
    name: str
    tokens: Tokens
    scopes: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Calls used and allowed, as Strava last said: (quarter, day) each; and whether and until when we keep away."""

    overall_used: tuple[int, int] = (0, 0)
    overall_limit: tuple[int, int] = (200, 2000)
    read_used: tuple[int, int] = (0, 0)
    read_limit: tuple[int, int] = (100, 1000)
    closed_until: datetime | None = None
    closed_because: str = ""
    is_inactive: bool = False
    """Whether we keep away because Strava calls the app inactive."""
    inactive_at: datetime | None = None
    """When Strava last called the app inactive, even if it is active again."""
    seen_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """The app's one push subscription."""

    id: int
    callback_url: str


class Strava(Protocol):
    """Strava in our words. Every call may raise StravaTrouble, StravaClosed, Refused, Disconnected, NotThere.

    Tokens are refreshed here, one refresh per runner at a time across processes, both stored before use. No call takes
    longer than ten seconds. `urgent` calls (live runs) may use the whole rate window, others leave a reserve.
    """

    def activity(self, runner_id: int, run_id: int, *, urgent: bool = True) -> ActivityDetail:
        """One read: the activity in full."""

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
        """The newest activities (that started before `before`), in pages of one read each, until one started at or
        before `since` (None: one page), there are none older, or `at_most` pages were read.

        A short page is not the end: only a page with nothing new is, or an activity that started at `begins`, where an
        earlier list found the first activity of all. So a runner whose activities fit on a page costs one read."""

    def gear(self, runner_id: int, gear_id: str, *, urgent: bool = False) -> Gear:
        """One read: a pair."""

    def write(self, runner_id: int, run_id: int, *, field: ChannelName, text: str) -> str | None:
        """One write of private_note or description, replacing the whole field; answers what the field holds
        afterwards, None if the answer does not show it."""

    def comment(self, runner_id: int, run_id: int, text: str) -> None:
        """One write: a comment in the thread."""

    def is_authorised(self, runner_id: int) -> bool:
        """Asks Strava whether the runner's tokens still work; False only when Strava says no."""

    def grant(self, code: str, scopes: frozenset[str]) -> Granted:
        """Exchange a code. Refused with Strava's reason (full app, wrong code)."""

    def revoke(self, tokens: Tokens) -> None:
        """Give the authorisation back; done as well if Strava does not know it."""

    def budget(self) -> Budget:
        """The rate limits as last seen."""

    def subscription(self) -> Subscription | None:
        """The app's push subscription, if any."""

    def subscribe(self, callback_url: str, verify_token: str) -> Subscription:
        """Make it; Strava calls back before this returns."""

    def unsubscribe(self, subscription_id: int) -> None:
        """Take it away."""
