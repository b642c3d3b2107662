"""Connecting and parting, to the letter."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugin.errors import Refused, StravaClosed, StravaTrouble
from plugin.ports import Tokens
from plugin.stores.memory import MemoryStore
from plugin.strava.client import StravaClient
from tests.strava.scripted import Scripted, answer, scripted

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GIVEN = {"access_token": "a1", "refresh_token": "r1", "expires_in": 21_600}
KIM = {"id": 15_360_000_007, "firstname": " Kim ", "lastname": None}


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted() as server:
        yield server


def strava(server: Scripted) -> StravaClient:
    return StravaClient(
        client_id="12345",
        client_secret="client-s3cret",
        api_url=f"{server.url}/api/v3",
        oauth_url=f"{server.url}/oauth",
        store=MemoryStore(),
        clock=lambda: NOW,
        call_s=8,
    )


def test_a_code_is_exchanged_in_a_form(server: Scripted) -> None:
    server.acts = [answer(200, {**GIVEN, "athlete": KIM})]
    granted = strava(server).grant("c0de", frozenset({"read"}))
    (asked,) = server.asked
    assert (asked.method, asked.target) == ("POST", "/oauth/token")
    assert asked.body == b"client_id=12345&client_secret=client-s3cret&grant_type=authorization_code&code=c0de"
    assert (granted.runner_id, granted.name, granted.scopes) == (15_360_000_007, "Kim", {"read"})
    assert granted.tokens == Tokens(access="a1", refresh="r1", expires_at=NOW + timedelta(hours=6))


def test_a_name_is_fit_to_be_kept_and_shown(server: Scripted) -> None:
    named = {"id": 7, "firstname": "Zoë\x00\u202e", "lastname": "\ud83e Ünlü"}
    server.acts = [answer(200, {**GIVEN, "athlete": named})]
    assert strava(server).grant("c0de", frozenset()).name == "Zoë Ünlü"


def test_who_it_is_is_asked_where_the_answer_does_not_say(server: Scripted) -> None:
    server.acts = [answer(200, GIVEN), answer(200, KIM)]
    assert strava(server).grant("c0de", frozenset()).runner_id == 15_360_000_007
    assert (server.asked[1].target, server.asked[1].headers["authorization"]) == ("/api/v3/athlete", "Bearer a1")


@pytest.mark.parametrize("athlete", [{"id": "7"}, {"id": 0}, {"id": True}, {"id": None}])
def test_nobody_is_connected_without_a_number(server: Scripted, athlete: dict[str, Any]) -> None:
    server.acts = [answer(200, {**GIVEN, "athlete": athlete})]
    with pytest.raises(StravaTrouble):
        strava(server).grant("c0de", frozenset())


APPLICATION = {"resource": "Application", "field": "client_id", "code": "invalid"}


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, {"message": "Limit of connected athletes exceeded", "errors": []}, "any more athletes"),
        (403, {"errors": [{"code": "Limit of connected athletes exceeded"}]}, "any more athletes"),
        (400, {"errors": [{"resource": "AuthorizationCode", "field": "code", "code": "invalid"}]}, "code"),
        (400, {"errors": [{"resource": "AuthorizationCode", "field": "", "code": "expired"}]}, "code"),
        (400, {"message": "Bad Request", "errors": [APPLICATION]}, "STRAVA_CLIENT_ID"),
        (401, {"message": "Authorization Error", "errors": APPLICATION}, "STRAVA_CLIENT_SECRET"),
        (404, {"message": "not found"}, "STRAVA_OAUTH_URL"),
    ],
)
def test_a_refusal_is_a_sentence_that_helps(server: Scripted, status: int, body: dict[str, Any], said: str) -> None:
    server.acts = [answer(status, body)]
    with pytest.raises(Refused, match=said):
        strava(server).grant("c0de", frozenset())


@pytest.mark.parametrize("act", [answer(500, {}), answer(429, {}), answer(200, []), answer(200, {}), answer(302, {})])
def test_what_passes_is_no_refusal(server: Scripted, act: Any) -> None:
    server.acts = [act]
    with pytest.raises(StravaTrouble):
        strava(server).grant("c0de", frozenset())


def test_an_inactive_app_is_noticed_while_connecting_and_left_alone(server: Scripted) -> None:
    inactive = {"errors": [{"resource": "Application", "field": "Status", "code": "Inactive"}]}
    server.otherwise = answer(403, inactive)
    live = strava(server)
    for _ in range(3):
        with pytest.raises(StravaClosed):
            live.grant("c0de", frozenset())
    assert len(server.asked) == 1
    live.forget_inactive()
    with pytest.raises(StravaClosed):
        live.grant("c0de", frozenset())
    assert len(server.asked) == 2


TOKENS = Tokens(access="a1", refresh="r1", expires_at=NOW)


def test_both_tokens_are_given_back_by_the_app_itself(server: Scripted) -> None:
    strava(server).revoke(TOKENS)
    assert [(one.method, one.target, one.body) for one in server.asked] == [
        ("POST", "/oauth/revoke", b"token=r1"),
        ("POST", "/oauth/revoke", b"token=a1"),
    ]
    basic = base64.b64encode(b"12345:client-s3cret").decode()
    assert {one.headers["authorization"] for one in server.asked} == {f"Basic {basic}"}


def test_a_503_is_asked_again_and_then_is_trouble(server: Scripted) -> None:
    server.acts = [answer(503, {})]
    strava(server).revoke(TOKENS)
    assert len(server.asked) == 3
    server.otherwise = answer(503, {})
    with pytest.raises(StravaTrouble):
        strava(server).revoke(TOKENS)
    assert len(server.asked) == 6


def test_a_wrong_secret_is_said(server: Scripted) -> None:
    server.otherwise = answer(401, {})
    with pytest.raises(Refused, match="STRAVA_CLIENT_SECRET"):
        strava(server).revoke(TOKENS)
