"""Postgres itself: migrations, restarts, locks over several processes, and jobs stored with their deliveries."""

from __future__ import annotations

import select
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from plugin.errors import StoreBroken, Unreadable
from plugin.settings.encryption import Keyring
from plugin.stores.postgres import Database, PostgresInbox, PostgresIntake, PostgresStore, migrate
from plugin.stores.postgres.migrate import MIGRATIONS
from plugin.stores.record_json import reseal
from tests.promises.samples import MINUTE, NOON, a_delivery, a_full_look, a_full_runner, a_list, a_runner
from tests.stores.children import Child

STEPS = sorted(path.stem for path in MIGRATIONS.glob("*.sql"))
TABLES = ("runners", "runner_keys", "looks", "snapshots", "marks", "used_once", "deliveries")


@pytest.fixture
def database(postgres_url):
    database = Database(postgres_url)
    yield database
    database.close()


@pytest.fixture
def store(database, keyring) -> PostgresStore:
    return PostgresStore(database, keyring)


@pytest.fixture
def inbox(database) -> PostgresInbox:
    return PostgresInbox(database)


def ask(url, question):
    with psycopg.connect(url, autocommit=True) as wire:
        answer = wire.execute(question)
        return answer.fetchall() if answer.description else []


def wait_until_it_works(work, within_s=30):
    deadline = time.monotonic() + within_s
    while True:
        try:
            return work()
        except StoreBroken:
            assert time.monotonic() < deadline


# --- migrations ---


def test_a_release_brings_an_empty_database_up_to_date_and_a_second_one_does_nothing(postgres_server):
    url = postgres_server.url(postgres_server.new_database())
    assert migrate(url)[: len(STEPS)] == STEPS
    assert migrate(url) == []
    assert migrate(url.replace("postgresql://", "postgres://")) == []


def test_two_releases_at_once_apply_each_step_once(postgres_server):
    url = postgres_server.url(postgres_server.new_database())
    applied = []
    crowd = [threading.Thread(target=lambda: applied.extend(migrate(url))) for _ in range(3)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert applied[: len(STEPS)] == STEPS
    assert len(applied) == len(set(applied))


def test_a_release_that_was_killed_keeps_the_next_from_nothing(postgres_server):
    url = postgres_server.url(postgres_server.new_database())
    migrate(url)
    ask(url, "INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, now(), 1)")
    assert migrate(url) == []


def test_a_later_step_is_applied_to_a_database_with_rows_in_it(postgres_url, tmp_path, store, inbox):
    store.enrol(a_full_runner(), limit=1)
    inbox.keep(a_delivery())
    (tmp_path / "0002.later.sql").write_text("ALTER TABLE deliveries ADD COLUMN later text NOT NULL DEFAULT ''")
    assert migrate(postgres_url, folder=tmp_path) == ["0002.later"]
    assert store.runner(7) == a_full_runner()
    assert inbox.take(NOON).id == "d1"  # the old version goes on while the new one starts
    assert inbox.keep(a_delivery("d2", run_id=2)).id == "d2"


def test_a_step_that_fails_leaves_nothing_half_done(postgres_url, tmp_path):
    (tmp_path / "0002.torn.sql").write_text("CREATE TABLE half (id int); SELECT 1 / 0")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(postgres_url, folder=tmp_path)
    assert ask(postgres_url, "SELECT to_regclass('half')") == [(None,)]


def test_before_the_first_release_the_operator_is_told_to_run_it(postgres_server, keyring):
    database = Database(postgres_server.url(postgres_server.new_database()))
    for work in (
        lambda: PostgresStore(database, keyring).is_there(),
        lambda: PostgresStore(database, keyring).enrol(a_runner(), limit=1),
        lambda: PostgresInbox(database).keep(a_delivery()),
    ):
        with pytest.raises(StoreBroken, match="run `footnote release`"):
            work()
    database.close()


# --- what the operator must mend, and what mends itself ---


def test_a_database_that_is_not_there_is_said_without_the_password(keyring):
    database = Database("postgresql://runner:hush-hush@127.0.0.1:9/none", wait_s=0.5)
    with pytest.raises(StoreBroken, match="check DATABASE_URL") as said:
        PostgresStore(database, keyring).is_there()
    with (
        pytest.raises(StoreBroken, match="check DATABASE_URL") as also_said,
        PostgresStore(database, keyring).lock(7, purpose="work"),
    ):
        pass
    assert "hush" not in str(said.value) + str(also_said.value)
    database.close()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_after_a_restart_of_the_database_it_goes_on_by_itself(postgres_server, postgres_url, keyring, how):
    database = Database(postgres_url, wait_s=1)
    store, inbox = PostgresStore(database, keyring), PostgresInbox(database)
    store.enrol(a_full_runner(), limit=1)
    inbox.keep(a_delivery())
    with store.lock(7, purpose="work"):
        postgres_server.stop(how)
        try:
            with pytest.raises(StoreBroken, match="cannot be reached"):
                inbox.keep(a_delivery("d2", run_id=2))
        finally:
            postgres_server.start()
    wait_until_it_works(store.is_there)
    assert store.runner(7) == a_full_runner()
    assert [one.id for one in inbox.everything()] == ["d1"]
    inbox.keep(a_delivery("d2", run_id=2))
    with store.lock(7, purpose="work"):
        pass
    database.close()


def test_connections_cut_by_the_server_cost_no_error_on_the_next_request(postgres_url, database, store, inbox):
    store.enrol(a_runner(), limit=1)
    with store.lock(7, purpose="work"):
        pass
    cut_all(postgres_url)
    inbox.keep(a_delivery())
    cut_all(postgres_url)
    assert store.runner(7) == a_runner()
    cut_all(postgres_url)
    assert PostgresIntake(database, store, inbox).accept(a_delivery("d2", run_id=2), subscription_id=None)
    cut_all(postgres_url)
    assert inbox.take(NOON).id == "d1"


def test_all_of_them_cut_at_once_cost_no_error_either(postgres_url, database, store):
    store.enrol(a_runner(), limit=1)
    together = threading.Barrier(4, timeout=30)

    def run_record(_):
        with database.transaction():
            together.wait()

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(run_record, range(4)))
    assert cut_all(postgres_url) == 4
    assert store.runner(7) == a_runner()


