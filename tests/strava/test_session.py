"""Where calls go, how long they take, and what is believed of an answer."""

from __future__ import annotations

import gzip
import json
import logging
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from plugin.errors import NotThere, Refused, StravaTrouble
from plugin.ports import ChannelName, Runner, Tokens
from plugin.stores.memory import MemoryStore
from plugin.strava.client import StravaClient
from plugin.strava.http_session import MOST_BYTES, STRAVA_API, open_session
from tests.strava.scripted import Scripted, answer, cut, drip, only, scripted, silence

SECRET = "client-s3cret"
RUN = {"id": 5, "start_date": "2026-11-20T07:30:00Z", "start_date_local": "2026-11-20T08:30:00Z", "athlete": {"id": 7}}


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted(answer(200, RUN)) as server:
        yield server


def strava(server: Scripted, *, api: str = "/api/v3", call_s: float = 8) -> StravaClient:
    now = datetime.now(UTC)
    store = MemoryStore()
    tokens = Tokens(access="access-s3cret", refresh="refresh-s3cret", expires_at=now + timedelta(hours=6))
    store.enrol(Runner(id=7, connected_at=now, tokens=tokens), limit=1)
    return StravaClient(
        client_id="12345",
        client_secret=SECRET,
        api_url=server.url + api,
        oauth_url=server.url + "/some/oauth",
        store=store,
        clock=lambda: now,
        call_s=call_s,
    )


@pytest.mark.parametrize("api", ["/api/v3", "", "/", "/deep/er/"])
def test_calls_go_below_the_base_whatever_path_it_has(server: Scripted, api: str) -> None:
    assert strava(server, api=api).activity(7, 5).id == 5
    assert server.asked[0].target == f"{api.rstrip('/')}/activities/5"


def test_the_token_is_in_the_header_and_nowhere_else(server: Scripted) -> None:
    strava(server).write(7, 5, field=ChannelName.PRIVATE_NOTE, text="hello")
    (asked,) = server.asked
    assert asked.headers["authorization"] == "Bearer access-s3cret"
    assert "s3cret" not in asked.target
    assert (asked.method, asked.headers["content-type"], asked.body) == (
        "PUT",
        "application/json",
        b'{"private_note": "hello"}',
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://www.strava.com/",
        "https://www.strava.com/api/v4/athlete",
        "https://www.strava.com/api/v3",
        "http://www.strava.com/api/v3/athlete",
        "https://www.strava.com.example/api/v3/athlete",
        "https://example.org/",
        "http://169.254.169.254/latest",
    ],
)
def test_no_other_address_is_called(server: Scripted, url: str) -> None:
    with pytest.raises(requests.exceptions.InvalidURL):
        open_session(server.url, server.url).get(url)
    assert server.asked == []


def test_a_redirect_is_not_followed(server: Scripted) -> None:
    for status in (301, 302, 307, 308):
        server.acts.append(answer(status, RUN, Location=f"{server.url}/elsewhere"))
        with pytest.raises(StravaTrouble, match="where no token follows"):
            strava(server).activity(7, 5)
    assert {one.target for one in server.asked} == {"/api/v3/activities/5"}


def test_proxies_and_passwords_from_the_environment_are_left_alone(server: Scripted, tmp_path: Path) -> None:
    passwords = tmp_path / "netrc"
    passwords.write_text("default login somebody password else\n")
    passwords.chmod(0o600)
    before = dict(os.environ)
    os.environ.update(
        http_proxy="http://127.0.0.1:9", https_proxy="http://127.0.0.1:9", no_proxy="", NETRC=str(passwords)
    )
    try:
        assert strava(server).activity(7, 5).id == 5
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert server.asked[0].headers["authorization"] == "Bearer access-s3cret"


def test_no_cookie_is_carried_from_one_runner_to_the_next(server: Scripted) -> None:
    server.otherwise = answer(200, RUN, Set_Cookie="who=7; Path=/")
    adapter = strava(server)
    adapter.activity(7, 5)
    adapter.activity(7, 5)
    assert [one.headers.get("cookie") for one in server.asked] == [None, None]


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize("first", [b"HTTP/1.1 200", HEAD + b"X-Long: ", HEAD + b"Content-Length: 90000\r\n\r\n{"])
def test_a_server_that_drips_holds_a_call_no_longer_than_a_silent_one(server: Scripted, first: bytes) -> None:
    # each byte comes well within any timeout, so without a bound on the whole call this would never end
    server.otherwise = drip(server, first, 0.05)
    with pytest.raises(StravaTrouble):
        strava(server, call_s=0.6).activity(7, 5)
    server.otherwise = silence(server)
    with pytest.raises(StravaTrouble, match="too long"):
        strava(server, call_s=0.6).activity(7, 5)


def test_a_host_that_does_not_take_connections_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        # what waits in line fills it; whoever comes later hears nothing at all
        line = [socket.socket() for _ in range(8)]
        for one in line:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        with pytest.raises(StravaTrouble, match="too long"):
            strava(Scripted(f"http://127.0.0.1:{full.getsockname()[1]}", cut), call_s=0.6).activity(7, 5)
        for one in line:
            one.close()


