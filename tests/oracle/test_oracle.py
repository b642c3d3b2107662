"""Two readings of the rules, one quick and one naive, must notice, tell, withhold and allow the same."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.notes.rulebook import read_lexicon
from plugin.replay.imports import read
from plugin.replay.soreness_readings import readings_of
from tests.oracle.histories import FIRST, made
from tests.oracle.known import Asked
from tests.oracle.product import differences
from tests.paths import SHARED

FILES = sorted(
    path
    for pattern in ("exports/*activities*.csv", "runners/*.csv", "reports/0[1247]*.csv", "api/*activities*.json")
    for path in SHARED.glob(pattern)
)


@pytest.mark.skipif(not FILES, reason="../shared/data is absent")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_second_reading_of_the_rules_sees_a_real_history_alike(path: Path) -> None:
    archive = read(path, zone=ZoneInfo("Europe/Berlin"))
    words = readings_of(archive, read_lexicon()) if archive.words else {}
    assert differences(archive.runs, archive.wear, words) == []


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_a_second_reading_of_the_rules_sees_any_history_alike(seed: int) -> None:
    runner = made(seed)
    assert differences(runner.runs, runner.wear, runner.words) == []


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_whatever_a_runner_asked_for(seed: int) -> None:
    runner = made(seed)
    assert differences(runner.runs, runner.wear, runner.words, asked(Random(seed))) == []


def asked(draw: Random) -> Asked:
    """Choices of a runner: strict or not, a week from any day, kinds and limits of pairs, rules off and snoozed."""
    rules = ("long_run", "ramp", "comeback", "streak", "worn_shoe", "soreness", "recovery", "cadence")
    first = FIRST.date()
    return Asked(
        strict=draw.random() < 0.3,
        first_weekday=draw.choice((0, 0, 5, 6)),
        kinds={pair: draw.choice(("daily", "light", "racer", "trail", "minimalist")) for pair in "AB"},
        limits_km={pair: draw.choice(((None, None), (300, 600), (None, 700), (420, None))) for pair in "AB"},
        off=frozenset(draw.sample(rules, draw.choice((0, 0, 1, 2)))),
        snoozed={draw.choice((*rules, "*")): first + timedelta(days=draw.randint(0, 100))},
        dismissed=tuple((draw.choice(rules[:3]), first + timedelta(days=draw.randint(0, 100))) for _ in range(4)),
    )
