"""How much a store keeps where callers, not Strava, decide how much comes: beyond a bound the oldest goes first.

The bounds are far above what a runner needs; they hold when somebody tries to fill the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from plugin.ports import Runner

T = TypeVar("T")
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """`used`: tokens of the installation that were used; `of_runner`: entries in each list of one runner."""

    used: int = 10_000
    of_runner: int = 1_000


BOUNDS = Bounds()


def bounded(runner: Runner, bounds: Bounds = BOUNDS) -> Runner:
    """The runner with the newest entries of each list."""
    most = bounds.of_runner
    lists = (runner.dismissals, runner.no_runs, runner.told_once, runner.pairs, runner.soreness, runner.failures)
    if all(len(one) <= most for one in lists):
        return runner
    return replace(
        runner,
        dismissals=_newest(runner.dismissals, most, lambda one: one.day),
        no_runs=_newest_of(runner.no_runs, most, lambda one: one[1]),
        # Strava's ids grow with time.
        told_once=_newest_of(runner.told_once, most, lambda one: one[1]),
        pairs=_newest_of(runner.pairs, most, lambda one: one[1].seen_at or LONG_AGO),
        soreness=_newest(runner.soreness, most, lambda one: one.day),
        failures=_newest(runner.failures, most, lambda one: one.at),
    )


def _newest(values: Sequence[T], most: int, age: Callable[[T], Any]) -> tuple[T, ...]:
    """In the order in which they are; of two of one age the later one is newer."""
    places = sorted(range(len(values)), key=lambda place: (age(values[place]), place))[-most:]
    return tuple(values[place] for place in sorted(places))


def _newest_of(values: Mapping[str, T], most: int, age: Callable[[tuple[str, T]], Any]) -> dict[str, T]:
    return dict(_newest(list(values.items()), most, age))
