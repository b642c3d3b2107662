"""Any sequence of operations, done in memory and in a real store alike, has the same answers."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from plugin.ports import JobKind
from plugin.settings.encryption import Keyring
from plugin.stores.memory import MemoryInbox, MemoryStore
from plugin.stores.postgres import Database, PostgresInbox, PostgresStore
from plugin.stores.tiny import TinyInbox, TinyStore
from tests.promises.samples import MINUTE, NOON, TODAY, a_delivery, a_full_look, a_full_runner, a_list, a_look, a_runner

KEYRING = Keyring("a secret key that is only for tests, and long enough")

runner_ids = st.integers(1, 3)
run_ids = st.integers(0, 3)
minutes = st.integers(0, 5)
moments = minutes.map(lambda minute: NOON + minute * MINUTE)
delivery_ids = st.integers(0, 11).map("d{}".format)
words = st.sampled_from(["", "a", "ü", "500"])


class Alike(RuleBasedStateMachine):
    """Two of each: what memory answers, the other must answer."""

    def __init__(self) -> None:
        super().__init__()
        self.store, self.inbox = (MemoryStore(), self.make_books()), (MemoryInbox(), self.make_inbox())

    def make_books(self):
        raise NotImplementedError

    def make_inbox(self):
        raise NotImplementedError

    def both(self, of_which, ask):
        expected, answer = map(ask, of_which)
        assert answer == expected
        return answer

    @rule(runner_id=runner_ids, limit=st.integers(1, 3), name=words, full=st.booleans())
    def enrol(self, runner_id, limit, name, full):
        runner = replace(a_full_runner(runner_id) if full else a_runner(runner_id), name=name)
        self.both(self.store, lambda store: store.enrol(runner, limit=limit))

    @rule(runner_id=runner_ids, name=words)
    def change_runner(self, runner_id, name):
        change = lambda runner: replace(runner, name=runner.name + name, tokens=None)  # noqa: E731
        self.both(self.store, lambda store: store.change_runner(runner_id, change))

    @rule(runner_id=runner_ids)
    def forget(self, runner_id):
        self.both(self.store, lambda store: store.forget(runner_id))
        self.both(self.inbox, lambda inbox: inbox.forget(runner_id))

    @rule(runner_id=runner_ids, run_id=run_ids, text=words, full=st.booleans(), days_ago=st.integers(0, 2))
    def keep_a_look(self, runner_id, run_id, text, full, days_ago):
        day = TODAY - timedelta(days=days_ago)
        new = a_full_look(run_id, runner_id=runner_id) if full else a_look(run_id, runner_id=runner_id, day=day)
        change = lambda run_record: replace(new, text=(run_record.text if run_record else "") + text)  # noqa: E731
        self.both(self.store, lambda store: store.change_run_record(runner_id, run_id, change))

    @rule(runner_id=runner_ids, run_id=run_ids)
    def delete_a_look(self, runner_id, run_id):
        self.both(self.store, lambda store: store.change_run_record(runner_id, run_id, lambda _: None))

    @rule(runner_id=runner_ids, drop=st.booleans())
    def keep_or_drop_a_list(self, runner_id, drop):
        self.both(
            self.store,
            lambda store: store.drop_snapshot(runner_id) if drop else store.keep_snapshot(a_list(runner_id)),
        )

    @rule(key=words, value=words)
    def change_a_mark(self, key, value):
        self.both(
            self.store,
            lambda store: store.change_key_value(key, lambda key_value: {**key_value, value: len(key_value)}),
        )

    @rule(token=words, until=moments, now=moments)
    def use_a_token(self, token, until, now):
        self.both(self.store, lambda store: store.use_once(token, until=until, now=now))

    @rule(
        delivery_id=delivery_ids,
        runner_id=runner_ids,
        run_id=run_ids,
        why=st.sampled_from(JobKind),
        due=minutes,
        tries=minutes,
        event_time=st.none() | moments,
        received_at=moments,
    )
    def keep(self, delivery_id, runner_id, run_id, why, due, received_at, **rest):
        delivery = a_delivery(delivery_id, runner_id=runner_id, run_id=run_id, why=why, due=due, **rest)
        delivery = replace(delivery, received_at=received_at)
        self.both(self.inbox, lambda inbox: inbox.keep(delivery))

    @rule(now=moments)
    def take(self, now):
        self.both(self.inbox, lambda inbox: inbox.take(now))

    @rule(delivery_id=delivery_ids, now=moments)
    def take_this(self, delivery_id, now):
        self.both(self.inbox, lambda inbox: inbox.take_this(delivery_id, now))

    @rule(delivery_id=delivery_ids, due_at=moments, reason=words, tried=st.booleans())
    def again(self, delivery_id, due_at, reason, tried):
        self.both(self.inbox, lambda inbox: inbox.again(delivery_id, due_at=due_at, reason=reason, tried=tried))

    @rule(delivery_id=delivery_ids, reason=words)
    def park(self, delivery_id, reason):
        self.both(self.inbox, lambda inbox: inbox.park(delivery_id, reason=reason))

    @rule(delivery_id=delivery_ids, now=moments)
    def retry(self, delivery_id, now):
        self.both(self.inbox, lambda inbox: inbox.retry(delivery_id, now))

    @rule(delivery_id=delivery_ids)
    def done(self, delivery_id):
        self.both(self.inbox, lambda inbox: inbox.done(delivery_id))

    @rule(delivery_id=delivery_ids)
    def drop(self, delivery_id):
        self.both(self.inbox, lambda inbox: inbox.drop(delivery_id))

    @rule(before=st.none() | moments)
    def release_taken(self, before):
        self.both(self.inbox, lambda inbox: inbox.release_taken(before=before))

    @invariant()
    def all_that_is_kept_is_alike(self):
        self.both(self.inbox, lambda inbox: (inbox.everything(), inbox.counts(), inbox.next_due()))
        ids = self.both(self.store, lambda store: store.runner_ids())
        for runner_id in ids:
            self.both(
                self.store,
                lambda store, runner_id=runner_id: (
                    store.runner(runner_id),
                    store.run_records(runner_id),
                    store.snapshot(runner_id),
                ),
            )
        counts = self.inbox[0].counts()
        now = counts["now_waiting"] + counts["now_taken"] + counts["now_parked"]
        assert counts["kept"] == counts["done"] + counts["dropped"] + now
        taken = [one.runner_id for one in self.inbox[0].everything() if one.state == "taken"]
        assert len(taken) == len(set(taken))


class TinyAlike(Alike):
    def make_books(self):
        self.folder = Path(tempfile.mkdtemp(prefix="footnote-"))
        return TinyStore(self.folder, KEYRING)

    def make_inbox(self):
        return TinyInbox(self.folder, KEYRING)

    def teardown(self):
        shutil.rmtree(self.folder)


FEW = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)


def test_whatever_is_done_files_answer_as_memory_does():
    run_state_machine_as_test(TinyAlike, settings=FEW)


@pytest.fixture
def database(postgres_url):
    database = Database(postgres_url)
    yield database
    database.close()


def test_whatever_is_done_postgres_answers_as_memory_does(database, postgres_url):
    class PostgresAlike(Alike):
        def make_books(self):
            with psycopg.connect(postgres_url) as wire:
                wire.execute("TRUNCATE runners, runner_keys, looks, snapshots, marks, used_once, deliveries, counts")
            return PostgresStore(database, KEYRING)

        def make_inbox(self):
            return PostgresInbox(database)

    run_state_machine_as_test(PostgresAlike, settings=settings(FEW, max_examples=12))
