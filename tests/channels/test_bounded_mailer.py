"""Mail from web requests, against mail servers that hang, refuse and work."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from plugin.channels import BoundedMailer, Mailer
from plugin.channels.mail.bounded_mailer import AT_ONCE
from plugin.errors import NotTold
from tests.channels.fakes import NOW, PUBLIC_URL, a_message, a_runner
from tests.channels.mailbox import Mailbox, scripted, served
from tests.channels.reading import KEYRING
from tests.free_ports import free_port


def bounded(port: int) -> BoundedMailer:
    return BoundedMailer(Mailer(f"smtp://127.0.0.1:{port}", "Footnote <note@example.org>", PUBLIC_URL, KEYRING))


def test_a_mail_server_that_hangs_holds_nobody_and_few_mails() -> None:
    goes_on = threading.Event()
    with scripted(lambda connection: bool(goes_on.wait(60))) as port:
        mailer = bounded(port)
        with ThreadPoolExecutor(AT_ONCE) as crowd:
            # Each returns although the server has said nothing.
            list(crowd.map(lambda _: mailer.confirm(a_runner(), "ana@example.org", NOW), range(AT_ONCE)))
        assert not goes_on.is_set()
        with pytest.raises(NotTold, match="does not answer"):
            mailer.note(a_message(), NOW)
        goes_on.set()


def test_places_are_free_again_when_mails_have_ended() -> None:
    mailer = bounded(free_port())
    for _ in range(3 * AT_ONCE):
        with pytest.raises(NotTold, match="cannot be reached"):
            mailer.confirm(a_runner(), "ana@example.org", NOW)


def test_what_the_server_says_at_once_is_told() -> None:
    with served(Mailbox(RCPT="550 5.1.1 nobody here")) as port, pytest.raises(NotTold) as told:
        bounded(port).confirm(a_runner(), "ana@example.org", NOW)
    assert told.value.for_good


def test_all_three_mails_arrive() -> None:
    box = Mailbox()
    with served(box) as port:
        mailer = bounded(port)
        mailer.note(a_message(), NOW)
        mailer.confirm(a_runner(), "ana@example.org", NOW)
        mailer.deleted(a_runner(), NOW)
    assert len(box.mails) == 3
