"""Which pair a row of an export means."""

from __future__ import annotations

from pathlib import Path

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


def test_one_name_may_have_two_numbers(tmp_path: Path) -> None:
    assert shoes(tmp_path, ("A", "7.0"), ("A", "8.0"), ("", "8.0")) == ["A", "A", "A"]


def test_rows_of_other_sports_have_their_say_about_a_name(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "sport": "Walk", "gear": "A", "gear_number": "7.0"},
        {"id": "2", "gear": "", "gear_number": "7.0"},
        {"id": "3", "sport": "Walk", "gear": "A", "gear_number": "7.0"},
    ]
    assert read_text(tmp_path, export(*rows)).runs[0].shoe == "A"


def test_no_pair_is_none(tmp_path: Path) -> None:
    assert shoes(tmp_path, ("", ""), ("  ", " ")) == [None, None]
