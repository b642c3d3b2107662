"""What is kept of runners: frozen values, sealed by the store where they are secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from plugin.ports.open_enum import OpenEnum
from plugin.training.calendar import zone_of
from plugin.training.history import Soreness
from plugin.training.runs import Run, Shoe, Wear
from plugin.training.runs_set_aside import SetAsideReason


class ChannelName(OpenEnum):
    """Where a note may be told. `page` is always there and needs nothing. A channel is added without a change here."""

    PRIVATE_NOTE = "private_note"
    DESCRIPTION = "description"
    COMMENT = "comment"
    EMAIL = "email"
    PUSH = "push"
    PAGE = "page"


class HowMuch(StrEnum):
    """How much is said on a run."""

    WARNINGS = "warnings"
    WARNINGS_AND_TIPS = "warnings and tips"
    EVERY_RUN = "a line on every run"


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """One runner's keys to Strava. Sealed by the store before they touch a disk."""

    access: str
    refresh: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class PushTarget:
    """Where notes are pushed to. What the runner filled in is secret as a whole: it is sealed by the store, never shown
    again and never exported."""

    service: str
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    only_mine: bool = False
    """The runner said that nobody else reads there: notes that speak of soreness go there in full."""
    tried_at: datetime | None = None
    """When the last test note was sent; None: none yet."""
    trouble: str = ""
    """Why it did not get through: a reason as `ports.reasons` keeps it; empty if it did."""


@dataclass(frozen=True, kw_only=True)
class CalendarFeed:
    """The address at which a calendar may fetch the week and the pairs due: its digest, never itself."""

    digest: str = field(repr=False)
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the runner chose. Everything here is theirs to change at `/me/settings`."""

    channel: ChannelName = ChannelName.PRIVATE_NOTE
    until_confirmed: ChannelName | None = None
    """Where notes go until the address of the chosen channel is confirmed: the way they went before."""
    public_ok: bool = False
    email: str | None = None
    email_confirmed: bool = False
    email_bounced: bool = False
    push: PushTarget | None = None
    calendar: CalendarFeed | None = None
    units: str = "km"
    language: str | None = None
    week_starts: str = "monday"
    reads_soreness: bool = False
    strict_ramp: bool = False
    how_much: HowMuch = HowMuch.WARNINGS_AND_TIPS
    rules_off: frozenset[str] = frozenset()
    snoozed: Mapping[str, date] = field(default_factory=dict)
    """Rule name to the last day on which it stays quiet; `*` for all."""
    paused: bool = False
    digest: bool = True
    timezone: str | None = None
    """The zone that the runner fixed; None: the one that their runs tell."""
    check_hour: int | None = None
    digest_day: str | None = None

    @property
    def has_address(self) -> bool:
        """Whether mail may go to a confirmed address."""
        return bool(self.email) and self.email_confirmed and not self.email_bounced


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
    run_id: int = 0
    """The run whose note it was about, so that it counts once and can be taken back; 0 in what older versions kept."""


@dataclass(frozen=True, kw_only=True)
class ChannelFailure:
    """A note that a channel could not tell: on which run, when."""

    channel: ChannelName
    run_id: int
    at: datetime


class StayReason(StrEnum):
    """Why a note of ours stays on an activity of a runner who leaves."""

    NOT_SHOWN = "not_shown"
    """Strava no longer shows the activity: it was deleted, or is hidden from us."""
    REFUSED = "refused"
    """Strava does not let us change it."""
    COMMENT = "comment"
    """No app may delete a comment."""
    NOT_REACHED = "not_reached"
    """Strava did not answer in time, or the runner did not want to wait."""


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """The runner leaves, and our notes are taken out of their activities before everything is deleted."""

    asked_at: datetime
    receipt: str
    """Digest of what the runner's browser holds, to be shown what came of it once nobody here knows them any more."""
    notes: int
    """Notes that were on activities when it began."""
    stay: Mapping[str, StayReason] = field(default_factory=dict)
    """Run id to why its note stays where it is."""

    @property
    def taken_out(self) -> int:
        """Notes taken out, once it is over."""
        return max(0, self.notes - len(self.stay))


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Everything kept of one runner beside run records. `failed_channels` are closed, `failures` say since when."""

    id: int
    name: str = ""
    connected_at: datetime
    consent_version: str = "1"
    consent_at: datetime | None = None
    scopes: frozenset[str] = frozenset()
    tokens: Tokens | None = None
    must_reconnect: bool = False
    told_to_reconnect: bool = False
    lost_at: datetime | None = None
    """When it was first noted that Strava no longer lets us in; everything goes four weeks later."""
    timezone: str = "UTC"
    """The zone in which they lately ran most."""
    list_rows: int = 0
    """Activities in one page of a list that Strava answers in time; 0: not known yet."""
    settings: Settings = field(default_factory=Settings)
    pairs: Mapping[str, Pair] = field(default_factory=dict)
    soreness: tuple[Soreness, ...] = ()
    """Labels only, 28 days, sealed by the store."""
    dismissals: tuple[Dismissal, ...] = ()
    no_runs: Mapping[str, date] = field(default_factory=dict)
    """Ids and days of runs of which the runner said that they were none."""
    failed_channels: frozenset[ChannelName] = frozenset()
    failures: tuple[ChannelFailure, ...] = ()
    """Of the last week; an older one goes with the next."""
    told_once: Mapping[str, int] = field(default_factory=dict)
    """What is told once a pair (a crossing, a new pair) to the run it was told on."""
    swept_on: date | None = None
    looked_on: date | None = None
    digested_on: date | None = None
    ended_logins: Mapping[str, datetime] = field(default_factory=dict)
    """Digests of logins that were ended, and when, as long as their sessions could live."""
    signed_out_at: datetime | None = None
    """Every session from before ended."""
    leaving: Leaving | None = None
    """While our notes are taken out of their activities; then everything goes."""

    @property
    def zone(self) -> ZoneInfo:
        """The runner's own clock."""
        return zone_of(self.settings.timezone or self.timezone)


