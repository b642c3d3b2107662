"""400 connections of each shape that once silenced the site, while Strava's webhook is posted to.

Callers who send slowly, read slowly, frame oddly or do not hang up wait for themselves: no thread waits for them, each
connection has an end, and when places run short those that waited longest make room.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
import requests

from plugin.cli.connections import ARRIVE_S, IDLE_S, MOST_AT_ONCE, READ_S, ConnectionServer
from plugin.cli.server import listening_socket
from tests.e2e.harness import Application, until
from tests.security.shapes import CHUNKED, GET, SHAPES

MANY = 400
TRICKLE = b"0"


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


@contextmanager
def callers(application: Application, many: int, piece: bytes, *, reads: bool = True) -> Iterator[list[socket.socket]]:
    """So many connections that have sent `piece`."""
    with ExitStack() as held:
        opened = []
        for _ in range(many):
            caller = held.enter_context(socket.socket())
            if not reads:
                caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            caller.settimeout(20)
            caller.connect(("127.0.0.1", application.port))
            with suppress(ConnectionError):
                caller.sendall(piece)
            opened.append(caller)
        yield opened


@contextmanager
def trickling(opened: list[socket.socket]) -> Iterator[None]:
    """Each sends one byte more five times a second, as long as it can."""
    over = threading.Event()

    def trickle() -> None:
        while not over.wait(0.2):
            for caller in opened:
                with suppress(OSError):
                    caller.send(TRICKLE)

    thread = threading.Thread(target=trickle, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def still_open(opened: list[socket.socket]) -> int:
    """How many have not been hung up on; what was sent to them is read."""
    count = 0
    for caller in opened:
        caller.setblocking(False)
        try:
            while some := caller.recv(65536):
                assert some
        except BlockingIOError:
            count += 1
        except ConnectionError:
            pass
    return count


def is_answered(application: Application, *, for_s: float = 0.0, within_s: float = 30) -> bool:
    """The webhook answers, and so does a page, again and again."""
    end = time.monotonic() + for_s
    while True:
        assert requests.post(application.hook, json={}, timeout=within_s).status_code == 400
        assert requests.get(f"{application.url}/healthz", timeout=within_s).status_code == 200
        if time.monotonic() >= end:
            return True


@pytest.mark.parametrize("shape", SHAPES)
def test_four_hundred_callers_who_dawdle_hold_up_nobody(application: Application, shape: str) -> None:
    with (
        callers(application, MANY, SHAPES[shape], reads="not read" not in shape) as opened,
        trickling(opened),
    ):
        # With the threads held by them, as a server that reads in its threads has it, this would wait in vain.
        assert is_answered(application, for_s=1.5)


def test_thousands_of_tiny_chunks_are_read_and_nobody_waits_long(application: Application) -> None:
    path = application.hook.removeprefix(application.url).encode()
    head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    sent = head + b"1\r\na\r\n" * 27_000
    opened = [threading.Thread(target=talk, args=(application, sent), daemon=True) for _ in range(MANY)]
    for one in opened:
        one.start()
    assert is_answered(application, for_s=1.5)
    assert "HTTP/1.1 400" in talk(application, sent).decode()
    for one in opened:
        one.join()


def test_whoever_trickles_is_hung_up_on_when_a_requests_time_is_over(application: Application) -> None:
    opened: list[socket.socket] = []
    with ExitStack() as held:
        for shape in ("say nothing", "never end their headers", "send blank lines", "never end their body"):
            opened += held.enter_context(callers(application, 10, SHAPES[shape]))
        held.enter_context(trickling(opened[10:]))
        give_up = time.monotonic() + 3 * ARRIVE_S
        while still_open(opened) and time.monotonic() < give_up:
            time.sleep(0.5)
        assert still_open(opened) == 0


def test_more_connections_than_there_are_places_keep_nobody_out(application: Application) -> None:
    with callers(application, 2300, b"G") as opened:
        assert is_answered(application)
        assert 1500 < still_open(opened) < 2000


def test_who_sends_many_requests_in_one_piece_is_answered_a_few(application: Application) -> None:
    answer = talk(application, GET * 200)
    assert answer.count(b"HTTP/1.1 200 OK") == MOST_AT_ONCE


def talk(application: Application, *pieces: bytes) -> bytes:
    """What comes back for these pieces, sent one by one, until the site hangs up."""
    with socket.create_connection(("127.0.0.1", application.port), timeout=20) as caller:
        caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answer = b""
        with suppress(ConnectionError):
            for piece in pieces:
                caller.sendall(piece)
        with suppress(ConnectionError):
            while some := caller.recv(65536):
                answer += some
        return answer


def test_a_request_in_single_bytes_is_one_request(application: Application) -> None:
    path = application.hook.removeprefix(application.url).encode()
    whole = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
    assert talk(application, *(bytes([one]) for one in whole)).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    "request_line",
    [
        b"POST /x HTTP/1.1\r\nContent-Length: " + b"0" * 20_000 + b"5",
        b"POST /x HTTP/1.1\r\nContent-Length: " + b"9" * 5_000,
        b"GET http://[ HTTP/1.1",
        b"GET http://[x]y/ HTTP/1.1",
    ],
)
def test_what_waitress_cannot_read_is_a_400_and_names_no_caller(application: Application, request_line: bytes) -> None:
    assert talk(application, request_line + b"\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 400")
    written = "".join(path.read_text(errors="replace") for path in application.folder.rglob("*.log"))
    assert "uncaptured python exception" not in written
    assert is_answered(application)


BODY = b"0\r\n\r\n" + GET


@pytest.mark.parametrize(
    ("version", "framing"),
    [
        (b"1.1", b"Content-Length: 5\r\nTransfer-Encoding: chunked"),
        (b"1.1", b"Transfer-Encoding: chunked\r\nContent-Length: 0"),
        (b"1.1", b"Content-Length: 5\r\nTransfer-Encoding:"),
        (b"1.1", b"Content-Length: 5\r\nTransfer-Encoding: identity"),
        (b"1.1", b"Transfer-Encoding: gzip, chunked"),
        (b"1.1", b"Transfer-Encoding: chunked, chunked"),
        (b"1.1", b"Transfer-Encoding: chunked\r\ntransfer-encoding: chunked"),
        (b"1.1", b"Transfer-Encoding:\r\n chunked"),
        (b"1.1", b"Transfer-Encoding: \x0bchunked"),
        (b"1.0", b"Transfer-Encoding: chunked"),
        (b"1.0", b"Connection: keep-alive\r\nContent-Length: 5\r\nTransfer-Encoding: chunked"),
        (b"1.1", b"Content-Length: 5\r\nContent-Length: 6"),
        (b"1.1", b"Content-Length: 5\r\nContent-Length: 5"),
        (b"1.1", b"Content-Length: 5, 5"),
        (b"1.1", b"Content-Length: +5"),
    ],
)
def test_a_body_that_is_framed_in_two_ways_is_refused_and_nothing_in_it_is_a_request(
    application: Application, version: bytes, framing: bytes
) -> None:
    head = b"POST /connect HTTP/" + version + b"\r\nHost: x\r\n" + framing + b"\r\n\r\n"
    answer = talk(application, head + BODY)
    assert answer[:13] in (b"HTTP/1.0 400 ", b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.") == 1


@contextmanager
def serving(app: Any, **more: Any) -> Iterator[ConnectionServer]:
    """The server in this process, its loop in a thread."""
    server, over = ConnectionServer(app, listening_socket("127.0.0.1", 0), **more), threading.Event()

    def run() -> None:
        while not over.is_set():
            server.turn()

    loop = threading.Thread(target=run, daemon=True)
    loop.start()
    try:
        yield server
    finally:
        over.set()
        loop.join()
        server.close()


def asking(server: ConnectionServer, request: bytes) -> socket.socket:
    caller = socket.create_connection(("127.0.0.1", server.effective_port), timeout=60)
    caller.sendall(request)
    return caller


def test_what_is_urgent_waits_for_a_thread_behind_nobody() -> None:
    """One thread, which is busy; three requests wait for it, then the urgent one comes."""
    is_held, goes_on = threading.Event(), threading.Event()
    served: list[str] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        path = environ["PATH_INFO"]
        served.append(path)
        if path == "/held":
            is_held.set()
            assert goes_on.wait(60)
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    def get(path: bytes) -> bytes:
        return b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    with ExitStack() as held:
        server = held.enter_context(serving(app, urgent_paths=["/hook"], threads=1))
        queue = server.task_dispatcher.queue
        opened = [held.enter_context(asking(server, get(b"/held")))]
        assert is_held.wait(60)
        opened += [held.enter_context(asking(server, get(b"/other"))) for _ in range(3)]
        until(lambda: len(queue) == 3, "three to wait")
        opened.append(held.enter_context(asking(server, get(b"/hook"))))
        until(lambda: len(queue) == 4, "the urgent one to wait")
        goes_on.set()
        for caller in opened:
            assert caller.recv(1000).startswith(b"HTTP/1.1 200")
    assert served == ["/held", "/hook", "/other", "/other", "/other"]


@pytest.mark.parametrize(
    ("sent", "allowed_s"),
    [(b"", ARRIVE_S), (b"GET / HTTP/1.1\r\n", ARRIVE_S), (GET, IDLE_S), (GET + b"G", ARRIVE_S), (GET * 2, READ_S)],
    ids=["says nothing", "is in the middle", "asks no more", "begins anew", "does not read"],
)
def test_each_wait_for_a_caller_has_its_end(sent: bytes, allowed_s: float) -> None:
    size = 5_000_000 if allowed_s == READ_S else 2

    def app(_: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Length", str(size))])
        return [b"x" * size]

    with ExitStack() as held:
        server = held.enter_context(serving(app))
        caller = held.enter_context(asking(server, sent))
        asked = sent.count(GET)
        connection = until(lambda: next(iter(server.active_channels.values()), None), "the connection")
        if asked and allowed_s != READ_S:
            until(lambda: b"xx" in caller.recv(1000), "the answer")
        until(
            lambda: (
                not connection.requests
                and (connection.has_asked or not asked)
                and (connection.request is not None) == (len(sent) > asked * len(GET))
                and bool(connection.total_outbufs_len) == (allowed_s == READ_S)
            ),
            "all to have arrived",
        )
        assert not connection.is_overdue(connection.since + allowed_s - 0.1)
        assert connection.is_overdue(connection.since + allowed_s + 0.1)


def test_two_requests_in_one_piece_get_two_answers(application: Application) -> None:
    last = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert talk(application, GET + GET[:10], GET[10:] + last).count(b"HTTP/1.1 200 OK") == 3


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
    assert talk(application, b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000).startswith(b"HTTP/1.0 431")


@pytest.mark.parametrize("chunks", [b"zz\r\n", b"-5\r\nabc", b";\r\n", b"1\r\nabc\r\n"])
def test_a_broken_chunk_is_refused_and_is_no_fault_of_ours(application: Application, chunks: bytes) -> None:
    assert talk(application, CHUNKED + chunks).startswith(b"HTTP/1.1 400")
    assert "Traceback" not in application.said()


@pytest.mark.parametrize("size", [200_000, 5_000_000])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(application: Application, size: int) -> None:
    head = b"POST /connect HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size
    assert talk(application, head, b"x" * size).startswith(b"HTTP/1.1 413")


def test_after_all_of_it_the_site_has_told_of_no_fault(application: Application) -> None:
    said = application.said()
    assert "Traceback" not in said
    assert " 500 " not in said
    assert is_answered(application)
