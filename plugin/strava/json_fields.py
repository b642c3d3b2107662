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
_LONGEST_WORD = 100
"""Characters of a time or a zone; Strava writes less than half as many."""
_LONGEST_NUMBER = 40
_ZONE = re.compile(r"\([^)]*\)\s*(\S+)")


def time_of(value: Any) -> datetime | None:
    """ISO 8601; UTC where no zone is given. `start_date_local` is a wall clock with a false Z."""
    if not isinstance(value, str) or len(value) > _LONGEST_WORD:
        return None
    try:
        read = datetime.fromisoformat(value.strip())
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def zone_of(row: Mapping[str, Any]) -> str | None:
    """The name in "(GMT+01:00) Europe/Berlin", if this machine knows the zone."""
    told = row.get("timezone")
    found = _ZONE.fullmatch(told.strip()) if isinstance(told, str) and len(told) <= _LONGEST_WORD else None
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
    # Cut before any work: blanks and control characters are taken out of what is left.
    printable = "".join(one for one in value[: 4 * _LONGEST_NAME] if one.isprintable() or one.isspace())
    return " ".join(printable.split())[:_LONGEST_NAME].rstrip()


def number_of(value: Any) -> int | None:
    """An id above 0 within 63 bits; digits in a string are accepted."""
    if isinstance(value, str) and len(value) < 20 and value.isascii() and value.isdigit():
        value = int(value)
    return value if type(value) is int and 0 < value < 2**63 else None


def decimal_of(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, int) and abs(value) > _MOST:
        return None
    written = str(value)
    if len(written) > _LONGEST_NUMBER:
        return None
    try:
        read = Decimal(written.strip())
    except ArithmeticError:
        return None
    # By its exponent first: comparing 1e999999999 with anything is an error of its own.
    is_amount = read.is_finite() and abs(read.adjusted()) < _LONGEST_NUMBER and abs(read) <= _MOST
    return read if is_amount else None


def unreadable(what: str) -> StravaTrouble:
    return StravaTrouble(f"Strava's answer about {what} cannot be read; it is asked again later.")
