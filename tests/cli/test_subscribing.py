"""One subscription, made once, moved when the address changes."""

from datetime import UTC, datetime, timedelta

import pytest

from plugin.cli.subscription import SAID
from plugin.errors import CallbackUnanswered, Refused, StravaTrouble
from plugin.jobs.subscription import (
    COMMAND_WAITS_S,
    Callback,
    ForeignSubscription,
    SubscriptionOutcome,
    ensure,
    ensure_soon,
    remove,
    subscribes,
)
from plugin.ports import SUBSCRIPTION, Subscription
from plugin.stores.memory import MemoryStore
from tests.fakes.strava import FakeStrava

HERE = Callback(url="https://run.example.org/strava/webhook/secret", secret="secret")
ELSEWHERE = "https://old.example.org/strava/webhook/other"


@pytest.fixture
def strava():
    return FakeStrava()


@pytest.fixture
def store():
    return MemoryStore()


def test_where_there_is_none_it_is_made_and_remembered(strava, store):
    outcome, made = ensure(strava, store, HERE)
    assert outcome is SubscriptionOutcome.MADE
    assert strava.subscribed == made
    assert made.callback_url == HERE.url
    assert store.key_value(SUBSCRIPTION)["id"] == made.id


def test_a_second_time_nothing_is_made(strava, store):
    _, made = ensure(strava, store, HERE)
    assert ensure(strava, store, HERE) == (SubscriptionOutcome.THERE, made)


def test_one_that_was_made_before_these_books_began_is_remembered(strava, store):
    strava.subscribed = Subscription(id=99, callback_url=HERE.url)
    assert ensure(strava, store, HERE)[0] is SubscriptionOutcome.THERE
    assert store.key_value(SUBSCRIPTION)["id"] == 99


@pytest.mark.parametrize("url", [ELSEWHERE, "https://run.example.org/strava/webhook/an-earlier-secret"])
def test_it_moves_when_our_address_or_key_changed(strava, store, url):
    strava.subscribed = Subscription(id=99, callback_url=url)
    if url == ELSEWHERE:
        store.change_key_value(SUBSCRIPTION, lambda _: {"id": 99})
    outcome, moved = ensure(strava, store, HERE)
    assert outcome is SubscriptionOutcome.MOVED
    assert strava.subscribed == moved
    assert store.key_value(SUBSCRIPTION)["id"] == moved.id != 99


def test_another_programs_is_left_alone_and_named(strava, store):
    strava.subscribed = Subscription(id=99, callback_url=f"{ELSEWHERE}/0f3a-secret")
    for _ in range(2):
        with pytest.raises(ForeignSubscription) as foreign:
            ensure(strava, store, HERE)
    assert strava.subscribed.id == 99
    assert "at old.example.org." in str(foreign.value)
    assert "0f3a-secret" not in str(foreign.value)
    assert "--take-over" in str(foreign.value)
    assert store.key_value(SUBSCRIPTION) == {"foreign": "old.example.org"}
    with pytest.raises(ForeignSubscription):
        remove(strava, store, HERE)
    assert strava.subscribed.id == 99


def test_another_programs_is_taken_over_where_the_operator_says_so(strava, store):
    strava.subscribed = Subscription(id=99, callback_url=ELSEWHERE)
    outcome, ours = ensure(strava, store, HERE, takes_over=True)
    assert outcome is SubscriptionOutcome.TAKEN_OVER
    assert strava.subscribed == ours
    assert ours.callback_url == HERE.url
    assert store.key_value(SUBSCRIPTION) == {"id": ours.id}


def test_another_program_that_was_faster_is_left_alone(store):
    class Slow(FakeStrava):
        def subscribe(self, callback_url: str, verify_token: str) -> Subscription:
            self.subscribed = Subscription(id=12, callback_url=ELSEWHERE)
            raise Refused("already exists")

    with pytest.raises(ForeignSubscription):
        ensure(Slow(), store, HERE)


