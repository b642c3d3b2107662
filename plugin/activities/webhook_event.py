"""Strava's webhook without I/O: the bytes of a post become an `Event` or are refused with a reason; the handshake's
query becomes a challenge to send back or a refusal.

Whoever learns the address can post an event. An event therefore only says which activity to read; all facts are read
from Strava. Unknown types are accepted and ignored, because Strava may add some.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hmac import compare_digest
from types import MappingProxyType
from typing import Any, NoReturn

MOST_BYTES = 65_536
"""The largest post that is read; one byte more is answered 413."""
_LARGEST_ID = 2**63 - 1
"""What a database column can hold. Strava's ids exceed 32 bits and stay far below this."""


class Meaning(StrEnum):
    """What an event asks of us. The words are those of `ports.JobKind`."""

    EVENT = "event"
    DELETED = "deleted"
    DEAUTHORISED = "deauthorised"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event posted by Strava. Ids fit 64 bits; `meaning` ignores ids below 1."""

    object_type: str
    object_id: int
    aspect_type: str
    owner_id: int
    subscription_id: int | None = None
    event_time: datetime | None = None
    """Aware UTC; None where it is missing or no time."""
    updates: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The changes Strava names, as words: its booleans are "true" and "false". Whatever is no word is left out."""


@dataclass(frozen=True)
class NotAnEvent:
    """Why the post is refused. The reason never repeats what was posted."""

    reason: str


@dataclass(frozen=True)
class Handshake:
    """Strava proved that it knows the verify token: send the challenge back."""

    challenge: str


@dataclass(frozen=True)
class NoHandshake:
    """Why the handshake is refused. The reason never repeats what was asked."""

    reason: str


def read_delivery(body: bytes) -> Event | NotAnEvent:
    """The post as an event. What decides is the four fields an event cannot do without; the others may be odd."""
    try:
        # NaN and Infinity are Python's own and no JSON; numbers of thousands of digits are a ValueError too
        posted = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
    except ValueError:
        return NotAnEvent("the body is not JSON")
    except RecursionError:
        return NotAnEvent("the body is nested too deeply")
    if not isinstance(posted, dict):
        return NotAnEvent("the body is no JSON object")
    for name, kind in (("object_type", str), ("object_id", int), ("aspect_type", str), ("owner_id", int)):
        # `type` and not `isinstance`: true and false are ints to Python
        if type(posted.get(name)) is not kind:
            return NotAnEvent(f"{name} is missing or of the wrong type")
    for name in ("object_id", "owner_id", "subscription_id"):
        number = _number(posted.get(name))
        if number is not None and not -_LARGEST_ID <= number <= _LARGEST_ID:
            # A database column cannot hold it and a file can: without this check the answer would depend on the store.
            return NotAnEvent(f"{name} is beyond 64 bits")
    return Event(
        object_type=posted["object_type"],
        object_id=posted["object_id"],
        aspect_type=posted["aspect_type"],
        owner_id=posted["owner_id"],
        subscription_id=_number(posted.get("subscription_id")),
        event_time=_time(posted.get("event_time")),
        updates=_updates(posted.get("updates")),
    )


def meaning(event: Event) -> Meaning | None:
    """What the event asks of us; None for an event that is ignored. A change is handled like a new activity: events
    come in any order, and either may be lost."""
    if event.object_id < 1 or event.owner_id < 1:
        return None
    match event.object_type, event.aspect_type:
        case "activity", "create" | "update":
            return Meaning.EVENT
        case "activity", "delete":
            return Meaning.DELETED
        case "athlete", "update" if event.updates.get("authorized") == "false":
            return Meaning.DEAUTHORISED
    return None


def read_handshake(query: Mapping[str, str], verify_token: str) -> Handshake | NoHandshake:
    """The challenge to send back, if the query carries the right token. How long the comparison takes tells nothing
    of the token."""
    offered = query.get("hub.verify_token", "")
    if not verify_token or not compare_digest(_as_bytes(offered), _as_bytes(verify_token)):
        return NoHandshake("the verify token is missing or wrong")
    if query.get("hub.mode", "subscribe") != "subscribe":
        return NoHandshake("the mode is not subscribe")
    challenge = query.get("hub.challenge", "")
    if not challenge:
        return NoHandshake("there is no challenge")
    return Handshake(challenge)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _number(value: Any) -> int | None:
    """Old examples of Strava's have the subscription's id as a string of digits."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    return value if type(value) is int else None


def _time(value: Any) -> datetime | None:
    if type(value) is not int:
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _updates(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict):
        return MappingProxyType({})
    words = {True: "true", False: "false"}
    said = {name: words[told] if isinstance(told, bool) else told for name, told in value.items()}
    return MappingProxyType({name: told for name, told in said.items() if isinstance(told, str)})
