"""Rows of Strava's bulk export, whatever its language and age."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import NamedTuple

from plugin.replay.imports.columns import Layout
from plugin.replay.imports.dates import Dates, is_hidden
from plugin.replay.imports.gathering import Gathering
from plugin.replay.imports.languages import fold, sports
from plugin.replay.imports.numbers import decimal_mark, exact, localised
from plugin.training.runs import Run, Wear

KM = Decimal(1000)
ONE = Decimal(1)


class Row(NamedTuple):
    """The cells of one row that matter, as text; empty where the file has no such column."""

    id: str
    date: str
    name: str
    sport: str
    description: str
    elapsed: str
    distance: str
    note: str
    gear: str
    elapsed_exact: str
    moving: str
    distance_m: str
    climb: str
    cadence: str
    gear_number: str
    flagged: str
    race: str


def gather(
    rows: Iterable[Sequence[str]], layout: Layout, usual_mark: str, into: Gathering, zone: tzinfo | None
) -> None:
    """Read every row into `into`. Times are UTC; days are those of `zone`, UTC without one."""
    cells = list(_cells(rows, layout))
    dates = Dates.of(row.date for row in cells)
    key_value = decimal_mark((row.distance for row in cells), otherwise=usual_mark)
    pairs = pair_names(cells)
    kinds = sports()
    known: dict[str, str] = {}
    for row in cells:
        start = dates.read(row.date)
        id_ = row.id.strip()
        if not into.takes(id_, start, row.date) or start is None:
            continue
        shoe = pair_of(row, pairs)
        distance_m = _metres(row, key_value)
        if shoe is not None:
            into.wear.append(Wear(shoe=shoe, id=id_, start=start, distance_m=distance_m))
        if row.sport not in known:
            known[row.sport] = fold(row.sport)
        kind = kinds.get(known[row.sport])
        if kind is None:
            continue
        local = start.astimezone(zone or UTC)
        into.runs.append(
            Run(
                id=id_,
                start=start,
                day=local.date(),
                sport=kind[0],
                distance_m=distance_m,
                moving_s=_number(row.moving),
                elapsed_s=_first(_number(row.elapsed_exact), _number(row.elapsed)),
                shoe=shoe,
                climb_m=_number(row.climb),
                cadence=_number(row.cadence),
                is_race=exact(row.race) == ONE,
                is_treadmill=kind[1],
                is_flagged=exact(row.flagged) == ONE,
                hour_is_hidden=is_hidden(local),
            )
        )
        into.add_words(id_, row.name, row.description, row.note)


def _cells(rows: Iterable[Sequence[str]], layout: Layout) -> Iterator[Row]:
    """Only the cells that matter, so that a long export stays small in memory; short rows are filled up."""
    places = [getattr(layout, column) for column in Row._fields]
    for row in rows:
        width = len(row)
        yield Row(*[row[place] if place is not None and place < width else "" for place in places])


def _metres(row: Row, key_value: str) -> Decimal | None:
    """Metres as Strava knows them; where it left them out, the kilometres it shows."""
    metres = _number(row.distance_m)
    if metres is None:
        shown = localised(row.distance, key_value)
        metres = shown * KM if shown is not None else None
    return metres


def _number(text: str) -> Decimal | None:
    """What Strava writes with a point in every language; a spreadsheet may have made it a comma."""
    number = exact(text)
    return localised(text, ",") if number is None and "," in text else number


def _first(*numbers: Decimal | None) -> Decimal | None:
    return next((number for number in numbers if number is not None), None)


def name_of_pair(text: str) -> str:
    """A pair's name: blanks trimmed, runs of blanks made one, case kept."""
    return " ".join(text.split())


def pair_names(rows: Iterable[Row]) -> Mapping[str, str]:
    """A pair's number to the name on most rows with it; no name counts as one. Of equals, the first met."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if number := _pair_number(row):
            names[number][name_of_pair(row.gear)] += 1
    return {number: counted.most_common(1)[0][0] for number, counted in names.items()}


def pair_of(row: Row, pairs: Mapping[str, str]) -> str | None:
    """The pair of a row: its name, else what its number is mostly called, else the number itself."""
    if name := name_of_pair(row.gear):
        return name
    if number := _pair_number(row):
        return pairs.get(number) or f"#{number}"
    return None


def _pair_number(row: Row) -> str:
    """The number of the pair without its ".0"; empty where none is given."""
    return row.gear_number.strip().removesuffix(".0")
