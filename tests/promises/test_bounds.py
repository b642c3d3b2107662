"""What a store promises when somebody fills it: each list and table has an end, and the oldest goes first."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from plugin.ports import ChannelFailure, ChannelName, Dismissal, Pair
from plugin.stores.bounds import BOUNDS, bounded
from plugin.training.history import Soreness
from plugin.training.runs import Shoe
from tests.promises.samples import MINUTE, NOON, TODAY, a_full_runner, a_runner

DAY = timedelta(days=1)
MANY = 30
"""Ten times the bound of `small_store`."""
ORDER = [(7 * number) % MANY for number in range(MANY)]
"""Numbers out of order: the age of an entry decides, not when it came."""


def test_of_used_tokens_the_oldest_are_forgotten_first(small_store):
    for number in range(MANY):
        assert small_store.use_once(f"state-{number}", until=NOON + DAY + number * MINUTE, now=NOON)
    for number in (29, 28, 27):
        assert not small_store.use_once(f"state-{number}", until=NOON + DAY, now=NOON)
    assert small_store.use_once("state-26", until=NOON + DAY, now=NOON)


def test_a_token_that_was_just_used_counts_though_all_others_live_longer(small_store):
    for number in range(MANY):
        small_store.use_once(f"state-{number}", until=NOON + DAY, now=NOON)
    assert small_store.use_once("mail", until=NOON + MINUTE, now=NOON)
    assert not small_store.use_once("mail", until=NOON + MINUTE, now=NOON)


def test_many_who_fill_the_tokens_at_once_are_all_let_in(small_store):
    answers = []

    def use(number: int) -> None:
        answers.append(small_store.use_once(f"state-{number}", until=NOON + DAY + number * MINUTE, now=NOON))

    crowd = [threading.Thread(target=use, args=(number,)) for number in range(12)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert answers == [True] * 12


def filled(runner):
    return replace(
        runner,
        dismissals=tuple(Dismissal(rule="ramp", day=TODAY + number * DAY, run_id=number) for number in ORDER),
        no_runs={str(number): TODAY + number * DAY for number in ORDER},
        told_once={f"worn_shoe/g1:{number}": number for number in ORDER},
        pairs={f"g{number}": Pair(shoe=Shoe(id=f"g{number}"), seen_at=NOON + number * DAY) for number in ORDER},
        soreness=tuple(
            Soreness(run_id=str(number), day=TODAY + number * DAY, labels=frozenset({"shin"})) for number in ORDER
        ),
        failures=tuple(
            ChannelFailure(channel=ChannelName.EMAIL, run_id=number, at=NOON + number * DAY) for number in ORDER
        ),
    )


def sizes(runner):
    return [
        len(one)
        for one in (
            runner.dismissals,
            runner.no_runs,
            runner.told_once,
            runner.pairs,
            runner.soreness,
            runner.failures,
        )
    ]


@pytest.mark.parametrize("is_new", [True, False])
def test_of_what_a_runner_said_and_was_told_the_oldest_goes_first(small_store, is_new):
    if is_new:
        assert small_store.enrol(filled(a_runner()), limit=1)
    else:
        small_store.enrol(a_runner(), limit=1)
        assert sizes(small_store.change_runner(7, filled)) == [3] * 6
    kept = small_store.runner(7)
    assert {one.run_id for one in kept.dismissals} == {27, 28, 29}
    assert set(kept.no_runs) == {"27", "28", "29"}
    assert set(kept.told_once.values()) == {27, 28, 29}
    assert set(kept.pairs) == {"g27", "g28", "g29"}
    assert {one.run_id for one in kept.soreness} == {"27", "28", "29"}
    assert {one.run_id for one in kept.failures} == {27, 28, 29}
    assert [one.run_id for one in kept.dismissals] == [number for number in ORDER if number >= 27]


def test_ten_times_the_bound_of_dismissals_is_cut_to_the_newest(store):
    store.enrol(a_runner(), limit=1)
    many = tuple(Dismissal(rule="ramp", day=TODAY, run_id=number) for number in range(10 * BOUNDS.of_runner))
    kept = store.change_runner(7, lambda was: replace(was, dismissals=many))
    assert kept == store.runner(7)
    assert kept.dismissals == many[-BOUNDS.of_runner :]
    store.change_runner(7, lambda was: replace(was, dismissals=(*was.dismissals, Dismissal(rule="ramp", day=TODAY))))
    assert store.runner(7).dismissals == (*many[-BOUNDS.of_runner + 1 :], Dismissal(rule="ramp", day=TODAY))


def test_a_runner_within_the_bounds_is_kept_as_they_are():
    assert bounded(a_full_runner()) == a_full_runner()
