"""The charts of the runner's page: which weeks they show, and which runs they mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from flask import request

from plugin.ports import Snapshot
from plugin.summary import charts
from plugin.summary.model import RunnerSummary, SessionSummary, WeekSummary
from plugin.training.history import first_known_day
from plugin.translations.voice import UNITS
from plugin.web.chart_words import ChartWords, note_on
from plugin.web.run_list import Outcome, RunLine
from plugin.web.template_filters import units

WINDOWS = (4, 12, 26, 52)
"""Weeks that the charts can show."""
USUAL_WINDOW = 12


@dataclass(frozen=True, kw_only=True)
class Charts:
    """Rows of weeks and of sessions, the newest row first, and how many weeks they show."""

    window: int
    windows: tuple[int, ...]
    weeks: tuple[charts.Weeks, ...]
    sessions: tuple[charts.Sessions, ...]
    noted: list[RunLine]
    """The lines of the runs that are marked, the newest first."""
    begins: date | None
    """The first day of what is known, where the chart would show more; None where it does not end early."""
    is_all: bool
    """Strava has no earlier activity."""
    words: ChartWords = field(default_factory=ChartWords)

    @property
    def each_week(self) -> list[WeekSummary]:
        """The newest first."""
        return [bar.week for row in self.weeks for bar in reversed(row.bars)]

    @property
    def each_session(self) -> list[SessionSummary]:
        """The newest first."""
        return [one for row in self.sessions for one in sorted((stem.session for stem in row.stems), key=_newest)]


def _newest(session: SessionSummary) -> int:
    return -session.day.toordinal()


def charts_of(summary: RunnerSummary, snapshot: Snapshot, lines: Sequence[RunLine]) -> Charts:
    """The charts for as many weeks as the page was asked for."""
    asked = request.args.get("weeks", "")
    # One more than fits is offered: the chart then says where Strava's list ends.
    windows = tuple(one for one, smaller in zip(WINDOWS, (0, *WINDOWS), strict=False) if smaller < len(summary.weeks))
    window = int(asked) if asked in {str(one) for one in windows} else USUAL_WINDOW
    weeks = summary.weeks[-window:]
    sessions = [one for one in summary.sessions if one.day >= weeks[0].first_day]
    told = {str(line.run_id): line for line in lines if line.leader and line.outcome is not Outcome.TAKEN_OUT}
    marks = {
        run_id: charts.NoteMark(
            words=note_on(line.day), level=max(one.level for one in line.told), href=f"#run-{run_id}"
        )
        for run_id, line in told.items()
    }
    unit_m = UNITS[units()]
    rows = charts.weeks_in_rows(weeks, unit_m)
    return Charts(
        window=window,
        windows=windows,
        weeks=rows,
        sessions=charts.sessions_in_rows(sessions, rows, unit_m, marks) if sessions else (),
        noted=[told[run_id] for one in reversed(sessions) for run_id in one.run_ids if run_id in told],
        begins=_begins(weeks, snapshot, window),
        is_all=snapshot.reaches is None,
    )


def _begins(weeks: Sequence[WeekSummary], snapshot: Snapshot, window: int) -> date | None:
    """The day from which on everything is known, where fewer weeks than asked for are."""
    known = [week.first_day for week in weeks if week.metres is not None]
    if len(known) == window:
        return None
    return first_known_day(snapshot.reaches) or min((run.day for run in snapshot.runs), default=None)
