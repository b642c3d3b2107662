"""What the page of a replay shows, year by year: plain values, from the history and what was found in it.

Distances are metres, days the runner's own. A week belongs to the year its Monday is in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from plugin.notes.choice import Note
from plugin.replay.play import Played, Replay
from plugin.rules import long_run, ramp, worn_shoe
from plugin.training.calendar import week_of
from plugin.training.runs import NONE, Metres

WEEK = timedelta(weeks=1)
Dated = TypeVar("Dated")


@dataclass(frozen=True, kw_only=True)
class ReplayWeek:
    """A week: what was run, what the ramp rule would have let pass (None: nothing to compare with), its notes."""

    first_day: date
    metres: Metres
    ceiling_m: Metres | None
    notes: tuple[Note, ...]

    @property
    def level(self) -> int | None:
        """The highest level told in it."""
        return max((note.leader.level for note in self.notes), default=None)


@dataclass(frozen=True, kw_only=True)
class ReplaySession:
    """A session: its length, the longest of the 30 days before and what would have stayed silent, its notes."""

    day: date
    metres: Metres
    longest_m: Metres | None
    ceiling_m: Metres | None
    level: int | None


@dataclass(frozen=True, kw_only=True)
class ReplayYear:
    """One year: its pictures, and every run on which something was told or withheld."""

    year: int
    runs: int
    metres: Metres
    weeks: tuple[ReplayWeek, ...]
    sessions: tuple[ReplaySession, ...]
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
        return max((one.metres for one in self.weeks), default=NONE)

    @property
    def weeks_over(self) -> int:
        """Weeks above their ceiling."""
        return sum(1 for one in self.weeks if one.ceiling_m is not None and one.metres > one.ceiling_m)

    @property
    def sessions_over(self) -> int:
        """Sessions above their ceiling."""
        return sum(1 for one in self.sessions if one.ceiling_m is not None and one.metres > one.ceiling_m)


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
        if by_day[year] or any(week.metres for week in weeks[year])
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


def _weeks(replay: Replay) -> Iterator[tuple[date, ReplayWeek]]:
    """Every week from the first run to the last, those without a run too."""
    limits = replay.rulebook.limits[ramp.NAME]
    metres: dict[date, Metres] = defaultdict(lambda: NONE)
    notes: dict[date, list[Note]] = defaultdict(list)
    for one in replay.played:
        if one.aside is None:
            metres[week_of(one.run.day)] += one.run.metres
        if one.note is not None:
            notes[week_of(one.run.day)].append(one.note)
    if not metres:
        return
    week, last = min(metres), max(metres)
    while week <= last:
        before = [metres.get(week - number * WEEK, NONE) for number in range(1, limits.weeks + 1)]
        baseline_m = ramp.baseline(before, limits)
        yield (
            week,
            ReplayWeek(
                first_day=week,
                metres=metres.get(week, NONE),
                ceiling_m=None if baseline_m is None else ramp.ceiling_m(baseline_m, limits),
                notes=tuple(notes.get(week, ())),
            ),
        )
        week += WEEK


def _sessions(replay: Replay) -> Iterator[tuple[date, ReplaySession]]:
    """Every session as its last run left it."""
    limits = replay.rulebook.limits[long_run.NAME]
    played: Mapping[str, Played] = {one.run.id: one for one in replay.played}
    for members in replay.history.sessions:
        runs = [played[replay.history.load[place].id] for place in members]
        longest_m = runs[-1].longest_m
        day = runs[0].run.day
        yield (
            day,
            ReplaySession(
                day=day,
                metres=runs[-1].session_m or NONE,
                longest_m=longest_m,
                ceiling_m=None if longest_m is None else long_run.ceiling_m(longest_m, limits),
                level=max((one.note.leader.level for one in runs if one.note is not None), default=None),
            ),
        )


def _by_year(dated: Iterator[tuple[date, Dated]]) -> dict[int, list[Dated]]:
    """Values by the year of their day, in order."""
    years: dict[int, list[Dated]] = defaultdict(list)
    for day, seen in dated:
        years[day.year].append(seen)
    return years
