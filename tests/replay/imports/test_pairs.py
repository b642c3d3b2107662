"""Which pair a row of an export means."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.replay.imports.samples import export, read_text


def shoes(folder: Path, *pairs: tuple[str, str]) -> list[str | None]:
    rows = [{"id": str(place), "gear": name, "gear_number": number} for place, (name, number) in enumerate(pairs)]
    return [run.shoe for run in read_text(folder, export(*rows)).runs]


def test_a_name_is_trimmed_its_blanks_made_one_and_its_case_kept(tmp_path: Path) -> None:
    assert shoes(tmp_path, ("  ASICS  Gel\u00a0 Cumulus 25 ", "1.0")) == ["ASICS Gel Cumulus 25"]


def test_a_row_without_name_takes_the_name_most_rows_give_its_number(tmp_path: Path) -> None:
    assert shoes(tmp_path, ("A", "7.0"), ("A", "7.0"), ("", "7.0")) == ["A", "A", "A"]


def test_where_most_rows_give_no_name_the_number_is_the_name(tmp_path: Path) -> None:
    assert shoes(tmp_path, ("A", "7.0"), ("", "7.0"), ("", "7.0")) == ["A", "#7", "#7"]


def test_a_number_without_any_name_is_the_name(tmp_path: Path) -> None:
    assert shoes(tmp_path, ("", "20100003.0"), ("", "20100003")) == ["#20100003", "#20100003"]


@pytest.mark.parametrize(
    ("rows", "pairs"),
    [
        ((("A", "7.0"), ("A", "8.0"), ("", "8.0")), ["A", "A", "A"]),
        ((("A", "7.0"), ("A", "9.0"), ("", "9.0")), ["A", "A (2)", "A (2)"]),
        ((("A", "90"), ("A", "7"), ("A", "8"), ("A", "50")), ["A", "A (2)", "A (2)", "A (3)"]),
        ((("A", "7"), ("A", "90"), ("A", "90"), ("A", "")), ["A", "A (2)", "A (2)", "A (2)"]),
        ((("A", "7"), ("A", "90"), ("A", "")), ["A", "A (2)", "A"]),
        ((("A", "7"), ("B", "9"), ("B", "9"), ("A", "9")), ["A", "B", "B", "A"]),
        ((("A", ""), ("", "9"), ("", "9"), ("A", "9")), ["A", "#9", "#9", "A"]),
    ],
    ids=[
        "neighbours are one pair", "others are pairs of their own", "by first use", "no number: most rows",
        "of equals the first", "a number of another name", "a number without a name",
    ],
)  # fmt: skip
def test_several_numbers_of_one_name(tmp_path: Path, rows: tuple[tuple[str, str], ...], pairs: list[str]) -> None:
    assert shoes(tmp_path, *rows) == pairs


def test_first_use_is_by_date_and_not_by_row(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "date": "May 9, 2019, 2:15:35 PM", "gear": "A", "gear_number": "7"},
        {"id": "2", "date": "May 4, 2019, 2:15:35 PM", "gear": "A", "gear_number": "9"},
    ]
    assert [run.shoe for run in read_text(tmp_path, export(*rows)).runs] == ["A", "A (2)"]


def test_rows_of_other_sports_have_their_say_about_a_name(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "sport": "Walk", "gear": "A", "gear_number": "7.0"},
        {"id": "2", "gear": "", "gear_number": "7.0"},
        {"id": "3", "sport": "Walk", "gear": "A", "gear_number": "7.0"},
    ]
    assert read_text(tmp_path, export(*rows)).runs[0].shoe == "A"


def test_no_pair_is_none(tmp_path: Path) -> None:
    assert shoes(tmp_path, ("", ""), ("  ", " ")) == [None, None]
