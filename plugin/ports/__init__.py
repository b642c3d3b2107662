"""What the workflow needs from the world, as promises. Each port has one suite in `tests/promises`, run on every
implementation; an adapter that keeps the promises may be put in its place without anyone noticing.

Times are aware UTC and handed in (`now`); ids are Strava's numbers. Values are frozen: a change is a function from the
old value to the new one, applied by the store in one step that no other process can interleave.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from plugin.ports.channel import Channel, Channels, Message, ways
from plugin.ports.inbox import Delivery, Inbox, Intake, JobKind, State, new_delivery
from plugin.ports.reasons import Reason
from plugin.ports.records import (
    CalendarFeed,
    ChannelFailure,
    ChannelName,
    Dismissal,
    Fingerprint,
    HowMuch,
    Leaving,
    NoteStatus,
    Pair,
    PushTarget,
    Runner,
    RunRecord,
    Settings,
    Snapshot,
    StayReason,
    StoredNotice,
    Tokens,
)
from plugin.ports.store import LAST_EVENT, LISTS, MAIL, NOTE_CHECK, SUBSCRIPTION, UNREADABLE, Store, kept_moment
from plugin.ports.strava import (
    MOST_PAGES,
    MOST_TEXT,
    MOST_TITLE,
    WRITE_SCOPE,
    ActivityDetail,
    ActivityList,
    Budget,
    Gear,
    Granted,
    Strava,
    Subscription,
    Texts,
)

__all__ = [
    "LAST_EVENT",
    "LISTS",
    "MAIL",
    "MOST_PAGES",
    "MOST_TEXT",
    "MOST_TITLE",
    "NOTE_CHECK",
    "SUBSCRIPTION",
    "UNREADABLE",
    "WRITE_SCOPE",
    "ActivityDetail",
    "ActivityList",
    "Budget",
    "CalendarFeed",
    "Channel",
    "ChannelFailure",
    "ChannelName",
    "Channels",
    "Clock",
    "Delivery",
    "Dismissal",
    "Fingerprint",
    "Gear",
    "Granted",
    "HowMuch",
    "Inbox",
    "Intake",
    "JobKind",
    "Leaving",
    "Message",
    "NoteStatus",
    "Pair",
    "PushTarget",
    "Reason",
    "RunRecord",
    "Runner",
    "Settings",
    "Snapshot",
    "State",
    "StayReason",
    "Store",
    "StoredNotice",
    "Strava",
    "Subscription",
    "Texts",
    "Tokens",
    "kept_moment",
    "new_delivery",
    "ways",
]

Clock = Callable[[], datetime]
"""Aware UTC now; called once per piece of work and handed down."""
