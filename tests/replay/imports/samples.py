"""Small exports written for these tests: headers in Strava's order, and rows to put under them."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from zoneinfo import ZoneInfo

from plugin.replay.imports import Archive, read

BERLIN = ZoneInfo("Europe/Berlin")
UTC = ZoneInfo("UTC")
NEAR = {"cadence": 29, "gear_number": 69, "flagged": 79, "race": 95}
PLACES = {
    "id": 0, "date": 1, "name": 2, "sport": 3, "description": 4, "elapsed": 5, "distance": 6, "note": 10, "gear": 11,
    "elapsed_exact": 15, "moving": 16, "distance_m": 17, "climb": 20, **NEAR,
}  # fmt: skip

ENGLISH = {
    "id": "Activity ID", "date": "Activity Date", "name": "Activity Name", "sport": "Activity Type",
    "description": "Activity Description", "elapsed": "Elapsed Time", "distance": "Distance",
    "note": "Activity Private Note", "gear": "Activity Gear", "elapsed_exact": "Elapsed Time",
    "moving": "Moving Time", "distance_m": "Distance", "climb": "Elevation Gain", "cadence": "Average Cadence",
    "gear_number": "Gear", "flagged": "Flagged", "race": "Competition",
}  # fmt: skip

RUN = {
    "id": "1", "date": "May 4, 2019, 2:15:35 PM", "name": "Afternoon Run", "sport": "Run", "elapsed": "3100",
    "distance": "9.44", "elapsed_exact": "3100.0", "moving": "3000.0", "distance_m": "9441.5",
}  # fmt: skip


def cells(values: dict[str, str], *, filler: str = "", length: int = 99) -> list[str]:
    """A row of `length` cells with our values at Strava's places."""
    row = [f"{filler} {place}" if filler else "" for place in range(length)]
    for column, value in values.items():
        if PLACES[column] < length:
            row[PLACES[column]] = value
    return row


def table(*rows: list[str], newline: str = "\n", delimiter: str = ",") -> str:
    """Rows as CSV text."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=newline, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def export(*rows: dict[str, str], names: dict[str, str] = ENGLISH, length: int = 99) -> str:
    """An export with Strava's usual order of columns; each row changes RUN."""
    return table(cells(names, filler="column", length=length), *(cells(RUN | row, length=length) for row in rows))


def read_text(folder: Path, text: str | bytes, *, zone: ZoneInfo | None = UTC, name: str = "activities.csv") -> Archive:
    """Write a file, and read it."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path, zone=zone)
