"""Histories written down the way a coach would, and what a reading of the rules finds on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from plugin.training.runs import Run, Wear
from tests.oracle import naive
from tests.oracle.known import Asked
from tests.oracle.product import differences

MONDAY = date(2025, 3, 3)
IDS = count(1)
Verdicts = dict[str, tuple[int, str | None]]
"""Rule to its level and why it was withheld, None where it was told."""


@dataclass(frozen=True)
class Read:
    """What was read from a run's words."""

    labels: frozenset[str]
    cleared: frozenset[str] = frozenset()
    cut_short: bool = False


def read(*labels: str, cleared: Iterable[str] = (), cut_short: bool = False) -> Read:
    return Read(frozenset(labels), frozenset(cleared), cut_short)


def run(day: int, km: float | str, at: str = "08:00:07", *, minutes: float | None = None, **facts: Any) -> Run:
    """A run of `km` kilometres on the `day`th day from a Monday, six minutes a kilometre."""
    on = MONDAY + timedelta(days=day)
    metres = Decimal(str(km)) * 1000
    seconds = Decimal(str(minutes)) * 60 if minutes is not None else metres * 360 / 1000
    given: dict[str, Any] = {
        "id": str(next(IDS)),
        "start": datetime.combine(on, datetime.strptime(at, "%H:%M:%S").time(), tzinfo=UTC),
        "day": on,
        "distance_m": metres,
        "moving_s": seconds,
        "elapsed_s": seconds,
    }
    return Run(**(given | facts))


def wear_of(runs: Iterable[Run]) -> list[Wear]:
    return [Wear(shoe=one.shoe, id=one.id, start=one.start, distance_m=one.distance_m) for one in runs if one.shoe]


def walked(pair: str, km: float, day: int = -1) -> Wear:
    """A walk in a pair, before everything else unless told otherwise."""
    start = datetime.combine(MONDAY + timedelta(days=day), datetime.min.time(), tzinfo=UTC)
    return Wear(shoe=pair, id=f"walk {next(IDS)}", start=start, distance_m=Decimal(str(km)) * 1000)


def evaluated(
    runs: Iterable[Run],
    words: Mapping[str, Read] | None = None,
    wear: Iterable[Wear] = (),
    asked: Asked | None = None,
) -> list[naive.Evaluation]:
    """By the oracle; the product must see the same."""
    runs = list(runs)
    worn = [*wear_of(runs), *wear]
    assert differences(runs, worn, words, asked) == []
    return naive.replay(runs, worn, words, asked=asked)[1]


def verdicts(
    runs: Iterable[Run],
    words: Mapping[str, Read] | None = None,
    wear: Iterable[Wear] = (),
    asked: Asked | None = None,
) -> list[Verdicts]:
    """What is found on each run that is load, in order, and what becomes of it."""
    return [
        {found.rule: (found.level, found.withheld) for found in one.found}
        for one in evaluated(runs, words, wear, asked)
    ]


def levels(rule: str, runs: Iterable[Run], **more: Any) -> list[int | None]:
    """The level of what one rule finds on each run, None where it is silent."""
    return [found[rule][0] if rule in found else None for found in verdicts(runs, **more)]


def level(rule: str, runs: Iterable[Run], **more: Any) -> int | None:
    """The level of what one rule finds on the last run."""
    return levels(rule, runs, **more)[-1]
