"""A mail server in a thread: aiosmtpd for what mail servers do, a bare socket for what they should not."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.certificates import self_signed
from tests.free_ports import free_port


class Mailbox:
    """What came in, and what to answer instead of yes: `answers` by step ("MAIL", "RCPT", "DATA")."""

    def __init__(self, **answers: str) -> None:
        self.mails: list[bytes] = []
        self.to: list[str] = []
        self.sender = ""
        self.was_encrypted = False
        self.logins: list[tuple[str, str]] = []
        self.answers = answers
        self.drops_after_data = False

    async def handle_MAIL(self, server, session, envelope, address, options):
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.mails.append(envelope.original_content)
        self.to, self.sender = envelope.rcpt_tos, envelope.mail_from
        self.was_encrypted = session.ssl is not None
        if self.drops_after_data:
            server.transport.abort()
            await asyncio.Event().wait()
        return "250 kept"

    def authenticate(self, server, session, envelope, mechanism, login):
        assert isinstance(login, LoginPassword)
        self.logins.append((login.login.decode(), login.password.decode()))
        return AuthResult(success=self.logins[-1] == ("ana@example.org", "p:w/d"), handled=False)


@contextmanager
def served(mailbox: Mailbox, **options) -> Iterator[int]:
    """The mailbox on a port of localhost, for as long as the block lasts."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def scripted(script: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does to each connection what the script says, and hangs up when the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_ones: list[socket.socket] = []

    def converse(connection: socket.socket) -> None:
        try:
            script(connection)
        except OSError:
            pass  # the other side left
        finally:
            connection.close()

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            open_ones.append(connection)
            threading.Thread(target=converse, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        listener.close()
        for connection in open_ones:
            connection.close()


def tls(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate of its own making, and a client's that trusts it."""
    pem = self_signed(folder / "certificate.pem", "localhost", "127.0.0.1")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cafile=str(pem))
