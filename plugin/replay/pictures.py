"""The pictures of a year: its weeks and sessions from January to December, with a mark on every note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from urllib.parse import quote

from plugin.replay.play import Played, Replay
from plugin.replay.wording import LEVELS, long_day, months_short
from plugin.replay.years import ReplayPair, ReplayYear, level_of
from plugin.summary import charts
from plugin.summary.charts import Frame, Label, NoteMark, Span
from plugin.summary.model import SessionSummary, WeekSummary
from plugin.training.runs import Metres
from plugin.translations.voice import UNITS, Voice

FRAME = Frame(width=360, height=112, top=10, bottom=94, left=26, right=8)
MIDDLE_OF_MONTH = 15


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A pair on the whole history's time line, in per cents; crossings with their levels."""

    x: float
    width: float
    crossings: tuple[tuple[float, int], ...]


class YearWords:
    """Figures and days as the reader of a replay sees them; of sessions only those with a note have words."""

    each_session = False

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def figure(self, metres: Metres) -> str:
        return f"{metres / UNITS[self._voice.units]:.0f}"

    def day(self, value: date) -> str:
        return months_short(self._voice)[value.month - 1][:1]

    def week(self, week: WeekSummary) -> str:
        day, voice = long_day(week.first_day, self._voice), self._voice
        run = voice.distance(week.metres or Decimal(0))
        if week.ceiling_m is None:
            return voice.say("Week of {day}: {run}", day=day, run=run)
        allowed = voice.distance(week.ceiling_m, down=True)
        return voice.say("Week of {day}: {run}, allowed {allowed}", day=day, run=run, allowed=allowed)

    def session(self, session: SessionSummary) -> str:
        return f"{long_day(session.day, self._voice)}: {self._voice.distance(session.metres)}"


class Pictures:
    """Charts of the years of a replay, on one scale, so that they can be compared."""

    def __init__(self, replay: Replay, years: tuple[ReplayYear, ...]) -> None:
        self._voice = replay.voice
        self._unit_m = UNITS[replay.voice.units]
        self.words = YearWords(replay.voice)
        highest = partial(charts.round_top, unit_m=self._unit_m)
        self._top_week_m = highest(one.week.metres for year in years for one in year.weeks)
        self._top_session_m = highest(one.metres for year in years for one in year.sessions)

    def weeks_of(self, year: ReplayYear) -> charts.Weeks:
        """A bar a week before a band up to what was allowed, the gravest note of each marked."""
        gravest = {one.week.first_day: one.gravest for one in year.weeks}
        marks = {week: self._mark(one) for week, one in gravest.items() if one is not None}
        return charts.weeks(
            [one.week for one in year.weeks],
            FRAME,
            top_m=self._top_week_m,
            unit_m=self._unit_m,
            span=_span(year),
            labels=_months(year),
            marks=marks,
        )

    def sessions_of(self, year: ReplayYear) -> charts.Sessions:
        """A stem a session before a band up to what was suggested, every note marked."""
        marks = {one.run.id: self._mark(one) for one in year.noted}
        return charts.sessions(
            year.sessions,
            _span(year),
            FRAME,
            top_m=self._top_session_m,
            unit_m=self._unit_m,
            labels=_months(year),
            marks=marks,
        )

    def described(self, chart: charts.Weeks | charts.Sessions) -> str:
        """The notes of a chart in words."""
        if not chart.marks:
            return self._voice.say("No notes.")
        listed = "; ".join(mark.words for _, _, mark in chart.marks)
        return f"{self._voice.say('Notes')}: {listed}."

    def _mark(self, one: Played) -> NoteMark:
        level = level_of(one)
        said = [long_day(one.run.day, self._voice), self._voice.distance(one.session_m or one.run.metres)]
        words = ", ".join([*said, self._voice.translate(LEVELS[level])])
        return NoteMark(words=words, level=level, href=f"#run-{quote(one.run.id, safe='')}")


def strip_of(pair: ReplayPair, first: date, last: date) -> Strip:
    """Where a pair stands between the first and the last day of the history."""
    frame, span = Frame(width=100, height=0, top=0, bottom=0), Span(first=first, last=last)
    x, end = span.x(pair.first_day, frame), span.x(pair.last_day, frame)
    return Strip(
        x=x,
        width=max(0.8, round(end - x, 1)),
        crossings=tuple((span.x(day, frame), level) for day, level in pair.crossings),
    )


def _span(year: ReplayYear) -> Span:
    return Span(first=date(year.year, 1, 1), last=date(year.year, 12, 31))


def _months(year: ReplayYear) -> tuple[Label, ...]:
    middles = [date(year.year, month, MIDDLE_OF_MONTH) for month in range(1, 13)]
    return tuple(Label(day=day, x=_span(year).x(day, FRAME), anchor="middle") for day in middles)
