"""What the books promise, whoever keeps them."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.promises.samples import MINUTE, NOON, TODAY, a_full_look, a_full_runner, a_list, a_look, a_runner


def test_nobody_is_known_at_first(store):
    assert store.runner(7) is None
    assert store.runner_ids() == []
    assert store.run_records(7) == []
    assert store.run_record(7, 41) is None
    assert store.snapshot(7) is None
    store.is_there()


def test_a_runner_comes_back_as_kept_in_every_field(store):
    assert store.enrol(a_full_runner(), limit=1)
    assert store.runner(7) == a_full_runner()


def test_a_runner_with_little_comes_back_as_kept(store):
    store.enrol(a_runner(), limit=1)
    assert store.runner(7) == a_runner()


def test_ids_beyond_32_bits_are_kept(store):
    store.enrol(a_runner(2**40), limit=1)
    store.change_run_record(2**40, 2**50, lambda _: a_look(2**50, runner_id=2**40))
    assert store.runner_ids() == [2**40]
    assert store.run_record(2**40, 2**50) == a_look(2**50, runner_id=2**40)


def test_runners_are_counted_by_whether_they_must_reconnect(store):
    assert store.runner_counts() == {"connected": 0, "must_reconnect": 0}
    for runner_id in (1, 2, 3):
        store.enrol(a_runner(runner_id), limit=10)
    store.change_runner(2, lambda was: replace(was, must_reconnect=True))
    assert store.runner_counts() == {"connected": 2, "must_reconnect": 1}
    store.forget(2)
    assert store.runner_counts() == {"connected": 2, "must_reconnect": 0}


def test_runners_are_listed_in_order_of_their_ids(store):
    for runner_id in (30, 4, 100):
        store.enrol(a_runner(runner_id), limit=10)
    assert store.runner_ids() == [4, 30, 100]


def test_when_the_house_is_full_nobody_new_is_kept(store):
    assert store.enrol(a_runner(1), limit=2)
    assert store.enrol(a_runner(2), limit=2)
    assert not store.enrol(a_runner(3), limit=2)
    assert store.runner(3) is None
    assert store.runner_ids() == [1, 2]


def test_a_runner_may_connect_again_though_the_house_is_full(store):
    store.enrol(a_runner(1), limit=2)
    store.enrol(a_runner(2), limit=2)
    store.change_run_record(1, 41, lambda _: a_look(runner_id=1))
    assert store.enrol(a_runner(1, name="Ada"), limit=1)
    assert store.runner(1).name == "Ada"
    assert store.run_records(1) == [a_look(runner_id=1)]


def test_of_many_who_connect_at_once_only_the_limit_is_kept(store):
    answers = []
    crowd = [
        threading.Thread(target=lambda number=number: answers.append(store.enrol(a_runner(number), limit=3)))
        for number in range(1, 9)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert sorted(answers) == [False] * 5 + [True] * 3
    assert len(store.runner_ids()) == 3


def test_a_change_of_a_runner_is_kept_and_given_back(store):
    store.enrol(a_full_runner(), limit=1)
    changed = store.change_runner(7, lambda runner: replace(runner, name="Ada", tokens=None))
    assert changed == replace(a_full_runner(), name="Ada", tokens=None)
    assert store.runner(7) == changed


def test_nobody_unknown_is_changed(store):
    assert store.change_runner(7, lambda runner: replace(runner, name="nobody")) is None
    assert store.runner(7) is None


def test_a_change_that_fails_changes_nothing(store):
    store.enrol(a_runner(), limit=1)
    with pytest.raises(ZeroDivisionError):
        store.change_runner(7, lambda runner: replace(runner, name=str(1 / 0)))
    assert store.runner(7) == a_runner()
    assert store.change_runner(7, lambda runner: replace(runner, name="Ada")).name == "Ada"


def test_changes_made_at_once_are_all_kept(store):
    store.enrol(a_runner(), limit=1)

    def add(number: int) -> None:
        for turn in range(5):
            scopes = {f"{number}.{turn}"}
            store.change_runner(7, lambda runner, scopes=scopes: replace(runner, scopes=runner.scopes | scopes))

    crowd = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert store.runner(7).scopes == {f"{number}.{turn}" for number in range(4) for turn in range(5)}


def test_a_look_comes_back_as_kept_in_every_field(store):
    store.enrol(a_runner(), limit=1)
    assert (
        store.change_run_record(7, 41, lambda run_record: a_full_look() if run_record is None else None)
        == a_full_look()
    )
    assert store.run_record(7, 41) == a_full_look()
    assert store.run_records(7) == [a_full_look()]


def test_the_numbers_of_a_notice_keep_their_kinds(store):
    store.enrol(a_runner(), limit=1)
    store.change_run_record(7, 41, lambda _: a_full_look())
    numbers = store.run_record(7, 41).found[0].numbers
    assert {name: type(number).__name__ for name, number in numbers.items()} == {
        "longest_m": "Decimal",
        "days": "int",
        "pair": "str",
        "others": "tuple",
    }
    assert str(numbers["longest_m"]) == "14000.00"


def test_a_look_is_changed_in_one_step(store):
    store.enrol(a_runner(), limit=1)
    store.change_run_record(7, 41, lambda _: a_full_look())
    store.change_run_record(7, 41, lambda run_record: replace(run_record, found=(), text=run_record.text + "!"))
    assert store.run_record(7, 41) == replace(a_full_look(), found=(), text=a_full_look().text + "!")


def test_looks_are_told_by_day_then_by_run(store):
    store.enrol(a_runner(), limit=1)
    yesterday = TODAY - timedelta(days=1)
    for run_record in (a_look(100), a_look(9), a_look(500, day=yesterday)):
        store.change_run_record(7, run_record.run_id, lambda _, run_record=run_record: run_record)
    assert [run_record.run_id for run_record in store.run_records(7)] == [500, 9, 100]


def test_a_look_is_deleted_by_changing_it_to_none(store):
    store.enrol(a_runner(), limit=1)
    store.change_run_record(7, 41, lambda _: a_look())
    assert store.change_run_record(7, 41, lambda _: None) is None
    assert store.run_record(7, 41) is None
    assert store.change_run_record(7, 41, lambda run_record: run_record) is None


def test_a_look_of_somebody_unknown_is_not_kept(store):
    assert store.change_run_record(7, 41, lambda _: a_look()) is None
    store.enrol(a_runner(), limit=1)
    assert store.run_records(7) == []


def test_looks_of_two_runners_stay_apart(store):
    store.enrol(a_runner(7), limit=2)
    store.enrol(a_runner(8), limit=2)
    store.change_run_record(7, 41, lambda _: a_look(41, runner_id=7))
    store.change_run_record(8, 41, lambda _: a_look(41, runner_id=8, text="another"))
    assert store.run_record(7, 41).text == ""
    assert store.run_record(8, 41).text == "another"


def test_the_cached_list_is_replaced_and_dropped(store):
    store.enrol(a_runner(), limit=1)
    store.keep_snapshot(a_list())
    assert store.snapshot(7) == a_list()
    store.keep_snapshot(replace(a_list(), runs=(), progress="done"))
    assert store.snapshot(7) == replace(a_list(), runs=(), progress="done")
    store.drop_snapshot(7)
    assert store.snapshot(7) is None
    store.drop_snapshot(7)


def test_no_list_of_somebody_unknown_is_kept(store):
    store.keep_snapshot(a_list())
    store.enrol(a_runner(), limit=1)
    assert store.snapshot(7) is None


def test_forgetting_takes_everything_of_one_runner_and_nothing_of_another(store):
    for runner_id in (7, 8):
        store.enrol(a_full_runner(runner_id), limit=2)
        store.change_run_record(runner_id, 41, lambda _, runner_id=runner_id: a_full_look(runner_id=runner_id))
        store.keep_snapshot(a_list(runner_id))
    assert store.forget(7)
    assert (store.runner(7), store.run_records(7), store.snapshot(7)) == (None, [], None)
    assert store.runner_ids() == [8]
    assert store.runner(8) == a_full_runner(8)
    assert store.run_records(8) == [a_full_look(runner_id=8)]
    assert store.snapshot(8) == a_list(8)
    assert not store.forget(7)


def test_who_was_forgotten_and_connects_again_starts_anew(store):
    store.enrol(a_full_runner(), limit=1)
    store.change_run_record(7, 41, lambda _: a_look())
    store.keep_snapshot(a_list())
    store.forget(7)
    assert store.change_run_record(7, 42, lambda _: a_look(42)) is None
    store.keep_snapshot(a_list())
    assert store.enrol(a_runner(), limit=1)
    assert (store.runner(7), store.run_records(7), store.snapshot(7)) == (a_runner(), [], None)


def test_a_runner_can_be_forgotten_by_who_is_alone_with_them(store):
    store.enrol(a_runner(), limit=1)
    with store.lock(7, purpose="work"):
        assert store.forget(7)
    assert store.runner(7) is None


def test_a_mark_is_empty_until_it_is_made(store):
    assert store.key_value("gate") == {}


def test_a_mark_comes_back_as_made(store):
    value = {"id": 2**40, "url": "https://x.example/ü", "deep": {"list": [1, 2.5, None, True]}}
    assert store.change_key_value("subscription", lambda key_value: {**key_value, **value}) == value
    assert store.key_value("subscription") == value
    assert store.change_key_value("subscription", lambda key_value: {**key_value, "id": 3}) == {**value, "id": 3}
    assert store.key_value("gate") == {}


def test_a_mark_is_given_back_as_json_and_holds_nothing_else(store):
    assert store.change_key_value("sweep", lambda _: {"at": NOON, "days": (1, 2)}) == {
        "at": "2026-11-22T12:00:00+00:00",
        "days": [1, 2],
    }
    with pytest.raises(TypeError):
        store.change_key_value("sweep", lambda _: {"days": {1, 2}})
    assert store.key_value("sweep")["days"] == [1, 2]


def test_changing_what_was_given_out_changes_no_mark(store):
    store.change_key_value("gate", lambda key_value: {"until": ["noon"]})
    store.key_value("gate")["until"].append("midnight")
    with pytest.raises(ZeroDivisionError):
        store.change_key_value("gate", lambda key_value: key_value["until"].append(1 / 0) or key_value)
    assert store.key_value("gate") == {"until": ["noon"]}


def test_marks_changed_at_once_miss_no_change(store):
    def add() -> None:
        for _ in range(5):
            store.change_key_value("sweeps", lambda key_value: {"count": key_value.get("count", 0) + 1})

    crowd = [threading.Thread(target=add) for _ in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert store.key_value("sweeps") == {"count": 20}


def test_a_token_counts_once(store):
    hour = timedelta(hours=1)
    assert store.use_once("state-1", until=NOON + hour, now=NOON)
    assert not store.use_once("state-1", until=NOON + hour, now=NOON + MINUTE)
    assert store.use_once("state-2", until=NOON + hour, now=NOON + MINUTE)
    assert not store.use_once("state-1", until=NOON + 2 * hour, now=NOON + hour - MINUTE)


def test_of_many_who_bring_one_token_at_once_one_is_let_in(store):
    answers = []
    crowd = [
        threading.Thread(target=lambda: answers.append(store.use_once("state", until=NOON + MINUTE, now=NOON)))
        for _ in range(6)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert sorted(answers) == [False] * 5 + [True]


def test_who_holds_a_runner_is_alone_with_them(store):
    inside, most, turns = 0, 0, []

    def work() -> None:
        nonlocal inside, most
        for _ in range(10):
            with store.lock(7, purpose="work"):
                inside += 1
                most = max(most, inside)
                store.key_value("anything")  # gives others a chance to come in
                inside -= 1
                turns.append(1)

    crowd = [threading.Thread(target=work) for _ in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert most == 1
    assert len(turns) == 40


def test_holding_a_runner_keeps_nobody_from_another_or_from_another_purpose(store):
    with store.lock(7, purpose="work"), store.lock(8, purpose="work"), store.lock(7, purpose="tokens"):
        pass
    with store.lock(7, purpose="work"):
        pass


def test_a_hold_waits_until_the_runner_is_free(store):
    entered = threading.Event()

    def enter() -> None:
        with store.lock(7, purpose="work"):
            entered.set()

    other = threading.Thread(target=enter)
    with store.lock(7, purpose="work"):
        other.start()
        assert not entered.wait(0.1)
    other.join(timeout=10)
    assert entered.is_set()


def test_a_hold_is_given_back_when_the_work_fails(store):
    with pytest.raises(ZeroDivisionError), store.lock(7, purpose="work"):
        raise ZeroDivisionError
    with store.lock(7, purpose="work"):
        pass
