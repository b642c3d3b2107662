"""A steady runner is not nagged: the bounds on how often something is said, over the recorded histories."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from statistics import median

import pytest

from tests.replay.report import RECORDED, Counts, Told, all_counts, histories, most_within, table

FIRST = date(2024, 1, 1)
NOTES_A_MONTH = 2.0
NOTES_IN_30_DAYS = 4
DAYS_BETWEEN_TIPS = 28
DAYS_BETWEEN_TIPS_AFTER_RACES = 14
recorded = pytest.mark.skipif(not histories(RECORDED), reason="the recorded histories are not here")


@cache
def counted() -> tuple[Counts, ...]:
    return tuple(all_counts(RECORDED))


def steady() -> list[Counts]:
    return [one for one in counted() if one.is_steady]


@recorded
def test_a_steady_runner_gets_two_notes_a_month() -> None:
    assert steady()
    assert median(one.a_month for one in steady()) <= NOTES_A_MONTH


@recorded
def test_nobody_steady_gets_more_than_four_in_thirty_days() -> None:
    assert {one.name: one.most_in_a_month for one in steady() if one.most_in_a_month > NOTES_IN_30_DAYS} == {}


@recorded
@pytest.mark.parametrize("races", [False, True])
def test_tips_alone_are_rare(races: bool) -> None:
    least = DAYS_BETWEEN_TIPS_AFTER_RACES if races else DAYS_BETWEEN_TIPS
    found = {one.name: one.least_days_between_tips(races=races) for one in counted()}
    assert {name: days for name, days in found.items() if days is not None and days < least} == {}


def runner(every: int, number: int, *told: Told) -> Counts:
    return Counts("somebody", tuple(FIRST + timedelta(days=every * place) for place in range(number)), told)


def note(day: int, rule: str = "long_run", level: int = 1, *, is_race: bool = False) -> Told:
    return Told(FIRST + timedelta(days=day), rule, level, is_race, None)


def test_who_is_steady() -> None:
    assert runner(2, 92).is_steady
    assert not runner(2, 80).is_steady
    assert not runner(14, 20).is_steady
    assert runner(13, 20).breaks == 0


def test_what_is_counted() -> None:
    assert most_within([FIRST, FIRST + timedelta(days=29), FIRST + timedelta(days=30)], 30) == 2
    free = [note(1, "worn_shoe"), note(2, level=3), note(3, is_race=True), note(4, "soreness", 4), note(5, "soreness")]
    assert runner(2, 92, note(0), *free, note(20), note(29), note(30)).most_in_a_month == 3
    tips = [note(0, "recovery", 0), note(20, "recovery", 0, is_race=True), note(45, "recovery", 0)]
    counted = runner(2, 92, *tips)
    assert counted.least_days_between_tips(races=True) == 20
    assert counted.least_days_between_tips(races=False) == 25
    assert "| somebody * | 26 | 0 | 0.4 | 1 |" in table([counted])
