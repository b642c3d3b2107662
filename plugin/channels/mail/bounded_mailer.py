"""The mailer for web requests: a mail server that does not answer holds few threads of the site, and briefly."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import datetime
from typing import Protocol

from plugin.errors import NotTold
from plugin.ports import Message, Runner

log = logging.getLogger("footnote.mail")

WAIT_S = 2.0
"""How long a request waits for the mail server. A refused address is usually known by then, and told on the page."""
DELETED_WAIT_S = 10.0
"""Of a mail about a deletion nothing is kept, and a command may end after it."""
AT_ONCE = 4
"""Mails under way in this process, each in a thread of its own; the site has eight threads for requests."""


class SendsMails(Protocol):
    """What web requests send (`Mailer`)."""

    def note(self, message: Message, now: datetime) -> None:
        """A note, to the runner's confirmed address."""

    def confirm(self, runner: Runner, address: str, now: datetime) -> None:
        """The link that confirms an address."""

    def deleted(self, runner: Runner, now: datetime) -> None:
        """Says that everything is deleted."""


class BoundedMailer:
    """Each method returns when the mail was taken, or after a while: then the mail is on its way. What goes wrong
    within that time is raised as by the mailer, afterwards it is logged. With AT_ONCE mails under way it raises
    NotTold at once."""

    def __init__(self, mailer: SendsMails) -> None:
        self._mailer = mailer
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def note(self, message: Message, now: datetime) -> None:
        self._send(lambda: self._mailer.note(message, now))

    def confirm(self, runner: Runner, address: str, now: datetime) -> None:
        self._send(lambda: self._mailer.confirm(runner, address, now))

    def deleted(self, runner: Runner, now: datetime) -> None:
        self._send(lambda: self._mailer.deleted(runner, now), wait_s=DELETED_WAIT_S)

    def _send(self, send: Callable[[], None], *, wait_s: float = WAIT_S) -> None:
        if not self._places.acquire(blocking=False):
            raise NotTold("The mail server does not answer just now.", for_good=False)
        outcome: Future[None] = Future()
        # A daemon: a mail server that hangs must not keep the process from ending.
        threading.Thread(target=self._run, args=(send, outcome), name="mail", daemon=True).start()
        if wait([outcome], wait_s).done:
            outcome.result()
        else:
            outcome.add_done_callback(_log_failure)

    def _run(self, send: Callable[[], None], outcome: Future[None]) -> None:
        try:
            send()
        except Exception as wrong:
            self._places.release()
            outcome.set_exception(wrong)
        else:
            self._places.release()
            outcome.set_result(None)


def _log_failure(outcome: Future[None]) -> None:
    wrong = outcome.exception()
    if wrong is not None:
        log.warning("a mail that the page said was on its way was not sent: %s", type(wrong).__name__)
