"""Strava's rate limits: reading its headers, what may still be called, and when a full window turns.

Every call but an upload counts in the read windows too, a PUT included (recorded in October 2025); calls about push
subscriptions count elsewhere. Windows turn at :00 :15 :30 :45 and at midnight UTC. All processes of the app share
them, and Strava counts refused calls too: no call is made in a full window until it turns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from plugin.ports import Budget

LATE = timedelta(seconds=3)
"""Our clock may be ahead of Strava's: windows are taken to turn this much later."""
RESERVE_QUARTER = (7, 10)
"""Calls that are not urgent stop at this share of a window; the rest is for runs that just came in."""
RESERVE_DAY = (9, 10)
_QUARTER = timedelta(minutes=15)


class Closure(StrEnum):
    """Why calls are stopped: a window is full until it turns, or the app is inactive."""

    NOTHING = ""
    FULL = "all"
    INACTIVE = "inactive"


def quarter_of(now: datetime) -> datetime:
    """The start of the quarter of an hour that `now` is in, by Strava's clock."""
    late = now.astimezone(UTC) - LATE
    return late.replace(minute=late.minute // 15 * 15, second=0, microsecond=0)


def quarter_turns(now: datetime) -> datetime:
    """When the next quarter starts."""
    return quarter_of(now) + _QUARTER + LATE


def day_turns(now: datetime) -> datetime:
    """When the next day starts."""
    return quarter_of(now).replace(hour=0, minute=0) + timedelta(days=1) + LATE


def as_of(budget: Budget, now: datetime) -> Budget:
    """The budget at `now`: windows that have turned since count from zero."""
    if budget.seen_at is None or quarter_of(budget.seen_at) == quarter_of(now):
        return budget
    same_day = quarter_of(budget.seen_at).date() == quarter_of(now).date()
    return replace(
        budget,
        overall_used=(0, budget.overall_used[1] if same_day else 0),
        read_used=(0, budget.read_used[1] if same_day else 0),
    )


def updated(budget: Budget, headers: Mapping[str, str], now: datetime) -> Budget:
    """The budget after an answer. Answers may arrive out of order: within a window the larger count wins."""
    told = {name.casefold(): value for name, value in headers.items()}
    before = as_of(budget, now)
    overall_used, overall_limit = _pair(told, "x-ratelimit-usage"), _pair(told, "x-ratelimit-limit")
    read_used, read_limit = _pair(told, "x-readratelimit-usage"), _pair(told, "x-readratelimit-limit")
    if overall_used is None and read_used is None:
        return before
    return replace(
        before,
        overall_used=_larger(before.overall_used, overall_used),
        overall_limit=overall_limit or before.overall_limit,
        read_used=_larger(before.read_used, read_used),
        read_limit=read_limit or before.read_limit,
        seen_at=now,
    )


def merged(one: Budget, other: Budget, now: datetime) -> Budget:
    """Two processes' budgets combined; closures are taken from `one`."""
    newer = one if other.seen_at is None or (one.seen_at is not None and one.seen_at >= other.seen_at) else other
    one, other = as_of(one, now), as_of(other, now)
    return replace(
        one,
        overall_used=_larger(one.overall_used, other.overall_used),
        read_used=_larger(one.read_used, other.read_used),
        overall_limit=newer.overall_limit,
        read_limit=newer.read_limit,
        seen_at=newer.seen_at,
    )


def full_until(budget: Budget, now: datetime, *, in_flight: int = 0, urgent: bool = True) -> datetime | None:
    """Until when a window is full; None if a call may be made. `in_flight`: calls under way, which Strava will
    count."""
    current = as_of(budget, now)
    quarter, day = ((1, 1), (1, 1)) if urgent else (RESERVE_QUARTER, RESERVE_DAY)
    windows = [(current.overall_used, current.overall_limit), (current.read_used, current.read_limit)]
    for share, at, turns in ((day, 1, day_turns), (quarter, 0, quarter_turns)):
        for used, limit in windows:
            if limit[at] > 0 and (used[at] + in_flight) * share[1] >= limit[at] * share[0]:
                return turns(now)
    return None


def as_json(budget: Budget, shut: Closure) -> dict[str, Any]:
    """For `Store.change_key_value`."""
    return {
        "overall_used": list(budget.overall_used),
        "overall_limit": list(budget.overall_limit),
        "read_used": list(budget.read_used),
        "read_limit": list(budget.read_limit),
        "seen_at": budget.seen_at and budget.seen_at.isoformat(),
        "closed_until": budget.closed_until and budget.closed_until.isoformat(),
        "closed_because": budget.closed_because,
        "inactive_at": budget.inactive_at and budget.inactive_at.isoformat(),
        "shut": str(shut),
    }


def from_json(key_value: Mapping[str, Any]) -> tuple[Budget, Closure]:
    """From `Store.key_value`; {} is a fresh budget."""
    if not key_value:
        return Budget(), Closure.NOTHING
    budget = Budget(
        overall_used=_two(key_value["overall_used"]),
        overall_limit=_two(key_value["overall_limit"]),
        read_used=_two(key_value["read_used"]),
        read_limit=_two(key_value["read_limit"]),
        seen_at=_time(key_value["seen_at"]),
        closed_until=_time(key_value["closed_until"]),
        closed_because=key_value["closed_because"],
        inactive_at=_time(key_value.get("inactive_at")),
    )
    # Earlier versions stored "reads" where only the read window was full.
    stored = key_value["shut"]
    return budget, Closure.FULL if stored == "reads" else Closure(stored)


def _pair(told: Mapping[str, str], name: str) -> tuple[int, int] | None:
    """ "quarter,day" as two numbers; None where missing or malformed."""
    parts = told.get(name, "").split(",")
    if len(parts) != 2 or not all(part.strip().isascii() and part.strip().isdigit() for part in parts):
        return None
    return int(parts[0][:12]), int(parts[1][:12])


def _larger(one: tuple[int, int], other: tuple[int, int] | None) -> tuple[int, int]:
    return one if other is None else (max(one[0], other[0]), max(one[1], other[1]))


def _two(told: Any) -> tuple[int, int]:
    return int(told[0]), int(told[1])


def _time(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
