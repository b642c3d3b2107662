"""Dates in every form exports have been seen with, or that Strava's languages lead to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.replay.imports.dates import Dates
from plugin.replay.imports.languages import fold, languages, months


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("May 4, 2019, 2:15:35 PM", (2019, 5, 4, 14, 15, 35)),
        ("May 4, 2019, 2:15:35\u202fPM", (2019, 5, 4, 14, 15, 35)),
        ("Nov 6, 2024, 12:00:01 AM", (2024, 11, 6, 0, 0, 1)),
        ("Nov 6, 2024, 12:00:01 PM", (2024, 11, 6, 12, 0, 1)),
        ("22 May 2024, 08:19:26", (2024, 5, 22, 8, 19, 26)),
        ("8 jul 2017, 15:25:34", (2017, 7, 8, 15, 25, 34)),
        ("3 mrt. 2018 07:00:00", (2018, 3, 3, 7, 0, 0)),
        ("09.12.2022, 15:24:49", (2022, 12, 9, 15, 24, 49)),
        ("4. Mai 2019 um 14:15:35", (2019, 5, 4, 14, 15, 35)),
        ("6. 9. 2026 11:18:40", (2026, 9, 6, 11, 18, 40)),
        ("27 avr. 2022 à 17:03:11", (2022, 4, 27, 17, 3, 11)),
        ("27 juil. 2022 à 17:03:11", (2022, 7, 27, 17, 3, 11)),
        ("27 août 2022 à 17:03:11", (2022, 8, 27, 17, 3, 11)),
        ("5 may 2021, 7:03:11", (2021, 5, 5, 7, 3, 11)),
        ("5 may 2021, 7:03:11 p.\u00a0m.", (2021, 5, 5, 19, 3, 11)),
        ("5 may. 2021 12:03:11 a. m.", (2021, 5, 5, 0, 3, 11)),
        ("5 de mai. de 2021 07:03:11", (2021, 5, 5, 7, 3, 11)),
        ("5 set 2021, 07:03:11", (2021, 9, 5, 7, 3, 11)),
        ("9. dec. 2022 15.24.49", (2022, 12, 9, 15, 24, 49)),
        ("12 kwi 2021, 07:03:11", (2021, 4, 12, 7, 3, 11)),
        ("2024. máj. 4. 10:00:00", (2024, 5, 4, 10, 0, 0)),
        ("4 мая 2024 г., 10:00:00", (2024, 5, 4, 10, 0, 0)),
        ("2024年5月4日 14:15:35", (2024, 5, 4, 14, 15, 35)),
        ("2024年5月4日 下午2:15:35", (2024, 5, 4, 14, 15, 35)),
        ("2024. 5. 4. 오후 2:15:35", (2024, 5, 4, 14, 15, 35)),
        ("2014-09-12 16:54:28", (2014, 9, 12, 16, 54, 28)),
        ("2014-09-12 16:54:28 UTC", (2014, 9, 12, 16, 54, 28)),
        ("2014-09-12T18:54:28+02:00", (2014, 9, 12, 16, 54, 28)),
        ("8 jul 2017, 15:25", (2017, 7, 8, 15, 25, 0)),
    ],
)
def test_a_date_means_what_its_reader_sees(text: str, moment: tuple[int, ...]) -> None:
    assert Dates.of([text]).read(text) == datetime(*moment, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    "text", ["", " ", "yesterday", "31 Feb 2020", "May 2020", "12:30:00", "5/4", "2020-13-45 1:2:3"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert Dates.of([text]).read(text) is None


def test_one_day_above_twelve_decides_for_the_whole_file() -> None:
    assert Dates.of(["5/4/2019 10:00:00", "5/13/2019 10:00:00"]).read("5/4/2019 10:00:00") == datetime(
        2019, 5, 4, 10, tzinfo=UTC
    )
    assert Dates.of(["5/4/2019 10:00:00", "13/5/2019 10:00:00"]).read("5/4/2019 10:00:00") == datetime(
        2019, 4, 5, 10, tzinfo=UTC
    )


def test_slashes_with_half_days_are_american() -> None:
    text = "5/4/2019, 2:15:35 PM"
    assert Dates.of([text]).read(text) == datetime(2019, 5, 4, 14, 15, 35, tzinfo=UTC)


@pytest.mark.parametrize("language", [name for name, table in languages().items() if "months" in table])
@settings(deadline=None)
@given(moment=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)))
def test_every_month_of_every_language_comes_back(language: str, moment: datetime) -> None:
    month = languages()[language]["months"][moment.month - 1]
    text = f"{moment.day}. {month} {moment.year}, {moment:%H:%M:%S}"
    assert Dates.of([text]).read(text) == moment.replace(microsecond=0, tzinfo=UTC)


def test_no_month_name_stands_for_two_months() -> None:
    meant: dict[str, set[int]] = {}
    for table in languages().values():
        for number, name in enumerate(table.get("months", ()), start=1):
            meant.setdefault(fold(name), set()).add(number)
    assert {name: numbers for name, numbers in meant.items() if len(numbers) > 1} == {}
    assert months()["mar"] == 3
