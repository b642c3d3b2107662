"""What the runner says hurts without words: a place, a side, 0 to 10. It counts like words that were read. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from plugin.rules.soreness import PLACES
from plugin.training.history import Soreness

SIDES = ("left", "right", "both")
MOST = 10
SAID = "said-"
"""Begins the `run_id` of what was said without words: `said-<run>` about a run, else `said-<time>-<place>`, so that
its order is that in which it was said."""


def said_about(run_id: int) -> str:
    return f"{SAID}{run_id}"


def is_said(soreness: Soreness) -> bool:
    """Whether it was said without words; then no consent to read texts is needed to keep it."""
    return soreness.run_id.startswith(SAID)


def is_about_no_run(soreness: Soreness) -> bool:
    """Whether it was said without words and about no run."""
    return is_said(soreness) and not soreness.run_id.removeprefix(SAID).isdigit()


def as_soreness(
    *,
    day: date,
    score: int,
    place: str = "",
    side: str = "",
    said_at: datetime | None = None,
    run_id: int = 0,
    shoe: str | None = None,
) -> Soreness:
    """What was said, on record. 0 is an all-clear: of the place, or of everything where none is named."""
    labels = frozenset({PLACES[place]}) if place else frozenset()
    return Soreness(
        run_id=said_about(run_id) if run_id else f"{SAID}{(said_at or day).isoformat()}-{place or 'fine'}",
        day=day,
        labels=labels if score else frozenset(),
        cleared=frozenset() if score else labels or frozenset(PLACES.values()),
        score=score,
        place=place,
        side=side,
        shoe=shoe,
    )


def with_said(reading: Soreness | None, soreness: Iterable[Soreness], run_id: str) -> Soreness | None:
    """What was read from a run's words, with what the runner said of that run without words."""
    said = next((one for one in soreness if one.run_id == SAID + run_id), None)
    if said is None:
        return reading
    if reading is None:
        return replace(said, run_id=run_id)
    return replace(
        reading,
        labels=reading.labels | said.labels,
        cleared=(reading.cleared | said.cleared) - said.labels,
        score=said.score,
        place=said.place,
        side=said.side,
    )
