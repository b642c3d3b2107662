"""Every way in which handing over a mail ends, against real conversations."""

from __future__ import annotations

import socket
import threading

import pytest

from plugin.channels.mail.smtp import MailServer, read_smtp_url
from plugin.errors import NotTold
from tests.channels.mailbox import Mailbox, scripted, served, tls
from tests.free_ports import free_port

MAIL = b"Subject: hello\r\n\r\nOne line.\r\n.A line that begins with a dot.\r\n"


def send(port: int, **more) -> None:
    given = {"host": "127.0.0.1", "port": port, "step_s": 5.0} | more
    MailServer(**given).send("note@example.org", "ana@example.org", MAIL)


def failure(port: int, **more) -> NotTold:
    with pytest.raises(NotTold) as told:
        send(port, **more)
    return told.value


def passing(told: NotTold) -> bool:
    return not told.for_good and not told.may_have_left


def test_a_mail_arrives_as_it_was_sent():
    box = Mailbox()
    with served(box) as port:
        send(port)
    assert box.mails == [MAIL]
    assert (box.sender, box.to) == ("note@example.org", ["ana@example.org"])


def test_a_refused_connection_passes():
    assert passing(failure(free_port()))


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_an_answer_of_4xx_passes(step):
    box = Mailbox(**{step: "451 4.7.1 come back later"})
    with served(box) as port:
        told = failure(port)
    assert passing(told)
    assert "451" in str(told)
    assert box.mails == []


@pytest.mark.parametrize(
    "answer", ["550 no such user", "550 5.1.1 no such user", "553 5.1.3 bad", "554 5.2.1 disabled"]
)
def test_an_address_that_is_not_taken_is_for_good(answer):
    with served(Mailbox(RCPT=answer)) as port:
        told = failure(port)
    assert told.for_good
    assert not told.may_have_left


def test_an_address_unknown_only_after_the_mail_is_for_good_too():
    with served(Mailbox(DATA="550 5.1.1 unknown user")) as port:
        assert failure(port).for_good


@pytest.mark.parametrize(
    "answers",
    [
        {"MAIL": "550 you may not send here"},
        {"RCPT": "554 5.7.1 relay access denied"},
        {"RCPT": "530 5.7.0 log in first"},
        {"DATA": "554 this looks like spam"},
    ],
)
def test_a_server_that_will_not_have_us_is_the_operators_trouble(answers):
    with served(Mailbox(**answers)) as port:
        told = failure(port)
    assert passing(told)
    assert "operator" in str(told)


def test_the_reason_names_no_address():
    with served(Mailbox(RCPT="550 <ana@example.org>: no such user")) as port:
        assert "@" not in str(failure(port))


def test_a_connection_dropped_after_the_mail_leaves_nobody_knowing():
    box = Mailbox()
    box.drops_after_data = True
    with served(box) as port:
        told = failure(port)
    assert told.may_have_left
    assert not told.for_good
    assert box.mails == [MAIL]


