"""What a broken store and an unreachable mail server do to the work that is under way."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from plugin.errors import Disconnected, NotTold, StoreBroken
from plugin.jobs.dispatcher import Dispatcher
from plugin.jobs.retry_policy import FIRST_RETRY_S, LONGEST_PAUSE_S
from plugin.ports import Delivery, JobKind, Runner, Settings, State
from plugin.stores.memory import MemoryInbox, MemoryStore

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Work:
    """Fails as it is told."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)

    def handle(self, delivery, runner, now):
        outcome = self.outcomes.pop(0)
        if outcome is not None:
            raise outcome


class Post:
    """Takes a mail, or does as it is told instead."""

    def __init__(self, *outcomes):
        self.outcomes, self.sent = list(outcomes), 0

    def reconnect(self, runner, now):
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome
        self.sent += 1


@pytest.fixture
def store():
    store = MemoryStore()
    store.lock = lambda runner_id, *, purpose: nullcontext()
    settings = Settings(email="ana@example.org", email_confirmed=True)
    store.enrol(Runner(id=7, connected_at=NOW, settings=settings), limit=1)
    return store


def taken(inbox, now=NOW, run_id=1):
    inbox.keep(Delivery(id=f"d{run_id}", runner_id=7, run_id=run_id, why=JobKind.EVENT, received_at=now, due_at=now))
    return inbox.take(now)


def drain_of(store, inbox, work, post=None):
    return Dispatcher(store=store, inbox=inbox, workflow=work, runner_jobs=work, mailer=post)


def test_one_torn_file_does_not_keep_everybody_busy_and_is_never_given_up(store):
    inbox, now = MemoryInbox(), NOW
    dispatcher = drain_of(store, inbox, Work(*[StoreBroken("7.json cannot be read")] * 6, None))
    delivery = taken(inbox)
    waits = []
    for _ in range(6):
        dispatcher.process(delivery, now)
        dispatcher.release_unsettled(now)
        (kept,) = inbox.everything()
        assert (kept.state, kept.tries) == (State.WAITING, 0)
        assert "7.json" in kept.reason
        waits.append((kept.due_at - now).total_seconds())
        now = kept.due_at
        delivery = inbox.take(now)
    assert waits[0] == FIRST_RETRY_S
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_PAUSE_S
    dispatcher.process(delivery, now)
    assert inbox.everything() == []


def test_a_runner_whom_no_mail_reached_is_asked_to_connect_at_the_next_occasion_and_then_no_more(store):
    inbox, post = MemoryInbox(), Post(NotTold("away", for_good=False))
    dispatcher = drain_of(store, inbox, Work(*[Disconnected("dead")] * 3), post)
    for run_id in (1, 2, 3):
        dispatcher.process(taken(inbox, NOW + timedelta(hours=run_id), run_id), NOW)
    assert post.sent == 1
    assert store.runner(7).must_reconnect


@pytest.mark.parametrize("how", [{"for_good": True}, {"for_good": False, "may_have_left": True}])
def test_a_mail_to_connect_again_that_may_have_left_or_never_will_is_not_repeated(store, how):
    inbox, post = MemoryInbox(), Post(NotTold("no", **how))
    dispatcher = drain_of(store, inbox, Work(*[Disconnected("dead")] * 2), post)
    for run_id in (1, 2):
        dispatcher.process(taken(inbox, NOW, run_id), NOW)
    assert post.sent == 0
    assert replace(store.runner(7), must_reconnect=True) == store.runner(7)
