"""What a broken store and an unreachable mail server do to the work that is under way."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from plugin.drain import FIRST_RETRY_S, LONGEST_PAUSE_S, Drain
from plugin.errors import Disconnected, NotTold, StoreBroken
from plugin.ports import Delivery, Runner, Settings, State, Why
from plugin.stores.memory import MemoryBooks, MemoryInbox

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Work:
    """Fails as it is told."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)

    def handle(self, delivery, now):
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
def books():
    books = MemoryBooks()
    books.hold = lambda runner_id, *, purpose: nullcontext()
    settings = Settings(email="ana@example.org", email_confirmed=True)
    books.enrol(Runner(id=7, connected_at=NOW, settings=settings), limit=1)
    return books


def taken(inbox, now=NOW, run_id=1):
    inbox.keep(Delivery(id=f"d{run_id}", runner_id=7, run_id=run_id, why=Why.EVENT, received_at=now, due_at=now))
    return inbox.take(now)


def drain_of(books, inbox, work, post=None):
    return Drain(books=books, inbox=inbox, workflow=work, post=post)


def test_one_torn_file_does_not_keep_everybody_busy_and_is_never_given_up(books):
    inbox, now = MemoryInbox(), NOW
    drain = drain_of(books, inbox, Work(*[StoreBroken("7.json cannot be read")] * 6, None))
    delivery = taken(inbox)
    waits = []
    for _ in range(6):
        drain.work_off(delivery, now)
        drain.free_broken(now)
        (kept,) = inbox.everything()
        assert (kept.state, kept.tries) == (State.WAITING, 0)
        assert "7.json" in kept.reason
        waits.append((kept.due_at - now).total_seconds())
        now = kept.due_at
        delivery = inbox.take(now)
    assert waits[0] == FIRST_RETRY_S
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_PAUSE_S
    drain.work_off(delivery, now)
    assert inbox.everything() == []


def test_a_runner_whom_no_mail_reached_is_asked_to_connect_at_the_next_occasion_and_then_no_more(books):
    inbox, post = MemoryInbox(), Post(NotTold("away", for_good=False))
    drain = drain_of(books, inbox, Work(*[Disconnected("dead")] * 3), post)
    for run_id in (1, 2, 3):
        drain.work_off(taken(inbox, NOW + timedelta(hours=run_id), run_id), NOW)
    assert post.sent == 1
    assert books.runner(7).must_reconnect


@pytest.mark.parametrize("how", [{"for_good": True}, {"for_good": False, "may_have_left": True}])
def test_a_mail_to_connect_again_that_may_have_left_or_never_will_is_not_repeated(books, how):
    inbox, post = MemoryInbox(), Post(NotTold("no", **how))
    drain = drain_of(books, inbox, Work(*[Disconnected("dead")] * 2), post)
    for run_id in (1, 2):
        drain.work_off(taken(inbox, NOW, run_id), NOW)
    assert post.sent == 0
    assert replace(books.runner(7), must_reconnect=True) == books.runner(7)
