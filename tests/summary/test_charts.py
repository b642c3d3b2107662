"""Pictures stay in their frame and their figures can be read."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from plugin.summary import charts
from plugin.summary.model import PairSummary, SessionSummary, WeekSummary
from plugin.training.runs import ShoeKind

METRES = st.decimals(min_value=0, max_value=400_000, places=1)
MONDAY = date(2026, 8, 31)


@given(st.lists(st.tuples(METRES, st.none() | METRES), min_size=0, max_size=12))
def test_bars_ceilings_and_figures_stay_in_the_picture(weeks: list[tuple[Decimal, Decimal | None]]) -> None:
    seen = [
        WeekSummary(first_day=MONDAY + timedelta(weeks=number), metres=metres, ceiling_m=ceiling)
        for number, (metres, ceiling) in enumerate(weeks)
    ]
    picture = charts.weeks(seen)
    for bar in picture.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= charts.WIDTH
        assert charts.TOP <= bar.y <= charts.BOTTOM
        assert bar.ceiling_y is None or charts.TOP <= bar.ceiling_y <= charts.BOTTOM
        assert bar.figure_y >= 8, "a figure of nine units fits above it"
        assert bar.is_over == (bar.week.ceiling_m is not None and bar.week.metres > bar.week.ceiling_m)


def test_a_figure_is_not_crossed_by_the_ceiling_above_its_bar() -> None:
    seen = [WeekSummary(first_day=MONDAY, metres=Decimal(34_000), ceiling_m=Decimal(37_000))]
    (bar,) = charts.weeks(seen).bars
    assert bar.ceiling_y is not None
    assert not bar.figure_y - 9 <= bar.ceiling_y <= bar.figure_y


@given(st.lists(st.tuples(st.integers(0, 84), METRES, st.none() | METRES), max_size=60))
def test_sessions_stay_in_the_picture(sessions: list[tuple[int, Decimal, Decimal | None]]) -> None:
    seen = [
        SessionSummary(day=MONDAY + timedelta(days=days), metres=metres, longest_before_m=longest, ceiling_m=longest)
        for days, metres, longest in sorted(sessions, key=lambda one: one[0])
    ]
    picture = charts.sessions(seen)
    for stem in picture.stems:
        assert 0 <= stem.x <= charts.WIDTH
        assert charts.TOP <= stem.y <= charts.BOTTOM
        assert stem.longest_y is None or charts.TOP <= stem.longest_y <= charts.BOTTOM
    assert all(0 <= x <= charts.WIDTH for x, _ in picture.days)


def test_what_went_over_its_ceiling_is_drawn_over_what_else_was_run_that_day() -> None:
    two = (Decimal(20_000), Decimal(5_000))
    seen = [SessionSummary(day=MONDAY, metres=far, longest_before_m=None, ceiling_m=Decimal(11_000)) for far in two]
    assert [stem.is_over for stem in charts.sessions(seen).stems] == [False, True]


@given(METRES, st.none() | METRES, st.none() | METRES)
def test_a_pairs_bar_stays_in_the_picture(metres: Decimal, run_record: Decimal | None, stop: Decimal | None) -> None:
    worn = charts.pair(
        PairSummary(id="g", name="g", kind=ShoeKind.DAILY, metres=metres, look_m=run_record, replace_m=stop)
    )
    assert 0 <= worn.filled <= charts.WIDTH
    for x in (worn.look_x, worn.replace_x):
        assert x is None or x >= 0


@given(METRES, st.sampled_from([Decimal(1000), Decimal("1609.344")]))
def test_the_axis_has_a_few_round_numbers(top_m: Decimal, unit_m: Decimal) -> None:
    top_m = max(top_m, unit_m)
    axis = charts.axis_of(top_m, charts.PAGE, unit_m)
    assert 1 <= len(axis) <= charts.MOST_LINES
    for line in axis:
        number = line.metres / unit_m
        assert number == int(number)
        assert str(int(number)).rstrip("0") in {"1", "2", "3", "4", "5", "6", "8", "15"}
        assert charts.TOP <= line.y <= charts.BOTTOM
