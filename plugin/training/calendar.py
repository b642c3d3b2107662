"""The runner's calendar: time zones and weeks."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; UTC if there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


@cache
def zone_names() -> tuple[str, ...]:
    """Zones to choose from, as places: `Europe/Berlin`. Old aliases and bare offsets are left out."""
    areas = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return tuple(sorted(name for name in available_timezones() if name.startswith(tuple(f"{one}/" for one in areas))))


def week_of(day: date, *, first_weekday: int = 0) -> date:
    """The first day of the week `day` is in; 0 is Monday."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)
