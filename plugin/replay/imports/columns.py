"""Which column of an export is which: by name in any known language, else by Strava's usual order.

Two columns each are called "Elapsed Time" and "Distance" in whatever language: first what Strava shows (whole seconds,
kilometres as that language writes them), later what it knows (seconds and metres, with a point). The places of those
pairs tell the order of the columns without a word of the language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from plugin.replay.imports.languages import column_names, fold

NEEDED = ("id", "date", "sport")
_POINT = ("en", "old")
"""Languages with a decimal point."""
_MISSING = "translation missing:"
_RENAMED = re.compile(r"(.+?)[\s._]?[1-9][0-9]?")
"""How other programs rename the second column of a name: "Distance.1", "Distance3"."""
_AS_SHOWN = {"elapsed": "elapsed_exact", "distance": "distance_m"}
"""What the second column of a name is."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Places of our columns in a row; None where the file has no such column."""

    id: int | None = None
    date: int | None = None
    name: int | None = None
    sport: int | None = None
    description: int | None = None
    elapsed: int | None = None
    distance: int | None = None
    note: int | None = None
    gear: int | None = None
    elapsed_exact: int | None = None
    moving: int | None = None
    distance_m: int | None = None
    climb: int | None = None
    cadence: int | None = None
    gear_number: int | None = None
    flagged: int | None = None
    race: int | None = None


USUAL = Layout(
    id=0, date=1, name=2, sport=3, description=4, elapsed=5, distance=6, note=10, gear=11, elapsed_exact=15,
    moving=16, distance_m=17, climb=20, cadence=29, gear_number=69, flagged=79, race=95,
)  # fmt: skip
"""The order since about 2020; later columns came in behind these."""
FORMER = Layout(
    id=0, date=1, name=2, sport=3, description=4, elapsed=5, distance=6, gear=9, elapsed_exact=13,
    moving=14, distance_m=15, climb=18, cadence=27, gear_number=67, flagged=77,
)  # fmt: skip
"""Before that, without heart rate and private note."""


def layout_of(header: Sequence[str]) -> tuple[Layout, str] | None:
    """The layout of an export with this header, and its decimal mark; None where it is no export's."""
    names = _as_written([fold(name.strip()) for name in header])
    language, known = max(
        ((language, _places(names, columns)) for language, columns in column_names().items()),
        key=lambda found: (all(column in found[1] for column in NEEDED), len(found[1])),
    )
    if not all(column in known for column in NEEDED):
        language, known = "", {}
    known = _untranslated(header) | known
    order = next((order for order in (USUAL, FORMER) if _stands_in(order, names)), None)
    if order is not None:
        taken = set(known.values())
        for column, place in vars(order).items():
            if place is not None and place < len(names) and place not in taken:
                known.setdefault(column, place)
    if not all(column in known for column in NEEDED):
        return None
    return Layout(**known), "." if language in _POINT else ","


def _as_written(names: Sequence[str]) -> list[str]:
    """The names with those of repeated columns as Strava writes them, whatever another program made of them."""
    written: list[str] = []
    for name in names:
        renamed = _RENAMED.fullmatch(name)
        written.append(renamed[1] if renamed and renamed[1] in written else name)
    return written


def _places(names: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Column to its place; the second column of a name is what Strava knows, the first what it shows."""
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        column = columns.get(name)
        if column in places:
            column = _AS_SHOWN.get(column)
        if column is not None:
            places.setdefault(column, place)
    return places


def _untranslated(header: Sequence[str]) -> dict[str, int]:
    """Columns whose name Strava forgot to translate: "translation missing: en-US.lib.….flagged"."""
    english = column_names()["en"]
    tails = (name.rpartition(".")[2] if name.startswith(_MISSING) else "" for name in header)
    return {english[fold(tail)]: place for place, tail in zip(count(), tails) if fold(tail) in english}


def _stands_in(order: Layout, names: Sequence[str]) -> bool:
    """Whether the two pairs of equal names stand where this order has them."""
    pairs = ((order.elapsed, order.elapsed_exact), (order.distance, order.distance_m))
    return all(
        first is not None and second is not None and second < len(names) and names[first] == names[second]
        for first, second in pairs
    )
