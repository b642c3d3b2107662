"""Charts as plain geometry, for page, mail and replay: bars, stems, allowances and round numbers.

`templates/chart.svg` draws them, for each of the three. Where a week or a session stands follows from its day, so that
two charts over the same days can be read one below the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from plugin.summary.model import SessionSummary, WeekSummary

KM = Decimal(1000)
MOST_LINES = 5
MOST_WEEKS = 26
"""Weeks in one row of a chart: on a phone a week's figure still has room, upright up to `UPRIGHT_WEEKS`."""
UPRIGHT_WEEKS = 14
LABEL, HALF_A_LABEL = 54, 22
"""Room from one day's label to the next, and half of a wide one."""
MARK_ABOVE = 7
"""A week's note is marked so far above its bar."""
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Where a chart may draw: `height` holds the labels below `bottom`, `left` the axis."""

    width: float
    height: float
    top: float
    bottom: float
    left: float = 0
    right: float = 0

    def y(self, metres: Decimal, top_m: Decimal) -> float:
        return round(self.bottom - float(metres / top_m) * (self.bottom - self.top), 1)

    @property
    def inner(self) -> float:
        return self.width - self.left - self.right


PAGE = Frame(width=360, height=148, top=6, bottom=128, left=26, right=4)
FIGURES, TURNED_FIGURES = 12, 24
"""Room for a row of figures below the bars."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """The days from the first to the last, both within it, from left to right."""

    first: date
    last: date

    def x(self, day: date, frame: Frame) -> float:
        """Where a day begins."""
        return round(frame.left + frame.inner * (day - self.first).days / ((self.last - self.first).days + 1), 1)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the axis at a round number of the reader's unit."""

    metres: Decimal
    y: float


class Level(NamedTuple):
    """What was allowed from one place to another."""

    x: float
    end: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Label:
    """A day to write below the chart."""

    day: date
    x: float
    anchor: str


@dataclass(frozen=True, kw_only=True)
class NoteMark:
    """A note on what is drawn: its words, its level, and where a click leads (empty: nowhere)."""

    words: str
    level: int
    href: str = ""


def step_of(top_m: Decimal, unit_m: Decimal = KM) -> Decimal:
    """The smallest round step that needs at most `MOST_LINES` lines to `top_m`: 1, 2, 5, 10, 20, 50 ... units."""
    step, factors = unit_m, (2, Decimal("2.5"), 2)
    number = 0
    while top_m > step * MOST_LINES:
        step *= factors[number % 3]
        number += 1
    return step


def round_top(metres: Iterable[Decimal | None], unit_m: Decimal = KM) -> Decimal:
    """The round number that an axis ends at: not below any of these, at least one unit."""
    top_m = max([unit_m, *(one for one in metres if one is not None)])
    step = step_of(top_m, unit_m)
    return step * ceil(top_m / step)


