"""What is an event, what it asks of us, and who may shake hands."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.activities.webhook_event import (
    Event,
    Handshake,
    Meaning,
    NoHandshake,
    NotAnEvent,
    meaning,
    read_delivery,
    read_handshake,
)
from plugin.ports import JobKind

CREATE = {
    "object_type": "activity",
    "object_id": 15_360_000_000,
    "aspect_type": "create",
    "owner_id": 134_815,
    "subscription_id": 120_475,
    "event_time": 1_795_334_400,
    "updates": {},
}


def posted(**changes: object) -> bytes:
    return json.dumps({**CREATE, **changes}).encode()


def without(name: str) -> bytes:
    return json.dumps({key: value for key, value in CREATE.items() if key != name}).encode()


def event(**changes: object) -> Event:
    read = read_delivery(posted(**changes))
    assert isinstance(read, Event)
    return read


def test_stravas_own_example_is_an_event_to_the_last_field() -> None:
    assert read_delivery(posted(updates={"title": "Lunch", "private": "true"})) == Event(
        object_type="activity",
        object_id=15_360_000_000,
        aspect_type="create",
        owner_id=134_815,
        subscription_id=120_475,
        event_time=datetime(2026, 11, 22, 8, 0, tzinfo=UTC),
        updates={"title": "Lunch", "private": "true"},
    )


@pytest.mark.parametrize("name", ["object_type", "object_id", "aspect_type", "owner_id"])
def test_an_event_cannot_do_without(name: str) -> None:
    assert read_delivery(without(name)) == NotAnEvent(f"{name} is missing or of the wrong type")


def test_a_subscription_id_in_words_is_a_number():
    assert event(subscription_id="120475").subscription_id == 120_475
    assert event(subscription_id="9" * 40).subscription_id is None


@pytest.mark.parametrize("name", ["object_id", "owner_id", "subscription_id"])
@pytest.mark.parametrize("number", [2**63, 10**30, -(2**64)])
def test_a_number_beyond_64_bits_is_refused_whatever_the_store_could_hold(name: str, number: int) -> None:
    posted = json.dumps({**CREATE, name: number}).encode()
    assert read_delivery(posted) == NotAnEvent(f"{name} is beyond 64 bits")


@pytest.mark.parametrize("name", ["subscription_id", "event_time", "updates"])
def test_an_event_can_do_without(name: str) -> None:
    assert isinstance(read_delivery(without(name)), Event)


@pytest.mark.parametrize("value", [None, True, "15360000000", 1.0, 1.5e3, [], {}])
@pytest.mark.parametrize("name", ["object_id", "owner_id"])
def test_an_id_is_a_whole_number_and_nothing_like_one(name: str, value: object) -> None:
    assert isinstance(read_delivery(posted(**{name: value})), NotAnEvent)


@pytest.mark.parametrize("value", [None, True, 7, [], {}])
@pytest.mark.parametrize("name", ["object_type", "aspect_type"])
def test_a_type_is_a_word(name: str, value: object) -> None:
    assert isinstance(read_delivery(posted(**{name: value})), NotAnEvent)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"{",
        b"\xff\xfe{}",
        posted().replace(b"134815", b"NaN"),
        posted().replace(b"134815", b"9" * 5000),
        b"[" * 60_000,
        b'{"a":' * 10_000,
    ],
)
def test_what_is_no_json_is_no_event(body: bytes) -> None:
    assert isinstance(read_delivery(body), NotAnEvent)


@pytest.mark.parametrize("body", [b"[]", b"7", b"null", b'"activity"', b"true"])
def test_json_that_is_no_object_is_no_event(body: bytes) -> None:
    assert read_delivery(body) == NotAnEvent("the body is no JSON object")


def test_odd_values_in_what_an_event_can_do_without_are_left_out() -> None:
    read = event(subscription_id="x", event_time="soon", updates=[1], more={"a": 1})
    assert (read.subscription_id, read.event_time, dict(read.updates)) == (None, None, {})
    assert event(event_time=10**30).event_time is None


def test_a_boolean_in_updates_is_read_as_stravas_word_for_it() -> None:
    assert dict(event(updates={"authorized": False, "private": True, "n": 3}).updates) == {
        "authorized": "false",
        "private": "true",
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Meaning.EVENT),
        ({"aspect_type": "update", "updates": {"title": "x"}}, Meaning.EVENT),
        ({"aspect_type": "update", "updates": None}, Meaning.EVENT),
        ({"aspect_type": "delete"}, Meaning.DELETED),
        ({"object_type": "athlete", "aspect_type": "update", "updates": {"authorized": "false"}}, Meaning.DEAUTHORISED),
        ({"object_type": "athlete", "aspect_type": "update", "updates": {"authorized": "true"}}, None),
        ({"object_type": "athlete", "aspect_type": "update"}, None),
        ({"object_type": "athlete", "aspect_type": "create", "updates": {"authorized": "false"}}, None),
        ({"object_type": "segment"}, None),
        ({"aspect_type": "kudos"}, None),
        ({"object_type": "", "aspect_type": ""}, None),
        ({"object_id": 0}, None),
        ({"owner_id": -1}, None),
    ],
)
def test_what_an_event_asks_of_us(changes: dict[str, object], expected: Meaning | None) -> None:
    assert meaning(event(**changes)) == expected


def test_every_meaning_is_a_reason_for_a_delivery() -> None:
    assert [JobKind(one) for one in Meaning] == [JobKind.EVENT, JobKind.DELETED, JobKind.DEAUTHORISED]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(CREATE, json_values)))
def test_any_object_is_an_event_or_refused_and_never_a_crash(value: dict[str, object]) -> None:
    read = read_delivery(json.dumps(value).encode())
    whole = all(
        type(value.get(name)) is kind
        for name, kind in {"object_type": str, "object_id": int, "aspect_type": str, "owner_id": int}.items()
    )
    if isinstance(read, Event):
        assert whole
        assert meaning(read) in {*Meaning, None}
    else:
        assert not whole or any(word in json.dumps(value) for word in ("NaN", "Infinity"))


@given(st.binary(max_size=300))
def test_any_bytes_are_an_event_or_refused_and_never_a_crash(body: bytes) -> None:
    assert isinstance(read_delivery(body), Event | NotAnEvent)


QUERY = {"hub.mode": "subscribe", "hub.challenge": "15f7d1a91c1f40f8a748fd134752feb3", "hub.verify_token": "s3cret"}


def test_the_right_token_gets_its_challenge_back() -> None:
    assert read_handshake(QUERY, "s3cret") == Handshake("15f7d1a91c1f40f8a748fd134752feb3")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {**QUERY, "hub.verify_token": "s3cre"},
        {**QUERY, "hub.verify_token": "S3cret"},
        {**QUERY, "hub.verify_token": "s3crét"},
        {**QUERY, "hub.verify_token": "\ud800"},
        {**QUERY, "hub.verify_token": ""},
        {**QUERY, "hub.mode": "unsubscribe"},
        {**QUERY, "hub.challenge": ""},
    ],
)
def test_anything_else_is_refused(query: dict[str, str]) -> None:
    assert isinstance(read_handshake(query, "s3cret"), NoHandshake)


def test_without_a_token_of_our_own_nobody_shakes_hands() -> None:
    assert isinstance(read_handshake({**QUERY, "hub.verify_token": ""}, ""), NoHandshake)


@given(st.dictionaries(st.sampled_from([*QUERY, "other"]), st.text()), st.text(min_size=1))
def test_no_query_shakes_hands_without_the_token(query: dict[str, str], token: str) -> None:
    read = read_handshake(query, token)
    assert isinstance(read, NoHandshake) or query["hub.verify_token"] == token
