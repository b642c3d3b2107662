"""From a path to an archive: which kind of source it is, and who reads it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from zipfile import is_zipfile
from zoneinfo import ZoneInfo

from plugin.errors import BadSource
from plugin.replay.imports import activity_json as listed
from plugin.replay.imports import garmin_table as garmin
from plugin.replay.imports import plain_table as table
from plugin.replay.imports import strava_export as export
from plugin.replay.imports.columns import layout_of
from plugin.replay.imports.csv_rows import decoded, table_of
from plugin.replay.imports.gathering import Archive, Gathering, quoted
from plugin.replay.imports.languages import Sports, fold, sports
from plugin.replay.imports.source import EXPECTED, fetch
from plugin.training.runs import Sport

_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,2}")
_SHOWN = 6
"""Column names quoted in an error."""


def read(source: Path, *, zone: ZoneInfo | None, runs: Collection[str] = ()) -> Archive:
    """The runner's history in `source`.

    `zone` is where the runner's days begin: exports know only UTC. Tables and lists carry local times, which are taken
    as they stand. `runs`: further sport words that are runs. Raises BadSource, one sentence, where nothing can be read.
    """
    pieces = decoded(fetch(source))
    head = next((piece for piece in pieces if not piece.isspace()), "")
    pieces = chain([head], pieces)
    into = Gathering(source=str(source))
    kinds: Sports = {**sports(), **{fold(word.strip()): (Sport.RUN, False) for word in runs}}
    if head.lstrip()[:1] in ("[", "{"):
        listed.gather(listed.activities_of(pieces, source), into, zone, kinds)
    else:
        _read_rows("".join(pieces), source, into, zone, kinds)
    if into.unreadable and not into.seen:
        raise BadSource(
            f"{source} has no date that can be read, the first is {quoted(into.first_unreadable)}: "
            "expected dates as Strava's export or its API writes them."
        )
    return into.archive()


def _read_rows(text: str, source: Path, into: Gathering, zone: ZoneInfo | None, kinds: Sports) -> None:
    header, rows = table_of(text, source)
    places = table.places_of(header)
    if all(column in places for column in table.COLUMNS):
        table.gather(_checked(rows, places["id"], source), places, into, kinds)
    elif (found := layout_of(header)) is not None:
        into.times_are_utc = True
        into.has_distances = found[0].distance is not None or found[0].distance_m is not None
        export.gather(_checked(rows, found[0].id, source), *found, into, zone, kinds)
    elif (columns := garmin.columns_of(header)) is not None:
        garmin.gather(rows, columns, into, kinds)
    else:
        raise BadSource(_unknown(header, places, source))


def _checked(rows: Iterable[Sequence[str]], place: int | None, source: Path) -> Iterator[Sequence[str]]:
    """The rows; BadSource at the first id that a spreadsheet rounded, as rounded ids fall together."""
    for row in rows:
        if place is not None and place < len(row) and _ROUNDED.fullmatch(row[place].strip()):
            raise BadSource(
                f"{source} was saved by a spreadsheet, which rounded its ids ({quoted(row[place])}): give the file as "
                "Strava sent it, without opening it first."
            )
        yield row


def _unknown(header: Sequence[str], found: Collection[str], source: Path) -> str:
    """The sentence for a table that is none of ours."""
    missing = [column for column in table.COLUMNS if column not in found]
    if len(missing) < len(table.COLUMNS) - 1:
        return f"{source} lacks the column {' and '.join(missing)}: expected {', '.join(table.COLUMNS)}."
    if source.suffix.lower() == ".zip" and not is_zipfile(source):
        return f"{source} is no zip, whatever its name says: download the export again; expected {EXPECTED}."
    if any(unicodedata.category(sign) == "Cc" and not sign.isspace() for name in header for sign in name):
        return f"{source} is no text: expected {EXPECTED}."
    shown = ", ".join(quoted(name) for name in header[:_SHOWN]) or "nothing"
    return f"{source} begins with {shown}: expected {EXPECTED}."
