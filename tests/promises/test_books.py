"""What the books promise, whoever keeps them."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.promises.samples import (
    MINUTE,
    NOON,
    TODAY,
    a_full_look,
    a_full_runner,
    a_list,
    a_look,
    a_runner,
)


def test_nobody_is_known_at_first(books):
    assert books.runner(7) is None
    assert books.runner_ids() == []
    assert books.looks(7) == []
    assert books.look(7, 41) is None
    assert books.snapshot(7) is None
    books.is_there()


def test_a_runner_comes_back_as_kept_in_every_field(books):
    assert books.enrol(a_full_runner(), limit=1)
    assert books.runner(7) == a_full_runner()


def test_a_runner_with_little_comes_back_as_kept(books):
    books.enrol(a_runner(), limit=1)
    assert books.runner(7) == a_runner()


def test_ids_beyond_32_bits_are_kept(books):
    books.enrol(a_runner(2**40), limit=1)
    books.change_look(2**40, 2**50, lambda _: a_look(2**50, runner_id=2**40))
    assert books.runner_ids() == [2**40]
    assert books.look(2**40, 2**50) == a_look(2**50, runner_id=2**40)


def test_runners_are_listed_in_order_of_their_ids(books):
    for runner_id in (30, 4, 100):
        books.enrol(a_runner(runner_id), limit=10)
    assert books.runner_ids() == [4, 30, 100]


def test_when_the_house_is_full_nobody_new_is_kept(books):
    assert books.enrol(a_runner(1), limit=2)
    assert books.enrol(a_runner(2), limit=2)
    assert not books.enrol(a_runner(3), limit=2)
    assert books.runner(3) is None
    assert books.runner_ids() == [1, 2]


def test_a_runner_may_connect_again_though_the_house_is_full(books):
    books.enrol(a_runner(1), limit=2)
    books.enrol(a_runner(2), limit=2)
    books.change_look(1, 41, lambda _: a_look(runner_id=1))
    assert books.enrol(a_runner(1, name="Ada"), limit=1)
    assert books.runner(1).name == "Ada"
    assert books.looks(1) == [a_look(runner_id=1)]


def test_of_many_who_connect_at_once_only_the_limit_is_kept(books):
    answers = []
    crowd = [
        threading.Thread(target=lambda number=number: answers.append(books.enrol(a_runner(number), limit=3)))
        for number in range(1, 9)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert sorted(answers) == [False] * 5 + [True] * 3
    assert len(books.runner_ids()) == 3


def test_a_change_of_a_runner_is_kept_and_given_back(books):
    books.enrol(a_full_runner(), limit=1)
    changed = books.change_runner(7, lambda runner: replace(runner, name="Ada", tokens=None))
    assert changed == replace(a_full_runner(), name="Ada", tokens=None)
    assert books.runner(7) == changed


def test_nobody_unknown_is_changed(books):
    assert books.change_runner(7, lambda runner: replace(runner, name="nobody")) is None
    assert books.runner(7) is None


def test_a_change_that_fails_changes_nothing(books):
    books.enrol(a_runner(), limit=1)
    with pytest.raises(ZeroDivisionError):
        books.change_runner(7, lambda runner: replace(runner, name=str(1 / 0)))
    assert books.runner(7) == a_runner()
    assert books.change_runner(7, lambda runner: replace(runner, name="Ada")).name == "Ada"


def test_changes_made_at_once_are_all_kept(books):
    books.enrol(a_runner(), limit=1)

    def add(number: int) -> None:
        for turn in range(5):
            scopes = {f"{number}.{turn}"}
            books.change_runner(7, lambda runner, scopes=scopes: replace(runner, scopes=runner.scopes | scopes))

    crowd = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert books.runner(7).scopes == {f"{number}.{turn}" for number in range(4) for turn in range(5)}


def test_a_look_comes_back_as_kept_in_every_field(books):
    books.enrol(a_runner(), limit=1)
    assert books.change_look(7, 41, lambda look: a_full_look() if look is None else None) == a_full_look()
    assert books.look(7, 41) == a_full_look()
    assert books.looks(7) == [a_full_look()]


def test_the_numbers_of_a_notice_keep_their_kinds(books):
    books.enrol(a_runner(), limit=1)
    books.change_look(7, 41, lambda _: a_full_look())
    numbers = books.look(7, 41).found[0].numbers
    assert {name: type(number).__name__ for name, number in numbers.items()} == {
        "longest_m": "Decimal",
        "days": "int",
        "pair": "str",
        "others": "tuple",
    }
    assert str(numbers["longest_m"]) == "14000.00"


def test_a_look_is_changed_in_one_step(books):
    books.enrol(a_runner(), limit=1)
    books.change_look(7, 41, lambda _: a_full_look())
    books.change_look(7, 41, lambda look: replace(look, found=(), text=look.text + "!"))
    assert books.look(7, 41) == replace(a_full_look(), found=(), text=a_full_look().text + "!")


def test_looks_are_told_by_day_then_by_run(books):
    books.enrol(a_runner(), limit=1)
    yesterday = TODAY - timedelta(days=1)
    for look in (a_look(100), a_look(9), a_look(500, day=yesterday)):
        books.change_look(7, look.run_id, lambda _, look=look: look)
    assert [look.run_id for look in books.looks(7)] == [500, 9, 100]


def test_a_look_is_deleted_by_changing_it_to_none(books):
    books.enrol(a_runner(), limit=1)
    books.change_look(7, 41, lambda _: a_look())
    assert books.change_look(7, 41, lambda _: None) is None
    assert books.look(7, 41) is None
    assert books.change_look(7, 41, lambda look: look) is None


def test_a_look_of_somebody_unknown_is_not_kept(books):
    assert books.change_look(7, 41, lambda _: a_look()) is None
    books.enrol(a_runner(), limit=1)
    assert books.looks(7) == []


def test_looks_of_two_runners_stay_apart(books):
    books.enrol(a_runner(7), limit=2)
    books.enrol(a_runner(8), limit=2)
    books.change_look(7, 41, lambda _: a_look(41, runner_id=7))
    books.change_look(8, 41, lambda _: a_look(41, runner_id=8, text="another"))
    assert books.look(7, 41).text == ""
    assert books.look(8, 41).text == "another"


def test_the_cached_list_is_replaced_and_dropped(books):
    books.enrol(a_runner(), limit=1)
    books.keep_snapshot(a_list())
    assert books.snapshot(7) == a_list()
    books.keep_snapshot(replace(a_list(), runs=(), progress="done"))
    assert books.snapshot(7) == replace(a_list(), runs=(), progress="done")
    books.drop_snapshot(7)
    assert books.snapshot(7) is None
    books.drop_snapshot(7)


def test_no_list_of_somebody_unknown_is_kept(books):
    books.keep_snapshot(a_list())
    books.enrol(a_runner(), limit=1)
    assert books.snapshot(7) is None


def test_forgetting_takes_everything_of_one_runner_and_nothing_of_another(books):
    for runner_id in (7, 8):
        books.enrol(a_full_runner(runner_id), limit=2)
        books.change_look(runner_id, 41, lambda _, runner_id=runner_id: a_full_look(runner_id=runner_id))
        books.keep_snapshot(a_list(runner_id))
    assert books.forget(7)
    assert (books.runner(7), books.looks(7), books.snapshot(7)) == (None, [], None)
    assert books.runner_ids() == [8]
    assert books.runner(8) == a_full_runner(8)
    assert books.looks(8) == [a_full_look(runner_id=8)]
    assert books.snapshot(8) == a_list(8)
    assert not books.forget(7)


def test_who_was_forgotten_and_connects_again_starts_anew(books):
    books.enrol(a_full_runner(), limit=1)
    books.change_look(7, 41, lambda _: a_look())
    books.keep_snapshot(a_list())
    books.forget(7)
    assert books.change_look(7, 42, lambda _: a_look(42)) is None
    books.keep_snapshot(a_list())
    assert books.enrol(a_runner(), limit=1)
    assert (books.runner(7), books.looks(7), books.snapshot(7)) == (a_runner(), [], None)


def test_a_runner_can_be_forgotten_by_who_is_alone_with_them(books):
    books.enrol(a_runner(), limit=1)
    with books.hold(7, purpose="work"):
        assert books.forget(7)
    assert books.runner(7) is None


def test_a_mark_is_empty_until_it_is_made(books):
    assert books.mark("gate") == {}


def test_a_mark_comes_back_as_made(books):
    value = {"id": 2**40, "url": "https://x.example/ü", "deep": {"list": [1, 2.5, None, True]}}
    assert books.change_mark("subscription", lambda mark: {**mark, **value}) == value
    assert books.mark("subscription") == value
    assert books.change_mark("subscription", lambda mark: {**mark, "id": 3}) == {**value, "id": 3}
    assert books.mark("gate") == {}


def test_a_mark_is_given_back_as_json_and_holds_nothing_else(books):
    assert books.change_mark("sweep", lambda _: {"at": NOON, "days": (1, 2)}) == {
        "at": "2026-11-22T12:00:00+00:00",
        "days": [1, 2],
    }
    with pytest.raises(TypeError):
        books.change_mark("sweep", lambda _: {"days": {1, 2}})
    assert books.mark("sweep")["days"] == [1, 2]


def test_changing_what_was_given_out_changes_no_mark(books):
    books.change_mark("gate", lambda mark: {"until": ["noon"]})
    books.mark("gate")["until"].append("midnight")
    with pytest.raises(ZeroDivisionError):
        books.change_mark("gate", lambda mark: mark["until"].append(1 / 0) or mark)
    assert books.mark("gate") == {"until": ["noon"]}


def test_marks_changed_at_once_miss_no_change(books):
    def add() -> None:
        for _ in range(5):
            books.change_mark("sweeps", lambda mark: {"count": mark.get("count", 0) + 1})

    crowd = [threading.Thread(target=add) for _ in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert books.mark("sweeps") == {"count": 20}


def test_a_token_counts_once(books):
    hour = timedelta(hours=1)
    assert books.use_once("state-1", until=NOON + hour, now=NOON)
    assert not books.use_once("state-1", until=NOON + hour, now=NOON + MINUTE)
    assert books.use_once("state-2", until=NOON + hour, now=NOON + MINUTE)
    assert not books.use_once("state-1", until=NOON + 2 * hour, now=NOON + hour - MINUTE)


def test_of_many_who_bring_one_token_at_once_one_is_let_in(books):
    answers = []
    crowd = [
        threading.Thread(target=lambda: answers.append(books.use_once("state", until=NOON + MINUTE, now=NOON)))
        for _ in range(6)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert sorted(answers) == [False] * 5 + [True]


def test_who_holds_a_runner_is_alone_with_them(books):
    inside, most, turns = 0, 0, []

    def work() -> None:
        nonlocal inside, most
        for _ in range(10):
            with books.hold(7, purpose="work"):
                inside += 1
                most = max(most, inside)
                books.mark("anything")  # gives others a chance to come in
                inside -= 1
                turns.append(1)

    crowd = [threading.Thread(target=work) for _ in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert most == 1
    assert len(turns) == 40


def test_holding_a_runner_keeps_nobody_from_another_or_from_another_purpose(books):
    with books.hold(7, purpose="work"), books.hold(8, purpose="work"), books.hold(7, purpose="tokens"):
        pass
    with books.hold(7, purpose="work"):
        pass


def test_a_hold_waits_until_the_runner_is_free(books):
    entered = threading.Event()

    def enter() -> None:
        with books.hold(7, purpose="work"):
            entered.set()

    other = threading.Thread(target=enter)
    with books.hold(7, purpose="work"):
        other.start()
        assert not entered.wait(0.1)
    other.join(timeout=10)
    assert entered.is_set()


def test_a_hold_is_given_back_when_the_work_fails(books):
    with pytest.raises(ZeroDivisionError), books.hold(7, purpose="work"):
        raise ZeroDivisionError
    with books.hold(7, purpose="work"):
        pass
