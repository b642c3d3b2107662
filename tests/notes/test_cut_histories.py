"""The end of a list is not the beginning of running: a history cut off anywhere finds nothing that is not so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugin.notes.allowance import allowance_on
from plugin.notes.choose_note import Record
from plugin.notes.evaluate import evaluate, find_notices
from plugin.notes.note import WithheldReason
from plugin.notes.rulebook import read_rulebook
from plugin.rules import ramp, recovery
from plugin.training.history import History, Odometer, first_known_day
from plugin.training.runs import Run, Sport, Wear

BOOK = read_rulebook()
FIRST = date(2026, 1, 5)
DAY = timedelta(days=1)


@st.composite
def histories(draw: st.DrawFn) -> list[Run]:
    """Four months with gaps, doubles, races and two or three pairs; short windows are crossed more often than not."""
    runs: list[Run] = []
    odometer = {"A": Decimal(0), "B": Decimal(100_000), "C": Decimal(0)}
    day = 0
    while day < 120:
        for _ in range(draw(st.sampled_from([1, 1, 1, 2]))):
            metres = Decimal(1000) * draw(st.sampled_from([2, 3, 5, 6, 8, 10, 12, 16, 21, 30]))
            hour = draw(st.integers(5, 21))
            shoe = draw(st.sampled_from(["A", "A", "B", "C", None]))
            runs.append(
                Run(
                    id=str(len(runs) + 1),
                    start=datetime.combine(FIRST + day * DAY, time(hour), UTC),
                    day=FIRST + day * DAY,
                    sport=draw(st.sampled_from([Sport.RUN, Sport.RUN, Sport.TRAIL])),
                    distance_m=metres,
                    moving_s=metres / 3,
                    elapsed_s=metres / 3,
                    shoe=shoe,
                    cadence=Decimal(draw(st.sampled_from([70, 74, 88]))),
                    is_race=draw(st.sampled_from([False, False, False, True])),
                )
            )
            if shoe is not None:
                odometer[shoe] += metres
        day += draw(st.sampled_from([1, 1, 1, 1, 2, 2, 3, 7, 15, 20, 30, 45]))
    return runs


def odometers(runs: list[Run]) -> dict[str, Odometer]:
    """As Strava knows them, whatever the list shows."""
    return History(runs, wear=[_worn(run) for run in runs if run.shoe]).odometers


def _worn(run: Run) -> Wear:
    return Wear(shoe=str(run.shoe), id=run.id, start=run.start, distance_m=run.distance_m)


def both(runs: list[Run], cut: int) -> tuple[History, History]:
    """The whole history, and as a list shows it that ends with the run at `cut`."""
    figures = odometers(runs)
    whole = History(runs, odometers=figures)
    shown = whole.runs[cut:]
    part = History(shown, odometers=figures, known_since=first_known_day(shown[0].start))
    return whole, part


def near_the_cut(part: History) -> list[Run]:
    """Further on every window is known."""
    return [run for run in part.load if run.day <= part.load[0].day + 70 * DAY]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(runs=histories(), at=st.floats(0, 1, exclude_max=True), is_strict=st.booleans())
def test_cutting_a_history_off_never_makes_a_notice_appear(runs: list[Run], at: float, is_strict: bool) -> None:
    rulebook = replace(BOOK, limits={**BOOK.limits, "ramp": replace(BOOK.limits["ramp"], strict=is_strict)})
    whole, part = both(runs, int(at * len(runs)))
    for run in near_the_cut(part):
        if run.id not in whole.place:
            continue
        there = {(one.rule, one.level) for one in find_notices(run, whole.as_of(run), rulebook)}
        seen = {(one.rule, one.level) for one in find_notices(run, part.as_of(run), rulebook)}
        assert seen <= there
        kept_back = {
            one.notice.rule
            for one in evaluate(run, whole.as_of(run), Record(), rulebook).verdicts
            if one.withheld == WithheldReason.COMING_BACK
        }
        assert not kept_back & {
            one.notice.rule for one in evaluate(run, part.as_of(run), Record(), rulebook).verdicts if one.told
        }


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(runs=histories(), at=st.floats(0, 1, exclude_max=True))
def test_an_allowance_is_that_of_the_whole_history_or_is_not_known(runs: list[Run], at: float) -> None:
    whole, part = both(runs, int(at * len(runs)))
    for run in near_the_cut(part):
        if run.id not in whole.place:
            continue
        there = allowance_on(whole.as_of(run), run.day + DAY, BOOK.limits)
        seen = allowance_on(part.as_of(run), run.day + DAY, BOOK.limits)
        assert seen.length_m in (None, there.length_m)
        assert seen.week_m in (None, there.week_m)


@pytest.mark.parametrize("days", [20, 31, 40, 55])
def test_a_steady_runner_whose_list_is_short_hears_nothing_false(days: int) -> None:
    """Fourteen kilometres every Sunday, and a list that ends in the week after one of them."""
    runs = [
        Run(
            id=str(number),
            start=datetime.combine(FIRST + number * DAY, time(8), UTC),
            day=FIRST + number * DAY,
            distance_m=Decimal(14_000 if number % 7 == 6 else 5_000),
            moving_s=Decimal(4_000),
        )
        for number in range(98)
        if number % 7 in (1, 3, 6)
    ]
    last = runs[-1]
    shown = [run for run in runs if run.day > last.day - days * DAY]
    part = History(shown, known_since=first_known_day(shown[0].start))
    assert {one.rule for one in find_notices(last, part.as_of(last), BOOK)} <= {recovery.NAME}
    _, baseline = ramp.week_and_baseline(part.as_of(last), last.day, BOOK.limits["ramp"])
    assert (baseline is None) == (days <= 35)
