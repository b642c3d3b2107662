"""Over TLS, as Strava itself speaks: the same bounds, and nobody is believed who cannot show who they are."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from plugin.strava.http_session import STRAVA_API, open_session, secret_query
from tests.certificates import self_signed
from tests.strava.scripted import Scripted, answer, drip, scripted, silence

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n{"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that vouches for itself, with its key, in one file."""
    return self_signed(tmp_path_factory.mktemp("tls") / "localhost.pem", "localhost")


@pytest.fixture
def server(certificate: Path) -> Iterator[Scripted]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with scripted(answer(200, {"id": 5}), tls=context) as server:
        yield server


def session(server: Scripted, certificate: Path | None = None, *, call_s: float = 8) -> requests.Session:
    opened = open_session(server.url, server.url, call_s=call_s)
    if certificate is not None:
        opened.verify = str(certificate)
    return opened


def test_an_answer_comes_over_tls_and_the_connection_is_kept(server: Scripted, certificate: Path) -> None:
    speaking = session(server, certificate)
    for _ in range(3):
        assert speaking.get(f"{STRAVA_API}/athlete").json() == {"id": 5}
    assert server.connections == 1


def test_a_secret_query_goes_over_tls_too(server: Scripted, certificate: Path) -> None:
    session(server, certificate).get(f"{STRAVA_API}/athlete", headers=secret_query("a=b"))
    assert server.asked[0].target == "/athlete?a=b"


def test_whoever_cannot_show_to_be_strava_hears_nothing(server: Scripted) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        session(server).get(f"{STRAVA_API}/athlete")
    assert server.asked == []


def test_dripping_and_silence_end_over_tls_too(server: Scripted, certificate: Path) -> None:
    for act in (drip(server, HEAD, 0.05), silence(server)):
        server.otherwise = act
        with pytest.raises(requests.Timeout):
            session(server, certificate, call_s=0.6).get(f"{STRAVA_API}/athlete")


def test_a_handshake_that_never_comes_ends(certificate: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        nobody = Scripted(f"https://localhost:{deaf.getsockname()[1]}", answer())
        with pytest.raises(requests.Timeout):
            session(nobody, certificate, call_s=0.6).get(f"{STRAVA_API}/athlete")
