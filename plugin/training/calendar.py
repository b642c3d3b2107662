"""The runner's calendar: time zones and weeks."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; UTC if there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


def week_of(day: date, *, first_weekday: int = 0) -> date:
    """The first day of the week `day` is in; 0 is Monday."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)
