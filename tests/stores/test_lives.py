"""Who lives and who is dead, as the database sees it."""

from __future__ import annotations

import signal

import psycopg
import pytest

from plugin.errors import StoreBroken
from plugin.stores.postgres import Database, PostgresInbox, WorkerLease
from tests.promises.samples import MINUTE, NOON, a_delivery
from tests.stores.children import Child


@pytest.fixture
def database(postgres_url):
    database = Database(postgres_url)
    yield database
    database.close()


@pytest.fixture
def life(database):
    life = WorkerLease(database)
    yield life
    life.close()


@pytest.fixture
def other(postgres_url):
    """The lease of another process."""
    database = Database(postgres_url)
    yield WorkerLease(database)
    database.close()


def taking(url):
    def take(tell):
        database = Database(url)
        inbox = PostgresInbox(database, life=WorkerLease(database))
        tell(inbox.take(NOON).id)
        signal.pause()

    return take


def test_what_somebody_living_has_taken_is_not_dead(database, life):
    inbox = PostgresInbox(database, life=life)
    inbox.keep(a_delivery())
    inbox.take(NOON)
    assert inbox.dead() == set()
    assert inbox.release_of(inbox.dead(), unknown_before=NOON) == 0


def test_who_was_killed_is_dead_and_what_they_had_taken_waits_again_with_a_job(postgres_url, database):
    jobs = []
    inbox = PostgresInbox(database, defer=lambda wire, delivery: jobs.append(delivery.id))
    inbox.keep(a_delivery("d1"))
    child = Child(taking(postgres_url))
    child.wait_for_lines(1)
    assert inbox.dead() == set()
    child.kill()
    dead = set()
    while not dead:  # the server notices in its own time
        dead = inbox.dead()
    assert inbox.release_of(dead, unknown_before=NOON) == 1
    assert inbox.everything() == [a_delivery("d1")]
    assert jobs == ["d1", "d1"]


def test_who_lost_only_their_connection_is_alive_again_under_the_same_number(postgres_url, database, life):
    inbox = PostgresInbox(database, life=life)
    inbox.keep(a_delivery())
    inbox.take(NOON)
    number = life.number()
    with psycopg.connect(postgres_url, autocommit=True) as wire:
        wire.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'footnote locks'"
        )
    life.goes_on()
    assert life.number() == number
    assert inbox.dead() == set()


def test_what_was_taken_nobody_knows_by_whom_waits_again_after_a_time(database):
    inbox = PostgresInbox(database)
    inbox.keep(a_delivery())
    inbox.take(NOON)
    assert inbox.dead() == set()
    assert inbox.release_of(set(), unknown_before=NOON) == 0
    assert inbox.release_of(set(), unknown_before=NOON + MINUTE) == 1


def test_one_leads_until_it_is_gone(life, other):
    assert life.leads()
    assert life.leads()
    assert not other.leads()
    life.close()
    while not other.leads():  # the server notices in its own time
        pass
    assert not life.leads()


def test_who_lost_its_connection_leads_no_more_unless_it_is_first_again(postgres_url, life, other):
    assert life.leads()
    with psycopg.connect(postgres_url, autocommit=True) as wire:
        wire.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'footnote locks'"
        )
    other.goes_on()
    assert other.leads()
    life.goes_on()
    assert not life.leads()


def test_every_process_counts_the_leases_that_are_held(life, other):
    assert life.living() == 0
    life.number()
    other.goes_on()
    assert life.living() == other.living() == 2
    life.close()
    while other.living() != 1:  # the server notices in its own time
        pass


def test_a_database_that_is_away_is_said(life, postgres_server):
    life.number()
    postgres_server.stop()
    try:
        with pytest.raises(StoreBroken, match="cannot be reached"):
            life.goes_on()
    finally:
        postgres_server.start()
    life.goes_on()


def lock_connections(url):
    with psycopg.connect(url) as wire:
        there = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'footnote locks' AND datname = "
        return wire.execute(there + "current_database()").fetchone()[0]


def test_one_connection_carries_the_lease_and_every_lock(postgres_url, database, life):
    with database.lock("one"), database.lock("other"):
        life.leads()
        assert lock_connections(postgres_url) == 1
    life.goes_on()
    assert lock_connections(postgres_url) == 1


def test_without_a_lease_the_connection_for_locks_is_there_only_while_one_is_held(postgres_url, database):
    with database.lock("one"):
        with database.lock("other"):
            pass
        assert lock_connections(postgres_url) == 1
    while lock_connections(postgres_url):  # the server notices in its own time
        pass
