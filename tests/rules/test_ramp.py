"""ramp: the worked examples."""

import dataclasses

import pytest

from plugin.rules import ramp
from plugin.translations.voice import Voice
from tests.rules.examples import BOOK, found, history_of, level, weeks_of


@pytest.mark.parametrize(
    ("weeks", "this_week", "expected"),
    [
        ((20, 20, 20, 60), 50, None),
        ((30, 33, 36, 20), 38, None),
        ((30, 32, 30, 31), 38, 1),
        ((30, 32, 30, 31), 42, 1),
        ((30, 32, 30, 31), 49, 2),
        ((5, 8, 6, 7), 10.5, None),
        ((6, 8, 6, 7), 17, 1),
        ((30, 30, 70, 30), 60, 1),
        ((30, 30, 70, 30), 68, 2),
        ((40, 0, 0, 0), 60, None),
    ],
)
def test_this_week_is_held_against_the_four_before(weeks, this_week, expected):
    assert level("ramp", *weeks_of(*weeks, this_week)) == expected


def test_the_words_get_the_real_weeks_the_nearest_first():
    numbers = found("ramp", *weeks_of(30, 32, 30, 31, 38)).numbers
    assert [numbers[f"w{number}_m"] for number in (1, 2, 3, 4)] == [31_000, 30_000, 32_000, 30_000]


def test_a_down_week_does_not_lower_the_baseline():
    assert level("ramp", *weeks_of(36, 36, 36, 18, 38)) is None


def test_strict_takes_last_week_to_the_letter():
    strict = dataclasses.replace(BOOK.limits["ramp"], strict=True)
    runs = weeks_of(36, 36, 36, 18, 38)
    assert ramp.find(runs[-1], history_of(*runs).as_of(runs[-1]), strict).level == 2


@pytest.mark.parametrize(
    ("weeks", "this_week", "said"),
    [
        (
            (40, 40, 40, 20),
            31,
            "31.0 km so far this week, after 20.0 km last week.",
        ),
        ((40, 40, 40, 20), 24, "24.0 km so far this week, after 20.0 km last week."),
        ((40, 40, 40, 0), 50, "50.0 km so far this week, after weeks of 40, 40, 40 and 0 km."),
    ],
)
def test_strict_speaks_of_the_week_it_holds_this_one_against(weeks, this_week, said):
    strict = dataclasses.replace(BOOK.limits["ramp"], strict=True)
    runs = weeks_of(*weeks, this_week)
    notice = ramp.find(runs[-1], history_of(*runs).as_of(runs[-1]), strict)
    assert ramp.say(notice, Voice(), notice.day) == said


def test_a_week_counts_from_monday_or_from_sunday_as_the_runner_says():
    runs = weeks_of(30, 30, 30, 30, 20, first=6)
    more = [*runs, *weeks_of(20, first=6 + 4 * 7 + 1)]
    monday, sunday = (history_of(*more, first_weekday=first) for first in (0, 6))
    limits = BOOK.limits["ramp"]
    assert ramp.find(more[-1], monday.as_of(more[-1]), limits) is None
    assert ramp.find(more[-1], sunday.as_of(more[-1]), limits) is not None
