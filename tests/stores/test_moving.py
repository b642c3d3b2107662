"""From files to Postgres and back: everything, checked, resumable, and never beside a running server."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from plugin.errors import StoreBroken
from plugin.ports import Dismissal, JobKind, State
from plugin.stores.bounds import BOUNDS, Bounds
from plugin.stores.moving import MOVING, Home, move
from plugin.stores.postgres import Database, PostgresInbox, PostgresStore
from plugin.stores.postgres.jobs import Jobs
from plugin.stores.tiny import TinyInbox, TinyStore
from tests.promises.samples import MINUTE, NOON, a_delivery, a_full_look, a_full_runner, a_list, a_look, a_runner


@pytest.fixture
def files(folder, keyring):
    return Home(place="files", store=TinyStore(folder, keyring), inbox=TinyInbox(folder, keyring))


@pytest.fixture
def other_files(tmp_path, keyring):
    folder = tmp_path / "other"
    return Home(place="other files", store=TinyStore(folder, keyring), inbox=TinyInbox(folder, keyring))


@pytest.fixture
def postgres(postgres_url, keyring):
    database = Database(postgres_url)
    inbox = PostgresInbox(database, defer=Jobs().put)
    yield Home(place="postgres", store=PostgresStore(database, keyring), inbox=inbox)
    database.close()


def fill(home):
    """Something of everything: three runners, looks, a list, deliveries in each state, marks, tokens, counts."""
    home.store.enrol(a_full_runner(7), limit=9)
    home.store.enrol(a_runner(8), limit=9)
    home.store.enrol(a_runner(2**40), limit=9)
    home.store.change_run_record(7, 41, lambda _: a_full_look())
    home.store.change_run_record(8, 42, lambda _: a_look(42, runner_id=8))
    home.store.keep_snapshot(a_list(7))
    home.store.change_key_value("subscription", lambda _: {"id": 5})
    home.store.use_once("a state", until=NOON + timedelta(hours=1), now=NOON)
    home.inbox.keep(a_delivery("taken", run_id=1))
    home.inbox.take(NOON)
    home.inbox.keep(a_delivery("waits", run_id=2, tries=3, reason="503", due=30))
    home.inbox.keep(a_delivery("joined", run_id=2))
    home.inbox.keep(a_delivery("parked", run_id=3, why=JobKind.SWEEP))
    home.inbox.park("parked", reason="odd")
    home.inbox.keep(a_delivery("done", runner_id=8))
    home.inbox.done("done")


def contents(home):
    store, inbox = home.store, home.inbox
    runners = [(store.runner(one), store.run_records(one), store.snapshot(one)) for one in store.runner_ids()]
    at_rest = [replace(one, state=State.WAITING, taken_at=None) if one.state == "taken" else one for one in
               sorted(inbox.everything(), key=lambda one: one.id)]  # fmt: skip
    counts = {name: count for name, count in inbox.counts().items() if not name.startswith("now_")}
    return runners, store.marks(), store.used(), at_rest, counts


def test_everything_comes_to_postgres_and_back_again(files, postgres, other_files):
    fill(files)
    before = contents(files)
    moved = move(files, postgres)
    assert (moved.runners, moved.run_records, moved.deliveries) == (3, 2, 3)
    assert contents(postgres) == before
    move(postgres, other_files)
    assert contents(other_files) == before
    assert contents(files) == before
    assert not other_files.store.use_once("a state", until=NOON + timedelta(hours=1), now=NOON + MINUTE)


def test_what_waits_has_a_job_in_its_new_house(files, postgres, postgres_url):
    fill(files)
    move(files, postgres)
    with closing(Database(postgres_url)) as database, database.transaction() as wire:
        rows = wire.execute("SELECT args ->> 'delivery_id' AS id FROM procrastinate_jobs WHERE status = 'todo'")
        assert {"taken", "waits"} <= {row["id"] for row in rows}


class BreaksOff(Exception):
    pass


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_move_that_broke_off_is_taken_up_again(files, postgres, after):
    fill(files)
    told = []

    def break_off(runner_id):
        told.append(runner_id)
        if len(told) == after:
            raise BreaksOff

    with pytest.raises(BreaksOff):
        move(files, postgres, seen=break_off)
    assert postgres.store.key_value(MOVING)
    # meanwhile the old house was served once more
    files.store.forget(7)
    files.store.change_runner(8, lambda was: replace(was, name="Ada"))
    files.inbox.drop("waits")
    move(files, postgres)
    assert contents(postgres) == contents(files)
    assert postgres.store.runner(8).name == "Ada"


def test_nothing_is_moved_into_a_house_that_is_lived_in(files, postgres):
    fill(files)
    postgres.store.enrol(a_runner(99), limit=9)
    with pytest.raises(StoreBroken, match="already holds runners"):
        move(files, postgres)
    assert postgres.store.runner_ids() == [99]


def test_a_house_that_is_only_half_moved_into_is_left_by_nobody(files, postgres):
    postgres.store.change_key_value(MOVING, lambda _: {"from": "elsewhere"})
    with pytest.raises(StoreBroken, match="half moved into"):
        move(postgres, files)


def test_a_change_made_during_the_move_is_noticed(files, postgres):
    fill(files)

    def meddle(runner_id):
        files.store.change_runner(7, lambda was: replace(was, name=was.name + "!"))

    with pytest.raises(StoreBroken, match="Stop it and move again"):
        move(files, postgres, seen=meddle)
    assert contents(files)[0] != contents(postgres)[0]
    move(files, postgres)
    assert contents(files) == contents(postgres)


def test_more_than_a_store_keeps_today_is_moved_as_far_as_it_is_kept(folder, keyring, files, other_files):
    unbounded = TinyStore(folder, keyring, Bounds(of_runner=10**9))
    many = tuple(Dismissal(rule="ramp", day=NOON.date(), run_id=number) for number in range(BOUNDS.of_runner + 5))
    unbounded.enrol(a_runner(7, dismissals=many), limit=9)
    assert move(files, other_files).runners == 1
    assert other_files.store.runner(7).dismissals == many[5:]