def axis_of(top_m: Decimal, frame: Frame, unit_m: Decimal = KM) -> tuple[Line, ...]:
    """Lines at round numbers, the lowest first, none above `top_m`."""
    step = step_of(top_m, unit_m)
    return tuple(
        Line(metres=step * number, y=frame.y(step * number, top_m)) for number in range(1, int(top_m // step) + 1)
    )


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A week: its place (`x`, `width`), within it its bar, and the note told in it."""

    week: WeekSummary
    x: float
    width: float
    bar_x: float
    bar_width: float
    y: float
    height: float
    mark: NoteMark | None = None

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, kw_only=True)
class Weeks:
    """Bars from oldest to newest; the allowance as the path of a band and of its upper edge."""

    frame: Frame
    span: Span
    bars: tuple[Bar, ...]
    band: str
    edge: str
    axis: tuple[Line, ...] = ()
    labels: tuple[Label, ...] = ()
    is_upright: bool = True
    """A week's figure has room from left to right; else it is turned."""

    @property
    def marks(self) -> list[tuple[float, float, NoteMark]]:
        """Where to mark notes: above the bars."""
        return [
            (bar.middle, max(self.frame.top, round(bar.y - MARK_ABOVE, 1)), bar.mark) for bar in self.bars if bar.mark
        ]


def weeks(
    seen: Sequence[WeekSummary],
    frame: Frame = PAGE,
    *,
    top_m: Decimal,
    unit_m: Decimal = KM,
    share: float = 0.7,
    span: Span | None = None,
    labels: tuple[Label, ...] | None = None,
    marks: Mapping[date, NoteMark] | None = None,
) -> Weeks:
    """A bar a week with its allowance; `share` of its place is the bar's. A week that is not known has no bar.

    `marks`: first day of a week to the note in it; `span`: the days that are shown, where they are more or fewer than
    those of the weeks.
    """
    if span is None:
        span = Span(first=seen[0].first_day, last=seen[-1].first_day + WEEK - DAY)
    bars, allowed = [], []
    for one in seen:
        x, end = span.x(one.first_day, frame), span.x(one.first_day + WEEK, frame)
        width, y = end - x, frame.y(one.metres or Decimal(0), top_m)
        bars.append(
            Bar(
                week=one,
                x=x,
                width=round(width, 1),
                bar_x=round(x + width * (1 - share) / 2, 1),
                bar_width=round(width * share, 1),
                y=y,
                height=round(frame.bottom - y, 1),
                mark=(marks or {}).get(one.first_day),
            )
        )
        if one.ceiling_m is not None and one.ceiling_m >= 0:
            allowed.append(Level(x, end, frame.y(one.ceiling_m, top_m)))
    if labels is None:
        labels = _labels([(one.week.first_day, one.middle) for one in bars], frame)
    return Weeks(
        frame=frame,
        span=span,
        bars=tuple(bars),
        band=_band(allowed, frame),
        edge=_edge(allowed),
        axis=axis_of(top_m, frame, unit_m),
        labels=labels,
        is_upright=len(seen) <= UPRIGHT_WEEKS,
    )


def rows(seen: Sequence[WeekSummary], most: int = MOST_WEEKS) -> list[Sequence[WeekSummary]]:
    """The weeks in rows of about the same length, the newest row first."""
    count = ceil(len(seen) / most)
    bounds = [len(seen) * (count - number) // count for number in range(count + 1)] if count else []
    return [seen[start:end] for end, start in pairwise(bounds)]


def weeks_in_rows(seen: Sequence[WeekSummary], unit_m: Decimal = KM, *, frame: Frame = PAGE) -> tuple[Weeks, ...]:
    """All weeks on one scale, the newest row first."""
    top_m = round_top([metres for one in seen for metres in (one.metres, one.ceiling_m)], unit_m)
    return tuple(
        weeks(row, replace(frame, height=frame.height + _figures(row)), top_m=top_m, unit_m=unit_m)
        for row in rows(seen)
    )


def _figures(row: Sequence[WeekSummary]) -> float:
    return FIGURES if len(row) <= UPRIGHT_WEEKS else TURNED_FIGURES


@dataclass(frozen=True, kw_only=True)
class Stem:
    """A session: where it stands, and the note on it."""

    session: SessionSummary
    x: float
    y: float
    mark: NoteMark | None = None


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """Stems over the days, in the order to draw them in; the allowance of each day with one, up to the next."""

    frame: Frame
    span: Span
    stems: tuple[Stem, ...]
    band: str
    edge: str
    axis: tuple[Line, ...] = ()
    labels: tuple[Label, ...] = ()

    @property
    def marks(self) -> list[tuple[float, float, NoteMark]]:
        """Where to mark notes: at the ends of the stems."""
        return [(stem.x, stem.y, stem.mark) for stem in self.stems if stem.mark]


def sessions(
    seen: Sequence[SessionSummary],
    span: Span,
    frame: Frame = PAGE,
    *,
    top_m: Decimal,
    unit_m: Decimal = KM,
    labels: tuple[Label, ...] = (),
    marks: Mapping[str, NoteMark] | None = None,
) -> Sessions:
    """Stems by day; `marks`: run id to the note on that run."""
    day_width = span.x(span.first + DAY, frame) - span.x(span.first, frame)
    shown = sorted((one for one in seen if span.first <= one.day <= span.last), key=lambda one: one.day)
    stems = [
        Stem(
            session=one,
            x=round(span.x(one.day, frame) + day_width / 2, 1),
            y=frame.y(one.metres, top_m),
            mark=next((marks[run_id] for run_id in one.run_ids if run_id in marks), None) if marks else None,
        )
        for one in shown
    ]
    ceilings = {one.day: one.ceiling_m for one in shown}
    allowed = []
    for day, following in pairwise([*ceilings, span.last + DAY]):
        ceiling_m = ceilings[day]
        if ceiling_m is not None:
            # It is known of the days of sessions alone: far beyond one of them it would be a guess.
            end = min(following, day + WEEK)
            allowed.append(Level(span.x(day, frame), span.x(end, frame), frame.y(ceiling_m, top_m)))
    # Those of one day share their place: what went over its allowance, and what has a note, is drawn last and seen.
    drawn = sorted(stems, key=lambda stem: (stem.mark is not None, stem.session.is_over))
    return Sessions(
        frame=frame,
        span=span,
        stems=tuple(drawn),
        band=_band(allowed, frame),
        edge=_edge(allowed),
        axis=axis_of(top_m, frame, unit_m),
        labels=labels,
    )


def sessions_in_rows(
    seen: Sequence[SessionSummary],
    rows: Sequence[Weeks],
    unit_m: Decimal = KM,
    marks: Mapping[str, NoteMark] | None = None,
    *,
    frame: Frame = PAGE,
) -> tuple[Sessions, ...]:
    """The sessions below the rows of their weeks, on one scale."""
    spans = [row.span for row in rows]
    shown = [one for one in seen if any(span.first <= one.day <= span.last for span in spans)]
    top_m = round_top([metres for one in shown for metres in (one.metres, one.ceiling_m)], unit_m)
    return tuple(
        sessions(shown, row.span, frame, top_m=top_m, unit_m=unit_m, labels=row.labels, marks=marks) for row in rows
    )


def _pieces(levels: Sequence[Level]) -> list[list[Level]]:
    """Levels that touch, together."""
    pieces: list[list[Level]] = []
    for level in levels:
        if pieces and pieces[-1][-1].end == level.x:
            pieces[-1].append(level)
        else:
            pieces.append([level])
    return pieces


def _steps(piece: Sequence[Level]) -> str:
    return "".join(f"V{level.y:g}H{level.end:g}" for level in piece)


def _edge(levels: Sequence[Level]) -> str:
    return "".join(f"M{piece[0].x:g} {piece[0].y:g}{_steps(piece)}" for piece in _pieces(levels))


def _band(levels: Sequence[Level], frame: Frame) -> str:
    return "".join(f"M{piece[0].x:g} {frame.bottom:g}{_steps(piece)}V{frame.bottom:g}Z" for piece in _pieces(levels))


def _labels(days: Sequence[tuple[date, float]], frame: Frame) -> tuple[Label, ...]:
    """As many days as have room for a label, counted from the last one; the outermost stay within the frame."""
    every = max(1, ceil(LABEL * len(days) / frame.inner))
    labels = []
    for day, x in list(reversed(days))[::every]:
        if x > frame.width - HALF_A_LABEL:
            labels.append(Label(day=day, x=frame.width, anchor="end"))
        elif x < frame.left + HALF_A_LABEL:
            labels.append(Label(day=day, x=frame.left, anchor="start"))
        else:
            labels.append(Label(day=day, x=x, anchor="middle"))
    return tuple(reversed(labels))
