"""The example note of front page, settings, README and test note: found, chosen and composed like any other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

from plugin.notes.evaluate import evaluate_history
from plugin.notes.note import Note
from plugin.notes.rulebook import Rulebook, read_rulebook
from plugin.training.history import History
from plugin.training.runs import Run
from plugin.translations.voice import marked

TEST_SUBJECT = marked("A test note")
TEST_TEXT = marked("This is a test note from Footnote. A real one has numbers from your run and one thing to do.")
MONDAY = date(2026, 9, 7)
WEEKS = ((8, 8, 14),) * 3 + ((8, 8, 20),)
"""Kilometres on Tuesday, Thursday and Sunday."""
WEEKDAYS = (1, 3, 6)


@cache
def example() -> tuple[Note, Rulebook]:
    """The note on a Sunday's 20 km after weeks with a longest run of 14, and the rulebook its tip is from."""
    rulebook = read_rulebook()
    days = [
        (MONDAY + timedelta(weeks=week, days=weekday), kilometres)
        for week, distances in enumerate(WEEKS)
        for weekday, kilometres in zip(WEEKDAYS, distances, strict=True)
    ]
    runs = [_run(number, day, kilometres) for number, (day, kilometres) in enumerate(days, start=1)]
    *_, (_, _, choice) = evaluate_history(History(runs), rulebook)
    if choice.note is None:
        raise RuntimeError("the rules find nothing on the example run")
    return choice.note, rulebook


def _run(number: int, day: date, kilometres: int) -> Run:
    return Run(
        id=str(number),
        start=datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
        day=day,
        distance_m=Decimal(1000 * kilometres),
        moving_s=Decimal(360 * kilometres),
        elapsed_s=Decimal(360 * kilometres),
    )
