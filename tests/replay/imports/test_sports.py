"""What counts as a run, in every language, and what does not."""

from __future__ import annotations

import pytest

from plugin.replay.imports.languages import fold, sports
from plugin.training.runs import Sport


@pytest.mark.parametrize(
    ("name", "sport"),
    [
        ("Run", Sport.RUN), ("run", Sport.RUN), ("running", Sport.RUN), ("treadmill_running", Sport.RUN),
        ("TrailRun", Sport.TRAIL), ("Trail Run", Sport.TRAIL), ("trail_running", Sport.TRAIL),
        ("VirtualRun", Sport.VIRTUAL), ("Virtual Run", Sport.VIRTUAL), ("virtual-running", Sport.VIRTUAL),
        ("Hardloopsessie", Sport.RUN), ("Virtuele hardloopsessie", Sport.VIRTUAL), ("Lauf", Sport.RUN),
        ("Traillauf", Sport.TRAIL), ("Virtueller Lauf", Sport.VIRTUAL), ("Course a pied", Sport.RUN),
        ("COURSE À PIED", Sport.RUN), ("Course à pied virtuelle", Sport.VIRTUAL), ("Běh", Sport.RUN),
        ("Beh", Sport.RUN), ("Trailový běh", Sport.TRAIL), ("Carrera", Sport.RUN), ("Carrera de trail", Sport.TRAIL),
        ("Corsa", Sport.RUN), ("Corsa trail", Sport.TRAIL), ("Corrida", Sport.RUN), ("Løp", Sport.RUN),
        ("Löpning", Sport.RUN), ("Bieg", Sport.RUN), ("ラン", Sport.RUN), ("越野跑", Sport.TRAIL),
    ],
)  # fmt: skip
def test_a_run_is_known_by_any_of_its_names(name: str, sport: Sport) -> None:
    assert sports()[fold(name)][0] is sport


@pytest.mark.parametrize(
    "name", ["Ride", "Walk", "Hike", "Fietsrit", "Skilanglauf", "Eislauf", "Trail Ride", "Race", "Wandeling", ""]
)
def test_what_is_no_run_is_none(name: str) -> None:
    assert fold(name) not in sports()


def test_a_treadmill_is_known_by_its_name() -> None:
    assert sports()[fold("treadmill_running")] == (Sport.RUN, True)


def test_no_name_is_two_kinds_of_run() -> None:
    assert sports()[fold("Trail running")] == (Sport.TRAIL, False)
    assert {name: kind for name, (kind, _) in sports().items() if "virtu" in name and kind is not Sport.VIRTUAL} == {}
