"""Single fields of Strava's JSON: a value of the expected type, or None.

Numbers become exact decimals by their shortest spelling, which is the one Strava wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from plugin.errors import StravaTrouble

_MOST = Decimal(10) ** 9
"""Larger numbers are no plausible distance, time or climb."""
_LONGEST_NAME = 100
_ZONE = re.compile(r"\([^)]*\)\s*(\S+)")


def time_of(value: Any) -> datetime | None:
    """ISO 8601; UTC where no zone is given. `start_date_local` is a wall clock with a false Z."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value.strip())
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def zone_of(row: Mapping[str, Any]) -> str | None:
    """The name in "(GMT+01:00) Europe/Berlin", if this machine knows the zone."""
    told = row.get("timezone")
    found = _ZONE.fullmatch(told.strip()) if isinstance(told, str) else None
    return found[1] if found and _is_zone(found[1]) else None


@lru_cache(maxsize=512)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def text_of(row: Mapping[str, Any], name: str) -> str:
    """The exact text; empty where missing or null. Another type raises: we might overwrite it."""
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise unreadable("an activity's texts")
    return value


def name_of(row: Mapping[str, Any], name: str) -> str:
    """For display: single blanks, printable characters only, at most `_LONGEST_NAME` of them."""
    value = row.get(name)
    if not isinstance(value, str):
        return ""
    printable = "".join(one for one in value if one.isprintable() or one.isspace())
    return " ".join(printable.split())[:_LONGEST_NAME].rstrip()


def number_of(value: Any) -> int | None:
    """An id above 0 within 63 bits; digits in a string are accepted."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    return value if type(value) is int and 0 < value < 2**63 else None


def decimal_of(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)) > 40:
        return None
    try:
        read = Decimal(str(value).strip())
    except ArithmeticError:
        return None
    return read if read.is_finite() and abs(read) <= _MOST else None


def unreadable(what: str) -> StravaTrouble:
    return StravaTrouble(f"Strava's answer about {what} cannot be read; it is asked again later.")