def answering(*answers: bytes, then=None):
    """A script that greets and then gives one answer a line received; `then` is done at the end."""

    def script(connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        connection.sendall(b"220 hello\r\n")
        for answer in answers:
            lines.readline()
            connection.sendall(answer)
        if then is not None:
            then(connection, lines)

    return script


def until_the_mail_is_whole(connection, lines) -> None:
    while lines.readline() not in (b".\r\n", b""):
        pass


UP_TO_DATA = (b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n")


def test_a_mail_whose_receipt_takes_too_long_may_have_left():
    left = threading.Event()

    def silent(connection, lines):
        until_the_mail_is_whole(connection, lines)
        lines.readline()  # until the other side gives up
        left.set()

    with scripted(answering(*UP_TO_DATA, then=silent)) as port:
        told = failure(port, step_s=0.3)
        assert told.may_have_left
        assert left.wait(10)


def test_a_receipt_that_makes_no_sense_may_have_left():
    def babbling(connection, lines):
        until_the_mail_is_whole(connection, lines)
        connection.sendall(b"what?\r\n")

    with scripted(answering(*UP_TO_DATA, then=babbling)) as port:
        assert failure(port).may_have_left


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_a_connection_dropped_before_the_mail_passes(steps):
    with scripted(answering(*UP_TO_DATA[:steps])) as port:
        assert passing(failure(port))


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_server_that_stops_answering_passes(steps):
    with scripted(answering(*UP_TO_DATA[:steps], then=lambda connection, lines: lines.read())) as port:
        assert passing(failure(port, step_s=0.3))


def test_a_server_that_never_greets_passes():
    with scripted(lambda connection: connection.recv(1)) as port:
        assert passing(failure(port, step_s=0.3))


def test_an_answer_that_drips_in_for_ever_passes():
    """Each byte comes within the time-out; the answer as a whole never does."""
    gone = threading.Event()

    def dripping(connection):
        connection.sendall(b"220-")
        while not gone.wait(0.02):
            connection.sendall(b"x")

    try:
        with scripted(dripping) as port:
            assert passing(failure(port, step_s=0.3))
    finally:
        gone.set()


def test_a_greeting_of_5xx_is_the_operators_trouble():
    with scripted(lambda connection: connection.sendall(b"554 not you\r\n")) as port:
        told = failure(port)
    assert passing(told)
    assert "operator" in str(told)


def test_starttls_is_used_and_the_certificate_checked(tmp_path):
    ours, trusting = tls(tmp_path)
    box = Mailbox()
    with served(box, tls_context=ours, require_starttls=True) as port:
        send(port, scheme="smtp+starttls", tls=trusting)
    assert box.was_encrypted
    assert box.mails == [MAIL]


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_certificate_nobody_vouches_for_is_refused_before_anything_is_said(tmp_path, scheme):
    ours, _ = tls(tmp_path)
    box = Mailbox()
    options = {"ssl_context": ours} if scheme == "smtps" else {"tls_context": ours}
    if scheme == "smtps":
        with scripted(lambda connection: ours.wrap_socket(connection, server_side=True).close()) as port:
            told = failure(port, scheme=scheme, name="ana", password="pw")
    else:
        with served(box, authenticator=box.authenticate, **options) as port:
            told = failure(port, scheme=scheme, name="ana", password="pw")
    assert passing(told)
    assert "certificate" in str(told)
    assert box.logins == box.mails == []


def test_without_starttls_nothing_is_sent_in_the_clear():
    box = Mailbox()
    with served(box, authenticator=box.authenticate, auth_require_tls=False) as port:
        told = failure(port, scheme="smtp+starttls", name="ana", password="pw")
    assert passing(told)
    assert "STARTTLS" in str(told)
    assert box.logins == box.mails == []


def test_smtps_is_encrypted_from_the_first_byte_and_logs_in(tmp_path):
    ours, trusting = tls(tmp_path)
    said: list[bytes] = []

    def script(plain: socket.socket) -> None:
        with ours.wrap_socket(plain, server_side=True) as connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 hello\r\n")
            for answer in (b"250-hello\r\n250 AUTH PLAIN\r\n", b"235 welcome\r\n", *UP_TO_DATA[1:]):
                said.append(lines.readline())
                connection.sendall(answer)
            while (line := lines.readline()) not in (b".\r\n", b""):
                said.append(line)
            connection.sendall(b"250 kept\r\n")

    with scripted(script) as port:
        send(port, scheme="smtps", name="ana", password="pw", tls=trusting)
    assert said[1].startswith(b"AUTH PLAIN ")
    assert b"One line.\r\n" in said


def test_a_login_works_with_signs_that_an_address_must_encode():
    box = Mailbox()
    with served(box, authenticator=box.authenticate, auth_require_tls=False) as port:
        server = read_smtp_url(f"smtp://ana%40example.org:p%3Aw%2Fd@127.0.0.1:{port}")
        server.send("note@example.org", "ana@example.org", MAIL)
    assert box.logins[-1] == ("ana@example.org", "p:w/d")
    assert box.mails == [MAIL]


@pytest.mark.parametrize("password", ["wrong", "wröng"])
def test_a_refused_login_is_the_operators_trouble_and_names_no_password(password):
    box = Mailbox()
    with served(box, authenticator=box.authenticate, auth_require_tls=False) as port:
        told = failure(port, name="ana@example.org", password=password)
    assert passing(told)
    assert "operator" in str(told)
    assert password not in str(told)
    assert "ana" not in str(told)


def test_trying_out_connects_and_sends_nothing():
    box = Mailbox()
    with served(box) as port:
        MailServer(host="127.0.0.1", port=port).try_out()
    assert box.mails == []


@pytest.mark.parametrize(
    ("url", "port"),
    [("smtp://mail", 25), ("smtp+starttls://mail", 587), ("smtps://mail", 465), ("smtp://mail:2525", 2525)],
)
def test_each_scheme_has_its_port(url, port):
    assert read_smtp_url(url).port == port


@pytest.mark.parametrize("url", ["http://mail", "mail", "smtp://", "smtp://ana:se#cret@mail:25", "smtp://mail:x"])
def test_a_bad_address_of_a_server_is_refused_without_its_password(url):
    with pytest.raises(ValueError, match="SMTP_URL") as wrong:
        read_smtp_url(url)
    assert "cret" not in str(wrong.value)


def test_a_servers_password_is_not_in_its_repr():
    assert "secret" not in repr(read_smtp_url("smtp://ana:secret@mail"))
