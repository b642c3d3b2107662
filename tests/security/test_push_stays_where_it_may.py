"""Push goes to the one server of its service and nowhere else: whatever names, addresses, redirects and answers say."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from plugin.channels.push_services.services import SERVICES
from plugin.errors import NotTold
from plugin.settings.push_hosts import PushHosts, read_push_hosts
from tests.channels.push_server import FIELDS, PushServer, answering, push_server

ALL = [service.name for service in SERVICES]
PRIVATE = (
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "198.18.0.1",
    "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:0:7f00:1::80ff:fffe", "fec0::1",
)  # fmt: skip
"""Addresses that lead into somebody's own network, or nowhere."""
_connects: list[Any] = []
_watches = False


def _watch(event: str, given: tuple[Any, ...]) -> None:
    if _watches and event == "socket.connect":
        _connects.append(given[1])


sys.addaudithook(_watch)


@pytest.fixture
def connects() -> Iterator[list[Any]]:
    """Every address that this process connects to meanwhile, as the interpreter itself reports it."""
    global _watches
    _connects.clear()
    _watches = True
    yield _connects
    _watches = False


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PushServer]:
    with push_server(tmp_path_factory.mktemp("push")) as server:
        yield server


@pytest.fixture
def server(running: PushServer) -> PushServer:
    running.told.clear()
    running.asked.clear()
    running.fault = lambda asked: None
    return running


def answers(*addresses: str, port: int = 443) -> list[tuple[Any, ...]]:
    family = {False: socket.AF_INET, True: socket.AF_INET6}
    return [
        (family[":" in one], socket.SOCK_STREAM, 6, "", (one, port, 0, 0) if ":" in one else (one, port))
        for one in addresses
    ]


def refused(server: PushServer, service: str, **more: Any) -> NotTold:
    with pytest.raises(NotTold) as caught:
        server.push(service, **more)
    return caught.value


@pytest.mark.parametrize("address", PRIVATE)
def test_a_service_s_name_that_leads_inside_is_not_connected_to(
    server: PushServer, connects: list[Any], address: str
) -> None:
    told = refused(server, "telegram", hosts=PushHosts(), lookup=lambda host, port: answers(address))
    assert told.for_good
    assert connects == []


@pytest.mark.parametrize("address", PRIVATE)
def test_nor_is_a_listed_name_that_strangers_could_point_inside(
    server: PushServer, connects: list[Any], address: str
) -> None:
    hosts = read_push_hosts("ntfy.example.org,10.9.8.0/24")
    fields = {**FIELDS["ntfy"], "server": "ntfy.example.org"}
    told = refused(server, "ntfy", hosts=hosts, fields=fields, lookup=lambda host, port: answers(address))
    assert told.for_good
    assert connects == []


def test_of_several_addresses_only_those_that_may_be_are_tried(server: PushServer, connects: list[Any]) -> None:
    hosts = read_push_hosts("127.0.0.1/32")
    mixed = [*answers("10.0.0.1", "::1", "169.254.169.254"), *server.lookup("ntfy.sh", 443)]
    server.push(
        "ntfy",
        hosts=hosts,
        fields={"topic": FIELDS["ntfy"]["topic"], "token": FIELDS["ntfy"]["token"]},
        lookup=lambda host, port: mixed,
    )
    assert connects == [("127.0.0.1", server.tls_port)]


def test_a_name_that_changes_after_it_was_checked_is_not_asked_again(server: PushServer, connects: list[Any]) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[tuple[Any, ...]]:
        asked.append(host)
        return server.lookup(host, port) if len(asked) == 1 else answers("169.254.169.254", port=80)

    server.push("telegram", lookup=rebinding)
    assert asked == ["api.telegram.org"]
    assert connects == [("127.0.0.1", server.tls_port)]
    # Of the next note's connection the new answer is checked like the first.
    refused(server, "telegram", lookup=rebinding)
    assert connects == [("127.0.0.1", server.tls_port)]


@pytest.mark.parametrize("service", ALL)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(server: PushServer, connects: list[Any], service: str, status: int) -> None:
    server.fault = answering(status, Location=f"http://127.0.0.1:{server.port}/elsewhere")
    told = refused(server, service)
    assert told.for_good
    assert {one.path for one in server.asked}.isdisjoint({"/elsewhere"})
    assert len(connects) == len(server.asked)


@pytest.mark.parametrize("service", ALL)
def test_connections_go_to_what_was_looked_up_alone(server: PushServer, connects: list[Any], service: str) -> None:
    server.push(service)
    assert set(connects) <= {("127.0.0.1", server.port), ("127.0.0.1", server.tls_port)}
    assert len(connects) == len(server.asked)


