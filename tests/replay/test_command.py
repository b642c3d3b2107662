"""`footnote replay` from outside: exit codes, what goes where, and no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from plugin.replay import run_replay
from plugin.replay.command import DONE, FAILED, MISUSED, UTC_ONLY
from tests.replay.imports.samples import export

TABLE = (
    "id,start_date_local,type,distance_m,moving_time_s\n"
    "1,2024-01-01 08:00:00,Run,14000,5000\n"
    "2,2024-01-10 08:00:00,Run,20000,7000\n"
    "3,,Run,1,1\n"
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "runs.csv"
    path.write_text(TABLE)
    return path


def test_results_are_printed_and_words_about_them_go_to_stderr(table: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_replay(str(table), None, "json", None, None) == DONE
    printed, said = capfd.readouterr()
    assert json.loads(printed)["summary"]["notes"] == 1
    assert said == "1 row without a date was left out.\n"


def test_each_format_can_be_written_to_a_file(table: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for form, begin in (("text", str(table)), ("json", "{"), ("html", "<!doctype html>")):
        assert run_replay(table, None, form, tmp_path / form, None) == DONE
        assert (tmp_path / form).read_text(encoding="utf-8").lstrip().startswith(begin)
    assert capfd.readouterr().out == ""


def test_an_export_without_a_zone_says_once_that_days_may_be_off(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "activities.csv"
    path.write_text(export({"date": "May 4, 2019, 11:30:00 PM"}))
    assert run_replay(path, None, "json") == DONE
    printed, said = capfd.readouterr()
    assert json.loads(printed)["runs"][0]["day"] == "2019-05-04"
    assert said == UTC_ONLY + "\n"
    assert run_replay(path, "Europe/Berlin", "json") == DONE
    printed, said = capfd.readouterr()
    assert json.loads(printed)["runs"][0]["day"] == "2019-05-05"
    assert said == ""


@pytest.mark.parametrize(
    "zone", ["Europe/Berln", "europe berlin", "", "../../etc/passwd", "/etc/passwd", "Europe", "x" * 999]
)
def test_an_unknown_zone_is_a_failure_in_one_sentence(
    table: Path, zone: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_replay(table, zone) == FAILED
    printed, said = capfd.readouterr()
    assert printed == ""
    assert said.startswith("There is no time zone called")
    assert said.count("\n") == 1


def test_the_machines_own_zone_is_no_zone(table: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_replay(table, "localtime") == FAILED


def test_a_likely_zone_is_named(table: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run_replay(table, "europe/berlin")
    assert "did you mean Europe/Berlin" in capfd.readouterr().err


def test_what_cannot_be_read_or_written_is_a_failure(
    table: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_replay(tmp_path / "gone.zip") == FAILED
    assert run_replay(table, output=tmp_path / "no" / "such" / "folder") == FAILED
    assert run_replay(table, config=tmp_path / "gone.toml") == FAILED
    printed, said = capfd.readouterr()
    assert printed == ""
    assert said.count("\n") == 4
    assert "Traceback" not in said


def test_an_unknown_format_is_misuse(table: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_replay(table, None, "pdf") == MISUSED


def test_other_thresholds_can_be_tried(table: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "rules.toml"
    config.write_text("[long_run]\nratio = 2.0\n")
    assert run_replay(table, None, "json", None, config) == DONE
    assert json.loads(capfd.readouterr().out)["summary"]["by_rule"]["long_run"]["found"] == 0


def test_the_runners_words_are_read_without_our_own_note(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    day = {"type": "Run", "distance": 8000, "moving_time": 2800}
    ours = "— Footnote —\nMy heel hurts, stabbing pain on the first steps\n— end of footnote —"
    texts = ("", "stabbing heel pain on the first steps this morning", ours)
    path = tmp_path / "list.json"
    path.write_text(
        json.dumps(
            [
                day | {"id": number, "start_date_local": f"2024-01-0{number}T08:00:00Z", "description": text}
                for number, text in enumerate(texts, start=1)
            ]
        )
    )
    assert run_replay(path, None, "json") == DONE
    rules = [[one["rule"] for one in run["notices"]] for run in json.loads(capfd.readouterr().out)["runs"]]
    assert rules == [[], ["soreness"], []]


def command(*given: str, **environment: str) -> subprocess.Popen[bytes]:
    code = "import sys; from plugin.replay import run_replay; sys.exit(run_replay(sys.argv[1], None, sys.argv[2]))"
    return subprocess.Popen(
        [sys.executable, "-c", code, *given],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
    )


def test_a_pipe_closed_early_is_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    rows = [f"{number},2024-01-01 08:00:00,Run,5000,1800" for number in range(20_000)]
    path.write_text(TABLE.splitlines()[0] + "\n" + "\n".join(rows))
    running = command(str(path), "json")
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.read(10)
    running.stdout.close()
    said = running.stderr.read()
    assert (running.wait(), said) == (0, b"")


def test_the_machines_zone_changes_nothing(table: Path) -> None:
    answers = {
        command(str(table), "json", TZ=zone).communicate()[0] for zone in ("UTC", "Pacific/Auckland", "nonsense")
    }
    assert len(answers) == 1
