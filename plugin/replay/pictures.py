"""Pictures of a year as plain geometry: paths and dots, which the template only has to place.

Paths live on a canvas of 366 days by 100, stretched to whatever width the page has; dots and words stand beside it in
per cents of the same, so that they are stretched by nothing. All years share one scale, so that they can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plugin.replay.years import ReplayPair, ReplaySession, ReplayYear
from plugin.training.runs import Metres

DAYS, FLOOR, HEADROOM = 366, 100, 14
"""The canvas: days across, its lower edge, what is left free above the highest value."""
BAR_DAYS = 5.4
NICE_KM = (5, 10, 20, 25, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A note on a picture: where (per cent), how high its level, what it was of."""

    x: float
    y: float
    level: int
    day: date
    metres: Metres


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Paths of what stayed below its ceiling (`plain`), what did not (`over`), the ceilings; and a line to read off."""

    plain: str
    over: str
    ceiling: str
    dots: tuple[Dot, ...]
    line_m: Metres
    line_y: float


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A pair on the whole history's time line, in per cents; crossings with their levels."""

    x: float
    width: float
    crossings: tuple[tuple[float, int], ...]


def scale_of(values: Iterable[Metres]) -> Metres:
    """The highest value of all years, at least a kilometre."""
    return max((*values, Decimal(1000)))


def weeks_of(year: ReplayYear, top_m: Metres) -> Picture:
    """A bar a week, a step for each week's ceiling, a dot where something was told."""
    plain: list[str] = []
    over: list[str] = []
    ceiling: list[str] = []
    dots: list[Dot] = []
    for week in year.weeks:
        x, y = _x(week.first_day), _y(week.metres, top_m)
        is_over = week.ceiling_m is not None and week.metres > week.ceiling_m
        if week.metres > 0:
            (over if is_over else plain).append(f"M{x:g} {FLOOR}V{y:g}h{BAR_DAYS}V{FLOOR}z")
        if week.ceiling_m is not None:
            ceiling.append(f"M{x:g} {_y(min(week.ceiling_m, top_m * 2), top_m):g}h7")
        if week.level is not None:
            dots.append(_dot(x + BAR_DAYS / 2, y, week.level, week.first_day, week.metres))
    return _picture(plain, over, ceiling, dots, top_m)


def sessions_of(year: ReplayYear, top_m: Metres) -> Picture:
    """A stem a session, a step at the longest of the 30 days before it, a dot where something was told."""
    plain: list[str] = []
    over: list[str] = []
    longest: list[str] = []
    dots: list[Dot] = []
    for number, session in enumerate(year.sessions):
        x, y = _x(session.day), _y(session.metres, top_m)
        (over if _is_over(session) else plain).append(f"M{x:g} {FLOOR}V{y:g}")
        if session.longest_m is not None:
            later = year.sessions[number + 1].day if number + 1 < len(year.sessions) else session.day
            longest.append(f"M{x:g} {_y(session.longest_m, top_m):g}h{max(1, (later - session.day).days):g}")
        if session.level is not None:
            dots.append(_dot(x, y, session.level, session.day, session.metres))
    return _picture(plain, over, longest, dots, top_m)


def strip_of(pair: ReplayPair, first: date, last: date) -> Strip:
    """Where a pair stands between the first and the last day of the history."""
    span = max(1, (last - first).days)

    def x(day: date) -> float:
        return round(100 * (day - first).days / span, 2)

    return Strip(
        x=x(pair.first_day),
        width=max(0.8, round(x(pair.last_day) - x(pair.first_day), 2)),
        crossings=tuple((x(day), level) for day, level in pair.crossings),
    )


def _picture(
    plain: Sequence[str], over: Sequence[str], ceiling: Sequence[str], dots: Sequence[Dot], top_m: Metres
) -> Picture:
    fitting = [Decimal(1000 * km) for km in NICE_KM if 1000 * km <= top_m]
    line_m = fitting[-1] if fitting else top_m
    return Picture(
        plain="".join(plain),
        over="".join(over),
        ceiling="".join(ceiling),
        dots=tuple(dots),
        line_m=line_m,
        line_y=_y(line_m, top_m),
    )


def _dot(x: float, y: float, level: int, day: date, metres: Metres) -> Dot:
    return Dot(x=round(100 * x / DAYS, 2), y=y, level=level, day=day, metres=metres)


def _is_over(session: ReplaySession) -> bool:
    return session.ceiling_m is not None and session.metres > session.ceiling_m


def _x(day: date) -> float:
    return day.timetuple().tm_yday - 1


def _y(metres: Metres, top_m: Metres) -> float:
    return round(FLOOR - float(metres / top_m) * (FLOOR - HEADROOM), 1)
