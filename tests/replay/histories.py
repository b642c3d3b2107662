"""Small histories for the replay's tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from plugin.notes.rulebook import read_rulebook
from plugin.replay import Replay, play
from plugin.replay.imports import Archive
from plugin.training.runs import Run, Wear
from plugin.translations.voice import Voice

FIRST = date(2024, 1, 1)


def run(number: int, km: float | str | None, *, hour: int = 8, **facts: Any) -> Run:
    """A run on the `number`th day, at 10 km an hour unless told otherwise."""
    metres = None if km is None else Decimal(str(km)) * 1000
    start = datetime(FIRST.year, FIRST.month, FIRST.day, hour, tzinfo=UTC) + timedelta(days=number)
    moving = None if metres is None else metres * Decimal("0.36")
    given = {"id": f"{number}{hour:02}", "distance_m": metres, "moving_s": moving, "elapsed_s": moving}
    return Run(start=start, day=start.date(), **(given | facts))


def archive_of(*runs: Run, **facts: Any) -> Archive:
    """An archive as if read from a file; every pair named is worn."""
    ordered = tuple(sorted(runs, key=lambda one: one.order))
    wear = tuple(
        Wear(shoe=one.shoe, id=one.id, start=one.start, distance_m=one.distance_m) for one in ordered if one.shoe
    )
    given: dict[str, Any] = {"source": "runs.csv", "rows_read": len(ordered), "runs": ordered, "wear": wear}
    return Archive(**(given | facts))


def replay_of(*runs: Run, injuries: Iterable[date] = (), voice: Voice | None = None, **facts: Any) -> Replay:
    """The history played with the standard rulebook."""
    return play(archive_of(*runs, **facts), read_rulebook(), injuries=injuries, voice=voice)


def jump(shoe: str | None = None) -> tuple[Run, ...]:
    """Fourteen kilometres, then twenty (43 % longer: a caution), then forty-four (a strong one) two days later."""
    return run(0, 14, shoe=shoe), run(9, 20, shoe=shoe), run(11, 44, shoe=shoe)
