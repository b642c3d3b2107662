"""Numbers as exports write them, read exactly: no binary floats, nothing that is not a plain amount."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

LARGEST = Decimal(10) ** 9
"""A million kilometres, or 31 years: whatever is more is no amount, and would not fit a clock."""
LONGEST = 40
"""Characters: floats are written with some twenty."""
_SPACES = re.compile(r"[\s'’]+")
_FEW_DECIMALS = re.compile(r"([.,])[0-9]{1,2}$")


def exact(text: str) -> Decimal | None:
    """The number the text is, with a point for its decimals; None where it is none."""
    if not text or not (text := text.strip()) or len(text) > LONGEST:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    # By its exponent first: comparing 1e999999999 with anything is an error of its own.
    return number if number.is_finite() and abs(number.adjusted()) < LONGEST and abs(number) < LARGEST else None


def clock_seconds(text: str) -> Decimal | None:
    """Seconds of a duration written as a clock: "45:30", "1:02:03.5", also behind a date; None where it is none."""
    parts = text.split()[-1:] and text.split()[-1].replace(",", ".").split(":")
    if len(parts) not in (2, 3):
        return None
    amounts = [exact(part) for part in parts]
    seconds = Decimal(0)
    for amount in amounts:
        if amount is None or amount < 0:
            return None
        seconds = 60 * seconds + amount
    return seconds if seconds < LARGEST else None


def localised(text: str, mark: str) -> Decimal | None:
    """The number the text is where decimals stand behind `mark`: "9,44", "1.234,5", "1 234,5"."""
    text = _SPACES.sub("", text)
    other = "." if mark == "," else ","
    if mark in text and other in text and text.rfind(other) > text.rfind(mark):
        mark, other = other, mark
    return exact(text.replace(other, "").replace(mark, "."))


def decimal_mark(texts: Iterable[str], *, otherwise: str) -> str:
    """The mark before decimals in a column of kilometres.

    Strava writes at most two decimals, and three digits behind a thousands mark, so "9,44" decides and "1,234" does
    not; `otherwise` where nothing decides.
    """
    seen = [found[1] for text in texts if (found := _FEW_DECIMALS.search(text.strip()))]
    if seen.count(",") == seen.count("."):
        return otherwise
    return max(".,", key=seen.count)
