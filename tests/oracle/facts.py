"""What a run is to the rules: its time, its duration, and why it may be set aside. From the text, slowly."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

QUARTER_HOUR = 900
HOUR = 3600


@cache
def days(number: int) -> timedelta:
    return timedelta(days=number)


def id_order(text: str) -> tuple[int, int, str]:
    """Whole numbers first, by their value; then everything else, as text."""
    return (0, int(text), "") if text.isascii() and text.isdigit() else (1, 0, text)


def order(run: Any) -> tuple[Any, ...]:
    return (run.start, id_order(run.id))


def duration_s(run: Any) -> Fraction:
    """Never negative, never longer than at 1.0 m/s, or than ten minutes where the distance is shorter than that."""
    elapsed, moving = run.elapsed_s, run.moving_s
    seconds = elapsed
    if elapsed is None or (moving is not None and elapsed > 3 * moving):
        seconds = moving
    if seconds is None or seconds <= 0:
        return Fraction(0)
    longest = max(Fraction(run.distance_m or 0), Fraction(600))
    return min(Fraction(seconds), longest)


def end(run: Any) -> datetime:
    start: datetime = run.start
    return start + timedelta(microseconds=round(duration_s(run) * 1_000_000))


def time_s(run: Any) -> Fraction | None:
    """Moving time if above 0, else elapsed time if above 0, else none."""
    for seconds in (run.moving_s, run.elapsed_s):
        if seconds is not None and seconds > 0:
            return Fraction(seconds)
    return None


def aside_at_sight(run: Any, no_runs: Collection[str]) -> str | None:
    """The first reason that needs no other run."""
    time = time_s(run)
    metres = None if run.distance_m is None else Fraction(run.distance_m)
    if run.is_flagged:
        return "flagged"
    if metres is not None and metres > 1000 and time is not None and metres / time > 7:
        return "too fast"
    if metres is None or metres <= 0:
        return "no distance"
    if time is None and (run.moving_s is not None or run.elapsed_s is not None):
        return "no time"
    if run.id in no_runs:
        return "no run"
    return None


def set_aside(runs: Iterable[Any], no_runs: Collection[str] = ()) -> dict[str, str]:
    """Run id to why it is set aside. `no_runs`: ids of which the runner said that they were no runs."""
    runs = list(runs)
    reasons = {run.id: why for run in runs if (why := aside_at_sight(run, no_runs))}
    kept: dict[int, list[Any]] = {}
    # Only runs of the days around can be copies; the others are passed over to save time.
    reach = timedelta(hours=15, seconds=max((float(duration_s(run)) for run in runs), default=0))
    for run in sorted(runs, key=lambda one: (-(one.distance_m or 0), id_order(one.id))):
        if run.id in reasons or run.hour_is_hidden:
            continue
        place = int(run.start.timestamp() // reach.total_seconds())
        near = [other for around in (place - 1, place, place + 1) for other in kept.get(around, ())]
        if any(overlap_by_half(run, other) or are_twins(run, other) for other in near):
            reasons[run.id] = "copy"
        else:
            kept.setdefault(place, []).append(run)
    return reasons


def overlap_by_half(one: Any, other: Any) -> bool:
    first, second = seconds_of(one), seconds_of(other)
    overlap = min(first[1], second[1]) - max(first[0], second[0])
    return 2 * overlap > min(first[1] - first[0], second[1] - second[0])


def seconds_of(run: Any) -> tuple[Fraction, Fraction]:
    """[start, start + duration) in seconds since 1970."""
    start = Fraction(run.start.timestamp())
    return start, start + duration_s(run)


def are_twins(one: Any, other: Any) -> bool:
    """One run recorded twice under two clocks."""
    if min(one.distance_m, other.distance_m) < 2000 or abs(one.distance_m - other.distance_m) > 10:
        return False
    times = time_s(one), time_s(other)
    if times[0] is None or times[1] is None or abs(times[0] - times[1]) > 2:
        return False
    if one.start.second == 0 or other.start.second == 0:
        return False
    apart = abs(Fraction(one.start.timestamp()) - Fraction(other.start.timestamp()))
    return any(abs(apart - quarters * QUARTER_HOUR) <= 2 for quarters in range(LEAST_QUARTERS, 14 * 4 + 1))


LEAST_QUARTERS = HOUR // QUARTER_HOUR
"""From one (hour) up to fourteen hours: three equal laps on the quarter hour are no twins."""
