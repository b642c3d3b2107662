"""Notes pushed by Apprise to a server that speaks the services' protocols, over TLS as they do."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace

import pytest

from plugin.channels.push_services.services import BY_NAME, SERVICES, offered
from plugin.errors import NotTold
from plugin.ports import PushTarget
from plugin.settings.push_hosts import PushHosts
from tests.channels.push_server import (
    FIELDS,
    LISTED,
    NTFY,
    SECRETS,
    PushServer,
    answering,
    late,
    silence,
)

ALL = [service.name for service in SERVICES]
TITLED = ("ntfy", "telegram", "pushover", "slack", "gotify")
HARD = "Your <Ghost 15> & “Peg*asus_40”: 12.3 km, @everyone <!channel> [x](y)\nTip: rest.\n\nMore: http://localhost/me?a=1&b=2"


def refused(server: PushServer, service: str, **more: object) -> NotTold:
    with pytest.raises(NotTold) as caught:
        server.push(service, **more)
    return caught.value


@pytest.mark.parametrize("service", ALL)
def test_a_note_arrives_to_the_letter(server: PushServer, service: str) -> None:
    server.push(service, title="A <title> & more", text=HARD)
    (told,) = server.told
    unmentioned = told.text.replace("@\u200b", "@").replace("\r\n", "\n")
    if service in TITLED:
        assert (told.title, unmentioned) == ("A <title> & more", HARD)
    else:
        assert unmentioned == f"A <title> & more\n{HARD}"


def test_nobody_is_mentioned_in_a_discord_channel(server: PushServer) -> None:
    server.push("discord", text="@everyone @here <@112233445566778899>")
    (told,) = server.told
    assert "@everyone" not in told.text
    assert "<@1" not in told.text


@pytest.mark.parametrize("service", ALL)
def test_nothing_of_a_stranger_s_is_in_what_leaves(server: PushServer, service: str) -> None:
    server.push(service)
    for asked in server.asked:
        sent = f"{asked.headers} {asked.body.decode()}".lower()
        assert "apprise" not in sent
        assert "github" not in sent
        assert "python" not in sent


@pytest.mark.parametrize("service", ALL)
@pytest.mark.parametrize(
    ("status", "for_good"),
    [
        (400, True),
        (401, True),
        (403, True),
        (404, True),
        (410, True),
        (408, False),
        (429, False),
        (500, False),
        (503, False),
    ],
)
def test_a_no_is_for_good_and_trouble_passes(server: PushServer, service: str, status: int, for_good: bool) -> None:
    # The services say how long to wait; nobody waits here.
    waits = {"Retry-After": "3600", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999"}
    server.fault = answering(status, b'{"retry_after_ms": 3600000, "error": "no"}', **waits)
    told = refused(server, service)
    assert (told.for_good, told.may_have_left) == (for_good, False)


@pytest.mark.parametrize("service", ALL)
def test_a_wrong_token_is_refused_by_the_service_and_said(server: PushServer, service: str) -> None:
    fields = {name: value[:-1] + ("1" if value[-1] != "1" else "2") for name, value in FIELDS[service].items()}
    told = refused(server, service, fields={**fields, "server": FIELDS[service].get("server", "")})
    assert told.for_good
    assert server.told == []


@pytest.mark.parametrize("service", ALL)
def test_a_lost_answer_is_not_sent_again(server: PushServer, service: str) -> None:
    note_is = BY_NAME[service].sends_by
    server.fault = lambda asked: silence(asked) if asked.method == note_is and "/join/" not in asked.path else None
    told = refused(server, service)
    assert (told.for_good, told.may_have_left) == (False, True)


def test_an_answer_lost_before_the_note_was_sent_is_passing(server: PushServer) -> None:
    server.fault = lambda asked: silence(asked) if "/join/" in asked.path else None
    told = refused(server, "matrix")
    assert (told.for_good, told.may_have_left) == (False, False)


@pytest.mark.parametrize("service", ALL)
def test_a_server_that_is_not_there_is_passing(server: PushServer, service: str) -> None:
    gone = replace(server, port=1, tls_port=1)
    told = refused(gone, service)
    assert (told.for_good, told.may_have_left) == (False, False)


def test_a_name_that_has_no_address_is_passing(server: PushServer) -> None:
    def unknown(host: str, port: int) -> list[tuple[object, ...]]:
        raise OSError("no such name")

    told = refused(server, "ntfy", lookup=unknown)
    assert (told.for_good, told.may_have_left) == (False, False)


def test_an_answer_that_drips_is_cut_off_as_a_whole(server: PushServer) -> None:
    server.fault = late(30)
    told = refused(server, "ntfy", note_s=0.4)
    assert told.may_have_left


def test_an_endless_answer_is_not_read(server: PushServer) -> None:
    server.fault = answering(200, b"x" * 3_000_000)
    server.push("ntfy")  # the yes is in its first line


ODD = (
    b"",
    b"[]",
    b"null",
    b'"x"',
    b"{",
    b"7",
    b"\xff\xfe",
    b"[" * 50_000,
    b'{"room_id": [], "user_id": 7}',
    b'{"ok": false}',
)


@pytest.mark.parametrize("service", ALL)
@pytest.mark.parametrize("status", [200, 204, 400, 500])
def test_an_odd_answer_is_an_outcome_and_no_bug(server: PushServer, service: str, status: int) -> None:
    for body in ODD:
        server.fault = answering(status, body)
        with suppress(NotTold):
            server.push(service)
    assert len(server.asked) >= len(ODD)


@pytest.mark.parametrize("service", ALL)
def test_fields_of_an_earlier_form_are_refused_in_a_sentence(server: PushServer, service: str) -> None:
    for fields in ({}, dict.fromkeys(FIELDS[service], "")):
        told = refused(server, service, fields={**fields, "server": FIELDS[service].get("server", "")})
        assert told.for_good
    assert server.asked == []


def test_a_certificate_of_somebody_else_ends_it_before_a_token_is_said(server: PushServer) -> None:
    told = refused(server, "telegram", trust=True)
    assert (told.for_good, told.may_have_left) == (False, False)
    assert server.asked == []


@pytest.mark.parametrize("service", ALL)
def test_no_secret_is_in_a_log_or_in_a_reason(
    server: PushServer, service: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    for level_of in ("urllib3", "apprise", "footnote"):
        caplog.set_level(1, logger=level_of)
    reasons = []
    for fault in (lambda asked: None, answering(401), silence):
        server.fault = fault
        try:
            server.push(service)
        except NotTold as wrong:
            reasons.append(str(wrong))
    # At DEBUG urllib3 prints paths with tokens in them; `monitoring.logs` never lets it (tests/monitoring).
    said = [one.getMessage() for one in caplog.records if not one.name.startswith("urllib3")]
    assert len(reasons) == 2
    for secret in SECRETS:
        assert all(secret not in one for one in [*said, *reasons])


def test_a_target_hides_what_was_filled_in() -> None:
    for service, fields in FIELDS.items():
        shown = repr(PushTarget(service=service, fields=fields))
        assert not any(secret in shown for secret in SECRETS)


def test_an_own_ntfy_is_called_where_it_is_listed_and_no_longer_when_it_is_not(server: PushServer) -> None:
    fields = {"topic": FIELDS["ntfy"]["topic"], "token": NTFY, "server": "ntfy.lan"}
    server.push("ntfy", fields=fields)
    assert [one.host for one in server.asked] == ["ntfy.lan"]
    told = refused(server, "ntfy", fields=fields, hosts=server.hosts("gotify=http://gotify.lan"))
    assert told.for_good
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "server_at", ["127.0.0.1:9001", "[::1]:9001", "192.168.1.7:8080", "push.example.org:8443", "box"]
)
@pytest.mark.parametrize("service", ["ntfy", "gotify", "matrix", "signal"])
def test_an_own_server_may_be_a_name_an_address_or_an_ipv6_address(
    server: PushServer, service: str, server_at: str
) -> None:
    own = {"ntfy": "ntfy.lan", "gotify": "gotify.lan", "matrix": "matrix-client.matrix.org", "signal": "signal:8080"}
    server.own = own[service]
    fields = {**FIELDS[service], "server": server_at}
    server.push(service, fields=fields, hosts=server.hosts(f"http://{server_at}"))
    assert len(server.told) == 1
    assert {one.host for one in server.asked} == {server_at}


def test_services_without_a_host_are_offered_where_a_server_is_listed() -> None:
    names = {one.name for one in offered(PushHosts())}
    assert names == {"ntfy", "telegram", "discord", "pushover", "slack", "matrix"}
    assert {one.name for one in offered(PushServer().hosts(LISTED))} == set(ALL)


@pytest.mark.parametrize("service", ALL)
def test_the_form_of_a_service_takes_what_is_right(service: str) -> None:
    hosts = PushServer().hosts()
    target, wrong = BY_NAME[service].read(FIELDS[service], hosts)
    assert wrong == {}
    kept = {name: value for name, value in FIELDS[service].items() if name != "server" or name in target.fields}
    assert target.fields == kept


@pytest.mark.parametrize("service", ALL)
def test_each_field_that_is_needed_is_asked_for(service: str) -> None:
    _, wrong = BY_NAME[service].read({}, PushServer().hosts())
    needed = {one.name for one in BY_NAME[service].fields if one.is_required}
    assert needed <= set(wrong)


CRAFTED = (
    "x/../y", "a?redirect=yes", "a#b", "a@127.0.0.1", "127.0.0.1:8080", "http://127.0.0.1/", "a b", "a\nb", "a%2fb",
    "a%00", "a,b", "a\\b", "ä", "a" * 5000, "json://localhost", "file:///etc/passwd", "{{7*7}}", "a&b=c", "\u202ea",
)  # fmt: skip


@pytest.mark.parametrize("service", ALL)
@pytest.mark.parametrize("crafted", CRAFTED)
def test_no_field_takes_a_path_a_query_or_another_host(service: str, crafted: str) -> None:
    hosts = PushServer().hosts()
    for field in [one.name for one in BY_NAME[service].fields] + ["server"]:
        for typed in (crafted, FIELDS[service].get(field, "") + crafted):
            if field == "room" and typed.startswith("!") and crafted == "127.0.0.1:8080":
                continue  # part of a room's name, and never called
            target, wrong = BY_NAME[service].read({**FIELDS[service], field: typed}, hosts)
            has_server = "server" in target.fields or "server" in wrong
            if field == "server" and not has_server:
                continue  # one server only: nothing is chosen
            assert field in wrong, (field, typed)


def test_a_pasted_address_is_reduced_to_its_keys() -> None:
    hosts = PushHosts()
    for service, address in (
        ("discord", "https://discord.com/api/webhooks/"),
        ("discord", "https://discordapp.com/api/v10/webhooks/"),
        ("slack", "https://hooks.slack.com/services/"),
    ):
        keys = FIELDS[service]["webhook"]
        target, wrong = BY_NAME[service].read({"webhook": address + keys}, hosts)
        assert (wrong, target.fields) == ({}, {"webhook": keys})
        for other in (address.replace(".com/", ".com.evil.example/"), address.replace("https", "http"), f"x{address}"):
            assert BY_NAME[service].read({"webhook": other + keys}, hosts)[1]


def test_apprise_says_nothing_itself() -> None:
    from plugin.channels.push_services import send

    assert send.MODULES
    assert logging.getLogger("apprise").disabled
