"""Dates as exports write them, in any language, read with one pattern and a table of months.

"May 4, 2019, 2:15:35 PM" · "22 May 2024, 08:19:26" · "8 jul 2017, 15:25:34" · "09.12.2022, 15:24:49" ·
"6. 9. 2026 11:18:40" · "27 avr. 2022 à 17:03:11" · "2014-09-12 16:54:28" · "2024年5月4日 14:15:35"
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from plugin.replay.imports.languages import fold, months

YEARS = range(1900, 2200)
HIDDEN = time(0, 0, 1)
"""Strava shows a start whose hour is hidden as one second past the runner's own midnight."""
_NUMBER = re.compile(r"[0-9]+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_HALF = re.compile(
    r"(?<![^\W\d_])(?:(a)|(p))\.?\s?m(?![^\W\d_])|(午前|上午|오전)|(午後|下午|오후)"
    r"|(?<![^\W\d_])(?:(π)|(μ))\.?\s?μ(?![^\W\d_])",
    re.IGNORECASE,
)
_DMY, _MDY = (2, 1, 0), (2, 0, 1)


def iso(text: str) -> datetime | None:
    """An ISO date and time, aware where it has an offset; None where it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.year in YEARS else None


def as_utc(moment: datetime) -> datetime:
    """The moment in UTC; one without an offset is taken as UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def is_hidden(moment: datetime) -> bool:
    """Whether Strava hid the hour of a local start."""
    return moment.time().replace(microsecond=0) == HIDDEN


@dataclass(frozen=True)
class Dates:
    """Reads the dates of one file; whether 5/4 is in May or in April is decided once, from all of them."""

    order: tuple[int, int, int]
    months: Mapping[str, int] = field(default_factory=months)
    known: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Dates:
        """Decide the order of day and month from the dates themselves: one above 12 is a day."""
        first = second = 0
        half_days = 0
        for text in texts:
            numbers = _NUMBER.findall(text)
            if len(numbers) > 2 and len(numbers[2]) == 4:
                first, second = max(first, int(numbers[0])), max(second, int(numbers[1]))
                half_days += "/" in text and _HALF.search(text) is not None
        if second > 12 or (first <= 12 and half_days):
            return cls(_MDY)
        return cls(_DMY)

    def read(self, text: str) -> datetime | None:
        """The moment, in UTC; None where the text is no date."""
        text = text.strip()
        if text[4:5] == "-" and (moment := iso(text)):
            return as_utc(moment)
        numbers = [int(number) for number in _NUMBER.findall(text) if len(number) <= 4]
        month = self._month(text)
        if month is not None:
            if len(numbers) < 2:
                return None
            year, day = sorted(numbers[:2], reverse=True)
            clock = numbers[2:]
        elif len(numbers) < 3:
            return None
        elif numbers[0] in YEARS:
            (year, month, day), clock = numbers[:3], numbers[3:]
        else:
            year, month, day = (numbers[place] for place in self.order)
            clock = numbers[3:]
        if year not in YEARS:
            return None
        hour, minute, second = (*clock, 0, 0, 0)[:3]
        try:
            return datetime(year, month, day, self._hour(text, hour), minute, second, tzinfo=UTC)
        except ValueError:
            return None

    def _month(self, text: str) -> int | None:
        """The month a word of the text names; a date in numbers has none."""
        for word in _WORD.findall(text):
            number = self.known.get(word)
            if number is None:
                number = self.known[word] = self.months.get(fold(word), 0)
            if number:
                return number
        return None

    def _hour(self, text: str, hour: int) -> int:
        """The hour of 24: "12:00:01 AM" is past midnight, "2:15 p. m." is in the afternoon."""
        half = _HALF.search(text)
        if half is None or not 1 <= hour <= 12:
            return hour
        return hour % 12 + (12 if half[2] or half[4] or half[6] else 0)
