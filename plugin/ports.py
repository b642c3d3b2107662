"""What the workflow needs from the world, as promises. Each port has one suite in `tests/promises`, run on every
implementation; an adapter that keeps the promises may be put in its place without anyone noticing.

Times are aware UTC and handed in (`now`); ids are Strava's numbers. Values are frozen: a change is a function from the
old value to the new one, applied by the store in one step that no other process can interleave.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from plugin.ledger import Soreness
from plugin.training import Run, Shoe, Wear

# --- what the books keep ------------------------------------------------------------------------------------------


class ChannelName(StrEnum):
    """Where a note may be told. `page` is always there and needs nothing."""

    PRIVATE_NOTE = "private_note"
    DESCRIPTION = "description"
    COMMENT = "comment"
    EMAIL = "email"
    PAGE = "page"


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """One runner's keys to Strava. Sealed by the store before they touch a disk."""

    access: str
    refresh: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the runner chose. Everything here is theirs to change at `/me/settings`."""

    channel: ChannelName = ChannelName.PRIVATE_NOTE
    public_ok: bool = False
    email: str | None = None
    email_confirmed: bool = False
    email_bounced: bool = False
    units: str = "km"
    language: str | None = None
    week_starts: str = "monday"
    reads_soreness: bool = False
    strict_ramp: bool = False
    rules_off: frozenset[str] = frozenset()
    snoozed: Mapping[str, date] = field(default_factory=dict)
    """Rule name to the last day on which it stays quiet; `*` for all."""
    paused: bool = False
    digest: bool = True
    check_hour: int | None = None
    digest_day: str | None = None


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A pair of shoes: what the runner said of it, and the last odometer figure Strava showed (kept seven days)."""

    shoe: Shoe
    odometer_m: Decimal | None = None
    seen_at: datetime | None = None
    of_run: int | None = None
    """The run on which the figure was seen, and the figure before that run."""
    before_m: Decimal | None = None
    start_m: Decimal = Decimal(0)
    """Kilometres the pair had before Strava knew it, as the runner said."""


@dataclass(frozen=True, kw_only=True)
class Dismissal:
    """ "Not for me": which rule, when."""

    rule: str
    day: date


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Everything kept of one runner beside their looks. `failed_channels` name what turned out not to work."""

    id: int
    name: str = ""
    connected_at: datetime
    consent_version: str = "1"
    consent_at: datetime | None = None
    scopes: frozenset[str] = frozenset()
    tokens: Tokens | None = None
    must_reconnect: bool = False
    told_to_reconnect: bool = False
    timezone: str = "UTC"
    settings: Settings = field(default_factory=Settings)
    pairs: Mapping[str, Pair] = field(default_factory=dict)
    soreness: tuple[Soreness, ...] = ()
    """Labels only, 28 days, sealed by the store."""
    dismissals: tuple[Dismissal, ...] = ()
    failed_channels: frozenset[ChannelName] = frozenset()
    last_tip: str | None = None
    told_once: Mapping[str, int] = field(default_factory=dict)
    """What is told once a pair (a crossing, a new pair) to the run it was told on."""
    swept_on: date | None = None
    looked_on: date | None = None
    digested_on: date | None = None
    last_event_at: datetime | None = None


class Telling(StrEnum):
    """How far a note got. The intent is written before the deed."""

    NOTHING = "nothing"
    SENDING = "sending"
    TOLD = "told"
    UNKNOWN = "unknown"
    """A mail may have left and nobody can know: it is not sent again."""
    REMOVED = "removed by the runner"
    TAKEN_OUT = "taken out"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a look saw of a run; if these stay the same, there is nothing to say anew. Kept seven days."""

    is_run: bool
    distance_m: Decimal
    sport: str
    day: date
    shoe: str | None
    words: str = ""
    """A digest of the runner's own words where they agreed to have them read, else empty. Never the words."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """One notice as remembered: found on a day, told or withheld. `text` and `numbers` go after seven days."""

    rule: str
    family: str
    level: int
    told: bool
    leads: bool = False
    withheld: str | None = None
    once: str | None = None
    text: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Look:
    """The record of one run looked at: at most one note each. Key: runner and run."""

    runner_id: int
    run_id: int
    day: date
    looked_at: datetime
    start: datetime | None = None
    """The run's start; emptied after seven days."""
    facts: Facts | None = None
    found: tuple[Found, ...] = ()
    telling: Telling = Telling.NOTHING
    channel: ChannelName | None = None
    text: str = ""
    """The note as it stands on the activity or went by mail; emptied after seven days."""
    tip: str | None = None
    told_at: datetime | None = None
    reread_at: datetime | None = None
    mailed: bool = False
    called_race: bool = False
    """The runner said "it was a race"."""
    judged_race: bool = False
    """... and it has been judged as one."""
    is_old: bool = False
    """From before the runner connected: never written on."""
    odometer_is_late: bool = False
    """The pair's odometer did not yet include the run: read again later."""
    remark: str = ""
    """What the operator or the runner should know of how it went."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Strava's last list of a runner's runs, for the page: a cache, gone after seven days."""

    runner_id: int
    fetched_at: datetime
    runs: tuple[Run, ...]
    wear: tuple[Wear, ...] = ()
    progress: str = "done"


