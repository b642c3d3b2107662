"""The table of activities that Garmin Connect's site exports as CSV.

It has no ids: a start stands in for one. Distances are kilometres or miles as the account is set, and the file does not
say which; steps times stride do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from plugin.replay.imports.dates import Dates, as_utc, iso
from plugin.replay.imports.gathering import Gathering
from plugin.replay.imports.languages import Sports, fold
from plugin.replay.imports.numbers import clock_seconds, decimal_mark, localised
from plugin.training.runs import Run, Sport

KM, MILE = Decimal(1000), Decimal("1609.344")
NAMES = {
    "sport": ("Activity Type", "Aktivitätstyp", "Type d'activité", "Tipo de actividad", "Tipo di attività"),
    "date": ("Date", "Datum", "Fecha", "Data"),
    "title": ("Title", "Titel", "Titre", "Título", "Titolo"),
    "distance": ("Distance", "Distanz", "Distancia", "Distanza"),
    "time": ("Time", "Zeit", "Durée", "Tiempo", "Tempo"),
    "moving": ("Moving Time", "Zeit in Bewegung", "Temps de déplacement", "Tiempo en movimiento"),
    "elapsed": ("Elapsed Time", "Verstrichene Zeit", "Temps écoulé", "Tiempo transcurrido"),
    "cadence": ("Avg Run Cadence", "Ø Schrittfrequenz (Laufen)", "Cadence de course moyenne"),
    "stride": ("Avg Stride Length", "Ø Schrittlänge", "Longueur moyenne des foulées"),
    "climb": ("Total Ascent", "Anstieg gesamt", "Ascension totale", "Ascenso total"),
}
NEEDED = ("sport", "date", "title", "distance", "time")
MORE_RUNS = ("Street Running", "Track Running", "Ultra Running", "Straßenlauf", "Bahnlauf")
INDOORS = ("Indoor Running", "Treadmill Running", "Laufbandtraining", "Hallenlauf")


def columns_of(header: Sequence[str]) -> Mapping[str, int] | None:
    """Column to its place; None where the header is not Garmin's."""
    names = [fold(name.strip()) for name in header]
    places = {
        column: names.index(known)
        for column, spellings in NAMES.items()
        for known in [next((name for name in map(fold, spellings) if name in names), None)]
        if known is not None
    }
    return places if all(column in places for column in NEEDED) else None


def gather(rows: Iterable[Sequence[str]], places: Mapping[str, int], into: Gathering, kinds: Sports) -> None:
    """Read every row into `into`. Times are local and taken as they stand."""
    cells = [{name: row[place].strip() if place < len(row) else "" for name, place in places.items()} for row in rows]
    dates = Dates.of(row["date"] for row in cells)
    mark = decimal_mark((row["distance"] for row in cells), otherwise=".")
    own = {fold(word): (Sport.RUN, False) for word in MORE_RUNS} | {fold(word): (Sport.RUN, True) for word in INDOORS}
    runs = {**kinds, **own}
    unit_m = _unit_m([row for row in cells if fold(row["sport"]) in runs], mark)
    for row in cells:
        clock = iso(row["date"])
        start = dates.read(row["date"]) if clock is None else as_utc(clock.replace(tzinfo=None))
        id_ = "" if start is None else f"{start:%Y%m%d%H%M%S}"
        if not into.takes(id_, start, row["date"]) or start is None:
            continue
        kind = runs.get(fold(row["sport"]))
        if kind is None:
            into.other_sports[row["sport"]] += 1
            continue
        distance = localised(row["distance"], mark)
        elapsed_s = clock_seconds(row.get("elapsed", "")) or clock_seconds(row["time"])
        into.runs.append(
            Run(
                id=id_,
                start=start,
                day=start.date(),
                sport=kind[0],
                distance_m=None if distance is None else distance * unit_m,
                moving_s=clock_seconds(row.get("moving", "")) or clock_seconds(row["time"]),
                elapsed_s=elapsed_s,
                is_treadmill=kind[1],
            )
        )
        into.add_words(id_, row["title"], "", "")


def _unit_m(rows: Iterable[Mapping[str, str]], mark: str) -> Decimal:
    """Metres of the table's unit of distance: what steps times stride come nearer to on most runs; else kilometres."""
    miles = 0
    for row in rows:
        distance, seconds = localised(row["distance"], mark), clock_seconds(row["time"])
        steps, stride_m = localised(row.get("cadence", ""), mark), localised(row.get("stride", ""), mark)
        if distance and seconds and steps and stride_m:
            metres = steps * seconds / 60 * stride_m
            miles += 1 if abs(metres - distance * MILE) < abs(metres - distance * KM) else -1
    return MILE if miles > 0 else KM
