"""worn_shoe: the worked examples, and whose kilometres count."""

from datetime import timedelta
from decimal import Decimal

import pytest

from plugin.notes.note import WithheldReason
from plugin.rules import worn_shoe
from plugin.training.history import History
from plugin.training.runs import Shoe, ShoeKind, Wear
from tests.rules.examples import BOOK, evaluate_history, found, history_of, run


def crossing(before, after, shoe=None):
    first = run(0, before, shoe="Ghost", minutes=before * 6)
    last = run(7, Decimal(str(after)) - Decimal(str(before)), shoe="Ghost")
    shoes = {"Ghost": shoe} if shoe else {}
    return found("worn_shoe", first, last, history=history_of(first, last, shoes=shoes))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (488, 501, 1),
        (792, 805, 2),
        (890, 903, None),
        (990, 1003, 2),
        (1190, 1203, 2),
        (499, 500, 1),
        (500, 501, None),
        (480, 810, 2),
    ],
)
def test_a_daily_pair_is_looked_at_from_500_and_replaced_from_800_kilometres(before, after, expected):
    notice = crossing(before, after)
    assert (None if notice is None else notice.level) == expected


@pytest.mark.parametrize(
    ("kind", "look", "replace"), [(ShoeKind.LIGHT, 400, 600), (ShoeKind.RACER, 250, 450), (ShoeKind.TRAIL, 500, 800)]
)
def test_other_kinds_have_other_limits(kind, look, replace):
    shoe = Shoe(id="Ghost", kind=kind)
    assert crossing(look - 1, look, shoe).level == 1
    assert crossing(replace - 1, replace, shoe).level == 2


def test_a_minimalist_pair_is_never_called_worn():
    assert crossing(790, 810, Shoe(id="Ghost", kind=ShoeKind.MINIMALIST)) is None


def test_of_a_pair_that_the_runner_retired_nothing_more_is_said():
    assert crossing(790, 810, Shoe(id="Ghost", is_retired=True)) is None


def test_the_runners_own_limit_wins():
    own = Shoe(id="Ghost", look_m=Decimal(300_000), replace_m=Decimal(1_000_000))
    assert crossing(290, 301, own).level == 1
    assert crossing(790, 810, own) is None


@pytest.mark.parametrize(
    ("kind", "own", "replace"),
    [
        (ShoeKind.DAILY, {"look_m": 900}, 1200),
        (ShoeKind.DAILY, {"look_m": 800}, 1100),
        (ShoeKind.RACER, {"look_m": 600}, 800),
        (ShoeKind.DAILY, {"look_m": 700}, 800),
        (ShoeKind.DAILY, {"replace_m": 400}, 400),
    ],
)
def test_where_only_one_limit_is_the_runners_own_the_other_gives_way(kind, own, replace):
    """Looking from 900 km means nothing about replacing at 800: that comes as much later as the kind has it."""
    shoe = Shoe(id="Ghost", kind=kind, **{name: Decimal(km * 1000) for name, km in own.items()})
    assert worn_shoe.shoe_limits(shoe, BOOK.limits["worn_shoe"])[1] == replace * 1000
    assert crossing(replace - 1, replace, shoe).level == 2
    if "look_m" in own:
        assert crossing(own["look_m"] - 1, own["look_m"], shoe).level == 1
        assert crossing(own["look_m"] + 1, own["look_m"] + 10, shoe) is None


def test_a_limit_of_the_runners_own_is_enough_where_the_kind_has_none():
    shoe = Shoe(id="Ghost", kind=ShoeKind.MINIMALIST, look_m=Decimal(900_000))
    assert crossing(899, 901, shoe).level == 1
    assert crossing(1190, 1210, shoe) is None


def test_walks_and_runs_set_aside_wear_a_pair_too():
    first, last = run(0, 490, shoe="Ghost"), run(7, 5, shoe="Ghost")
    walk = Wear(shoe="Ghost", id="77", start=first.start + timedelta(days=3), distance_m=Decimal(6000))
    wear = [Wear(shoe="Ghost", id=one.id, start=one.start, distance_m=one.distance_m) for one in (first, last)]
    assert found("worn_shoe", last, history=History([first, last], wear=[*wear, walk])).numbers["shoe_m"] == 501_000


def test_each_crossing_is_told_once():
    assert crossings(100) == [(500_000, None), (800_000, None)]


def test_from_the_second_limit_on_a_pair_is_told_three_times_and_then_said_enough():
    assert crossings(180) == [
        (500_000, None),
        (800_000, None),
        (1_000_000, None),
        (1_200_000, None),
        (1_400_000, WithheldReason.SAID_ENOUGH),
        (1_600_000, WithheldReason.SAID_ENOUGH),
    ]


def crossings(count):
    """What is crossed by so many runs of nine kilometres in one pair, and why it was not told."""
    runs = [run(2 * number, 9, shoe="Ghost", minutes=50) for number in range(count)]
    return [
        (verdict.notice.numbers["limit_m"], verdict.withheld)
        for _, _, choice in evaluate_history(history_of(*runs), BOOK)
        for verdict in choice.verdicts
        if verdict.notice.rule == "worn_shoe"
    ]
