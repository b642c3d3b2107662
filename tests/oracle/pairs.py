"""Which pair a row of an export means, from the text alone: every question looks through all rows again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Row:
    """An activity's pair as the export gives it: a name, a number, either or neither."""

    start: datetime
    name: str = ""
    number: str = ""


def trimmed(name: str) -> str:
    return " ".join(name.split())


def pair_of(row: Row, rows: Sequence[Row]) -> str | None:
    name, number = trimmed(row.name), row.number.removesuffix(".0")
    if not name and number:
        name = name_of(number, rows)
        if not name:
            return f"#{number}"
    if not name:
        return None
    pairs = pairs_of(name, rows)
    if not pairs:
        return name
    own = next((pair for pair in pairs if number in pair), None)
    if own is None:
        own = max(pairs, key=lambda pair: sum(1 for one in rows if is_of(one, pair, name)))
    place = pairs.index(own)
    return name if place == 0 else f"{name} ({place + 1})"


def is_of(row: Row, pair: list[str], name: str) -> bool:
    """Whether a row is the pair's by its number: under the pair's name, or under none."""
    return row.number.removesuffix(".0") in pair and trimmed(row.name) in (name, "")


def name_of(number: str, rows: Sequence[Row]) -> str:
    """The name that a number most often stands beside; of two as frequent the first."""
    beside = [trimmed(one.name) for one in rows if one.number.removesuffix(".0") == number]
    return max(beside, key=beside.count)


def pairs_of(name: str, rows: Sequence[Row]) -> list[list[str]]:
    """The numbers that belong to a name, neighbours together, by first use."""
    numbers = {one.number.removesuffix(".0") for one in rows} - {""}
    own = sorted((number for number in numbers if name_of(number, rows) == name), key=int)
    pairs: list[list[str]] = []
    for number in own:
        if pairs and int(number) == int(pairs[-1][-1]) + 1:
            pairs[-1].append(number)
        else:
            pairs.append([number])
    return sorted(pairs, key=lambda pair: min(one.start for one in rows if one.number.removesuffix(".0") in pair))
