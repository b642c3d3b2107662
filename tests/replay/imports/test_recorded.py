"""Real histories, where they lie beside the project: what is in them is known."""

from __future__ import annotations

import pytest

from plugin.replay.imports import read
from tests.paths import SHARED
from tests.replay.imports.samples import BERLIN

RECORDED = SHARED
pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded histories are not here")


@pytest.mark.parametrize(
    ("name", "rows", "runs", "wear"),
    [
        ("exports/se01__activities.csv", 2189, 1893, 1251),
        ("exports/se04__activities.csv", 647, 401, 250),
        ("exports/se06__activities-2024-09-02.csv", 1124, 307, 611),
        ("exports/se06__activities-2025-02-07.csv", 1239, 339, 684),
        ("exports/se09__activities.csv", 242, 219, 170),
        ("exports/se12__activities.csv", 924, 541, 16),
        ("exports/se14__activities.csv", 290, 151, 216),
        ("exports/se19__activities.csv", 32, 29, 0),
        ("exports/se22__activities.csv", 128, 45, 35),
        ("headers/de.csv", 1, 1, 1),
        ("headers/cs.csv", 1, 0, 0),
        ("headers/fr.csv", 0, 0, 0),
        ("headers/es-partial.csv", 0, 0, 0),
        ("runners/runner-01.csv", 3600, 3587, 0),
        ("runners/runner-17.csv", 267, 267, 0),
        ("api/api05__activities-200.json", 200, 183, 183),
        ("api/api07__activities.json", 3, 1, 2),
    ],
)
def test_every_row_of_a_recorded_history_is_read(name: str, rows: int, runs: int, wear: int) -> None:
    archive = read(RECORDED / name, zone=BERLIN)
    assert (archive.rows_read, len(archive.runs), len(archive.wear), archive.left_out) == (rows, runs, wear, ())


def test_a_pair_whose_rows_mostly_lack_a_name_is_its_number() -> None:
    runs = read(RECORDED / "exports/se01__activities.csv", zone=BERLIN).runs
    pairs = [run.shoe for run in runs if run.shoe and ("Vaporfly Next% 2" in run.shoe or run.shoe.startswith("#"))]
    assert set(pairs) == {"#22700084", "Nike Vaporfly Next% 2 (white)"}


def test_two_in_flagged_is_not_flagged() -> None:
    runs = read(RECORDED / "exports/se06__activities-2025-02-07.csv", zone=BERLIN).runs
    assert not any(run.is_flagged for run in runs)
