"""JSON lists of Strava activities."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plugin.replay.imports import Archive
from plugin.training.runs import Sport
from tests.replay.imports.samples import BERLIN, read_text

ACTIVITY: dict[str, Any] = {
    "id": 32500000000, "name": "Lunch Run", "distance": 4551.3, "moving_time": 1780, "elapsed_time": 1955,
    "total_elevation_gain": 23.3, "type": "Run", "sport_type": "TrailRun", "workout_type": 0, "trainer": False,
    "start_date": "2024-08-24T22:47:26Z", "start_date_local": "2024-08-25T00:47:26Z", "utc_offset": 7200.0,
    "flagged": False, "gear_id": "g1000001", "average_cadence": 79.4,
}  # fmt: skip


@pytest.mark.parametrize("number", ["1e999999999", "-1e999999999", '"1e999999999"', "1e-999999999", "9" * 400])
def test_a_number_beyond_reason_is_no_distance_of_a_list(tmp_path: Path, number: str) -> None:
    text = json.dumps([ACTIVITY | {"distance": "here"}]).replace('"here"', number)
    archive = read_text(tmp_path, text, name="list.json", zone=BERLIN)
    assert (archive.runs[0].distance_m, archive.wear[0].distance_m) == (None, None)


def listed(folder: Path, *changes: dict[str, Any]) -> Archive:
    return read_text(folder, json.dumps([ACTIVITY | change for change in changes]), name="list.json", zone=BERLIN)


def test_starts_are_utc_and_days_local_as_they_stand(tmp_path: Path) -> None:
    archive = listed(tmp_path, {})
    run = archive.runs[0]
    assert (run.id, run.sport) == ("32500000000", Sport.TRAIL)
    assert (run.start, run.day) == (datetime(2024, 8, 24, 22, 47, 26, tzinfo=UTC), date(2024, 8, 25))
    assert (run.distance_m, run.climb_m, run.cadence) == (Decimal("4551.3"), Decimal("23.3"), Decimal("79.4"))
    assert (run.shoe, archive.wear[0].shoe) == ("g1000001", "g1000001")
    assert not archive.times_are_utc


def test_one_clock_serves_where_the_other_is_missing(tmp_path: Path) -> None:
    archive = listed(
        tmp_path,
        {"id": 1, "start_date": None},
        {"id": 2, "start_date_local": None},
        {"id": 3, "start_date_local": None, "utc_offset": None},
    )
    days = {run.id: run.day for run in archive.runs}
    assert days == {"1": date(2024, 8, 25), "2": date(2024, 8, 25), "3": date(2024, 8, 25)}


def test_races_workouts_treadmills_and_flags(tmp_path: Path) -> None:
    archive = listed(
        tmp_path,
        {"id": 1, "workout_type": 1},
        {"id": 2, "workout_type": 3},
        {"id": 3, "trainer": True},
        {"id": 4, "flagged": True},
    )
    assert [run.is_race for run in archive.runs] == [True, False, False, False]
    assert [run.is_workout for run in archive.runs] == [False, True, False, False]
    assert [run.is_treadmill for run in archive.runs] == [False, False, True, False]
    assert [run.is_flagged for run in archive.runs] == [False, False, False, True]


def test_words_come_from_details(tmp_path: Path) -> None:
    archive = listed(tmp_path, {"description": "easy", "private_note": "heel sore"})
    assert archive.words == {"32500000000": ("Lunch Run", "easy", "heel sore")}


def test_older_lists_have_only_a_type(tmp_path: Path) -> None:
    archive = listed(tmp_path, {"id": 1, "sport_type": None}, {"id": 2, "sport_type": None, "type": "Ride"})
    assert [run.sport for run in archive.runs] == [Sport.RUN]
    assert [worn.id for worn in archive.wear] == ["1", "2"]


def test_odd_values_are_missing_values(tmp_path: Path) -> None:
    run = listed(tmp_path, {"distance": "far", "moving_time": None, "elapsed_time": True, "gear_id": None}).runs[0]
    assert (run.distance_m, run.moving_s, run.elapsed_s, run.shoe) == (None, None, None, None)


def test_what_has_no_date_is_counted_and_the_first_of_two_counts(tmp_path: Path) -> None:
    archive = listed(tmp_path, {}, {"distance": 1}, {"id": 2, "start_date": None, "start_date_local": None})
    assert [run.distance_m for run in archive.runs] == [Decimal("4551.3")]
    assert (archive.rows_read, len(archive.left_out)) == (3, 2)


def test_an_empty_list_is_an_empty_history(tmp_path: Path) -> None:
    assert read_text(tmp_path, "[]", name="list.json").runs == ()


def test_half_characters_do_no_harm(tmp_path: Path) -> None:
    archive = listed(tmp_path, {"gear_id": "g\ud800", "name": "\udc00", "id": "\ud800"})
    assert (archive.runs[0].shoe, archive.runs[0].id, archive.words) == ("g?", "?", {"?": ("?", "", "")})
