"""Pictures stay in their frame and their figures can be read."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.summary import charts
from plugin.summary.model import SessionSummary, WeekSummary

METRES = st.decimals(min_value=0, max_value=400_000, places=1)
MONDAY = date(2026, 8, 31)


WEEK = st.tuples(st.none() | METRES, st.none() | METRES)
UNITS = st.sampled_from([Decimal(1000), Decimal("1609.344")])


def some_weeks(weeks: list[tuple[Decimal | None, Decimal | None]]) -> list[WeekSummary]:
    return [
        WeekSummary(first_day=MONDAY + timedelta(weeks=number), metres=metres, ceiling_m=ceiling)
        for number, (metres, ceiling) in enumerate(weeks)
    ]


def numbers(path: str) -> list[tuple[str, list[float]]]:
    """The commands of a path with their numbers."""
    return [(letter, [float(one) for one in rest.split()]) for letter, rest in re.findall(r"([MVHZ])([^MVHZ]*)", path)]


def heights(path: str) -> list[float]:
    return [values[-1] for letter, values in numbers(path) if letter in "MV"]


@given(st.lists(WEEK, max_size=60), UNITS)
def test_every_week_is_drawn_once_in_order_and_stays_in_the_picture(
    weeks: list[tuple[Decimal | None, Decimal | None]], unit_m: Decimal
) -> None:
    seen = some_weeks(weeks)
    rows = charts.weeks_in_rows(seen, unit_m)
    assert [bar.week for row in reversed(rows) for bar in row.bars] == seen
    assert all(len(row.bars) <= charts.MOST_WEEKS for row in rows)
    for row in rows:
        frame = row.frame
        for bar in row.bars:
            assert frame.left <= bar.x < bar.bar_x < bar.bar_x + bar.bar_width <= frame.width
            assert frame.top <= bar.y <= frame.bottom
            assert bar.y + bar.height == pytest.approx(frame.bottom)
        assert [one.x for one in row.bars] == sorted(one.x for one in row.bars)
        assert all(frame.top <= y <= frame.bottom for y in heights(row.edge) + heights(row.band))


@given(st.lists(WEEK, min_size=1, max_size=60), UNITS)
def test_the_band_is_as_high_as_each_weeks_allowance(
    weeks: list[tuple[Decimal | None, Decimal | None]], unit_m: Decimal
) -> None:
    for row in charts.weeks_in_rows(some_weeks(weeks), unit_m):
        top_m = charts.round_top([m for one in weeks for m in one], unit_m)
        ceilings = [bar.week.ceiling_m for bar in row.bars if bar.week.ceiling_m is not None]
        drawn = [values[0] for letter, values in numbers(row.edge) if letter == "V"]
        assert drawn == [row.frame.y(ceiling, top_m) for ceiling in ceilings]


@pytest.mark.parametrize("count", range(1, 27))
def test_labels_of_days_never_touch(count: int) -> None:
    (row,) = charts.weeks_in_rows(some_weeks([(Decimal(1000), None)] * count))
    spans = []
    for label in row.labels:
        # "21 Sept" takes about 43 units in letters of 11 px on a phone.
        half = {"start": (0, 43), "middle": (21.5, 21.5), "end": (43, 0)}[label.anchor]
        spans.append((label.x - half[0], label.x + half[1]))
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(start >= 0 and end <= charts.PAGE.width for start, end in spans)


@given(st.lists(st.tuples(st.integers(0, 83), METRES, st.none() | METRES), max_size=60), UNITS)
def test_sessions_stand_on_their_days_below_the_weeks(
    sessions: list[tuple[int, Decimal, Decimal | None]], unit_m: Decimal
) -> None:
    seen = [
        SessionSummary(day=MONDAY + timedelta(days=days), metres=metres, longest_before_m=longest, ceiling_m=longest)
        for days, metres, longest in sorted(sessions, key=lambda one: one[0])
    ]
    rows = charts.weeks_in_rows(some_weeks([(Decimal(1000), None)] * 12), unit_m)
    (picture,) = charts.sessions_in_rows(seen, rows, unit_m)
    assert len(picture.stems) == len(seen)
    for stem in picture.stems:
        (bar,) = [bar for bar in rows[0].bars if 0 <= (stem.session.day - bar.week.first_day).days < 7]
        assert bar.x - 0.1 <= stem.x <= bar.x + bar.width + 0.1
        assert picture.frame.top <= stem.y <= picture.frame.bottom
    assert all(picture.frame.top <= y <= picture.frame.bottom for y in heights(picture.edge) + heights(picture.band))


def test_what_went_over_its_allowance_is_drawn_over_what_else_was_run_that_day() -> None:
    two = (Decimal(20_000), Decimal(5_000))
    seen = [SessionSummary(day=MONDAY, metres=far, longest_before_m=None, ceiling_m=Decimal(11_000)) for far in two]
    rows = charts.weeks_in_rows(some_weeks([(Decimal(25_000), None)]))
    (picture,) = charts.sessions_in_rows(seen, rows)
    assert [stem.session.is_over for stem in picture.stems] == [False, True]


def test_a_note_is_marked_on_the_session_of_its_run_and_leads_to_its_line() -> None:
    seen = [
        SessionSummary(day=MONDAY, metres=Decimal(far), longest_before_m=None, run_ids=ids)
        for far, ids in [(8_000, ("1",)), (20_000, ("2", "3"))]
    ]
    rows = charts.weeks_in_rows(some_weeks([(Decimal(28_000), None)]))
    mark = charts.NoteMark(words="Note on Monday", level=1, href="#run-3")
    (picture,) = charts.sessions_in_rows(seen, rows, marks={"3": mark})
    assert [(stem.session.run_ids, stem.mark) for stem in picture.stems] == [(("1",), None), (("2", "3"), mark)]


@given(METRES, UNITS)
def test_the_axis_has_a_few_round_numbers_and_ends_at_one(most_m: Decimal, unit_m: Decimal) -> None:
    top_m = charts.round_top([most_m], unit_m)
    axis = charts.axis_of(top_m, charts.PAGE, unit_m)
    assert top_m >= most_m
    assert axis[-1].metres == top_m
    assert 1 <= len(axis) <= charts.MOST_LINES
    for line in axis:
        number = line.metres / unit_m
        assert number == int(number)
        assert str(int(number)).rstrip("0") in {"1", "2", "3", "4", "5", "6", "8", "15", "25"}
        assert charts.PAGE.top <= line.y <= charts.PAGE.bottom