def cut_all(url) -> int:
    return len(ask(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'footnote'"))


def test_a_database_that_lets_us_only_read_is_said(postgres_url, keyring):
    name = postgres_url.rsplit("/", 1)[1]
    with psycopg.connect(postgres_url, autocommit=True) as wire:
        wire.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    database = Database(postgres_url)
    with pytest.raises(StoreBroken, match="only lets us read"):
        PostgresStore(database, keyring).is_there()
    with pytest.raises(StoreBroken, match="does not let us write"):
        PostgresInbox(database).keep(a_delivery())
    database.close()


def test_what_is_tried_writing_leaves_nothing_and_needs_room(postgres_url, store):
    store.is_there(tries_writing=True)
    assert ask(postgres_url, "SELECT count(*) FROM marks WHERE key = 'doctor'") == [(0,)]


def test_connections_are_counted_against_the_nearest_limit(postgres_url, store):
    used, most = store.connections()
    assert 1 <= used < most == 60 - 3
    name = postgres_url.rsplit("/", 1)[1]
    ask(postgres_url, f'ALTER DATABASE "{name}" CONNECTION LIMIT 9')
    with psycopg.connect(postgres_url), psycopg.connect(postgres_url):
        in_use, most = store.connections()
        assert (in_use >= used + 2, most) == (True, 9)


def test_few_connections_are_enough_for_many_threads_and_held_runners(postgres_url, database, store, inbox):
    for runner_id in range(1, 13):
        store.enrol(a_runner(runner_id), limit=12)
    most = []

    def work(runner_id):
        with store.lock(runner_id, purpose="work"), store.lock(runner_id, purpose="tokens"):
            for _ in range(5):
                store.change_runner(runner_id, lambda runner: replace(runner, name=runner.name + "."))
            most.append(ask(postgres_url, "SELECT count(*) FROM pg_stat_activity WHERE application_name ~ 'footnote'"))

    crowd = [threading.Thread(target=work, args=(runner_id,)) for runner_id in range(1, 13)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert {store.runner(runner_id).name for runner_id in range(1, 13)} == {"....."}
    assert max(count for ((count,),) in most) <= 4 + 1


# --- secrets ---


def test_tokens_address_and_soreness_lie_nowhere_in_clear(postgres_url, store, inbox):
    store.enrol(a_full_runner(), limit=1)
    store.change_run_record(7, 41, lambda _: a_full_look())
    store.keep_snapshot(a_list())
    store.use_once("state-in-clear", until=NOON, now=NOON - MINUTE)
    inbox.keep(a_delivery())
    dump = "".join(str(ask(postgres_url, f"SELECT t::text FROM {table} t")) for table in TABLES)
    assert "512345.70" in dump, "what is no secret is kept as it is"
    assert "Ghost 15" not in dump
    for secret in ("in-clear", "in clear", "zoe@", "plantar_fasciitis", "red_flag", "towel_scrunches"):
        assert secret not in dump


def test_of_a_forgotten_runner_no_row_is_left(postgres_url, store, inbox):
    store.enrol(a_full_runner(987654321), limit=1)
    store.change_run_record(987654321, 55555, lambda _: a_full_look(55555, runner_id=987654321))
    store.keep_snapshot(a_list(987654321))
    inbox.keep(a_delivery(runner_id=987654321, run_id=55555))
    store.forget(987654321)
    inbox.forget(987654321)
    dump = "".join(str(ask(postgres_url, f"SELECT t::text FROM {table} t")) for table in TABLES)
    assert "987654321" not in dump
    assert "55555" not in dump


def test_after_resealing_the_old_key_is_needed_no_more(database):
    old, both = PostgresStore(database, Keyring("old")), PostgresStore(database, Keyring("new", ["old"]))
    old.enrol(a_full_runner(), limit=1)
    old.change_run_record(7, 41, lambda _: a_full_look())
    assert reseal(both) == (1, [])
    new = PostgresStore(database, Keyring("new"))
    assert (new.runner(7), new.run_records(7)) == (a_full_runner(), [a_full_look()])
    with pytest.raises(Unreadable):
        old.runner(7)


def test_a_text_that_no_database_can_hold_is_kept_with_a_mark_in_its_place(store, inbox):
    store.enrol(a_runner(name="a\ud800b\0c 🏃 \\u0000"), limit=1)
    assert store.runner(7).name == "a\ufffdb\ufffdc 🏃 \\u0000"
    inbox.keep(a_delivery(reason="half \udfff, none \0"))
    assert inbox.everything()[0].reason == "half \ufffd, none \ufffd"
    assert store.change_key_value("gate", lambda _: {"why": "\0"}) == {"why": "\ufffd"}


# --- jobs ---


def test_a_job_is_stored_with_its_delivery_or_neither_is(postgres_url, database):
    ask(postgres_url, "CREATE TABLE jobs (of text)")

    def defer(wire, delivery):
        wire.execute("INSERT INTO jobs (of) VALUES (%s)", (delivery.id,))
        if delivery.reason == "fails":
            raise RuntimeError("no job could be stored")

    inbox = PostgresInbox(database, defer=defer)
    inbox.keep(a_delivery("d1"))
    inbox.keep(a_delivery("joined"))
    with pytest.raises(RuntimeError):
        inbox.keep(a_delivery("d2", run_id=2, reason="fails"))
    assert [one.id for one in inbox.everything()] == ["d1"]
    assert inbox.counts()["kept"] == 1
    assert ask(postgres_url, "SELECT of FROM jobs") == [("d1",)]


def test_whatever_waits_anew_has_a_job_for_its_new_time(database):
    jobs = []
    inbox = PostgresInbox(database, defer=lambda wire, delivery: jobs.append((delivery.id, delivery.due_at)))
    inbox.keep(a_delivery("d1"))
    inbox.take(NOON)
    inbox.again("d1", due_at=NOON + MINUTE, reason="503")
    inbox.take(NOON + MINUTE)
    inbox.release_taken()
    inbox.park("d1", reason="odd")
    inbox.retry("d1", NOON + 2 * MINUTE)
    inbox.take(NOON + 2 * MINUTE)
    inbox.keep(a_delivery("d2", due=9))
    inbox.again("d1", due_at=NOON + 5 * MINUTE, reason="503")  # becomes one with d2, and sooner
    assert jobs == [
        ("d1", NOON),
        ("d1", NOON + MINUTE),
        ("d1", NOON + MINUTE),
        ("d1", NOON + 2 * MINUTE),
        ("d2", NOON + 9 * MINUTE),
        ("d2", NOON + 5 * MINUTE),
    ]


# --- several processes ---


def test_killed_at_any_moment_all_that_was_acknowledged_is_there(postgres_url):
    acknowledged = set()
    for life in range(12):

        def write(tell, life=life):
            inbox = PostgresInbox(Database(postgres_url))
            for number in range(10**6):
                inbox.keep(a_delivery(f"{life}-{number}", run_id=1000 * life + number))
                tell(f"{life}-{number}")

        child = Child(write)
        child.wait_for_lines(2 + life)
        acknowledged |= set(child.kill())
    database = Database(postgres_url)
    there = {delivery.id for delivery in PostgresInbox(database).everything()}
    assert acknowledged <= there
    assert len(there) - len(acknowledged) <= 12
    assert PostgresInbox(database).counts()["kept"] == len(there)
    database.close()


def test_several_workers_take_each_delivery_once_and_never_two_of_one_runner(postgres_url, inbox):
    for number in range(80):
        inbox.keep(a_delivery(f"d{number}", runner_id=number % 3, run_id=number))

    def work(tell):
        mine = PostgresInbox(Database(postgres_url))
        while mine.next_due() is not None:
            delivery = mine.take(NOON)
            if delivery is not None:
                taken = [one.runner_id for one in mine.everything() if one.state == "taken"]
                tell(delivery.id if len(taken) == len(set(taken)) else f"{delivery.id} overlaps")
                mine.done(delivery.id)

    children = [Child(work) for _ in range(3)]
    taken = [line for child in children for line in child.end()]
    assert sorted(taken) == sorted(f"d{number}" for number in range(80))
    assert inbox.counts()["done"] == 80


def test_a_held_runner_is_waited_for_across_processes(postgres_url, keyring, tmp_path):
    def work(tell):
        store = PostgresStore(Database(postgres_url), keyring)
        for _ in range(15):
            with store.lock(7, purpose="work"):
                (tmp_path / "inside").touch(exist_ok=False)  # fails if somebody else is inside
                (tmp_path / "inside").unlink()
        tell("done")

    children = [Child(work) for _ in range(3)]
    assert [child.end() for child in children] == [["done"]] * 3


def test_who_dies_holding_a_runner_gives_them_back(postgres_url, keyring):
    def lock(tell):
        with PostgresStore(Database(postgres_url), keyring).lock(7, purpose="work"):
            tell("held")
            select.select([], [], [])

    child = Child(lock)
    assert child.wait_for_lines(1) == ["held"]
    assert ask(postgres_url, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [(1,)]
    child.kill()
    database = Database(postgres_url)
    with PostgresStore(database, keyring).lock(7, purpose="work"):
        pass
    database.close()
    assert ask(postgres_url, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [(0,)]


def test_a_database_opened_before_a_fork_works_in_the_child_and_the_parent(database, inbox, store):
    inbox.keep(a_delivery("d1"))

    def work(tell):
        tell(inbox.keep(a_delivery("d2", run_id=2)).id)
        with store.lock(7, purpose="tokens"):
            tell("entered")

    with store.lock(7, purpose="tokens"):
        child = Child(work)
        assert child.wait_for_lines(1) == ["d2"]
        with pytest.raises(TimeoutError):  # the parent's lock is none of the child's
            child.wait_for_lines(2, within_s=0.3)
    assert child.end() == ["d2", "entered"]
    assert [one.id for one in inbox.everything()] == ["d1", "d2"]
