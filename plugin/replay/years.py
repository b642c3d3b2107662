"""What the page of a replay shows, year by year: plain values, from the history and what was found in it.

Distances are metres, days the runner's own. A week belongs to the year its Monday is in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from plugin.replay.play import Played, Replay
from plugin.rules import worn_shoe
from plugin.summary.model import SessionSummary, WeekSummary
from plugin.summary.summarise import sessions_seen, week_seen
from plugin.training.calendar import week_of
from plugin.training.runs import NONE, Metres

WEEK = timedelta(weeks=1)
Dated = TypeVar("Dated")


@dataclass(frozen=True, kw_only=True)
class ReplayWeek:
    """A week and the runs on which something was told in it."""

    week: WeekSummary
    noted: tuple[Played, ...] = ()

    @property
    def gravest(self) -> Played | None:
        """The note of the highest level, the first of several."""
        return max(self.noted, key=level_of, default=None)


@dataclass(frozen=True, kw_only=True)
class ReplayYear:
    """One year: its pictures, and every run on which something was told or withheld."""

    year: int
    runs: int
    metres: Metres
    weeks: tuple[ReplayWeek, ...]
    sessions: tuple[SessionSummary, ...]
    noted: tuple[Played, ...]
    kept_back: tuple[Played, ...]
    lines: tuple[Played, ...]
    """Runs without a note whose runner asked for a line on every run."""

    @property
    def longest_m(self) -> Metres:
        """The longest session of the year."""
        return max((one.metres for one in self.sessions), default=NONE)

    @property
    def best_week_m(self) -> Metres:
        """The most run in a week."""
        return max((one.week.metres or NONE for one in self.weeks), default=NONE)

    @property
    def weeks_over(self) -> int:
        """Weeks in which more was run than allowed."""
        return sum(one.week.is_over for one in self.weeks)

    @property
    def sessions_over(self) -> int:
        """Sessions longer than suggested."""
        return sum(one.is_over for one in self.sessions)


@dataclass(frozen=True, kw_only=True)
class ReplayPair:
    """A pair over time: from its first to its last run here, all that was done in it, and where limits were crossed."""

    name: str
    first_day: date
    last_day: date
    runs: int
    metres: Metres
    crossings: tuple[tuple[date, int], ...]
    """Day and level: 1 for looking closely, 2 for replacing."""


def years(replay: Replay) -> tuple[ReplayYear, ...]:
    """Every year from the first run to the last."""
    if replay.days is None:
        return ()
    by_day: dict[int, list[Played]] = defaultdict(list)
    for one in replay.played:
        by_day[one.run.day.year].append(one)
    weeks, sessions = _by_year(_weeks(replay)), _by_year(_sessions(replay))
    first, last = week_of(replay.days[0]).year, replay.days[1].year
    return tuple(
        ReplayYear(
            year=year,
            runs=len(by_day[year]),
            metres=sum((one.run.metres for one in by_day[year] if one.aside is None), NONE),
            weeks=tuple(weeks[year]),
            sessions=tuple(sessions[year]),
            noted=tuple(one for one in by_day[year] if one.note is not None),
            kept_back=tuple(one for one in by_day[year] if one.note is None and one.verdicts),
            lines=tuple(one for one in by_day[year] if one.note is None and one.line),
        )
        for year in range(first, last + 1)
        if by_day[year] or any(one.week.metres for one in weeks[year])
    )


def pairs(replay: Replay) -> tuple[ReplayPair, ...]:
    """The pairs of all runs that are load, in the order in which they were first worn."""
    worn: dict[str, list[Played]] = defaultdict(list)
    for one in replay.played:
        if one.run.shoe is not None and one.aside is None:
            worn[one.run.shoe].append(one)
    seen = [_pair(name, played, replay) for name, played in worn.items()]
    return tuple(sorted(seen, key=lambda pair: (pair.first_day, pair.name)))


def _pair(name: str, played: list[Played], replay: Replay) -> ReplayPair:
    odometer = replay.history.odometers.get(played[-1].run.id)
    return ReplayPair(
        name=name,
        first_day=played[0].run.day,
        last_day=played[-1].run.day,
        runs=len(played),
        metres=odometer.after_m if odometer is not None else NONE,
        crossings=tuple(
            (one.run.day, verdict.notice.level)
            for one in played
            for verdict in one.verdicts
            if verdict.notice.rule == worn_shoe.NAME
        ),
    )


def level_of(one: Played) -> int:
    """The level of the note on a run; -1 where there is none."""
    return one.note.leader.level if one.note is not None else -1


def _weeks(replay: Replay) -> Iterator[tuple[date, ReplayWeek]]:
    """Every week from the first run that counts to the last, those without a run too."""
    noted: dict[date, list[Played]] = defaultdict(list)
    for one in replay.noted:
        noted[week_of(one.run.day)].append(one)
    days = [run.day for run in replay.history.load]
    if not days:
        return
    ledger = replay.history.as_of_now()
    week, last = week_of(min(days)), week_of(max(days))
    while week <= last:
        seen = week_seen(ledger, week, replay.rulebook.limits)
        yield week, ReplayWeek(week=seen, noted=tuple(noted[week]))
        week += WEEK


def _sessions(replay: Replay) -> Iterator[tuple[date, SessionSummary]]:
    """Every session as its last run left it."""
    for one in sessions_seen(replay.history, date.min, date.max, replay.rulebook.limits):
        yield one.day, one


def _by_year(dated: Iterator[tuple[date, Dated]]) -> dict[int, list[Dated]]:
    """Values by the year of their day, in order."""
    years: dict[int, list[Dated]] = defaultdict(list)
    for day, seen in dated:
        years[day.year].append(seen)
    return years
