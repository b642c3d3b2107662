"""TinyDB's files when processes die, and when several work at once. kill -9 is sent for real, to forked writers."""

from __future__ import annotations

import random
import select
from dataclasses import replace
from itertools import count

import orjson
import pytest

from plugin.errors import AlreadyServed
from plugin.stores.tiny import TinyInbox, TinyStore, serve_alone
from tests.promises.samples import NOON, a_delivery, a_full_runner, a_look, a_runner
from tests.stores.children import Child, die_at_step

KILLS = 40


def ids_in_the_copy(folder):
    """What a restored copy would hold."""
    copy = folder / "inbox.json.bak"
    rows = orjson.loads(copy.read_bytes())["deliveries"].values() if copy.exists() else []
    return {row["id"] for row in rows}


def test_killed_at_random_moments_the_inbox_holds_all_that_was_acknowledged(folder, keyring):
    chance = random.Random(20261122)
    acknowledged = set()
    for life in range(KILLS):

        def write(tell, life=life):
            inbox = TinyInbox(folder, keyring)
            for number in count():
                inbox.keep(a_delivery(f"{life}-{number}", run_id=1000 * life + number))
                tell(f"{life}-{number}")

        child = Child(write)
        child.wait_for_lines(chance.randrange(1, 4))
        select.select([], [], [], chance.uniform(0, 0.003))
        acknowledged |= set(child.kill())
        there = {delivery.id for delivery in TinyInbox(folder, keyring).everything()}
        assert acknowledged <= there
        assert acknowledged <= ids_in_the_copy(folder)
        assert len(there - acknowledged) <= life + 1  # at most the one that each was just writing
    assert len(acknowledged) >= KILLS


@pytest.mark.parametrize("step", range(1, 16))
def test_killed_at_any_step_of_a_write_nothing_acknowledged_is_missing(folder, keyring, step):
    inbox = TinyInbox(folder, keyring)
    inbox.keep(a_delivery("d1", run_id=1))

    def write(tell):
        die_at_step(step)
        for number in (2, 3, 4):
            inbox.keep(a_delivery(f"d{number}", run_id=number))
            tell(f"d{number}")

    told = set(Child(write).end())
    fresh = TinyInbox(folder, keyring)
    assert {"d1"} | told <= {delivery.id for delivery in fresh.everything()}
    assert {"d1"} | told <= ids_in_the_copy(folder)
    fresh.keep(a_delivery("d9", run_id=9))  # and it goes on
    assert {path.name for path in folder.iterdir()} == {"inbox.json", "inbox.json.bak", "inbox.lock"}


@pytest.mark.parametrize("step", range(1, 30))
def test_killed_while_forgetting_a_runner_can_be_forgotten_still(folder, keyring, step):
    store = TinyStore(folder, keyring)
    store.enrol(a_full_runner(7), limit=2)
    store.enrol(a_full_runner(8), limit=2)

    def forget(_):
        die_at_step(step)
        store.forget(7)

    Child(forget).end()
    fresh = TinyStore(folder, keyring)
    assert fresh.runner(7) in (None, a_full_runner(7))
    fresh.forget(7)
    assert fresh.runner_ids() == [8]
    assert [path.name for path in folder.rglob("7.*")] == []
    assert fresh.enrol(a_runner(7), limit=2)


def test_killed_at_random_moments_the_books_hold_all_that_was_acknowledged(folder, keyring):
    chance = random.Random(4242)
    TinyStore(folder, keyring).enrol(a_full_runner(), limit=1)
    acknowledged = 0
    for _ in range(KILLS):

        def write(tell):
            store = TinyStore(folder, keyring)
            while True:
                runner = store.change_runner(7, lambda runner: replace(runner, name=str(int("0" + runner.name) + 1)))
                store.change_run_record(7, int(runner.name), lambda _, runner=runner: a_look(int(runner.name)))
                tell(runner.name)

        if acknowledged == 0:
            TinyStore(folder, keyring).change_runner(7, lambda runner: replace(runner, name=""))
        child = Child(write)
        child.wait_for_lines(chance.randrange(1, 3))
        select.select([], [], [], chance.uniform(0, 0.003))
        acknowledged = max(acknowledged, *map(int, child.kill()))
        store = TinyStore(folder, keyring)
        runner = store.runner(7)
        assert int(runner.name) in (acknowledged, acknowledged + 1)
        assert replace(runner, name="") == replace(a_full_runner(), name="")
        assert set(range(1, acknowledged + 1)) <= {run_record.run_id for run_record in store.run_records(7)}
        acknowledged = int(runner.name)
        store.change_run_record(7, acknowledged, lambda _, run_id=acknowledged: a_look(run_id))
    assert acknowledged >= KILLS


