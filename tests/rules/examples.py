"""Runs written down the way a coach would: a day and kilometres."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from plugin.notes.choose_note import Record
from plugin.notes.evaluate import evaluate, evaluate_history, find_notices
from plugin.notes.rulebook import Rulebook, read_rulebook
from plugin.rules.notice import Notice
from plugin.training.history import History, Memory
from plugin.training.runs import Run, Sport, Wear

MONDAY = date(2025, 3, 3)
BOOK: Rulebook = read_rulebook()
IDS = count(1)


def run(
    day: date | int,
    km: float | str | Decimal,
    *,
    at: str = "08:00",
    minutes: float | None = None,
    id: str | None = None,
    shoe: str | None = None,
    **more: object,
) -> Run:
    """A run of `km` kilometres on a day (a number counts days from a Monday), six minutes a kilometre."""
    if isinstance(day, int):
        day = MONDAY + timedelta(days=day)
    hour, minute = map(int, at.split(":"))
    metres = Decimal(str(km)) * 1000
    seconds = Decimal(str(minutes)) * 60 if minutes is not None else metres * 360 / 1000
    return Run(
        id=id or str(next(IDS)),
        start=datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC),
        day=day,
        distance_m=metres,
        moving_s=seconds,
        elapsed_s=seconds,
        shoe=shoe,
        **more,  # type: ignore[arg-type]
    )


def weeks_of(*kilometres: float, first: int = 0) -> list[Run]:
    """One run a week on Mondays (nothing where 0): weekly mileage and nothing else."""
    return [run(first + 7 * number, km) for number, km in enumerate(kilometres) if km]


def history_of(*runs: Run, **more: object) -> History:
    """A history whose pairs are worn by its runs alone."""
    wear = [Wear(shoe=one.shoe, id=one.id, start=one.start, distance_m=one.distance_m) for one in runs if one.shoe]
    return History(runs, wear=wear, **more)  # type: ignore[arg-type]


def found(rule: str, *runs: Run, memory: Memory | None = None, history: History | None = None) -> Notice | None:
    """What `rule` finds on the last of the runs."""
    history = history or history_of(*runs)
    last = runs[-1] if runs else history.load[-1]
    notices = find_notices(last, history.as_of(last, memory=memory), BOOK)
    return next((one for one in notices if one.rule == rule), None)


def level(rule: str, *runs: Run, memory: Memory | None = None) -> int | None:
    """The level of what `rule` finds on the last run, None for silence."""
    notice = found(rule, *runs, memory=memory)
    return None if notice is None else notice.level


__all__ = [
    "BOOK",
    "MONDAY",
    "Record",
    "Sport",
    "evaluate",
    "evaluate_history",
    "found",
    "history_of",
    "level",
    "run",
    "weeks_of",
]
