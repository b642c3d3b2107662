"""Made-up years of a runner as a Strava export, for `footnote replay` to be timed on. The same seed, the same years."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

RUNS = 4000
"""Of ten years: from FIRST to January 2024."""
FIRST = date(2014, 1, 6)
COLUMNS = 99
PLACES = {
    "Activity ID": 0, "Activity Date": 1, "Activity Name": 2, "Activity Type": 3, "Activity Description": 4,
    "Activity Private Note": 10, "Activity Gear": 11, "Average Cadence": 29, "Competition": 95,
}  # fmt: skip
TWICE = (("Elapsed Time", 5, 15), ("Distance", 6, 17))
"""Columns that stand there twice: as Strava shows them, and as it knows them."""
PAIR_RUNS = 70
"""After so many runs a new pair comes in; two or three are worn in turn, some 1 500 km each."""
MAKES = ("Ghost", "Pegasus", "Clifton", "Speedgoat", "Endorphin")
WORDS = ("", "", "", "", "", "", "easy", "with the club", "windy by the river", "calf a bit tight after 8 km")


def rows_of(runs: int, *, seed: int = 7) -> list[list[str]]:
    """So many runs, on three of four days, often two on one, each tenth row a ride, now and then weeks of nothing."""
    chance = random.Random(seed)
    day, rows = FIRST, []
    for number in range(runs):
        step = chance.choices((0, 1, 2, 3, 20), weights=(32, 54, 10.6, 3, 0.4))[0]
        day += timedelta(days=step)
        started = datetime(day.year, day.month, day.day, chance.randrange(5, 20), chance.randrange(60), tzinfo=UTC)
        metres = round(chance.choice((5, 6, 8, 8, 10, 12, 16, 21)) * 1000 * chance.uniform(0.9, 1.2), 1)
        words = chance.choice(WORDS)
        pair = max(0, number // PAIR_RUNS - chance.choice((0, 0, 1, 1, 2)))
        shoe = f"{MAKES[pair % len(MAKES)]} {1 + pair // len(MAKES)}"
        rows.append(_row(1_000_000_000 + number, started, "Run", metres, shoe, words, chance.uniform(78, 88)))
        if number % 9 == 0:
            ride = started + timedelta(hours=3)
            rows.append(_row(2_000_000_000 + number, ride, "Ride", 3 * metres, "", "", 80.0))
    return rows


def zipped(path: Path, *, runs: int = RUNS) -> Path:
    """The export as Strava sends it: a zip with `activities.csv` among other files."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_header(), *rows_of(runs)])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as export:
        export.writestr("profile.csv", "Athlete ID\n1\n")
        export.writestr("activities.csv", text.getvalue())
        for number in range(200):
            export.writestr(f"activities/{1_000_000_000 + number}.fit.gz", b"\x1f\x8b")
    return path


def _header() -> list[str]:
    names = [f"Column {place}" for place in range(COLUMNS)]
    for name, place in PLACES.items():
        names[place] = name
    for name, shown, known in TWICE:
        names[shown] = names[known] = name
    names[16] = "Moving Time"
    return names


def _row(number: int, started: datetime, sport: str, metres: float, shoe: str, words: str, cadence: float) -> list[str]:
    row = [""] * COLUMNS
    seconds = round(metres * 0.345)
    row[0] = str(number)
    row[1] = f"{started:%b} {started.day}, {started.year}, {started.hour % 12 or 12}:{started:%M:%S %p}"
    row[2], row[3], row[4], row[11] = f"Morning {sport}", sport, words, shoe
    row[5], row[15], row[16] = str(seconds), f"{seconds}.0", f"{seconds}.0"
    row[6], row[17] = f"{metres / 1000:.2f}", f"{metres}"
    row[29], row[95] = f"{cadence:.1f}", "0.0"
    return row
