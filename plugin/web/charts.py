"""Pictures as plain geometry: where the bars, ticks and labels of an SVG stand. The templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from plugin.summary.model import PairSummary, SessionSummary, WeekSummary

WIDTH, HEIGHT = 360, 150
TOP, BOTTOM, SIDE = 16, 132, 4
"""Room above for a figure, below for the days."""
FIGURE = 15
"""A figure's height: with a ceiling that close above its bar it stands above the ceiling."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A week: its bar, the tick of its ceiling (None: none), what it is of."""

    week: WeekSummary
    x: float
    width: float
    y: float
    height: float
    ceiling_y: float | None
    figure_y: float
    is_over: bool
    has_label: bool


@dataclass(frozen=True, kw_only=True)
class Weeks:
    """Twelve bars and the figures that are written on the picture."""

    bars: tuple[Bar, ...]
    most: WeekSummary | None


def weeks(seen: Sequence[WeekSummary]) -> Weeks:
    """Bars from oldest to newest, on one scale with their ceilings."""
    known_m = [one.metres for one in seen if one.metres is not None]
    top_m = max([Decimal(1000), *known_m, *(one.ceiling_m or Decimal(0) for one in seen)])
    step = (WIDTH - 2 * SIDE) / max(1, len(seen))
    bars = []
    for number, one in enumerate(seen):
        # A week that is not known has no bar; the table says so.
        y = _y(one.metres or Decimal(0), top_m)
        ceiling_y = None if one.ceiling_m is None else _y(one.ceiling_m, top_m)
        crosses_figure = ceiling_y is not None and y - FIGURE <= ceiling_y <= y
        bars.append(
            Bar(
                week=one,
                x=round(SIDE + number * step + step * 0.15, 1),
                width=round(step * 0.7, 1),
                y=y,
                height=round(BOTTOM - y, 1),
                ceiling_y=ceiling_y,
                figure_y=round((ceiling_y if ceiling_y is not None and crosses_figure else y) - 5, 1),
                is_over=one.is_over,
                # Every other label, counted from this week, so that they never touch.
                has_label=(len(seen) - 1 - number) % 3 == 0,
            )
        )
    most = max(seen, key=lambda one: one.metres or Decimal(0), default=None)
    return Weeks(bars=tuple(bars), most=most if most and most.metres else None)


@dataclass(frozen=True, kw_only=True)
class Stem:
    """A session: where it stands, and the tick of the longest in the thirty days before (None: none)."""

    session: SessionSummary
    x: float
    y: float
    longest_y: float | None
    is_over: bool


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """Stems over the days, in the order to draw them in, and days to write below."""

    stems: tuple[Stem, ...]
    days: tuple[tuple[float, date], ...]


def sessions(seen: Sequence[SessionSummary]) -> Sessions:
    """Stems by day over the span of the sessions."""
    if not seen:
        return Sessions(stems=(), days=())
    first, last = seen[0].day, seen[-1].day
    span = max(1, (last - first).days)
    top_m = max([Decimal(1000), *(one.metres for one in seen), *(one.longest_before_m or Decimal(0) for one in seen)])

    def x_of(day: date) -> float:
        return round(SIDE + 4 + (WIDTH - 2 * SIDE - 8) * (day - first).days / span, 1)

    stems = [
        Stem(
            session=one,
            x=x_of(one.day),
            y=_y(one.metres, top_m),
            longest_y=None if one.longest_before_m is None else _y(one.longest_before_m, top_m),
            is_over=one.ceiling_m is not None and one.metres > one.ceiling_m,
        )
        for one in seen
    ]
    quarters = [first + timedelta(days=span * number // 4) for number in range(5)] if span >= 8 else [first, last]
    # Those of one day share their place: what went over its ceiling is drawn last and seen.
    drawn = sorted(stems, key=lambda stem: stem.is_over)
    return Sessions(stems=tuple(drawn), days=tuple((x_of(day), day) for day in quarters))


@dataclass(frozen=True, kw_only=True)
class Wearing:
    """A pair's bar: filled so far, ticks of its limits, all from 0 to `WIDTH`."""

    pair: PairSummary
    filled: float
    look_x: float | None
    replace_x: float | None
    is_due: bool
    is_near: bool


def pair(seen: PairSummary) -> Wearing:
    """The bar ends a little beyond the last limit, or the mileage where that is more."""
    end_m = max(seen.metres, (seen.replace_m or seen.look_m or seen.metres) * Decimal("1.1"), Decimal(1000))

    def x_of(metres: Decimal | None) -> float | None:
        return None if metres is None else round(float(metres / end_m) * WIDTH, 1)

    return Wearing(
        pair=seen,
        filled=x_of(seen.metres) or 0.0,
        look_x=x_of(seen.look_m),
        replace_x=x_of(seen.replace_m),
        is_due=seen.replace_m is not None and seen.metres >= seen.replace_m,
        is_near=seen.look_m is not None and seen.metres >= seen.look_m,
    )


def _y(metres: Decimal, top_m: Decimal) -> float:
    return round(BOTTOM - float(metres / top_m) * (BOTTOM - TOP), 1)
