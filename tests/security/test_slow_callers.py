"""Callers who send slowly, or read slowly, or do not hang up: they wait for themselves, and Strava's post does not."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
import requests

from plugin.cli.listening import MOST_BODY, MOST_HEAD, Arriving
from tests.e2e.harness import Application

POST = b"POST /connect HTTP/1.1\r\nHost: x\r\n"
WAYS = {
    "say nothing": b"",
    "say one letter": b"G",
    "never end their headers": b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "never end their body": POST + b"Content-Length: 1000\r\n\r\na=",
    "never end their chunks": POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\na=",
    "announce more than is taken": POST + b"Content-Length: 10000000\r\n\r\na=",
    "do not hang up": b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "begin another request": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nG",
    "do not read": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 3,
}
MANY = 60
"""Five times the threads that a site on files has."""


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The site alone; Strava is not needed."""
    application = Application(tmp_path_factory.mktemp("slow"), trusted_proxies="")
    try:
        site = application.launch()
        application._await(f"{application.url}/healthz", site)
        yield application
    finally:
        application.close()


@pytest.mark.parametrize("way", WAYS)
def test_callers_who_dawdle_hold_up_nobody(application: Application, way: str) -> None:
    with ExitStack() as held:
        for _ in range(MANY):
            caller = held.enter_context(socket.socket())
            if way == "do not read":
                caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            caller.connect(("127.0.0.1", application.port))
            caller.sendall(WAYS[way])
        # With the threads held by them, as gunicorn's own worker has it, this would wait in vain.
        for _ in range(3):
            assert requests.post(application.hook, json={}, timeout=8).status_code == 400


def test_more_connections_than_there_are_places_keep_nobody_out(application: Application) -> None:
    with ExitStack() as held:
        for _ in range(500):
            caller = held.enter_context(socket.socket())
            caller.settimeout(8)
            caller.connect(("127.0.0.1", application.port))
            with suppress(OSError):
                caller.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert requests.get(f"{application.url}/healthz", timeout=8).status_code == 200


def talk(application: Application, *pieces: bytes) -> bytes:
    """What comes back for these pieces, sent one by one, until the site hangs up."""
    with socket.create_connection(("127.0.0.1", application.port), timeout=15) as caller:
        caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answer = b""
        with suppress(ConnectionError):
            for piece in pieces:
                caller.sendall(piece)
            while some := caller.recv(65536):
                answer += some
        return answer


def test_a_request_in_single_bytes_is_one_request(application: Application) -> None:
    path = application.hook.removeprefix(application.url).encode()
    whole = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
    assert talk(application, *(bytes([one]) for one in whole)).startswith(b"HTTP/1.1 400")


def test_two_requests_in_one_piece_get_two_answers(application: Application) -> None:
    one = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert talk(application, one + one[:10], one[10:] + last).count(b"HTTP/1.1 200 OK") == 3


def test_a_chunked_post_is_read_to_its_end(application: Application) -> None:
    path = application.hook.removeprefix(application.url).encode()
    head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert talk(application, head, b"1\r\n{\r", b"\n1\r\n}\r\n0\r\n\r\n").startswith(b"HTTP/1.1 400")


def test_who_asks_before_sending_is_told_to_go_on(application: Application) -> None:
    path = application.hook.removeprefix(application.url).encode()
    head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    with socket.create_connection(("127.0.0.1", application.port), timeout=15) as caller:
        caller.sendall(head)
        assert caller.recv(1000).startswith(b"HTTP/1.1 100 Continue")
        caller.sendall(b"{}")
        answer = b""
        while b"HTTP/1.1 400" not in answer:
            some = caller.recv(65536)
            assert some, answer
            answer += some


def test_headers_without_end_are_refused(application: Application) -> None:
    answer = talk(application, b"GET / HTTP/1.1\r\nX: " + b"x" * (MOST_HEAD + 10))
    assert answer.startswith(b"HTTP/1.1 431")


@pytest.mark.parametrize("chunks", [b"zz\r\n", b"-5\r\nabc", b";\r\n"])
def test_nonsense_is_left_to_the_parser_at_once(chunks: bytes) -> None:
    arriving = Arriving()
    arriving.held += POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks
    assert arriving.is_whole()


def test_what_is_too_much_goes_to_be_refused_and_is_not_collected() -> None:
    announced, chunked = Arriving(), Arriving()
    announced.held += POST + b"Content-Length: %d\r\n\r\n" % (MOST_BODY + 1)
    assert announced.is_whole()
    assert announced.is_cut
    chunked.held += POST + b"Transfer-Encoding: chunked\r\n\r\nfffff\r\n" + b"x" * MOST_BODY
    assert chunked.is_whole()
    assert chunked.is_cut