def test_several_processes_writing_at_once_lose_nothing(folder, keyring):
    def write(who):
        def work(tell):
            store, inbox = TinyStore(folder, keyring), TinyInbox(folder, keyring)
            for number in range(25):
                inbox.keep(a_delivery(f"{who}-{number}", runner_id=who, run_id=number))
                mine = {f"{who}-{number}"}
                store.change_runner(7, lambda runner, mine=mine: replace(runner, scopes=runner.scopes | mine))
                store.change_key_value("turns", lambda key_value: {"many": key_value.get("many", 0) + 1})
            tell("done")

        return work

    TinyStore(folder, keyring).enrol(a_runner(), limit=1)
    children = [Child(write(who)) for who in range(1, 5)]
    assert [child.end() for child in children] == [["done"]] * 4
    everyone = {f"{who}-{number}" for who in range(1, 5) for number in range(25)}
    assert {delivery.id for delivery in TinyInbox(folder, keyring).everything()} == everyone
    assert TinyInbox(folder, keyring).counts()["kept"] == 100
    assert TinyStore(folder, keyring).runner(7).scopes == everyone
    assert TinyStore(folder, keyring).key_value("turns") == {"many": 100}


def test_several_processes_take_each_delivery_once(folder, keyring):
    inbox = TinyInbox(folder, keyring)
    for number in range(60):
        inbox.keep(a_delivery(f"d{number}", runner_id=number % 5, run_id=number))

    def work(tell):
        mine = TinyInbox(folder, keyring)
        while mine.next_due() is not None:
            delivery = mine.take(NOON)
            if delivery is not None:
                tell(delivery.id)
                mine.done(delivery.id)

    children = [Child(work) for _ in range(3)]
    taken = [line for child in children for line in child.end()]
    assert sorted(taken) == sorted(f"d{number}" for number in range(60))


def test_a_write_of_another_process_is_seen_at_once(folder, keyring):
    inbox = TinyInbox(folder, keyring)
    for number in range(30):
        inbox.keep(a_delivery("d1", due=0))
        inbox.take(NOON)  # of the same length as what the other writes below, within the same tick

        def put_back(tell, number=number):
            TinyInbox(folder, keyring).done("d1")
            TinyInbox(folder, keyring).keep(a_delivery("d1", tries=number % 9))
            tell("done")

        Child(put_back).end()
        assert inbox.everything() == [a_delivery("d1", tries=number % 9)]
        inbox.drop("d1")


def test_who_dies_holding_a_runner_gives_them_back(folder, keyring):
    def lock(tell):
        with TinyStore(folder, keyring).lock(7, purpose="work"):
            tell("held")
            select.select([], [], [])

    child = Child(lock)
    assert child.wait_for_lines(1) == ["held"]
    assert [path.name for path in (folder / "holds").iterdir()] == ["7.work.lock"]
    child.kill()
    with TinyStore(folder, keyring).lock(7, purpose="work"):
        pass
    assert list((folder / "holds").iterdir()) == []


def test_a_held_runner_is_waited_for_across_processes(folder, keyring):
    def work(tell):
        store = TinyStore(folder, keyring)
        for _ in range(40):
            with store.lock(7, purpose="work"):
                (folder / "inside").touch(exist_ok=False)  # fails if somebody else is inside
                (folder / "inside").unlink()
        tell("done")

    TinyStore(folder, keyring).enrol(a_runner(), limit=1)
    children = [Child(work) for _ in range(3)]
    assert [child.end() for child in children] == [["done"]] * 3


def test_a_second_server_on_a_folder_is_refused_with_a_sentence(folder):
    def serve(tell):
        with serve_alone(folder):
            tell("serving")
            select.select([], [], [])

    child = Child(serve)
    child.wait_for_lines(1)
    with (
        pytest.raises(AlreadyServed, match=rf"process {child.pid}\) is at work in .*DATA_DIR"),
        serve_alone(folder, wait_s=0.1),
    ):
        pass
    child.kill()
    with serve_alone(folder):
        pass
    with serve_alone(folder):
        pass


def test_a_server_that_is_just_ending_is_waited_for(folder):
    def serve(tell):
        with serve_alone(folder):
            tell("serving")
            select.select([], [], [], 0.3)

    child = Child(serve)
    child.wait_for_lines(1)
    with serve_alone(folder):
        pass
    child.end()


def test_short_commands_work_beside_a_server(folder, keyring):
    with serve_alone(folder):
        TinyStore(folder, keyring).enrol(a_runner(), limit=1)

        def command(tell):
            store, inbox = TinyStore(folder, keyring), TinyInbox(folder, keyring)
            inbox.keep(a_delivery())
            inbox.forget(7)
            tell(str(store.forget(7)))

        assert Child(command).end() == ["True"]
        assert TinyStore(folder, keyring).runner_ids() == []


def test_a_server_sweeps_up_the_locks_of_the_dead(folder, keyring):
    def lock(tell):
        with TinyStore(folder, keyring).lock(7, purpose="work"), TinyStore(folder, keyring).lock(7, purpose="tokens"):
            tell("held")
            select.select([], [], [])

    child = Child(lock)
    child.wait_for_lines(1)
    child.kill()
    with TinyStore(folder, keyring).lock(8, purpose="work"), serve_alone(folder):
        assert [path.name for path in (folder / "holds").iterdir()] == ["8.work.lock"]
