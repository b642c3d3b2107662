"""Rows of Strava's bulk export, whatever its language and age."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import NamedTuple

from plugin.replay.imports.columns import Layout
from plugin.replay.imports.dates import Dates, is_hidden
from plugin.replay.imports.gathering import Gathering
from plugin.replay.imports.languages import Sports, fold
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
    rows: Iterable[Sequence[str]],
    layout: Layout,
    usual_mark: str,
    into: Gathering,
    zone: tzinfo | None,
    kinds: Sports,
) -> None:
    """Read every row into `into`. Times are UTC; days are those of `zone`, UTC without one."""
    cells = list(_cells(rows, layout))
    dates = Dates.of(row.date for row in cells)
    mark = decimal_mark((row.distance for row in cells), otherwise=usual_mark)
    starts = [dates.read(row.date) for row in cells]
    pairs = Pairs(cells, starts)
    known: dict[str, str] = {}
    for row, start in zip(cells, starts, strict=True):
        id_ = row.id.strip()
        if not into.takes(id_, start, row.date) or start is None:
            continue
        shoe = pairs.of(row)
        distance_m = _metres(row, mark)
        if shoe is not None:
            into.wear.append(Wear(shoe=shoe, id=id_, start=start, distance_m=distance_m))
        if row.sport not in known:
            known[row.sport] = fold(row.sport)
        kind = kinds.get(known[row.sport])
        if kind is None:
            into.other_sports[row.sport.strip()] += 1
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


def _metres(row: Row, mark: str) -> Decimal | None:
    """Metres as Strava knows them; where it left them out, the kilometres it shows."""
    metres = _number(row.distance_m)
    if metres is None:
        shown = localised(row.distance, mark)
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


class Pairs:
    """Which pair each row of an export means, decided from all its rows (`rules.md`, "Pair").

    A number belongs to the name that most rows give it; no name counts as one. Several numbers of one name are one pair
    where they are neighbours (Strava made one pair twice), else the same model bought again: `NAME`, `NAME (2)` by
    first use.
    """

    def __init__(self, rows: Sequence[Row], starts: Sequence[datetime | None]) -> None:
        names: dict[str, Counter[str]] = defaultdict(Counter)
        first_use: dict[str, tuple[datetime, int]] = {}
        for place, (row, start) in enumerate(zip(rows, starts, strict=True)):
            if number := _pair_number(row):
                names[number][name_of_pair(row.gear)] += 1
                if start is not None:
                    first_use[number] = min(first_use.get(number, (start, place)), (start, place))
        self._name_of = {number: counted.most_common(1)[0][0] for number, counted in names.items()}
        self._pair_of_number: dict[str, str] = {}
        self._main_pair: dict[str, str] = {}
        numbers_of: dict[str, list[str]] = defaultdict(list)
        for number, name in self._name_of.items():
            if name:
                numbers_of[name].append(number)
        never = (datetime.max.replace(tzinfo=UTC), len(rows))
        for name, numbers in numbers_of.items():
            groups = sorted(_neighbours(numbers), key=lambda group: min(first_use.get(one, never) for one in group))
            # A row with the number and without a name is a row of the pair as well.
            sizes = [sum(names[number][name] + names[number][""] for number in group) for group in groups]
            for place, group in enumerate(groups):
                pair = name if place == 0 else f"{name} ({place + 1})"
                self._pair_of_number.update(dict.fromkeys(group, pair))
                if sizes[place] == max(sizes):
                    self._main_pair.setdefault(name, pair)

    def of(self, row: Row) -> str | None:
        """The pair of a row; None where it names none."""
        name, number = name_of_pair(row.gear), _pair_number(row)
        if number and (not name or self._name_of[number] == name):
            return self._pair_of_number.get(number) or f"#{number}"
        return self._main_pair.get(name, name) or None


def _neighbours(numbers: Iterable[str]) -> list[list[str]]:
    """Numbers in groups: n and n + 1 stand in one."""
    groups: list[list[str]] = []
    for number in sorted(numbers, key=lambda one: (not one.isdecimal(), int(one) if one.isdecimal() else 0, one)):
        last = groups[-1][-1] if groups else ""
        if number.isdecimal() and last.isdecimal() and int(number) == int(last) + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def _pair_number(row: Row) -> str:
    """The number of the pair without its ".0"; empty where none is given."""
    return row.gear_number.strip().removesuffix(".0")
