"""Strava's export in its languages and ages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from plugin.training.runs import Sport, Wear
from tests.replay.imports.samples import BERLIN, ENGLISH, PLACES, RUN, cells, export, read_text, table

OTHERS = {
    "de": (
        ("Aktivitäts-ID", "Aktivitätsdatum", "Name der Aktivität", "Aktivitätsart", "Verstrichene Zeit", "Distanz"),
        ("09.12.2022, 15:24:49", "Lauf", "Traillauf", "Virtueller Lauf"),
    ),
    "fr": (
        ("ID de l’activité", "Date de l'activité", "Nom de l'activité", "Type d'activité", "Temps écoulé", "Distance"),
        ("9 déc. 2022 à 15:24:49", "Course à pied", "Trail", "Course à pied virtuelle"),
    ),
    "es": (
        ("ID de actividad", "Fecha de la actividad", "Nombre de la actividad", "Tipo de actividad", "Tiempo", "Km"),
        ("9 dic 2022, 15:24:49", "Carrera", "Carrera por montaña", "Carrera virtual"),
    ),
    "it": (
        ("ID attività", "Data dell’attività", "Nome attività", "Tipo attività", "Tempo trascorso", "Distanza"),
        ("9 dic 2022, 15:24:49", "Corsa", "Corsa trail", "Corsa virtuale"),
    ),
    "nl": (
        ("Activiteits-ID", "Datum van activiteit", "Naam activiteit", "Activiteitstype", "Verstreken tijd", "Afstand"),
        ("9 dec 2022, 15:24:49", "Hardloopsessie", "Trailrun", "Virtuele hardloopsessie"),
    ),
    "cs": (
        ("ID aktivity", "Datum aktivity", "Název aktivity", "Typ aktivity", "Uplynulý čas", "Vzdálenost"),
        ("9. 12. 2022 15:24:49", "Běh", "Trailový běh", "Virtuální běh"),
    ),
    "pl": (
        ("Identyfikator aktywności", "Data aktywności", "Nazwa aktywności", "Rodzaj aktywności", "Czas", "Dystans"),
        ("9 gru 2022, 15:24:49", "Bieg", "Bieg przełajowy", "Bieg wirtualny"),
    ),
    "a language nobody taught us": (
        ("Qi", "Qa", "Qe", "Qo", "Qu", "Qy"),
        ("2022-12-09 15:24:49", "Run", "Trail Run", "Virtual Run"),
    ),
}


@pytest.mark.parametrize("language", OTHERS)
def test_an_export_in_any_language_reads_like_the_english_one(tmp_path: Path, language: str) -> None:
    (id_, date_, name, sport, elapsed, distance), (day, *kinds) = OTHERS[language]
    names = ENGLISH | {"id": id_, "date": date_, "name": name, "sport": sport}
    names |= {"elapsed": elapsed, "elapsed_exact": elapsed, "distance": distance, "distance_m": distance}
    names |= {column: f"{column} in {language}" for column in set(ENGLISH) - {*names, "id"} | {"moving", "race"}}
    rows = [
        RUN | {"id": str(number), "date": day, "sport": kind, "distance": "9,44", "race": "1.0"}
        for number, kind in enumerate(kinds)
    ]
    archive = read_text(tmp_path, export(*rows, names=names, length=103), zone=BERLIN)
    assert [run.sport for run in archive.runs] == [Sport.RUN, Sport.TRAIL, Sport.VIRTUAL]
    first = archive.runs[0]
    assert (first.start, first.day) == (datetime(2022, 12, 9, 15, 24, 49, tzinfo=UTC), date(2022, 12, 9))
    assert (first.distance_m, first.moving_s, first.elapsed_s) == (Decimal("9441.5"), 3000, 3100)
    assert first.is_race


def test_times_are_utc_and_days_the_runners(tmp_path: Path) -> None:
    late = export({"date": "May 4, 2019, 11:30:00 PM"})
    assert read_text(tmp_path, late, zone=BERLIN).runs[0].day == date(2019, 5, 5)
    archive = read_text(tmp_path, late, zone=None)
    assert archive.runs[0].day == date(2019, 5, 4)
    assert archive.times_are_utc


def test_a_hidden_hour_is_seen_on_the_runners_own_clock(tmp_path: Path) -> None:
    text = export({"date": "May 4, 2019, 10:00:01 PM"})
    assert read_text(tmp_path, text, zone=BERLIN).runs[0].hour_is_hidden
    assert not read_text(tmp_path, text, zone=None).runs[0].hour_is_hidden


def test_kilometres_count_where_metres_are_blank(tmp_path: Path) -> None:
    archive = read_text(
        tmp_path,
        export(
            {"id": "1", "distance": "9.44", "distance_m": ""},
            {"id": "2", "distance": "1,009.44", "distance_m": ""},
            {"id": "3", "distance": "", "distance_m": ""},
        ),
    )
    assert [run.distance_m for run in archive.runs] == [9440, 1009440, None]


def test_a_comma_is_a_decimal_mark_where_the_file_uses_it_so(tmp_path: Path) -> None:
    rows = [{"id": "1", "distance": "9,44", "distance_m": ""}, {"id": "2", "distance": "1.009,4", "distance_m": ""}]
    assert [run.distance_m for run in read_text(tmp_path, export(*rows)).runs] == [9440, 1009400]


def test_either_elapsed_time_will_do(tmp_path: Path) -> None:
    archive = read_text(
        tmp_path,
        export(
            {"id": "1", "elapsed_exact": ""},
            {"id": "2", "elapsed": ""},
            {"id": "3", "elapsed": "", "elapsed_exact": ""},
        ),
    )
    assert [run.elapsed_s for run in archive.runs] == [3100, 3100, None]


def test_only_one_in_flagged_is_flagged_and_one_in_competition_a_race(tmp_path: Path) -> None:
    rows = [{"id": str(n), "flagged": mark, "race": mark} for n, mark in enumerate(["", "0.0", "1.0", "1", "2.0"])]
    archive = read_text(tmp_path, export(*rows))
    assert [run.is_flagged for run in archive.runs] == [False, False, True, True, False]
    assert [run.is_race for run in archive.runs] == [False, False, True, True, False]


def test_an_export_without_private_notes_and_with_untranslated_names(tmp_path: Path) -> None:
    names = [
        name for name in cells(ENGLISH, filler="column", length=80) if name not in ("Activity Private Note", "column 7")
    ]
    names[-1] = "translation missing: en-US.lib.export.activities.horton_values.flagged"
    row = [cell for place, cell in enumerate(cells(RUN | {"flagged": "1.0"}, length=80)) if place not in (7, 10)]
    run = read_text(tmp_path, table(names, row)).runs[0]
    assert run.is_flagged
    assert (run.distance_m, run.moving_s) == (Decimal("9441.5"), 3000)


def test_the_oldest_exports_have_metres_and_no_moving_time(tmp_path: Path) -> None:
    text = (
        "id,date,name,type,description,elapsed_time,distance,commute,gear,filename\n"
        "12,2014-09-12 22:54:28,Night Run,Run,slow,3600,10057.4,false,Old  pair,activities/12.gpx\n"
    )
    archive = read_text(tmp_path, text, zone=BERLIN)
    run = archive.runs[0]
    assert (run.distance_m, run.elapsed_s, run.moving_s) == (Decimal("10057.4"), 3600, None)
    assert (run.day, run.shoe) == (date(2014, 9, 13), "Old pair")
    assert archive.words == {"12": ("Night Run", "slow", "")}


def test_everything_that_names_a_pair_wears_it_out_but_only_runs_are_runs(tmp_path: Path) -> None:
    archive = read_text(
        tmp_path, export({"id": "1", "sport": "Walk", "gear": "Ghost 15"}, {"id": "2", "gear": "Ghost 15"})
    )
    assert archive.rows_read == 2
    assert [run.id for run in archive.runs] == ["2"]
    assert archive.wear[0] == Wear(shoe="Ghost 15", id="1", start=archive.runs[0].start, distance_m=Decimal("9441.5"))
    assert [worn.id for worn in archive.wear] == ["1", "2"]


def test_runs_stand_in_order_of_start_then_id(tmp_path: Path) -> None:
    archive = read_text(
        tmp_path, export({"id": "10"}, {"id": "9"}, {"id": "x"}, {"id": "3", "date": "May 3, 2019, 2:15:35 PM"})
    )
    assert [run.id for run in archive.runs] == ["3", "9", "10", "x"]


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    archive = read_text(
        tmp_path,
        export(
            {"id": "1"},
            {"id": "1", "distance_m": "5"},
            {"id": "2", "date": ""},
            {"id": "3", "date": "soon"},
            {"id": ""},
        ),
    )
    assert [(run.id, run.distance_m) for run in archive.runs] == [("1", Decimal("9441.5"))]
    assert archive.rows_read == 5
    assert archive.left_out == (
        "1 row without a date was left out.",
        "1 row with a date that cannot be read (“soon”) was left out.",
        "1 row without an id was left out.",
        "1 row with an id that another row has already was left out.",
    )


def test_the_runners_words_keep_their_lines(tmp_path: Path) -> None:
    text = export({"name": 'The "long" one', "description": "one\r\ntwo, three", "note": "sore heel\n"})
    assert read_text(tmp_path, text).words == {"1": ('The "long" one', "one\r\ntwo, three", "sore heel\n")}


def test_a_header_alone_is_an_empty_history(tmp_path: Path) -> None:
    archive = read_text(
        tmp_path, "ID de actividad,Fecha de la actividad,Nombre de la actividad,Tipo de actividad,Archivo"
    )
    assert (archive.rows_read, archive.runs, archive.left_out) == (0, (), ())


def test_short_rows_and_long_rows_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    rows = [cells(ENGLISH, filler="column"), cells(RUN)[:7], [*cells(RUN | {"id": "2"}), "more", "and more"]]
    archive = read_text(tmp_path, table(*rows))
    assert [(run.id, run.distance_m) for run in archive.runs] == [("1", 9440), ("2", Decimal("9441.5"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings_and_line_ends_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    text = export({"name": "Läufe am Fluß", "gear": "Wolke €"}).replace("\n", "\r\n")
    archive = read_text(tmp_path, text.encode(encoding))
    assert archive.words["1"][0] == "Läufe am Fluß"
    assert archive.runs[0].shoe == "Wolke €"


def test_semicolons_will_do(tmp_path: Path) -> None:
    text = table(cells(ENGLISH, filler="column"), cells(RUN), delimiter=";")
    assert read_text(tmp_path, text).runs[0].distance_m == Decimal("9441.5")


def test_a_file_of_a_few_columns_in_another_order(tmp_path: Path) -> None:
    header = "Afstand,Activiteitstype,Wedstrijd,Datum van activiteit,Activiteits-ID"
    text = f'{header}\n"10,5",Hardlopen,1,3 mrt 2018 07:00:00,7\n'
    run = read_text(tmp_path, text).runs[0]
    assert (run.id, run.distance_m, run.is_race) == ("7", 10500, True)


def test_without_any_distance_the_reason_is_said(tmp_path: Path) -> None:
    text = 'Activity ID,Activity Date,Activity Type\n1,"May 4, 2019, 2:15:35 PM",Run\n'
    archive = read_text(tmp_path, text)
    assert archive.runs[0].distance_m is None
    assert archive.left_out == ("No column with distances was found, so every run is set aside.",)


def test_places_of_the_samples_are_stravas() -> None:
    assert PLACES["race"] == 95
