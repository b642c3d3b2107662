"""What the workflow needs from the world, as promises. Each port has one suite in `tests/promises`, run on every
implementation; an adapter that keeps the promises may be put in its place without anyone noticing.

Times are aware UTC and handed in (`now`); ids are Strava's numbers. Values are frozen: a change is a function from the
old value to the new one, applied by the store in one step that no other process can interleave.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from plugin.ports.books import SUBSCRIPTION, Books
from plugin.ports.channel import Channel, Message
from plugin.ports.inbox import Delivery, Inbox, Letterbox, State, Why
from plugin.ports.kept import (
    ChannelName,
    Dismissal,
    Facts,
    Found,
    Look,
    Pair,
    Runner,
    Settings,
    Snapshot,
    Telling,
    Tokens,
)
from plugin.ports.strava import Budget, Gear, Granted, Listed, Seen, Strava, Subscription, Texts

__all__ = [
    "SUBSCRIPTION",
    "Books",
    "Budget",
    "Channel",
    "ChannelName",
    "Clock",
    "Delivery",
    "Dismissal",
    "Facts",
    "Found",
    "Gear",
    "Granted",
    "Inbox",
    "Letterbox",
    "Listed",
    "Look",
    "Message",
    "Pair",
    "Runner",
    "Seen",
    "Settings",
    "Snapshot",
    "State",
    "Strava",
    "Subscription",
    "Telling",
    "Texts",
    "Tokens",
    "Why",
]

Clock = Callable[[], datetime]
"""Aware UTC now; called once per piece of work and handed down."""
