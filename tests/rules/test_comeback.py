"""comeback: the worked examples, and that a comeback week is not called a ramp."""

import pytest

from plugin.notes.note import WithheldReason
from tests.rules.examples import BOOK, Record, evaluate, history_of, level, run


def before(longest, days=6):
    """Run days every other day up to day 0, the longest of them on day -4."""
    return [run(-2 * number, longest if number == 2 else min(3, longest)) for number in range(days)][::-1]


@pytest.mark.parametrize(
    ("longest", "gap", "today", "expected"),
    [
        (16, 10, 16, None),
        (18, 16, 11, None),
        (18, 16, 15, 1),
        (18, 16, 20, 2),
        (20, 42, 10.5, None),
        (20, 42, 16, 2),
        (20, 42, 20, 3),
        (4, 42, 5.5, 1),
    ],
)
def test_the_first_run_back_is_held_against_a_share_of_what_was_run_before(longest, gap, today, expected):
    assert level("comeback", *before(longest), run(gap, today)) == expected


def test_a_race_on_the_way_back_is_never_more_than_a_note():
    assert level("comeback", *before(20), run(42, 20, is_race=True)) == 1


def test_what_was_already_done_since_the_break_is_at_most_a_note():
    assert level("comeback", *before(20), run(42, 16)) == 2
    assert level("comeback", *before(20), run(42, 16), run(44, 15.5)) == 1


def test_a_short_run_from_before_is_no_strong_caution():
    assert level("comeback", *before(7.5), run(42, 7.6)) == 2


def test_in_the_third_week_the_old_length_is_a_caution():
    assert level("comeback", *before(20), run(42, 5), run(42 + 15, 20)) == 2


def test_in_the_second_week_more_is_allowed():
    assert level("comeback", *before(16), run(35, 5), run(35 + 8, 12)) == 1


def test_after_three_run_days_there_was_nothing_to_come_back_to():
    assert level("comeback", *before(20, days=3), run(42, 20)) is None


def test_a_comeback_week_is_not_called_a_ramp():
    runs = [*before(8), run(35, 8), run(36, 8), run(37, 9), run(38, 9), run(39, 12)]
    history = history_of(*runs)
    choice = evaluate(runs[-1], history.as_of(runs[-1]), Record(), BOOK)
    reasons = {one.notice.rule: one.withheld for one in choice.verdicts}
    assert reasons["long_run"] == WithheldReason.COMING_BACK
    assert choice.note.leader.rule == "comeback"


def test_of_two_active_breaks_only_the_later_counts():
    runs = [*before(20), run(28, 8), run(29, 8), run(30, 8), run(31, 8), run(31 + 14, 8)]
    assert level("comeback", *runs) == 2  # the later gap is 14 days and the longest before it 8 km
