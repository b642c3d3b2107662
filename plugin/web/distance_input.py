"""Reads a distance as typed: comma or point, with or without thousands separators. Implausible readings are dropped."""

from __future__ import annotations

import re
from decimal import Decimal

_PLAIN = re.compile(r"\d{1,9}(?:[.,]\d{1,9})?")
_GROUPED = re.compile(r"(?P<whole>[1-9]\d{0,2}(?P<mark>[.,' ])\d{3}(?:(?P=mark)\d{3})*)(?P<rest>[.,]\d{1,9})?")


def read_distance(typed: str, *, unit_m: Decimal, least_m: Decimal, most_m: Decimal) -> Decimal | None:
    """What was typed in units of `unit_m`, in metres; None where no reading, or more than one, is from `least_m` to
    `most_m`: "1.000" is a thousand where one kilometre makes no sense."""
    sensible = {metres for number in _readings(typed) if least_m <= (metres := number * unit_m) <= most_m}
    return sensible.pop() if len(sensible) == 1 else None


def _readings(typed: str) -> set[Decimal]:
    """Every number it can mean: a thousand is marked by a point, a comma, an apostrophe or any blank."""
    text = " ".join(typed.split()).replace("’", "'")
    numbers = set()
    if _PLAIN.fullmatch(text):
        numbers.add(Decimal(text.replace(",", ".")))
    grouped = _GROUPED.fullmatch(text)
    rest = (grouped["rest"] or "") if grouped else ""
    if grouped and rest[:1] != grouped["mark"]:
        numbers.add(Decimal(grouped["whole"].replace(grouped["mark"], "") + rest.replace(",", ".")))
    return numbers