def test_the_schedule_never_deletes_another_programs(strava, store):
    strava.subscribed = Subscription(id=99, callback_url=ELSEWHERE)
    now = datetime(2026, 11, 19, tzinfo=UTC)
    see_to_it = subscribes(strava, store, HERE, lambda: now)
    for _ in range(72):
        see_to_it()
        now += timedelta(hours=1)
    assert strava.subscribed.id == 99


def test_one_whose_address_strava_does_not_show_is_left_in_peace(strava, store):
    strava.subscribed = Subscription(id=99, callback_url="")
    assert ensure(strava, store, HERE)[0] is SubscriptionOutcome.THERE


@pytest.mark.parametrize("error", [Refused("already exists"), StravaTrouble("no answer in time")])
def test_one_of_ours_that_is_there_after_an_error_was_made_meanwhile(store, error):
    class Faster(FakeStrava):
        def subscribe(self, callback_url: str, verify_token: str) -> Subscription:
            self.subscribed = Subscription(id=12, callback_url=callback_url)
            raise error

    assert ensure(Faster(), store, HERE) == (
        SubscriptionOutcome.MADE_MEANWHILE,
        Subscription(id=12, callback_url=HERE.url),
    )
    assert store.key_value(SUBSCRIPTION)["id"] == 12


@pytest.mark.parametrize("failures", [1, len(COMMAND_WAITS_S)])
def test_a_command_waits_for_a_site_that_answers_a_moment_later(strava, store, failures):
    strava.fail(CallbackUnanswered("GET does not return 200"), on="subscribe", times=failures)
    waited = []
    outcome, made = ensure_soon(strava, store, HERE, pause=waited.append)
    assert (outcome, strava.subscribed) == (SubscriptionOutcome.MADE, made)
    assert waited == list(COMMAND_WAITS_S[:failures])


def test_a_site_that_makes_the_subscription_while_the_command_waits_is_told_of(strava, store):
    strava.fail(CallbackUnanswered("GET does not return 200"), on="subscribe")
    outcome, there = ensure_soon(strava, store, HERE, pause=lambda _: ensure(strava, MemoryStore(), HERE))
    assert outcome is SubscriptionOutcome.THERE
    assert there == strava.subscribed


def test_a_site_that_never_answers_is_said_so_after_the_last_try(strava, store):
    strava.fail(CallbackUnanswered("GET does not return 200"), on="subscribe", times=len(COMMAND_WAITS_S) + 1)
    with pytest.raises(CallbackUnanswered):
        ensure_soon(strava, store, HERE, pause=lambda _: None)
    assert strava.subscribed is None


def test_another_refusal_is_told_without_waiting(strava, store):
    strava.fail(Refused("wrong client secret"), on="subscribe")
    waited = []
    with pytest.raises(Refused):
        ensure_soon(strava, store, HERE, pause=waited.append)
    assert waited == []


def test_every_outcome_has_its_sentence():
    assert set(SAID) == set(SubscriptionOutcome)


def test_a_refusal_is_told_and_nothing_is_remembered(strava, store):
    strava.fail(Refused("callback url not verifiable"), on="subscribe")
    with pytest.raises(Refused):
        ensure(strava, store, HERE)
    assert "id" not in store.key_value(SUBSCRIPTION)


def test_trouble_is_told_and_another_time_works(strava, store):
    strava.fail(StravaTrouble("502"), on="subscription")
    with pytest.raises(StravaTrouble):
        ensure(strava, store, HERE)
    assert ensure(strava, store, HERE)[0] is SubscriptionOutcome.MADE


def test_what_is_deleted_is_forgotten_and_deleting_nothing_is_no_fault(strava, store):
    _, made = ensure(strava, store, HERE)
    assert remove(strava, store, HERE) == made
    assert strava.subscribed is None
    assert "id" not in store.key_value(SUBSCRIPTION)
    assert remove(strava, store, HERE) is None
