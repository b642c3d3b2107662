"""Plain tables of runs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from plugin.training.runs import Sport
from tests.replay.imports.samples import BERLIN, read_text

HEADER = "id,start_date_local,type,distance_m,moving_time_s"


def test_local_times_stand_as_they_are(tmp_path: Path) -> None:
    archive = read_text(tmp_path, f"{HEADER}\n5,2019-05-04 23:30:00,Run,10000.5,3000\n", zone=BERLIN)
    run = archive.runs[0]
    assert (run.start, run.day) == (datetime(2019, 5, 4, 23, 30, tzinfo=UTC), date(2019, 5, 4))
    assert (run.distance_m, run.moving_s, run.elapsed_s) == (Decimal("10000.5"), 3000, None)
    assert not archive.times_are_utc


def test_an_offset_on_a_local_time_changes_nothing(tmp_path: Path) -> None:
    rows = "1,2019-05-04T23:30:00Z,Run,1,1\n2,2019-05-04T23:30:00+02:00,Run,1,1\n"
    assert {run.start.hour for run in read_text(tmp_path, f"{HEADER}\n{rows}").runs} == {23}


def test_further_columns_are_passed_over_except_elapsed_time(tmp_path: Path) -> None:
    text = f"average_heartrate,elapsed_time_s,{HEADER},gear\n150,3100,5,2019-05-04 08:00:00,trail_running,1,2,Ghost\n"
    run = read_text(tmp_path, text).runs[0]
    assert (run.elapsed_s, run.sport, run.shoe) == (3100, Sport.TRAIL, None)


def test_other_sports_are_read_but_no_runs(tmp_path: Path) -> None:
    archive = read_text(tmp_path, f"{HEADER}\n1,2019-05-04 08:00:00,Walk,1,1\n2,2019-05-04 08:00:00,Run,1,1\n")
    assert (archive.rows_read, [run.id for run in archive.runs]) == (2, ["2"])


def test_a_treadmill_and_a_hidden_hour_are_seen(tmp_path: Path) -> None:
    run = read_text(tmp_path, f"{HEADER}\n1,2019-05-04 00:00:01,treadmill_running,,\n").runs[0]
    assert (run.is_treadmill, run.hour_is_hidden, run.distance_m, run.moving_s) == (True, True, None, None)


def test_rows_without_date_and_doubles_are_counted(tmp_path: Path) -> None:
    archive = read_text(tmp_path, f"{HEADER}\n1,,Run,1,1\n2,2019-05-04,Run,7,1\n2,2019-05-05,Run,8,1\n")
    assert [run.distance_m for run in archive.runs] == [7]
    assert len(archive.left_out) == 2


def test_a_header_alone_is_an_empty_history(tmp_path: Path) -> None:
    assert read_text(tmp_path, HEADER).runs == ()


def test_no_number_can_stop_the_clock(tmp_path: Path) -> None:
    run = read_text(tmp_path, f"{HEADER}\n1,2019-05-04 08:00:00,Run,NaN,1e300\n").runs[0]
    assert (run.distance_m, run.moving_s, run.duration.total_seconds()) == (None, None, 0)
