"""Files that other programs made of an export, and lists of other programs: each kind once."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from plugin.errors import BadSource
from plugin.replay.command import nights_sentence, refuse_unusable, run_replay
from plugin.replay.imports.columns import layout_of
from plugin.replay.imports.dates import Dates
from plugin.training.runs import Sport
from tests.paths import SHARED
from tests.replay.imports.samples import BERLIN, ENGLISH, RUN, cells, export, read_text, table

REPORTS = SHARED / "reports"


@pytest.mark.parametrize("second", ["Distance.1", "Distance1", "Distance3", "Distance_2", "Distance 2"])
def test_a_repeated_column_is_known_whatever_another_program_called_it(second: str) -> None:
    elapsed = second.replace("Distance", "Elapsed Time")
    names = {**ENGLISH, "distance_m": second, "elapsed_exact": elapsed}
    header = [*names.values(), "Total Grade Adjusted"]
    found = layout_of(header)
    assert found is not None
    layout, _ = found
    assert (header[layout.distance_m or 0], header[layout.elapsed_exact or 0]) == (second, elapsed)


@pytest.mark.parametrize("id_", ["2.00000E+10", "2,00E+10", "2E+10"])
def test_ids_that_a_spreadsheet_rounded_are_refused_with_the_cause(tmp_path: Path, id_: str) -> None:
    with pytest.raises(BadSource, match="spreadsheet, which rounded its ids"):
        read_text(tmp_path, export({"id": id_}))
    rows = table(
        ["id", "start_date_local", "type", "distance_m", "moving_time_s"], [id_, "2024-01-01", "Run", "1", "1"]
    )
    with pytest.raises(BadSource, match="spreadsheet, which rounded its ids"):
        read_text(tmp_path, rows)


def test_a_spreadsheets_semicolons_and_decimal_commas_are_read(tmp_path: Path) -> None:
    text = table(
        cells(ENGLISH),
        cells(RUN | {"distance": "9,44", "distance_m": "9441,5", "date": "20.09.2026 08:00"}),
        delimiter=";",
    )
    (run,) = read_text(tmp_path, text).runs
    assert (run.distance_m, run.day.isoformat()) == (Decimal("9441.5"), "2026-09-20")


def test_sport_words_that_are_not_known_are_named_with_their_counts(tmp_path: Path) -> None:
    rows = [{"id": str(number), "sport": "Chạy bộ"} for number in range(3)]
    archive = read_text(tmp_path, export(*rows, {"id": "9", "sport": "Yoga"}))
    with pytest.raises(BadSource, match=r"none of its 4 rows is a run.*“Chạy bộ” \(3\), “Yoga” \(1\).*--runs"):
        refuse_unusable(archive)


def test_the_runner_says_which_words_are_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "activities.csv").write_text(export({"sport": "Chạy bộ"}), encoding="utf-8")
    assert run_replay(tmp_path, "UTC") == 1
    assert run_replay(tmp_path, "UTC", runs="chạy bộ, Lari") == 0
    assert "runs 1, from 2019-05-04" in capsys.readouterr().out


def test_a_file_of_which_most_rows_are_left_out_tells_why(tmp_path: Path) -> None:
    rows = [{"id": "1"}, {"id": "1"}, {"id": "1"}, {"id": "", "date": "May 4, 2019, 2:15:35 PM"}]
    with pytest.raises(BadSource, match="3 of 4 rows had to be left out"):
        refuse_unusable(read_text(tmp_path, export(*rows)))


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match="holds no activities"):
        refuse_unusable(read_text(tmp_path, export()))


def test_running_pages_list_is_read(tmp_path: Path) -> None:
    one = {
        "run_id": 1704067200000, "name": "Run", "distance": 5020.5, "moving_time": "0:28:15", "type": "Run",
        "start_date": "2024-01-01 00:00:00+00:00", "start_date_local": "2024-01-01 08:00:00",
    }  # fmt: skip
    two = {**one, "run_id": 2, "moving_time": "1970-01-01 01:02:03.000000", "start_date_local": "2024-01-03 08:00:00"}
    first, second = read_text(tmp_path, json.dumps([two, one]), name="activities.json").runs
    assert {first.id, second.id} == {"1704067200000", "2"}
    assert {first.moving_s, second.moving_s} == {Decimal(1695), Decimal(3723)}


def test_a_start_without_an_hour_gives_way_to_the_local_one(tmp_path: Path) -> None:
    one = {
        "id": 1,
        "type": "Run",
        "distance": 5000,
        "start_date": "2024-01-02",
        "start_date_local": "2024-01-01T22:30:00Z",
    }
    (run,) = read_text(tmp_path, json.dumps([one]), name="list.json").runs
    assert (run.start, run.day.isoformat()) == (datetime(2024, 1, 1, 22, 30, tzinfo=UTC), "2024-01-01")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("21 вер. 2024 р., 14:15:35", datetime(2024, 9, 21, 14, 15, 35, tzinfo=UTC)),
        ("4 травня 2024 р. о 08:01:02", datetime(2024, 5, 4, 8, 1, 2, tzinfo=UTC)),
        ("4 Μαΐ 2024, 2:15:35 μ.μ.", datetime(2024, 5, 4, 14, 15, 35, tzinfo=UTC)),
        ("12 Σεπ 2024, 8:01:02 π.μ.", datetime(2024, 9, 12, 8, 1, 2, tzinfo=UTC)),
        ("1 Ιαν 2024, 08:01:02", datetime(2024, 1, 1, 8, 1, 2, tzinfo=UTC)),
    ],
)
def test_dates_in_ukrainian_and_greek(text: str, moment: datetime) -> None:
    assert Dates.of([text]).read(text) == moment


@pytest.mark.parametrize(
    "header",
    [
        ["Aktivitets-id", "Aktivitetsdato", "Aktivitetsnavn", "Aktivitetstype"],
        ["Aktivitets-ID", "Aktivitetsdatum", "Aktivitetsnamn", "Aktivitetstyp"],
        ["Aktivitets-ID", "Aktivitetsdato", "Aktivitetsnavn", "Type aktivitet"],
        ["Aktiviteetin tunnus", "Aktiviteetin päivämäärä", "Aktiviteetin nimi", "Aktiviteetin tyyppi"],
        ["Identyfikator aktywności", "Data aktywności", "Nazwa aktywności", "Rodzaj aktywności"],
        ["ID da atividade", "Data da atividade", "Nome da atividade", "Tipo de atividade"],
        ["ID attività", "Data dell'attività", "Nome attività", "Tipo attività"],
        ["ID тренировки", "Дата тренировки", "Название тренировки", "Тип тренировки"],
        ["ID тренування", "Дата тренування", "Назва тренування", "Тип тренування"],
        ["ID δραστηριότητας", "Ημερομηνία δραστηριότητας", "Όνομα δραστηριότητας", "Τύπος δραστηριότητας"],
        ["Aktivite Kimliği", "Aktivite Tarihi", "Aktivite Adı", "Aktivite Türü"],
        ["アクティビティID", "アクティビティ日", "アクティビティ名", "アクティビティタイプ"],
        ["活动 ID", "活动日期", "活动名称", "活动类型"],
        ["활동 ID", "활동 날짜", "활동 이름", "활동 유형"],
    ],
)
def test_headers_are_known_in_many_languages_wherever_they_stand(header: list[str]) -> None:
    found = layout_of(["x", *header])
    assert found is not None
    assert (found[0].id, found[0].date, found[0].name, found[0].sport) == (1, 2, 3, 4)


GARMIN = [
    "Activity Type",
    "Date",
    "Favorite",
    "Title",
    "Distance",
    "Calories",
    "Time",
    "Avg Run Cadence",
    "Avg Stride Length",
    "Moving Time",
    "Elapsed Time",
]


@pytest.mark.parametrize(("distance", "stride", "metres"), [("10.00", "1.11", 10_000), ("6.21", "1.11", 9994)])
def test_garmins_table_is_read_in_either_unit(tmp_path: Path, distance: str, stride: str, metres: int) -> None:
    rows = [
        [
            "Running",
            "2024-05-04 07:30:00",
            "false",
            "Morning",
            distance,
            "600",
            "00:50:00",
            "180",
            stride,
            "00:49:30",
            "00:52:10",
        ],
        [
            "Treadmill Running",
            "2024-05-05 07:30:00",
            "false",
            "Gym",
            distance,
            "600",
            "00:50:00.0",
            "--",
            "--",
            "--",
            "--",
        ],
        ["Cycling", "2024-05-06 07:30:00", "false", "Ride", "30", "600", "01:00:00", "--", "--", "--", "--"],
    ]
    archive = read_text(tmp_path, table(GARMIN, *rows), zone=None)
    road, gym = archive.runs
    assert [round(one.distance_m or 0) for one in archive.runs] == [metres, metres]
    assert (road.moving_s, road.elapsed_s, gym.elapsed_s) == (Decimal(2970), Decimal(3130), Decimal(3000))
    assert (road.sport, gym.is_treadmill, archive.other_sports["Cycling"], archive.times_are_utc) == (
        Sport.RUN,
        True,
        1,
        False,
    )


def test_runs_by_night_are_a_trip_abroad_perhaps(tmp_path: Path) -> None:
    rows = [{"id": str(day), "date": f"May {day}, 2019, 11:15:35 PM"} for day in range(1, 5)]
    archive = read_text(tmp_path, export(*rows), zone=BERLIN)
    assert "4 runs between 2019-05-02 and 2019-05-05" in nights_sentence(archive, BERLIN)
    assert nights_sentence(read_text(tmp_path, export(*rows[:2]), zone=BERLIN), BERLIN) == ""


@pytest.mark.skipif(not REPORTS.exists(), reason="the shared histories are not beside this checkout")
def test_two_pairs_of_one_name_are_two_pairs() -> None:
    from plugin.replay.imports import read

    worn = {run.shoe for run in read(REPORTS / "07_export_two_pairs_one_name.csv", zone=BERLIN).runs}
    assert worn == {"Ghost 15", "Ghost 15 (2)"}
