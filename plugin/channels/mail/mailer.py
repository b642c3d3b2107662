"""Writes our mails and hands them to the operator's mail server."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import datetime

from plugin.channels.mail.letter import Letter
from plugin.channels.mail.links import Links, SignsLinks
from plugin.channels.mail.mime import POLICY, as_mail
from plugin.channels.mail.note_letters import confirm_letter, note_letter, reconnect_letter
from plugin.channels.mail.smtp import STEP_S, read_smtp_url
from plugin.channels.mail.weekly_letter import digest_letter
from plugin.errors import NotTold
from plugin.ports import Message, Runner
from plugin.ports.counts import Counts, NoMetrics
from plugin.settings.email_address import BadAddress, read_address, read_sender
from plugin.summary.weekly import Digest
from plugin.translations.voice import Voice, marked


def _in_their_units(runner: Runner) -> Voice:
    return Voice(units=runner.settings.units)


class Mailer:
    """Sends the four kinds of mail; each raises NotTold. `voice` speaks to a runner in their units and language.

    `tls` and `step_s` (seconds to wait for each answer) are for mail servers with an authority of their own and for
    tests. Raises ValueError for a bad SMTP_URL, BadAddress for a bad MAIL_FROM.
    """

    def __init__(
        self,
        smtp_url: str,
        mail_from: str,
        public_url: str,
        keyring: SignsLinks,
        *,
        voice: Callable[[Runner], Voice] = _in_their_units,
        tls: ssl.SSLContext | None = None,
        step_s: float = STEP_S,
        counts: Counts | None = None,
    ) -> None:
        self._links = Links(public_url=public_url.rstrip("/"), keyring=keyring)
        self._server = read_smtp_url(smtp_url, helo=self._links.host, tls=tls, step_s=step_s)
        self._sender = read_sender(mail_from)
        self._voice = voice
        self._counts = counts or NoMetrics()

    def note(self, message: Message, now: datetime) -> None:
        """A note, to the runner's confirmed address."""
        self._send(
            "note", note_letter(message, self._links, self._voice(message.runner)), _address(message.runner), now
        )

    def digest(self, digest: Digest, now: datetime) -> None:
        """The week, to the runner's confirmed address."""
        self._send(
            "digest", digest_letter(digest, self._links, self._voice(digest.runner)), _address(digest.runner), now
        )

    def confirm(self, runner: Runner, address: str, now: datetime) -> None:
        """The one mail that goes to an address nobody has confirmed; raises BadAddress too."""
        to = read_address(address)
        self._send("confirm", confirm_letter(runner, to, self._links, self._voice(runner)), to, now)

    def reconnect(self, runner: Runner, now: datetime) -> None:
        """Says that the connection to Strava is gone, to the runner's confirmed address."""
        self._send("reconnect", reconnect_letter(runner, self._links, self._voice(runner)), _address(runner), now)

    def try_out(self) -> None:
        """Reach the mail server and log in, without a mail; raises NotTold."""
        self._server.try_out()

    def _send(self, kind: str, letter: Letter, to: str, now: datetime) -> None:
        mail = as_mail(letter, sender=self._sender, to=to, host=self._links.host, now=now)
        try:
            self._server.send(self._sender.addr_spec, to, mail.as_bytes(policy=POLICY))
        except NotTold as wrong:
            outcome = "unknown" if wrong.may_have_left else "refused" if wrong.for_good else "again"
            self._counts.mailed(kind, outcome)
            raise
        self._counts.mailed(kind, "sent")


def _address(runner: Runner) -> str:
    settings = runner.settings
    if settings.email is None or not settings.email_confirmed or settings.email_bounced:
        raise NotTold(marked("There is no confirmed address that takes our mail."), for_good=True)
    try:
        return read_address(settings.email)
    except BadAddress as wrong:
        raise NotTold(marked("The address kept for this runner is none that takes mail."), for_good=True) from wrong
