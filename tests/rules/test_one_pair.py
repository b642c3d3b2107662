"""one_pair: the worked examples."""

from itertools import pairwise

from tests.rules.examples import BOOK, evaluate_history, history_of, level, run


def runs(count, km, shoes):
    return [run(3 * number, km, shoe=shoe) for number, shoe in zip(range(count), shoes, strict=True)]


def test_eight_runs_and_88_kilometres_in_one_pair_are_noticed():
    assert level("one_pair", *runs(8, 11, ["A"] * 8)) == 1


def test_seven_runs_or_under_80_kilometres_are_too_few():
    assert level("one_pair", *runs(7, 20, ["A"] * 7)) is None
    assert level("one_pair", *runs(8, 9.8, ["A"] * 8)) is None


def test_a_few_runs_without_a_pair_do_not_hide_it_but_many_do():
    ten = [run(2 * number, 10, shoe=None if number in (2, 5) else "A") for number in range(10)]
    assert level("one_pair", *ten) == 1
    nine = [run(3 * number, 10, shoe=None if number in (2, 5) else "A") for number in range(9)]
    assert level("one_pair", *nine) is None


def test_one_run_in_eight_in_another_pair_is_a_rotation():
    assert level("one_pair", *runs(8, 11, ["A", "B", *["A"] * 6])) is None


def test_it_is_quiet_for_sixty_days():
    history = history_of(*[run(2 * number, 11, shoe="A") for number in range(80)])
    days = [
        one.day
        for one, _, choice in evaluate_history(history, BOOK)
        for v in choice.verdicts
        if v.notice.rule == "one_pair" and v.told
    ]
    assert len(days) >= 2
    assert all((later - earlier).days >= 60 for earlier, later in pairwise(days))
