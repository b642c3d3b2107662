"""Strava's post: kept before the 200, or answered exactly as the contract says."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest

from plugin.errors import StoreBroken
from plugin.ports import Delivery, JobKind
from plugin.stores.memory import MemoryInbox
from tests.web.application import KEY, NOW, Application, settings

EVENT: dict[str, Any] = {
    "object_type": "activity",
    "object_id": 12345678987654321,
    "aspect_type": "create",
    "owner_id": 7001,
    "subscription_id": 99,
    "event_time": 1795348800,
    "updates": {},
}


@pytest.fixture
def application() -> Application:
    application = Application()
    application.browser().connect()
    application.inbox.forget(7001)
    application.woken = 0
    return application


def post(application: Application, body: Any = EVENT, *, secret: str | None = None) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body)
    return application.app.test_client().post(application.hook(secret), data=data, content_type="application/json")


def kept(application: Application) -> list[Delivery]:
    return [one for one in application.inbox.everything() if one.why is not JobKind.PREVIEW]


def test_an_event_is_kept_to_settle_and_the_background_is_woken(application: Application) -> None:
    assert post(application).status_code == 200
    (delivery,) = kept(application)
    assert (delivery.runner_id, delivery.run_id, delivery.why) == (7001, 12345678987654321, JobKind.EVENT)
    assert delivery.due_at == NOW + timedelta(seconds=120)
    assert application.woken == 1


def test_two_events_for_one_save_are_one_delivery(application: Application) -> None:
    post(application)
    post(application, {**EVENT, "aspect_type": "update", "updates": {"title": "Long one"}})
    assert len(kept(application)) == 1


def test_a_deletion_is_due_at_once(application: Application) -> None:
    assert post(application, {**EVENT, "aspect_type": "delete"}).status_code == 200
    (delivery,) = kept(application)
    assert (delivery.why, delivery.due_at) == (JobKind.DELETED, NOW)


def test_a_deauthorisation_is_about_the_runner_and_due_at_once(application: Application) -> None:
    body = {**EVENT, "object_type": "athlete", "object_id": 7001, "aspect_type": "update"}
    assert post(application, {**body, "updates": {"authorized": "false"}}).status_code == 200
    (delivery,) = kept(application)
    assert (delivery.why, delivery.run_id, delivery.due_at) == (JobKind.DEAUTHORISED, 0, NOW)
    assert application.store.runner(7001) is not None, "anyone can post that: Strava is asked first"


@pytest.mark.parametrize(
    "strange",
    [
        {**EVENT, "owner_id": 4},
        {**EVENT, "object_type": "segment"},
        {**EVENT, "aspect_type": "liked"},
        {**EVENT, "object_id": -5},
        {**EVENT, "object_type": "athlete", "object_id": 7001, "aspect_type": "update"},
    ],
)
def test_what_is_none_of_our_business_is_taken_and_not_kept(application: Application, strange: dict[str, Any]) -> None:
    assert post(application, strange).status_code == 200
    assert kept(application) == []
    assert application.woken == 0


def test_once_the_subscription_is_known_events_of_another_are_not_kept(application: Application) -> None:
    application.store.change_key_value("subscription", lambda key_value: {"id": 99})
    assert post(application, {**EVENT, "subscription_id": 98}).status_code == 200
    assert (
        post(application, {name: value for name, value in EVENT.items() if name != "subscription_id"}).status_code
        == 200
    )
    assert kept(application) == []
    assert post(application).status_code == 200
    assert len(kept(application)) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b"[" * 30_000,
        *(json.dumps({k: v for k, v in EVENT.items() if k != name}).encode() for name in list(EVENT)[:4]),
        json.dumps({**EVENT, "object_id": "12"}).encode(),
        json.dumps({**EVENT, "object_id": 10**30}).encode(),
        json.dumps({**EVENT, "owner_id": 2**63}).encode(),
        json.dumps({**EVENT, "subscription_id": 2**63}).encode(),
        json.dumps({**EVENT, "owner_id": True}).encode(),
        json.dumps({**EVENT, "object_type": None}).encode(),
    ],
)
def test_what_is_no_event_is_400(application: Application, body: bytes) -> None:
    assert post(application, body).status_code == 400
    assert kept(application) == []


def test_the_secret_is_checked_before_anything_else(application: Application) -> None:
    wrong = application.keyring.webhook_secret[:-1] + "_"
    for body in (b"{", b"x" * 70_000, json.dumps(EVENT).encode()):
        assert post(application, body, secret=wrong).status_code == 404
    query = {"hub.mode": "subscribe", "hub.challenge": "c", "hub.verify_token": application.keyring.webhook_secret}
    assert application.browser().get(application.hook(wrong), query_string=query).status_code == 404
    assert kept(application) == []


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "HEAD", "BREW"])
def test_by_whatever_method_a_wrong_secret_leads_nowhere(application: Application, method: str) -> None:
    answer = application.app.test_client().open(application.hook("not-the-secret-of-this-site-at-all"), method=method)
    assert answer.status_code == 404
    assert "Allow" not in answer.headers


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE"])
def test_the_right_secret_takes_posts_and_the_handshake_only(application: Application, method: str) -> None:
    answer = application.app.test_client().open(application.hook(), method=method, data=json.dumps(EVENT))
    assert answer.status_code == 405
    assert kept(application) == []


def test_a_secret_in_any_script_is_just_wrong(application: Application) -> None:
    assert post(application, secret="пароль").status_code == 404


def test_the_secrets_of_earlier_keys_are_still_taken() -> None:
    old = Application(settings=settings(secret_key="an older key, long enough as well"))
    new = Application(settings=settings(secret_key_fallbacks=("an older key, long enough as well",)))
    new.browser().connect()
    assert post(new, secret=old.keyring.webhook_secret).status_code == 200
    assert len(kept(new)) == 1


def test_the_handshake_gives_the_challenge_back(application: Application) -> None:
    secret = application.keyring.webhook_secret
    query = {"hub.mode": "subscribe", "hub.challenge": "15f7d1a91c1f40f8", "hub.verify_token": secret}
    answer = application.browser().get(application.hook(), query_string=query)
    assert (answer.status_code, answer.json) == (200, {"hub.challenge": "15f7d1a91c1f40f8"})


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"hub.mode": "subscribe", "hub.challenge": "c"},
        {"hub.mode": "subscribe", "hub.challenge": "c", "hub.verify_token": KEY},
        {"hub.mode": "subscribe", "hub.challenge": "c", "hub.verify_token": ""},
    ],
)
def test_a_handshake_with_another_token_is_403(application: Application, query: dict[str, str]) -> None:
    assert application.browser().get(application.hook(), query_string=query).status_code == 403


def padded(size: int) -> bytes:
    """An event of exactly this many bytes."""
    bare = json.dumps(EVENT).encode()
    return bare + b" " * (size - len(bare))


def test_65536_bytes_pass_and_one_more_does_not(application: Application) -> None:
    assert post(application, padded(65_536)).status_code == 200
    assert post(application, padded(65_537)).status_code == 413
    assert post(application, padded(5_000_000)).status_code == 413
    assert len(kept(application)) == 1


@pytest.mark.parametrize(("size", "status"), [(65_536, 200), (65_537, 413), (900_000, 413), (3_000_000, 413)])
def test_a_body_of_unsaid_length_has_the_same_limit(application: Application, size: int, status: int) -> None:
    answer = application.app.test_client().post(
        application.hook(),
        input_stream=io.BytesIO(padded(size)),
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
        content_type="application/json",
    )
    assert answer.status_code == status


class FullDisk(MemoryInbox):
    """Nothing can be kept."""

    def keep(self, delivery: Delivery) -> Delivery:
        raise StoreBroken("inbox.json cannot be written: no space left; free some and it goes on.")


def test_what_could_not_be_kept_is_503_so_that_strava_tries_again(application: Application) -> None:
    broken = Application(store=application.store, inbox=FullDisk())
    answer = post(broken)
    assert answer.status_code == 503
    assert "inbox.json" not in answer.text


def test_the_answer_sets_no_cookie(application: Application) -> None:
    answer = post(application)
    assert "Set-Cookie" not in answer.headers


def test_the_operator_sees_when_the_last_event_came(application: Application) -> None:
    post(application)
    assert application.store.key_value("last_event")["at"] == NOW.isoformat()


def test_the_path_secret_is_not_in_the_log_of_a_bug(application: Application, caplog: pytest.LogCaptureFixture) -> None:
    def bug() -> None:
        raise RuntimeError("a bug")

    broken = Application(store=application.store, inbox=application.inbox)
    broken._wake = bug  # type: ignore[method-assign]
    broken.__post_init__()
    assert post(broken).status_code == 500
    assert "a bug" in caplog.text
    assert broken.keyring.webhook_secret not in caplog.text
