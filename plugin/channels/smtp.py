"""One mail over SMTP: every way in which that ends, in the words of `NotTold`.

Before the last line of the mail is handed over, whatever breaks is known not to have left. After it, a lost answer
leaves nobody knowing: such a mail is not sent again. A refusal is for good only where it is about this very address
(a bounce); a server that will not have *us* is the operator's trouble, said so, and no fault of the runner.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from plugin.errors import NotTold

STEP_S = 10.0
"""Seconds for connecting and for each answer, however slowly it drips in."""
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """The operator's mail server. `tls` is for a private authority; by default the system's are trusted, and a
    certificate that does not fit ends the conversation before a password is said."""

    host: str
    port: int
    scheme: str = "smtp"
    name: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    helo: str = "localhost"
    step_s: float = STEP_S
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    def send(self, sender: str, to: str, mail: bytes) -> None:
        """Hand `mail` (CRLF lines) over for one address; raises NotTold."""
        conversation = self._greeted()
        try:
            _expect(conversation.mail(sender), 250, about="sender")
            _expect(conversation.rcpt(to), 250, 251, 252, about="address")
            _expect(conversation.docmd("DATA"), 354, about="mail")
            conversation.send(re.sub(rb"(?m)^\.", b"..", mail).removesuffix(b"\r\n") + b"\r\n.\r\n")
        except (OSError, smtplib.SMTPException) as broken:
            raise _passing(broken) from broken
        else:
            self._await_receipt(conversation)
        finally:
            conversation.close()

    def try_out(self) -> None:
        """Connect, check the certificate, log in, and leave; raises NotTold with what to do."""
        self._greeted().close()

    def _await_receipt(self, conversation: _Conversation) -> None:
        try:
            answer = conversation.getreply()
        except (OSError, smtplib.SMTPException) as lost:
            reason = "The mail was handed over and the server's answer was lost: it may have arrived."
            raise NotTold(reason, for_good=False, may_have_left=True) from lost
        if not 200 <= answer[0] <= 599:
            reason = "The mail was handed over and the server's answer made no sense: it may have arrived."
            raise NotTold(reason, for_good=False, may_have_left=True)
        _expect(answer, *range(200, 300), about="mail")
        conversation.patience_s = min(1.0, self.step_s)
        with suppress(OSError, smtplib.SMTPException):
            conversation.quit()

    def _greeted(self) -> _Conversation:
        """A conversation in which everything before MAIL FROM is done."""
        tls = self.tls or ssl.create_default_context()
        conversation = _Conversation(self.helo, self.step_s, tls if self.scheme == "smtps" else None)
        try:
            _expect(conversation.connect(self.host, self.port), 220, about="us")
            conversation.ehlo_or_helo_if_needed()
            if self.scheme == "smtp+starttls":
                conversation.starttls(context=tls)
                conversation.ehlo_or_helo_if_needed()
            if self.name:
                conversation.login(self.name, self.password)
        except NotTold:
            conversation.close()
            raise
        except (OSError, smtplib.SMTPException, UnicodeError) as wrong:
            conversation.close()
            raise _before_mail(wrong) from wrong
        return conversation


def read_smtp_url(
    url: str, *, helo: str = "localhost", tls: ssl.SSLContext | None = None, step_s: float = STEP_S
) -> MailServer:
    """`smtp://`, `smtp+starttls://` or `smtps://` with name:password percent-encoded; ValueError without secrets."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("SMTP_URL should look like smtp+starttls://name:password@mail.example.org:587.")
    try:
        port = parts.port or PORTS[parts.scheme]
    except ValueError:
        raise ValueError("SMTP_URL has no valid port: a #, / or ? in the password must be percent-encoded.") from None
    return MailServer(
        host=parts.hostname,
        port=port,
        scheme=parts.scheme,
        name=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        helo=helo,
        tls=tls,
        step_s=step_s,
    )


class _Conversation(smtplib.SMTP):
    """smtplib's, except that an answer must be whole within the patience: its own timeout starts anew at every
    byte. `tls` is given where the connection is encrypted from the first byte."""

    file: _Answers | None

    def __init__(self, helo: str, patience_s: float, tls: ssl.SSLContext | None) -> None:
        super().__init__(local_hostname=helo, timeout=patience_s)
        self.patience_s = patience_s
        self._tls = tls

    def connect(self, host: str = "localhost", port: int = 0, source_address: object = None) -> tuple[int, bytes]:
        self._host = host  # starttls checks the certificate against it
        return super().connect(host, port)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        if self._tls is None:
            return plain
        try:
            return self._tls.wrap_socket(plain, server_hostname=host)
        except OSError:
            plain.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Answers(self.sock)
        if self.file is not None:
            self.file.until = time.monotonic() + self.patience_s
        answer = super().getreply()
        if self.sock is not None:
            self.sock.settimeout(self.patience_s)
        return answer


class _Answers:
    """The server's lines, each there before `until` (monotonic seconds) or TimeoutError."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._left = b""
        self.until = 0.0

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._left and len(self._left) < limit:
            patience = self.until - time.monotonic()
            if patience <= 0:
                raise TimeoutError("the answer took too long")
            self._sock.settimeout(patience)
            more = self._sock.recv(4096)
            if not more:
                break
            self._left += more
        end = min(self._left.find(b"\n") + 1 or limit, limit)
        line, self._left = self._left[:end], self._left[end:]
        return line

    def close(self) -> None:
        self._left = b""


def _before_mail(wrong: Exception) -> NotTold:
    """What broke between connecting and being logged in: nearly always the settings, else the network."""
    match wrong:
        case ssl.SSLCertVerificationError():
            return _operators(f"the mail server's certificate is not valid ({wrong.verify_message})")
        case ssl.SSLError():
            return _operators(f"no encrypted connection came about ({wrong.reason or 'broken off'})")
        case smtplib.SMTPResponseException():
            return _verdict(wrong.smtp_code, _text(wrong.smtp_error), about="us")
        case smtplib.SMTPServerDisconnected():
            return _passing(wrong)
        case smtplib.SMTPException():
            return _operators(f"the mail server cannot do what we need ({_text(str(wrong)).rstrip('.')})")
        case UnicodeError():
            return _operators("the name or password has letters that SMTP cannot carry")
    return _passing(wrong)


def _expect(answer: tuple[int, bytes], *wanted: int, about: str) -> None:
    code, text = answer
    if code not in wanted:
        raise _verdict(code, _text(text), about=about)


def _verdict(code: int, text: str, *, about: str) -> NotTold:
    """What an answer other than yes means. Enhanced codes (RFC 3463): 5.1 and 5.2 speak of the address, 5.7 of us."""
    said = f"{code} {_ADDRESS.sub('…', text)}".strip()
    status = found.group() if (found := _STATUS.search(text)) else ""
    if not 500 <= code <= 599:
        return NotTold(f"The mail server puts us off: {said}.", for_good=False)
    is_about_us = code in (530, 535) or status.startswith("5.7.")
    if status.startswith("5.1.") and about == "mail":
        about = "address"
    if about == "address" and not is_about_us:
        return NotTold(f"The mail server will not take mail for this address: {said}.", for_good=True)
    return _operators(f"the mail server answers {said}")


def _operators(what: str) -> NotTold:
    return NotTold(f"Mail cannot be sent, {what}: the operator must look at SMTP_URL and MAIL_FROM.", for_good=False)


def _passing(broken: Exception) -> NotTold:
    return NotTold(
        f"The mail server cannot be reached or broke off: {broken or type(broken).__name__}.", for_good=False
    )


def _text(answer: bytes | str) -> str:
    text = answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:200]