TOO_LARGE = json.dumps(RUN).encode() + b" " * MOST_BYTES
BROKEN = {
    "no answer": cut,
    "half a head": only(b"HTTP/1.1 200 OK\r\nContent-"),
    "half a body": only(HEAD + b'Content-Length: 90\r\n\r\n{"id": 5,'),
    "half a chunk": only(HEAD + b'Transfer-Encoding: chunked\r\n\r\n40\r\n{"id": 5'),
    "no http": only(b"hello\r\n\r\n"),
    "a page": answer(200, raw=b"<!doctype html><p>Back soon"),
    "nothing": answer(200, raw=b""),
    "half json": answer(200, raw=b'{"id": 5, "sta'),
    "no utf-8": answer(200, raw=b'{"id": "\xff\xfe"}'),
    "a list": answer(200, []),
    "a number": answer(200, 7),
    "null": answer(200, None),
    "another activity": answer(200, {**RUN, "id": 6}),
    "nested": answer(200, raw=b"[" * 100_000),
    "an endless number": answer(200, raw=b'{"id": ' + b"9" * 5000 + b"}"),
    "badly packed": answer(200, raw=b"no gzip at all", Content_Encoding="gzip"),
    "too large": answer(200, raw=TOO_LARGE),
    "a bomb": answer(200, raw=gzip.compress(TOO_LARGE), Content_Encoding="gzip"),
    "500": answer(500, {"message": "Internal Server Error"}),
    "502": answer(502, raw=b"<html>"),
    "503": answer(503, raw=b""),
    "204": answer(204, raw=b""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_answer_that_is_none_is_trouble_and_says_nothing_of_what_came(server: Scripted, name: str) -> None:
    server.otherwise = BROKEN[name]
    with pytest.raises(StravaTrouble) as trouble:
        strava(server).activity(7, 5)
    assert str(trouble.value).startswith(("Strava", "The connection"))
    assert len(str(trouble.value)) < 120


def test_what_is_packed_is_unpacked(server: Scripted) -> None:
    server.otherwise = answer(
        200, raw=gzip.compress(b'{"id":5,"start_date":"2026-11-20T07:30:00Z"}'), Content_Encoding="gzip"
    )
    assert strava(server).activity(7, 5).id == 5
    assert server.asked[0].headers["accept-encoding"] == "gzip"


def test_a_connection_closed_between_two_calls_is_not_noticed(server: Scripted) -> None:
    adapter = strava(server)
    adapter.activity(7, 5)
    server.acts = [cut]
    assert adapter.activity(7, 5).id == 5
    assert (len(server.asked), server.connections) == (3, 2)


def test_a_new_connection_that_is_closed_is_not_tried_again(server: Scripted) -> None:
    server.acts = [cut]
    with pytest.raises(StravaTrouble):
        strava(server).activity(7, 5)
    assert len(server.asked) == 1


def test_a_write_is_never_sent_twice(server: Scripted) -> None:
    adapter = strava(server)
    adapter.activity(7, 5)
    server.acts = [cut]
    with pytest.raises(StravaTrouble):
        adapter.write(7, 5, field=ChannelName.DESCRIPTION, text="x")
    assert [one.method for one in server.asked] == ["GET", "PUT"]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (404, {"message": "Record Not Found", "errors": []}, NotThere),
        (400, {"message": "Bad Request", "errors": [{"resource": "Activity", "field": "x", "code": "y"}]}, Refused),
        (
            403,
            {"message": "Forbidden", "errors": {"resource": "Application", "field": "Status", "code": "Odd"}},
            Refused,
        ),
        (403, {"errors": "a text"}, Refused),
        (409, [], Refused),
        (422, {}, Refused),
        (408, {}, StravaTrouble),
        (599, {}, StravaTrouble),
    ],
)
def test_refusals_in_our_words(server: Scripted, status: int, body: Any, error: type[Exception]) -> None:
    server.otherwise = answer(status, body)
    with pytest.raises(error):
        strava(server).activity(7, 5)
    assert len(server.asked) == 1


def test_nothing_listens_there() -> None:
    with scripted() as server:
        gone = strava(server)
    with pytest.raises(StravaTrouble, match="connection"):
        gone.activity(7, 5)


def test_a_host_without_a_name_is_trouble() -> None:
    adapter = strava(Scripted("http://nowhere.invalid", cut))
    with pytest.raises(StravaTrouble):
        adapter.activity(7, 5)


@pytest.mark.parametrize("act", [answer(200, [{"id": 3, "callback_url": "https://a.example/x"}]), cut, answer(500, {})])
def test_the_clients_secret_goes_to_strava_and_into_no_log_and_no_error(
    server: Scripted, caplog: pytest.LogCaptureFixture, act: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    # Whoever sets up logging in the same process raises the level of this one.
    caplog.set_level(logging.DEBUG, logger="urllib3")
    server.acts = [act]
    try:
        strava(server).subscription()
    except StravaTrouble as trouble:
        chain: BaseException | None = trouble
        while chain is not None:
            assert SECRET not in f"{chain!r} {chain} {vars(chain)}"
            chain = chain.__cause__ or chain.__context__
    assert server.asked[0].target == f"/api/v3/push_subscriptions?client_id=12345&client_secret={SECRET}"
    assert "x-secret-query" not in server.asked[0].headers
    assert any(record.name == "urllib3.connectionpool" for record in caplog.records)
    assert SECRET not in caplog.text
    assert all(SECRET not in str(record.__dict__) for record in caplog.records)


def test_an_address_that_is_kept_is_the_one_stravalib_has_built_in() -> None:
    from stravalib.protocol import ApiV3

    assert f"https://{ApiV3.server}{ApiV3.api_base}" == STRAVA_API
