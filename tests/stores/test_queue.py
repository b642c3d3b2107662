"""The queue itself: a job a delivery, stored with it, fetched at once or at its time, back if it could not be done."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from plugin.ports import JobKind
from plugin.stores.postgres import Database, PostgresInbox, PostgresIntake, PostgresStore
from plugin.stores.postgres.jobs import Jobs
from plugin.stores.postgres.queue import ComesBack, Queue
from tests.promises.samples import MINUTE, NOON, a_delivery, a_runner

WAIT_S = 30


@pytest.fixture
def database(postgres_url):
    database = Database(postgres_url)
    yield database
    database.close()


@pytest.fixture
def inbox(database):
    return PostgresInbox(database, defer=Jobs().put)


@pytest.fixture
def working(postgres_url):
    """Starts a queue with what attends to its jobs; all are stopped in the end."""
    queues = []

    def start(attend):
        queues.append(Queue(postgres_url, attend))
        queues[-1].start()
        return queues[-1]

    yield start
    assert all(queue.stop(patience_s=20) for queue in queues)


def jobs(url, columns="args ->> 'delivery_id'"):
    with psycopg.connect(url) as wire:
        return wire.execute(f"SELECT {columns} FROM procrastinate_jobs ORDER BY id").fetchall()


class Attended:
    """Notes whom it attended to; the first `fails` times of each it raises what it is told to."""

    def __init__(self, fails=0, with_what=None):
        self.ids, self.fails, self.with_what = [], fails, with_what
        self.changed = threading.Condition()

    def __call__(self, delivery_id):
        with self.changed:
            self.ids.append(delivery_id)
            self.changed.notify_all()
            if self.ids.count(delivery_id) <= self.fails:
                raise self.with_what

    def until(self, *ids):
        with self.changed:
            assert self.changed.wait_for(lambda: sorted(self.ids) == sorted(ids), WAIT_S), self.ids


@pytest.mark.parametrize("why", [JobKind.EVENT, JobKind.DEAUTHORISED])
@pytest.mark.parametrize("due", [0, 2])
def test_what_comes_by_the_letterbox_has_the_job_it_would_have_had(postgres_url, database, inbox, keyring, why, due):
    store = PostgresStore(database, keyring)
    store.enrol(a_runner(), limit=1)
    delivery = a_delivery("d1", why=why, due=due)
    PostgresIntake(database, store, inbox).accept(delivery, subscription_id=None)
    inbox.forget(7)
    inbox.keep(delivery)
    ours, theirs = jobs(
        postgres_url, "queue_name, task_name, priority, lock, queueing_lock, args, status, scheduled_at"
    )
    assert ours == theirs


def test_a_delivery_and_its_job_are_there_together_or_not_at_all(postgres_url, database, inbox):
    def fail(wire, delivery):
        Jobs().put(wire, delivery)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        PostgresInbox(database, defer=fail).keep(a_delivery("never"))
    inbox.keep(a_delivery("d1"))
    assert jobs(postgres_url) == [("d1",)]


def test_no_job_holds_a_lock_and_a_live_one_goes_before_others(postgres_url, inbox):
    inbox.keep(a_delivery("sweep", why=JobKind.SWEEP))
    inbox.keep(a_delivery("event", run_id=2))
    assert jobs(postgres_url, "lock, queueing_lock, priority") == [(None, None, 0), (None, None, 1)]


def test_what_is_due_is_attended_to_and_no_finished_job_is_kept(postgres_url, inbox, working):
    attended = Attended()
    working(attended)
    inbox.keep(a_delivery("d1"))
    inbox.keep(a_delivery("d2", run_id=2))
    attended.until("d1", "d2")
    wait = threading.Event()
    deadline = time.monotonic() + WAIT_S
    while jobs(postgres_url) and time.monotonic() < deadline:
        wait.wait(0.05)
    assert jobs(postgres_url) == []


def test_what_is_due_later_waits_and_is_attended_to_without_a_sign(inbox, working):
    attended = Attended()
    now = datetime.now(UTC)
    working(attended)
    inbox.keep(replace(a_delivery("later"), received_at=now, due_at=now + timedelta(seconds=2)))
    attended.until("later")
    assert datetime.now(UTC) >= now + timedelta(seconds=2)


def test_what_cannot_be_done_now_comes_back(inbox, working):
    attended = Attended(fails=2, with_what=ComesBack(0.1))
    working(attended)
    inbox.keep(a_delivery("d1"))
    attended.until("d1", "d1", "d1")


def test_an_overdue_delivery_without_a_job_gets_one(postgres_url, database):
    without = PostgresInbox(database)
    without.keep(a_delivery("lost", due=-(10**6)))
    without.keep(a_delivery("parked", run_id=2, due=-(10**6)))
    without.park("parked", reason="odd")
    assert Jobs().put_missing(database) == 1
    assert Jobs().put_missing(database) == 0
    assert jobs(postgres_url) == [("lost",)]


def test_the_next_of_a_runner_gets_a_job_at_once(postgres_url, database):
    without = PostgresInbox(database)
    without.keep(a_delivery("d1", run_id=1))
    without.keep(a_delivery("later", run_id=2, due=5))
    without.keep(a_delivery("other", runner_id=8))
    Jobs().put_next(database, 7, NOON)
    Jobs().put_next(database, 9, NOON + 10 * MINUTE)
    assert jobs(postgres_url) == [("d1",)]


def test_the_job_of_a_worker_that_was_killed_is_fetched_again(postgres_url, inbox, working):
    inbox.keep(a_delivery("d1"))
    with psycopg.connect(postgres_url, autocommit=True) as wire:
        wire.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
        wire.execute("SELECT procrastinate_fetch_job_v2(NULL, (SELECT max(id) FROM procrastinate_workers))")
    attended = Attended()
    working(attended)
    attended.until("d1")


def test_stopping_lets_what_is_under_way_end(postgres_url, inbox):
    entered, may_end, ended = threading.Event(), threading.Event(), []

    def attend(delivery_id):
        entered.set()
        may_end.wait(WAIT_S)
        ended.append(delivery_id)

    queue = Queue(postgres_url, attend)
    queue.start()
    inbox.keep(a_delivery("d1"))
    assert entered.wait(WAIT_S)
    assert not queue.stop(patience_s=0.5)
    assert ended == []
    may_end.set()
    assert queue.stop(patience_s=10)
    assert ended == ["d1"]
    assert jobs(postgres_url) == []


def test_it_stops_though_the_database_cuts_it_off_meanwhile(postgres_url):
    """The error of a cut connection may come in place of the cancelling, which must not be forgotten over it."""
    cut_off = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'footnote queue'"
    for _ in range(5):
        queue = Queue(postgres_url, Attended())
        queue.start()
        with psycopg.connect(postgres_url, autocommit=True) as wire:
            while not wire.execute(cut_off).fetchall():
                time.sleep(0.01)
            over = threading.Event()

            def cut(wire=wire, over=over):
                for _ in range(100):
                    wire.execute(cut_off)
                    over.wait(0.002)

            cutting = threading.Thread(target=cut)
            cutting.start()
            try:
                assert queue.stop(patience_s=10)
            finally:
                over.set()
                cutting.join()
