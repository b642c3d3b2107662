"""From a path to an archive: which kind of source it is, and who reads it."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from pathlib import Path
from zipfile import is_zipfile
from zoneinfo import ZoneInfo

from plugin.errors import BadSource
from plugin.replay.imports import activity_json as listed
from plugin.replay.imports import plain_table as table
from plugin.replay.imports import strava_export as export
from plugin.replay.imports.columns import layout_of
from plugin.replay.imports.csv_rows import decode, table_of
from plugin.replay.imports.gathering import Archive, Gathering, quoted
from plugin.replay.imports.source import EXPECTED, fetch

_SHOWN = 6
"""Column names quoted in an error."""


def read(source: Path, *, zone: ZoneInfo | None) -> Archive:
    """The runner's history in `source`.

    `zone` is where the runner's days begin: exports know only UTC. Tables and lists carry local times, which are taken
    as they stand. Raises BadSource, one sentence, where nothing can be read.
    """
    text = decode(fetch(source)).lstrip("\ufeff")
    into = Gathering(source=str(source))
    if text.lstrip()[:1] in ("[", "{"):
        listed.gather(listed.activities_of(text, source), into, zone)
    else:
        _read_rows(text, source, into, zone)
    if into.unreadable and not into.seen:
        raise BadSource(
            f"{source} has no date that can be read, the first is {quoted(into.unreadable[0])}: "
            "expected dates as Strava's export or its API writes them."
        )
    return into.archive()


def _read_rows(text: str, source: Path, into: Gathering, zone: ZoneInfo | None) -> None:
    header, rows = table_of(text, source)
    places = table.places_of(header)
    if all(column in places for column in table.COLUMNS):
        table.gather(rows, places, into)
    elif (found := layout_of(header)) is not None:
        into.times_are_utc = True
        into.has_distances = found[0].distance is not None or found[0].distance_m is not None
        export.gather(rows, *found, into, zone)
    else:
        raise BadSource(_unknown(header, places, source))


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
