"""One mail over SMTP: every way in which that ends, in the words of `NotTold`.

Before the last line of the mail is handed over, whatever breaks is known not to have left. After it, a lost answer
leaves open whether the mail arrived: it is not sent again. A refusal is for good only where it is about this very
address (a bounce); a server that will not have *us* is the operator's trouble, said so, and no fault of the runner.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from plugin.channels.mail.smtp_deadline import Conversation
from plugin.channels.mail.smtp_replies import before_mail, expect, passing
from plugin.errors import NotTold
from plugin.settings.formats import PERCENT_ENCODED
from plugin.translations.voice import marked

STEP_S = 10.0
"""Seconds for connecting and for each answer as a whole, however slowly its bytes arrive."""
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


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
            expect(conversation.mail(sender), 250, about="sender")
            expect(conversation.rcpt(to), 250, 251, 252, about="address")
            expect(conversation.docmd("DATA"), 354, about="mail")
            conversation.send(re.sub(rb"(?m)^\.", b"..", mail).removesuffix(b"\r\n") + b"\r\n.\r\n")
        except (OSError, smtplib.SMTPException) as broken:
            raise passing(broken) from broken
        else:
            self._await_receipt(conversation)
        finally:
            conversation.close()

    def try_out(self) -> None:
        """Connect, check the certificate, log in, and leave; raises NotTold with what to do."""
        self._greeted().close()

    def _await_receipt(self, conversation: Conversation) -> None:
        try:
            answer = conversation.getreply()
        except (OSError, smtplib.SMTPException) as lost:
            reason = marked("The mail was handed over and the server's answer was lost: it may have arrived.")
            raise NotTold(reason, for_good=False, may_have_left=True) from lost
        if not 200 <= answer[0] <= 599:
            reason = marked("The mail was handed over and the server's answer made no sense: it may have arrived.")
            raise NotTold(reason, for_good=False, may_have_left=True)
        expect(answer, *range(200, 300), about="mail")
        conversation.patience_s = min(1.0, self.step_s)
        with suppress(OSError, smtplib.SMTPException):
            conversation.quit()

    def _greeted(self) -> Conversation:
        """A conversation in which everything before MAIL FROM is done."""
        tls = self.tls or ssl.create_default_context()
        conversation = Conversation(self.helo, self.step_s, tls if self.scheme == "smtps" else None)
        try:
            expect(conversation.connect(self.host, self.port), 220, about="us")
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
            raise before_mail(wrong) from wrong
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
        raise ValueError(f"SMTP_URL has no valid port: name and password must be {PERCENT_ENCODED}.") from None
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