@pytest.mark.parametrize("service", ALL)
def test_the_environment_s_proxies_and_passwords_are_not_used(
    server: PushServer, service: str, monkeypatch: pytest.MonkeyPatch, connects: list[Any]
) -> None:
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.push(service)
    assert ("127.0.0.1", 9) not in connects


def test_a_server_s_own_network_may_be_reached_where_it_is_listed(server: PushServer, connects: list[Any]) -> None:
    """A name without a dot, or of the home network, is the operator's own; so is an address that is listed."""
    for listed in (
        f"http://gotify:{server.port}",
        f"http://gotify.lan:{server.port}",
        f"http://127.0.0.1:{server.port}",
    ):
        hosts = read_push_hosts(f"gotify={listed}")
        server.fault = lambda asked: answering(200, b'{"id": 1}')(asked)
        fields = {**FIELDS["gotify"], "server": listed.removeprefix("http://")}
        server.push("gotify", hosts=hosts, fields=fields)
    assert connects == [("127.0.0.1", server.port)] * 3


def test_even_there_no_metadata_service_is_reached(server: PushServer, connects: list[Any]) -> None:
    hosts = read_push_hosts("http://gotify")
    fields = {**FIELDS["gotify"], "server": "gotify"}
    never = answers("169.254.169.254", "0.0.0.0", "fe80::1", "224.0.0.1")
    assert refused(server, "gotify", hosts=hosts, fields=fields, lookup=lambda host, port: never).for_good
    assert connects == []


@pytest.mark.parametrize(
    "url",
    [
        "http://api.telegram.org/bot", "https://api.telegram.org:8443/", "https://api.telegram.org.evil.example/",
        "https://evil.example/api.telegram.org", "https://u:p@api.telegram.org/", "https://api.telegram.org@evil.example/",
        "https://evil.example#@api.telegram.org/", "https://evil.example\\@api.telegram.org/", "https://127.0.0.1/",
        "https://[::1]/", "https://2130706433/", "https://0x7f.1/", "ftp://api.telegram.org/", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_a_plugin_that_asks_for_another_address_is_refused(server: PushServer, connects: list[Any], url: str) -> None:
    from plugin.channels.push_services.guarded_http import Exchange, Guarded
    from plugin.channels.push_services.services import BY_NAME

    host = BY_NAME["telegram"].host
    assert host is not None
    guarded, exchange = Guarded(), Exchange(host, (), "POST", server.lookup)
    with guarded.note(exchange), pytest.raises((requests.RequestException, ValueError)):
        guarded.post(url, data="x")
    assert connects == []
    assert server.asked == []


def test_apprise_has_no_other_way_out() -> None:
    """Its plugins find our guard under the name `requests`, and the guard has nothing but the calls that it checks."""
    from plugin.channels.push_services import send

    for module in send.MODULES:
        guard = vars(module)["requests"]
        assert guard is not requests
        for name in ("Session", "session", "head", "delete", "patch", "api", "sessions", "adapters"):
            assert not hasattr(guard, name)
        with pytest.raises(requests.RequestException):
            guard.post("https://ntfy.sh/", data="x")


@pytest.mark.parametrize("service", ALL)
def test_answers_cannot_make_a_note_cost_more_than_a_few_calls(server: PushServer, service: str) -> None:
    server.fault = answering(429, b'{"retry_after_ms": 1, "parameters": {"retry_after": 1}}')
    refused(server, service)
    assert len(server.asked) <= 3


@pytest.mark.parametrize(
    "listed",
    [
        "ntfy.example.org/path", "user:pw@ntfy.example.org", "ntfy.example.org?x=1", "ftp://ntfy.example.org", "a b",
        "ntfy.example.org:0", "ntfy.example.org:99999", "*.example.org", "*", "exa_mple..org",
        "telegram=bot.example.org", "http://", "10.0.0.0/33", "1.2.3", "fe80::1%eth0",
    ],
)  # fmt: skip
def test_what_is_no_host_stops_the_start(listed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_push_hosts(listed)


def test_hosts_are_listed_in_many_spellings() -> None:
    hosts = read_push_hosts(
        "ntfy.example.org, Push.Example.org:8443,gotify=http://gotify,signal=https://s.lan:8080,127.0.0.1:9000,[::1]:9001,"
        "2001:db8::5,10.0.0.0/8"
    )
    assert [(one.shown, one.port, one.is_https, one.service) for one in hosts.servers] == [
        ("ntfy.example.org", 443, True, None),
        ("push.example.org:8443", 8443, True, None),
        ("gotify", 80, False, "gotify"),
        ("s.lan:8080", 8080, True, "signal"),
        ("127.0.0.1:9000", 9000, False, None),
        ("[::1]:9001", 9001, False, None),
        ("[2001:db8::5]", 443, True, None),
    ]
    assert [str(one) for one in hosts.networks] == ["127.0.0.1/32", "::1/128", "2001:db8::5/128", "10.0.0.0/8"]
