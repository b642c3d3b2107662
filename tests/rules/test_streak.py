"""streak: the worked examples."""

from tests.rules.examples import level, run


def days(first, count, km=5):
    return [run(first + number, km) for number in range(count)]


def test_without_any_habit_the_fourth_day_is_a_note_and_the_eighth_a_caution():
    levels = [level("streak", *days(0, count)) for count in range(1, 10)]
    assert levels == [None, None, None, 1, None, None, None, 2, None]


def test_whoever_is_used_to_four_hears_on_the_sixth_day():
    usual = days(-20, 4)
    assert [level("streak", *usual, *days(0, count)) for count in range(4, 8)] == [None, None, 1, None]


def test_whoever_is_used_to_nine_hears_on_the_tenth_day():
    usual = days(-20, 9)
    assert [level("streak", *usual, *days(0, count)) for count in range(6, 12)] == [None, None, None, None, 1, None]


def test_whoever_runs_most_days_is_not_told_of_a_streak_that_is_no_longer_than_usual():
    often = [run(-56 + number, 5) for number in range(55) if number not in (0, 20)]
    assert len(often) >= 40
    assert level("streak", *often[-30:], *days(0, 14)) is None


def test_two_short_runs_make_a_run_day_and_the_second_is_the_one_noticed():
    before = days(0, 3)
    first, second = run(3, 1.2, at="07:00"), run(3, 1.2, at="18:00")
    assert level("streak", *before, first) is None
    assert level("streak", *before, first, second) == 1


def test_whoever_runs_every_day_is_left_alone():
    assert level("streak", *days(0, 56)) is None


def test_whoever_runs_most_days_hears_after_a_fortnight():
    often = [run(-56 + number, 5) for number in range(55) if number % 7 != 3]
    streak = days(0, 14)
    assert level("streak", *often, *streak) == 1
    assert level("streak", *often, *streak[:7]) is None


def test_a_second_run_of_the_day_does_not_repeat_it():
    assert level("streak", *days(0, 4), run(3, 5, at="18:00")) is None
