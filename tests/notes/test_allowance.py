"""The allowance: the examples of the rules, and that a run of exactly that is silent, over real histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.notes.allowance import allowance_on
from plugin.notes.choose_note import Record
from plugin.notes.evaluate import evaluate, evaluate_history
from plugin.notes.rulebook import read_rulebook
from plugin.replay.imports import read
from plugin.training.history import History, Memory, Soreness
from plugin.training.runs import Run
from tests.paths import SHARED
from tests.rules.examples import MONDAY, run, weeks_of
from tests.rules.examples import history_of as rules_history_of
from tests.story.trying import trying

BOOK = read_rulebook()
STRICT = replace(BOOK, limits={**BOOK.limits, "ramp": replace(BOOK.limits["ramp"], strict=True)})
LOAD = {"long_run", "comeback", "ramp"}
FIRST = date(2025, 1, 6)
DATA = SHARED
DAY = timedelta(days=1)
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


def hold_the_allowance(history: History, upto: int, rulebook=BOOK) -> None:
    """Of a run of exactly what is allowed on the day after the `upto`th run nothing is told."""
    known = History(history.load[: upto + 1], first_weekday=history.first_weekday)
    tomorrow = max(run.day for run in known.load) + DAY
    allowed_m = allowance_on(known.as_of_now(), tomorrow, rulebook.limits).next_run_m
    # Exactly 4 km after nothing longer than 3 km: rules.md says both "D >= 4 000" and "tells nothing".
    if not allowed_m or allowed_m == rulebook.limits["long_run"].floor_m:
        return
    longer, run = on_its_own(known, tomorrow, allowed_m)
    choice = evaluate(run, longer.as_of(run), Record(), rulebook)
    told = {verdict.notice.rule for verdict in choice.verdicts if verdict.told}
    assert not told & LOAD, (run.day, allowed_m, told)


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
def test_a_run_of_exactly_what_is_allowed_is_silent(pairs, first_weekday, is_strict):
    history = history_of(pairs, first_weekday=first_weekday)
    hold_the_allowance(history, len(history.load) - 1, STRICT if is_strict else BOOK)


@trying(25)
@given(tenths)
def test_that_holds_after_every_run_of_a_history(pairs):
    history = history_of(pairs)
    for upto in range(0, len(history.load), 4):
        hold_the_allowance(history, upto)


def allowed(*runs: Run, day: int, **memory: object):
    """The allowance of a day, counted from a Monday."""
    history = rules_history_of(*runs)
    return allowance_on(history.as_of_now(memory=Memory(**memory)), MONDAY + timedelta(days=day), BOOK.limits)


def test_what_was_too_much_today_is_no_yardstick_for_a_week() -> None:
    runs = [run(0, 14), run(7, 20)]
    assert [allowed(*runs, day=day).length_m for day in (8, 13, 14, 15)] == [15_400, 15_400, 15_400, 22_000]


def test_a_session_counts_as_too_long_whichever_of_its_runs_was() -> None:
    warm_up, race = run(7, 3, at="08:00", minutes=15), run(7, 17, at="08:20")
    assert allowed(run(0, 14), warm_up, race, day=8).length_m == 15_400


def test_of_nothing_in_thirty_days_there_is_no_length() -> None:
    assert [allowed(run(0, 14), day=day).length_m for day in (30, 31)] == [15_400, None]
    assert allowed(run(0, 2), day=1).length_m == 4000
    assert allowed(day=1).length_m is None
    assert allowed(run(0, 10), run(30, 12), day=31).length_m is None


def test_after_a_break_the_length_is_what_is_enough_in_that_week() -> None:
    before = [run(-2 * number, 20) for number in range(6)][::-1]
    assert allowed(*before, run(42, 8), day=43).length_m == 10_000
    assert allowed(*before, run(42, 8), day=49).length_m == 13_000
    # A run on that day would be the first of the comeback.
    assert allowed(*before, day=42).length_m == 10_000


def test_what_the_week_has_left_is_what_ramp_lets_pass() -> None:
    weeks = weeks_of(30, 30, 30, 30)
    assert allowed(*weeks, run(28, 10), day=29).week_m == 23_000
    assert allowed(*weeks, run(28, 40), day=29).week_m == -7000
    assert allowed(run(0, 30), day=7).week_m is None


def test_a_week_that_was_too_big_does_not_raise_the_next_one() -> None:
    weeks = [*weeks_of(30, 30, 30, 30), run(28, 24), run(34, 25)]
    assert allowed(*weeks, day=35).week_m == 33_000
    assert allowed(*weeks_of(30, 30, 30, 30), run(28, 16), run(34, 17), day=35).week_m == Decimal("36300")


def test_beside_soreness_nothing_is_allowed_or_forbidden() -> None:
    sore = Soreness(run_id="1", day=MONDAY, labels=frozenset({"achilles"}))
    assert allowed(run(0, 14), day=1, soreness=(sore,)) is None
    assert allowed(run(0, 14), day=7, soreness=(sore,)) is None
    assert allowed(run(0, 14), day=8, soreness=(sore,)).length_m == 15_400


def test_live_and_replay_allow_the_same() -> None:
    """The preview and a live run see a list that begins later; within it they agree with the whole history."""
    runs = [run(day, 6 + day % 7) for day in range(0, 120, 3)] + [run(121, 25), run(124, 8)]
    whole = [choice.allowance for _, _, choice in evaluate_history(rules_history_of(*runs), BOOK)]
    late = History(runs[10:], known_since=runs[10].day)
    for one, expected in zip(runs[25:], whole[25:], strict=True):
        assert allowance_on(late.as_of(one), one.day + DAY, BOOK.limits) == expected


RECORDED = sorted([*DATA.glob("runners/*.csv"), *DATA.glob("exports/*activities*.csv")])


@pytest.mark.skipif(not RECORDED, reason="../shared/data is absent")
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_that_holds_over_recorded_histories(path):
    history = History(read(path, zone=ZoneInfo("UTC")).runs)
    assert history.load
    for upto in range(0, len(history.load), max(1, len(history.load) // MOST)):
        lately = _lately(history, upto)
        hold_the_allowance(lately, len(lately.load) - 1)


def _lately(history: History, upto: int) -> History:
    """What the rules look at: half a year and a little."""
    day = history.load[upto].day
    return History([run for run in history.load[: upto + 1] if (day - run.day).days <= 250])
