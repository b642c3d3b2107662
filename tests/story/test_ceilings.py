"""A run of exactly the ceiling is silent, and a metre more is not: over made-up histories and over real ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.notes.allowance import allowance_on
from plugin.notes.choose import Record
from plugin.notes.evaluate import evaluate, find_notices
from plugin.notes.rulebook import read_rulebook
from plugin.replay.imports import read
from plugin.training.history import History
from plugin.training.runs import Run
from tests.paths import SHARED
from tests.story.trying import trying

BOOK = read_rulebook()
STRICT = replace(BOOK, limits={**BOOK.limits, "ramp": replace(BOOK.limits["ramp"], strict=True)})
LOAD = {"long_run", "comeback", "ramp"}
FIRST = date(2025, 1, 6)
DATA = SHARED
METRE = Decimal(1)
MOST = 120
"""Runs looked at in one recorded history, evenly spread."""


def a_run(number: int, day: date, metres: Decimal, *, at: time = time(12)) -> Run:
    seconds = metres * 360 / 1000
    return Run(
        id=str(number),
        start=datetime.combine(day, at, tzinfo=UTC),
        day=day,
        distance_m=metres,
        moving_s=seconds,
        elapsed_s=seconds,
    )


def on_its_own(history: History, day: date, metres: Decimal) -> tuple[History, Run]:
    """The history with one run more on that day, in no session with another."""
    run = replace(a_run(10**15, day, metres), hour_is_hidden=True)
    return History([*history.runs, run], first_weekday=history.first_weekday), run


def hold_the_ceiling(history: History, upto: int, rulebook=BOOK) -> None:
    """Of a run of exactly the ceiling on the day after the `upto`th run nothing is told; a metre more is noticed."""
    known = History(history.load[: upto + 1], first_weekday=history.first_weekday)
    tomorrow = max(run.day for run in known.load) + timedelta(days=1)
    allowance = allowance_on(known.as_of_now(), tomorrow, rulebook.limits)
    ceiling = allowance.next_run_m
    if ceiling is None:
        return
    # Exactly 4 km after nothing longer than 3 km: rules.md says both "D >= 4 000" and "tells nothing".
    if ceiling > 0 and ceiling != rulebook.limits["long_run"].floor_m:
        longer, run = on_its_own(known, tomorrow, ceiling)
        choice = evaluate(run, longer.as_of(run), Record(), rulebook)
        told = {verdict.notice.rule for verdict in choice.verdicts if verdict.told}
        assert not told & LOAD, (run.day, ceiling, told)
    longer, run = on_its_own(known, tomorrow, ceiling + METRE)
    found = {notice.rule for notice in find_notices(run, longer.as_of(run), rulebook)}
    assert found & LOAD, (run.day, ceiling)


days_and_metres = st.lists(
    st.tuples(st.integers(0, 150), st.integers(300, 45_000)), min_size=1, max_size=45, unique_by=lambda pair: pair[0]
)
tenths = st.lists(
    st.tuples(st.integers(0, 150), st.integers(3_000, 300_000).map(lambda metres: Decimal(metres) / 10)),
    min_size=5,
    max_size=60,
    unique_by=lambda pair: pair[0],
)


def history_of(pairs: list[tuple[int, Decimal | int]], *, first_weekday: int = 0) -> History:
    ordered = sorted(pairs)
    runs = [a_run(n, FIRST + timedelta(days=day), Decimal(metres)) for n, (day, metres) in enumerate(ordered, start=1)]
    return History(runs, first_weekday=first_weekday)


@trying(250)
@given(days_and_metres, st.sampled_from([0, 5, 6]), st.booleans())
def test_a_run_of_exactly_the_ceiling_is_silent_and_a_metre_more_is_not(pairs, first_weekday, is_strict):
    history = history_of(pairs, first_weekday=first_weekday)
    hold_the_ceiling(history, len(history.load) - 1, STRICT if is_strict else BOOK)


@trying(25)
@given(tenths)
def test_the_ceiling_holds_after_every_run_of_a_history(pairs):
    history = history_of(pairs)
    for upto in range(0, len(history.load), 4):
        hold_the_ceiling(history, upto)


@trying(200)
@given(days_and_metres)
def test_what_the_week_has_left_is_what_ramp_lets_pass(pairs):
    history = history_of(pairs)
    tomorrow = history.load[-1].day + timedelta(days=1)
    allowance = allowance_on(history.as_of_now(), tomorrow, BOOK.limits)
    if allowance.week_m is None:
        return
    for metres, is_silent in ((allowance.week_left_m, True), (allowance.week_left_m + METRE, False)):
        if metres > 0:
            longer, run = on_its_own(history, tomorrow, metres)
            found = {notice.rule for notice in find_notices(run, longer.as_of(run), BOOK)}
            assert ("ramp" not in found) is (is_silent or metres <= allowance.week_m)


RECORDED = sorted([*DATA.glob("runners/*.csv"), *DATA.glob("exports/*activities*.csv")])


@pytest.mark.skipif(not RECORDED, reason="../shared/data is absent")
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_the_ceiling_holds_over_recorded_histories(path):
    history = History(read(path, zone=ZoneInfo("UTC")).runs)
    assert history.load
    for upto in range(0, len(history.load), max(1, len(history.load) // MOST)):
        lately = _lately(history, upto)
        hold_the_ceiling(lately, len(lately.load) - 1)


def _lately(history: History, upto: int) -> History:
    """What the rules look at: half a year and a little."""
    day = history.load[upto].day
    return History([run for run in history.load[: upto + 1] if (day - run.day).days <= 250])
