"""A budget for each runner: floods of events cost a few calls, and nobody else waits for them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest

from plugin.jobs.dispatcher import Dispatcher
from plugin.jobs.runner_shares import MOST_EVENTS, RunnerShares
from plugin.ports import Budget, Delivery, JobKind, Runner
from plugin.stores.memory import MemoryInbox, MemoryStore

NOW = datetime(2026, 11, 22, 12, 3, tzinfo=UTC)
ANA, BEN = 7, 8
QUARTER = timedelta(minutes=15)


class Work:
    """Counts what is done for whom."""

    def __init__(self):
        self.looks, self.rounds = [], []

    def handle(self, delivery, runner, now):
        self.looks.append((runner.id, delivery.run_id))

    def run(self, delivery, runner, now):
        self.rounds.append((runner.id, delivery.why))


@pytest.fixture
def house():
    store = MemoryStore()
    store.lock = lambda runner_id, *, purpose: nullcontext()
    for runner_id in (ANA, BEN):
        store.enrol(Runner(id=runner_id, connected_at=NOW), limit=2)
    inbox, work = MemoryInbox(), Work()
    shares = RunnerShares(lambda: Budget(read_limit=(100, 1000)))
    return (
        inbox,
        work,
        Dispatcher(store=store, inbox=inbox, workflow=work, runner_jobs=work, mailer=None, shares=shares),
        store,
    )


def happens(inbox, run_id, *, runner_id=ANA, why=JobKind.EVENT, at=NOW):
    delivery = Delivery(
        id=f"{runner_id}-{run_id}-{why}", runner_id=runner_id, run_id=run_id, why=why, received_at=at, due_at=at
    )
    inbox.keep(delivery)


def test_more_than_twenty_waiting_events_of_a_runner_become_one_sweep(house):
    inbox, work, dispatcher, _ = house
    for run_id in range(1, 301):
        happens(inbox, run_id)
    happens(inbox, 1, runner_id=BEN)
    dispatcher.run_all_due(lambda: NOW)
    assert work.looks == [(BEN, 1)]
    assert work.rounds == [(ANA, JobKind.SWEEP)]
    assert inbox.everything() == []


def test_as_many_as_a_weekend_brings_are_looked_at_one_by_one(house):
    inbox, work, dispatcher, _ = house
    for run_id in range(1, MOST_EVENTS + 1):
        happens(inbox, run_id)
    dispatcher.run_all_due(lambda: NOW)
    assert len(work.looks) == MOST_EVENTS
    assert work.rounds == []


def test_one_runner_takes_at_most_half_of_a_window_and_the_rest_is_swept_when_it_turns(house):
    inbox, work, dispatcher, _ = house
    for run_id in range(1, 2800):
        happens(inbox, run_id)
        dispatcher.run_all_due(lambda: NOW)
    assert len(work.looks) == 25  # of two calls each, of a hundred
    (sweep,) = inbox.everything()
    assert (sweep.why, sweep.run_id) == (JobKind.SWEEP, 0)
    assert sweep.due_at == datetime(2026, 11, 22, 12, 15, tzinfo=UTC)
    happens(inbox, 1, runner_id=BEN)
    dispatcher.run_all_due(lambda: NOW)
    assert work.looks[-1] == (BEN, 1)


def test_of_a_day_a_runner_takes_at_most_half_however_slowly(house):
    inbox, work, dispatcher, _ = house
    now = NOW
    for run_id in range(1, 1500):
        happens(inbox, run_id, at=now)
        dispatcher.run_all_due(lambda: now)  # noqa: B023
        now = min(now + timedelta(minutes=1), NOW.replace(hour=23, minute=59))
    assert len(work.looks) == 250


def test_what_the_runner_said_waits_for_the_window_and_is_not_lost(house):
    inbox, work, dispatcher, _ = house
    for run_id in range(1, 60):
        happens(inbox, run_id, why=JobKind.SAID)
        dispatcher.run_all_due(lambda: NOW)
    assert len(work.looks) == 25
    assert len(inbox.everything()) == 34
    assert {one.why for one in inbox.everything()} == {JobKind.SAID}
    dispatcher.run_all_due(lambda: NOW + QUARTER)
    assert len(work.looks) == 50


def test_the_share_is_whole_again_when_the_window_turns():
    shares = RunnerShares(lambda: Budget(read_limit=(8, 1000)))
    assert [shares.take(ANA, NOW) for _ in range(3)] == [None, None, NOW.replace(minute=15)]
    assert shares.take(ANA, NOW + QUARTER) is None


def test_leaving_and_coming_again_gives_no_new_share(house):
    inbox, work, dispatcher, store = house
    for run_id in range(1, 30):
        happens(inbox, run_id)
        dispatcher.run_all_due(lambda: NOW)
    assert len(work.looks) == 25
    store.forget(ANA)
    inbox.forget(ANA)
    store.enrol(Runner(id=ANA, connected_at=NOW), limit=2)
    happens(inbox, 30)
    dispatcher.run_all_due(lambda: NOW)
    assert len(work.looks) == 25
    assert [one.why for one in inbox.everything()] == [JobKind.SWEEP]


def test_a_share_is_counted_whichever_thread_takes_of_it():
    shares = RunnerShares(lambda: Budget(read_limit=(100, 1000)))
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda number: shares.take(ANA, NOW), range(64)))
    assert taken.count(None) == 25
