"""What the letterbox promises, whatever it is made of."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from plugin.ports import SUBSCRIPTION, JobKind
from tests.promises.samples import NOON, a_delivery, a_runner


@pytest.fixture(autouse=True)
def somebody(post):
    post.store.enrol(a_runner(), limit=10)


def test_what_is_of_somebody_we_know_is_kept_as_it_came(post):
    delivery = a_delivery(run_id=2**50, due=2, event_time=NOON, is_new=True)
    assert post.intake.accept(delivery, subscription_id=None)
    assert post.inbox.everything() == [delivery]
    assert post.inbox.counts()["kept"] == 1


def test_what_is_of_nobody_we_know_is_not_kept_nor_counted(post):
    assert not post.intake.accept(a_delivery(runner_id=8), subscription_id=None)
    assert post.inbox.everything() == []
    assert set(post.inbox.counts().values()) == {0}


def test_while_no_subscription_is_known_any_will_do(post):
    post.store.change_key_value(SUBSCRIPTION, lambda key_value: {**key_value, "seen": 3})
    assert post.intake.accept(a_delivery("d1", run_id=1), subscription_id=None)
    assert post.intake.accept(a_delivery("d2", run_id=2), subscription_id=2**60)


@pytest.mark.parametrize("other", [None, 98, 2**62])
def test_once_the_subscription_is_known_what_comes_by_another_is_not_kept(post, other):
    post.store.change_key_value(SUBSCRIPTION, lambda key_value: {**key_value, "id": 99})
    assert not post.intake.accept(a_delivery(), subscription_id=other)
    assert post.inbox.everything() == []
    assert post.intake.accept(a_delivery(), subscription_id=99)
    assert post.inbox.everything() == [a_delivery()]


def test_two_for_the_same_are_one_and_both_are_counted(post):
    first, second = a_delivery("d1", due=9), replace(a_delivery("d2", due=2), is_new=True)
    assert post.intake.accept(first, subscription_id=None)
    assert post.intake.accept(second, subscription_id=None)
    assert post.inbox.everything() == [replace(second, id="d1")]
    assert (post.inbox.counts()["kept"], post.inbox.counts()["joined"]) == (1, 1)


def test_the_very_same_taken_in_twice_is_there_once(post):
    for _ in range(2):
        assert post.intake.accept(a_delivery(), subscription_id=None)
    assert post.inbox.everything() == [a_delivery()]


@pytest.mark.parametrize("why", [JobKind.EVENT, JobKind.DELETED, JobKind.DEAUTHORISED])
def test_what_is_due_can_be_taken(post, why):
    post.intake.accept(a_delivery(why=why), subscription_id=None)
    assert post.inbox.take(NOON).why is why


def test_of_many_at_once_each_is_kept_or_joined(post):
    posts = [a_delivery(f"d{number}", run_id=number % 5) for number in range(40)]
    with ThreadPoolExecutor(8) as crowd:
        assert all(crowd.map(lambda one: post.intake.accept(one, subscription_id=None), posts))
    assert {one.run_id for one in post.inbox.everything()} == set(range(5))
    assert (post.inbox.counts()["kept"], post.inbox.counts()["joined"]) == (5, 35)


def test_nothing_stays_of_who_leaves_while_post_is_coming_in(post):
    for _ in range(10):
        post.store.enrol(a_runner(), limit=10)
        begun = threading.Barrier(4, timeout=30)

        def come_in(lot, begun=begun):
            begun.wait()
            for number in range(6):
                post.intake.accept(a_delivery(f"{lot}-{number}", run_id=number), subscription_id=None)

        with ThreadPoolExecutor(3) as crowd:
            coming = [crowd.submit(come_in, lot) for lot in range(3)]
            begun.wait()
            post.store.forget(7)
            post.inbox.forget(7)
        assert [one.exception() for one in coming] == [None] * 3
        assert post.inbox.everything() == []