class Books(Protocol):
    """What is kept of runners. One runner's things can be wholly forgotten."""

    def runner(self, runner_id: int) -> Runner | None:
        """The runner, or None for somebody unknown."""

    def runner_ids(self) -> list[int]:
        """All runners, in order of their ids."""

    def enrol(self, runner: Runner, *, limit: int) -> bool:
        """Keep a new runner, or one who connects again; False if there are `limit` others already: nothing kept."""

    def change_runner(self, runner_id: int, change: Callable[[Runner], Runner]) -> Runner | None:
        """Apply `change` in one step; None if the runner is unknown. `change` may be called more than once."""

    def forget(self, runner_id: int) -> bool:
        """Runner, looks, snapshot: gone, copies included. False if there was nobody."""

    def looks(self, runner_id: int) -> list[Look]:
        """All looks of a runner, by day, then run id."""

    def look(self, runner_id: int, run_id: int) -> Look | None:
        """One look."""

    def change_look(self, runner_id: int, run_id: int, change: Callable[[Look | None], Look | None]) -> Look | None:
        """Apply `change` to the look (None: not there) in one step; returning None deletes it. A look of a runner
        who is unknown is not kept, and None returned."""

    def snapshot(self, runner_id: int) -> Snapshot | None:
        """The cached list."""

    def keep_snapshot(self, snapshot: Snapshot) -> None:
        """Replace the cached list; nothing is kept for an unknown runner."""

    def drop_snapshot(self, runner_id: int) -> None:
        """Forget the cached list."""

    def mark(self, key: str) -> Mapping[str, Any]:
        """A small JSON object of the house's own: the subscription, last runs of the schedule, the gate. {} if none."""

    def change_mark(self, key: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Mapping[str, Any]:
        """Apply `change` in one step."""

    def use_once(self, token: str, *, until: datetime, now: datetime) -> bool:
        """True the first time `token` is seen, False ever after (until `until`)."""

    def hold(self, runner_id: int, *, purpose: str) -> AbstractContextManager[None]:
        """Alone with this runner, across threads and processes, for this purpose ("work", "tokens"). Waits. Freed
        when the holder dies."""

    def visit_due(self, now: datetime, visit: Callable[[Runner], datetime], *, anew: bool = False) -> None:
        """Call `visit` with every runner for whom something may be due: whose time, as it answered last, has come, or
        who is new or changed since; with `anew` with everybody. Others may be visited too. `visit` answers when the
        runner is to be visited again, and must not ask these books for anything."""

    def is_there(self) -> None:
        """Raises StoreBroken if reading or writing does not work."""


# --- the inbox ----------------------------------------------------------------------------------------------------


class State(StrEnum):
    """Where a delivery stands. Done ones are not kept, only counted."""

    WAITING = "waiting"
    TAKEN = "taken"
    PARKED = "parked"


class Why(StrEnum):
    """What brought a delivery, in order of urgency: live events go before sweeps and previews."""

    EVENT = "event"
    DELETED = "deleted"
    DEAUTHORISED = "deauthorised"
    SAID = "said"
    """The runner said something of a run ("it was a race"): look at it again, whatever else is unchanged."""
    REREAD = "reread"
    SWEEP = "sweep"
    """With a run id: a run that no event brought. With run id 0: the evening look at everything."""
    DIGEST = "digest"
    PREVIEW = "preview"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One piece of work about one run (or, with run_id 0, about the runner)."""

    id: str
    runner_id: int
    run_id: int
    why: Why
    received_at: datetime
    due_at: datetime
    state: State = State.WAITING
    tries: int = 0
    reason: str = ""
    event_time: datetime | None = None
    taken_at: datetime | None = None
    is_new: bool = False
    """Strava said that the activity has just been made: it is none of those that stood there at connecting."""


class Inbox(Protocol):
    """Deliveries waiting, taken, parked. What is kept here is handled, whoever dies when."""

    def keep(self, delivery: Delivery) -> Delivery:
        """Safely stored when this returns. A delivery waiting for the same runner, run and `why` is joined (its id
        stands, the earlier due time counts, what is new is new); raises StoreBroken if it could not be kept."""

    def take(self, now: datetime) -> Delivery | None:
        """The most urgent delivery due, now TAKEN; never one of a runner who already has one taken. Order: events,
        deletions and deauthorisations before re-reads, sweeps, previews; then by due time."""

    def take_this(self, delivery_id: str, now: datetime) -> Delivery | None:
        """Like `take`, for one that is known by id; None if it is gone, not due, parked, or its runner is busy."""

    def done(self, delivery_id: str) -> None:
        """Handled: gone, and counted."""

    def again(self, delivery_id: str, *, due_at: datetime, reason: str, tried: bool = True) -> None:
        """Back to waiting until `due_at`; `tried` counts it as a try."""

    def park(self, delivery_id: str, *, reason: str) -> None:
        """Set aside for the operator, with its reason."""

    def retry(self, delivery_id: str, now: datetime) -> bool:
        """A parked (or waiting) delivery becomes due at once, its tries forgotten. False if unknown."""

    def drop(self, delivery_id: str) -> bool:
        """Gone by the operator's will, and counted so. False if unknown."""

    def everything(self) -> list[Delivery]:
        """All that are kept, by due time."""

    def of_runner(self, runner_id: int) -> list[Delivery]:
        """Those of one runner."""

    def forget(self, runner_id: int) -> None:
        """Everything about a runner gone, counted as dropped."""

    def free_taken(self, *, before: datetime | None = None) -> int:
        """Deliveries taken by a process that died become waiting again (all, or those taken before a time)."""

    def next_due(self) -> datetime | None:
        """When the next waiting delivery is due."""

    def waiting_since(self) -> datetime | None:
        """When the oldest of what just happened (events, deletions, what a runner said) that waits came in."""

    def counts(self) -> Mapping[str, int]:
        """kept, joined, done, parked, dropped, retried since the store began; waiting, taken, parked now as
        `now_waiting`, `now_taken`, `now_parked`."""


# --- Strava -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The runner's own texts on an activity, to the letter, our block included where it stands."""

    title: str = ""
    description: str = ""
    private_note: str = ""


@dataclass(frozen=True, kw_only=True)
class Gear:
    """A pair as Strava shows it: id, name, odometer in metres."""

    id: str
    name: str
    odometer_m: Decimal
    is_retired: bool = False


@dataclass(frozen=True, kw_only=True)
class Seen:
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
class Listed:
    """One list call: runs and wear, the newest 200 activities or those before `before`."""

    runs: tuple[Run, ...]
    wear: tuple[Wear, ...]
    sports: Mapping[int, str]
    """Every activity id in the list to its sport, runs and others."""
    is_whole: bool
    """Fewer than a full page came: there is nothing older."""
    oldest: datetime | None = None
    timezone: str | None = None


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

    def activity(self, runner_id: int, run_id: int, *, urgent: bool = True) -> Seen:
        """One read: the activity in full."""

    def recent(self, runner_id: int, *, before: datetime | None = None, urgent: bool = True) -> Listed:
        """One read: the newest 200 activities, or the newest 200 that started before a time."""

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


# --- channels -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Message:
    """A note in words, with what a channel needs to tell it."""

    runner: Runner
    run_id: int
    day: date
    text: str
    """The note's lines, without the block's delimiters; empty to take the block out."""
    before: Seen | None
    """The activity as it was just before telling; None where no activity is touched."""
    was: str | None = None
    """The note we last wrote (or meant to write) on this activity; "" if never; None if nobody remembers."""
    subject: str = ""
    lead_rule: str = ""
    is_public_safe: bool = True
    """False where soreness is in it: it may not stand where others read."""
    can_be_silenced: bool = True
    """False where it says to see a professional: neither snooze nor "not for me" is offered."""


class Channel(Protocol):
    """A way to tell. Two methods and one error (`NotTold`)."""

    name: ChannelName

    def can_tell(self, runner: Runner) -> bool:
        """Whether this channel is open for the runner: scopes, consent, a confirmed address, no earlier failure."""

    def tell(self, message: Message, now: datetime) -> None:
        """Tell it (or, for fields, replace or take out our block). Telling the same twice changes nothing on an
        activity; a mail is sent each time it is asked for. Raises NotTold, or a StravaError for what may pass."""


Clock = Callable[[], datetime]
"""Aware UTC now; called once per piece of work and handed down."""
