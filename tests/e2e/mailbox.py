"""A mail server that is spoken to over SMTP, and does to each address what a test asks of it."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

DROP = "drop"
"""Instead of an answer: the connection is cut."""


@dataclass(frozen=True)
class Mail:
    """One mail as it came in."""

    to: str
    message: EmailMessage
    at: float

    @property
    def text(self) -> str:
        body = self.message.get_body(preferencelist=("plain",))
        return str(body.get_content()) if body is not None else ""

    def link(self, action: str) -> str:
        """The first link for this action, empty if there is none."""
        found = re.search(rf"https?://\S+/mail/{action}/[^\s<>]+", self.text)
        return found[0] if found else ""


class Mailbox:
    """`answers` by (address, step) are given once each, in order, before the usual yes; a number waits so many
    seconds first. `moment(step, address)` is called where a process may be killed."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: list[Mail] = []
        self.tries: list[tuple[float, str]] = []
        self.answers: dict[tuple[str, str], deque[str | float]] = defaultdict(deque)
        self.moment: Callable[[str, str], None] = lambda step, address: None
        self._lock = threading.Lock()
        self._controller: Controller | None = None

    def open(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def to(self, address: str, action: str = "") -> list[Mail]:
        """What came for an address; with an action only mails with such a link."""
        with self._lock:
            return [mail for mail in self.mails if mail.to == address and (not action or mail.link(action))]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        with self._lock:
            self.tries.append((time.monotonic(), address))
        self.moment("RCPT", address)
        answer = await self._answer(server, address, "RCPT")
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        address = envelope.rcpt_tos[0]
        self.moment("DATA", address)
        refusal = await self._answer(server, address, "DATA")
        if refusal is not None:
            return refusal
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        with self._lock:
            self.mails.append(Mail(address, message, time.monotonic()))
        self.moment("TAKEN", address)
        return await self._answer(server, address, "TAKEN") or "250 kept"

    async def _answer(self, server: SMTP, address: str, step: str) -> str | None:
        waiting = self.answers[address, step]
        answer = waiting.popleft() if waiting else None
        if isinstance(answer, (int, float)):
            await asyncio.sleep(answer)
            return None
        if answer == DROP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            await asyncio.Event().wait()
        return answer