class NoteStatus(StrEnum):
    """How far a note got. The intent is written before the deed."""

    NOTHING = "nothing"
    SENDING = "sending"
    TOLD = "told"
    UNKNOWN = "unknown"
    """A mail may have left and nobody can know: it is not sent again."""
    REMOVED = "removed"
    """By the runner: it is not put back."""
    TAKEN_OUT = "taken_out"

    @classmethod
    def _missing_(cls, value: object) -> NoteStatus | None:
        """Versions before 0.2 kept words."""
        return {"removed by the runner": cls.REMOVED, "taken out": cls.TAKEN_OUT}.get(str(value))


@dataclass(frozen=True, kw_only=True)
class Fingerprint:
    """What was seen of a run; while it stays the same, there is nothing new to say. Kept seven days."""

    is_run: bool
    distance_m: Decimal
    sport: str
    day: date
    shoe: str | None
    words: str = ""
    """A digest of the runner's own words where they agreed to have them read, else empty. Never the words."""


@dataclass(frozen=True, kw_only=True)
class StoredNotice:
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
class RunRecord:
    """The record of one run looked at: at most one note each. Key: runner and run."""

    runner_id: int
    run_id: int
    day: date
    looked_at: datetime
    start: datetime | None = None
    """The run's start; emptied after seven days."""
    facts: Fingerprint | None = None
    found: tuple[StoredNotice, ...] = ()
    telling: NoteStatus = NoteStatus.NOTHING
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
    judged_without: frozenset[str] = frozenset()
    """Rules of which the runner said "not for me" on this run, as it has been judged."""
    is_old: bool = False
    """From before the runner connected: never written on."""
    aside: SetAsideReason | None = None
    """Why the run is no load and never noticed; None where it is load, or no run at all."""
    judge_again: bool = False
    """What this run was judged by has changed: an earlier run came in late, or a note that silenced it is gone."""
    odometer_is_late: bool = False
    """The pair's odometer did not yet include the run: read again later."""
    remark: str = ""
    """What the operator or the runner should know of how it went: a reason as `ports.reasons` keeps it."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Strava's last list of a runner's activities, for the page: a cache, gone after seven days."""

    runner_id: int
    fetched_at: datetime
    runs: tuple[Run, ...]
    wear: tuple[Wear, ...] = ()
    reaches: datetime | None = None
    """As in `ActivityList`: what started after this is in here; None: everything."""
    begins: datetime | None = None
    """When the runner's first activity of all started, where the list reaches it."""
    older_fetched_at: datetime | None = None
    """When the older part was fetched, where a later list did not reach so far; None: with the rest."""
    progress: str = "done"
