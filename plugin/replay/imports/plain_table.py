"""Rows of a plain table: id,start_date_local,type,distance_m,moving_time_s, and elapsed_time_s where given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from plugin.replay.imports.dates import Dates, as_utc, is_hidden, iso
from plugin.replay.imports.gathering import Gathering
from plugin.replay.imports.languages import Sports, fold
from plugin.replay.imports.numbers import exact
from plugin.training.runs import Run

COLUMNS = ("id", "start_date_local", "type", "distance_m", "moving_time_s")
ELAPSED = "elapsed_time_s"


def places_of(header: Sequence[str]) -> Mapping[str, int]:
    """Column to its place, for those columns of ours that the header has; the first of two counts."""
    names = [name.strip().lower() for name in header]
    return {column: names.index(column) for column in (*COLUMNS, ELAPSED) if column in names}


def gather(rows: Iterable[Sequence[str]], places: Mapping[str, int], into: Gathering, kinds: Sports) -> None:
    """Read every row into `into`. Local times are taken as they stand: nothing knows of a zone here."""
    cells = [
        {column: row[place].strip() if place < len(row) else "" for column, place in places.items()} for row in rows
    ]
    dates = Dates.of(row["start_date_local"] for row in cells)
    for row in cells:
        text = row["start_date_local"]
        clock = iso(text)
        start = dates.read(text) if clock is None else as_utc(clock.replace(tzinfo=None))
        if not into.takes(row["id"], start, text) or start is None:
            continue
        kind = kinds.get(fold(row["type"]))
        if kind is None:
            into.other_sports[row["type"]] += 1
        else:
            into.runs.append(
                Run(
                    id=row["id"],
                    start=start,
                    day=start.date(),
                    sport=kind[0],
                    distance_m=exact(row["distance_m"]),
                    moving_s=exact(row["moving_time_s"]),
                    elapsed_s=exact(row.get(ELAPSED, "")),
                    is_treadmill=kind[1],
                    hour_is_hidden=is_hidden(start),
                )
            )
