"""recovery: a tip after a hard day, only when nothing else is said."""

from decimal import Decimal
from itertools import pairwise

from plugin.training.runs import Sport
from tests.rules.examples import BOOK, evaluate_history, found, history_of, level, run


def test_a_race_a_long_run_and_a_hilly_trail_bring_a_tip():
    assert level("recovery", run(0, 5, is_race=True)) == 0
    assert level("recovery", run(0, 16), run(7, 15)) == 0
    assert level("recovery", run(0, 8, sport=Sport.TRAIL, climb_m=Decimal(160))) == 0


def test_an_ordinary_run_brings_none():
    assert level("recovery", run(0, 16), run(7, 14)) is None
    assert level("recovery", run(0, 8, sport=Sport.TRAIL, climb_m=Decimal(159))) is None


def test_a_tip_is_told_at_most_once_a_week_and_never_twice_the_same():
    history = history_of(*[run(number, 16) for number in range(0, 60, 3)])
    told = [(one.day, choice.note.tip) for one, _, choice in evaluate_history(history, BOOK) if choice.note]
    assert len(told) > 3
    for (day, tip), (later, next_tip) in pairwise(told):
        assert (later - day).days >= 7
        assert tip != next_tip


def test_something_else_to_say_comes_first():
    runs = [run(0, 16), run(7, 21)]
    *_, (_, _, choice) = evaluate_history(history_of(*runs), BOOK)
    assert choice.note.leader.rule == "long_run"
    assert choice.note.second is None


def test_after_a_calm_week_it_is_foot_work():
    assert found("recovery", run(0, 16), run(7, 15)).numbers["is_calm"] == 1
