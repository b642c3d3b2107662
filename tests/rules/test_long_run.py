"""long_run: the worked examples, and what a coach could dispute."""

import pytest

from tests.rules.examples import found, level, run


@pytest.mark.parametrize(
    ("longest", "today", "expected"),
    [
        (14.0, 15.4, None),
        (14.0, 17.0, 1),
        (14.0, 20.0, 2),
        (14.0, 30.0, 3),
        (3.2, 3.9, None),
        (3.2, 5.0, 1),
        (3.2, 6.5, 3),
    ],
)
def test_a_run_is_held_against_the_longest_of_thirty_days(longest, today, expected):
    assert level("long_run", run(0, longest), run(7, today)) == expected


def test_a_race_is_never_more_than_a_note():
    assert level("long_run", run(0, 14), run(7, 21.1, is_race=True)) == 1


def test_the_longest_run_counts_for_thirty_days_and_not_a_day_more():
    assert level("long_run", run(0, 20), run(14, 10), run(30, 20)) is None
    assert level("long_run", run(0, 20), run(14, 10), run(31, 20)) == 2


def test_with_nothing_in_thirty_days_there_is_nothing_to_compare_with():
    assert level("long_run", run(0, 10), run(31, 30)) is None


def test_a_tie_with_ten_percent_is_silent_to_the_last_metre():
    assert level("long_run", run(0, 17), run(1, "18.7")) is None
    assert level("long_run", run(0, 17), run(1, "18.7001")) == 1


def test_warm_up_and_cool_down_belong_to_one_session():
    warm_up, race, cool_down = run(7, 2, at="08:00", minutes=10), run(7, 12, at="08:20"), run(7, 3, at="10:00")
    before = run(0, 12)
    assert level("long_run", before, warm_up, race) == 1
    assert found("long_run", before, warm_up, race, cool_down).numbers["session_m"] == 17000


def test_a_run_half_an_hour_after_the_last_is_the_same_session_and_a_minute_later_is_not():
    first, joined, apart = run(0, 2, at="08:00", minutes=10), run(0, 5, at="08:40"), run(0, 5, at="08:41")
    before = run(-1, 5)
    assert found("long_run", before, first, joined).numbers["session_m"] == 7000
    assert found("long_run", before, first, apart) is None


def test_under_four_kilometres_nothing_is_said():
    assert level("long_run", run(0, 1), run(1, 3.9)) is None
