"""Charts as plain geometry, for page, mail and replay: bars, stems, ceilings and round numbers. Templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from plugin.summary.model import PairSummary, SessionSummary, WeekSummary

WIDTH, HEIGHT = 360, 150
TOP, BOTTOM, SIDE = 16, 132, 26
"""Room above for a figure, below for the days, at the left for the axis."""
FIGURE = 11
"""A figure's height."""
MOST_LINES = 4
KM = Decimal(1000)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Where a chart may draw."""

    width: float
    top: float
    bottom: float
    left: float = 0
    right: float = 0

    def y(self, metres: Decimal, top_m: Decimal) -> float:
        return round(self.bottom - float(metres / top_m) * (self.bottom - self.top), 1)


PAGE = Frame(width=WIDTH, top=TOP, bottom=BOTTOM, left=SIDE, right=4)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the axis at a round number of the reader's unit."""

    metres: Decimal
    y: float


def step_of(top_m: Decimal, unit_m: Decimal = KM) -> Decimal:
    """The smallest round step that needs at most four lines up to `top_m`: 1, 2, 5, 10, 20, 50 ... units."""
    step, factors = unit_m, (2, Decimal("2.5"), 2)
    number = 0
    while top_m > step * MOST_LINES:
        step *= factors[number % 3]
        number += 1
    return step


def axis_of(top_m: Decimal, frame: Frame, unit_m: Decimal = KM) -> tuple[Line, ...]:
    """Lines at round numbers, the lowest first, none above `top_m`."""
    step = step_of(top_m, unit_m)
    return tuple(
        Line(metres=step * number, y=frame.y(step * number, top_m)) for number in range(1, int(top_m // step) + 1)
    )


def top_of(weeks: Sequence[WeekSummary]) -> Decimal:
    """The highest of what was run and what was allowed, at least a kilometre."""
    known = [one.metres for one in weeks if one.metres is not None]
    return max([KM, *known, *(one.ceiling_m or Decimal(0) for one in weeks)])


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A week: its bar, the tick of its ceiling (None: none), where its figure stands, what it is of."""

    week: WeekSummary
    x: float
    width: float
    y: float
    height: float
    ceiling_y: float | None
    figure_y: float
    is_over: bool
    has_label: bool
    is_inside: bool
    """The figure stands in the bar."""


@dataclass(frozen=True, kw_only=True)
class Weeks:
    """Bars from oldest to newest, and the lines of the axis."""

    bars: tuple[Bar, ...]
    axis: tuple[Line, ...] = ()


def weeks(seen: Sequence[WeekSummary], frame: Frame = PAGE, unit_m: Decimal = KM, share: float = 0.7) -> Weeks:
    """A bar a week on one scale with their ceilings; `share` of its place is the bar's."""
    top_m = top_of(seen)
    step = (frame.width - frame.left - frame.right) / max(1, len(seen))
    bars = []
    for number, one in enumerate(seen):
        # A week that is not known has no bar; the table says so.
        y = frame.y(one.metres or Decimal(0), top_m)
        ceiling_y = None if one.ceiling_m is None or one.ceiling_m < 0 else frame.y(one.ceiling_m, top_m)
        low = frame.bottom - 3
        is_crossed = ceiling_y is not None and low - FIGURE <= ceiling_y <= low
        is_inside = frame.bottom - y >= FIGURE + 4 and not is_crossed
        above = y - 4
        if ceiling_y is not None and above - FIGURE <= ceiling_y <= above:
            above = ceiling_y - 4
        bars.append(
            Bar(
                week=one,
                x=round(frame.left + number * step + step * (1 - share) / 2, 1),
                width=round(step * share, 1),
                y=y,
                height=round(frame.bottom - y, 1),
                ceiling_y=ceiling_y,
                figure_y=round(low if is_inside else above, 1),
                is_over=one.is_over,
                # Every third label, counted from this week, so that they never touch.
                has_label=(len(seen) - 1 - number) % 3 == 0,
                is_inside=is_inside,
            )
        )
    return Weeks(bars=tuple(bars), axis=axis_of(top_m, frame, unit_m) if seen else ())


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
    axis: tuple[Line, ...] = ()


def sessions(seen: Sequence[SessionSummary], unit_m: Decimal = KM) -> Sessions:
    """Stems by day over the span of the sessions."""
    if not seen:
        return Sessions(stems=(), days=())
    first, last = seen[0].day, seen[-1].day
    span = max(1, (last - first).days)
    top_m = max([Decimal(1000), *(one.metres for one in seen), *(one.longest_before_m or Decimal(0) for one in seen)])

    def x_of(day: date) -> float:
        return round(SIDE + 6 + (WIDTH - SIDE - 14) * (day - first).days / span, 1)

    stems = [
        Stem(
            session=one,
            x=x_of(one.day),
            y=PAGE.y(one.metres, top_m),
            longest_y=None if one.longest_before_m is None else PAGE.y(one.longest_before_m, top_m),
            is_over=one.ceiling_m is not None and one.metres > one.ceiling_m,
        )
        for one in seen
    ]
    quarters = [first + timedelta(days=span * number // 4) for number in range(5)] if span >= 8 else [first, last]
    # Those of one day share their place: what went over its ceiling is drawn last and seen.
    drawn = sorted(stems, key=lambda stem: stem.is_over)
    return Sessions(
        stems=tuple(drawn), days=tuple((x_of(day), day) for day in quarters), axis=axis_of(top_m, PAGE, unit_m)
    )


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
