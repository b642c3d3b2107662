"""Writes our mails and hands them to the operator's mail server."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Self

from plugin.channels.mail.letter import Letter
from plugin.channels.mail.links import Links, SignsLinks
from plugin.channels.mail.mime import POLICY, as_mail
from plugin.channels.mail.note_letters import (
    confirm_letter,
    deleted_letter,
    note_letter,
    reconnect_letter,
    trial_letter,
)
from plugin.channels.mail.pause import MailPause
from plugin.channels.mail.smtp import STEP_S, read_smtp_url
from plugin.channels.mail.weekly_letter import digest_letter
from plugin.errors import NotTold
from plugin.ports import Message, Runner
from plugin.ports.counts import Counts, NoMetrics
from plugin.settings.email_address import BadAddress, read_address, read_sender
from plugin.summary.model import WeekSummary
from plugin.summary.weekly import Digest
from plugin.translations.voice import Voice, marked


def _in_their_units(runner: Runner) -> Voice:
    return Voice(units=runner.settings.units)


class Mailer:
    """Sends the five kinds of mail; each raises NotTold. `voice` speaks to a runner in their units and language.

    `weeks_of`: the runner's last weeks at a moment, as far as they are kept, for the picture beside a note. `tls` and
    `step_s` (seconds to wait for each answer) are for mail servers with an authority of their own and for
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
        contact: str | None = None,
        weeks_of: Callable[[Runner, datetime], Sequence[WeekSummary]] = lambda runner, now: (),
    ) -> None:
        self._links = Links(public_url=public_url.rstrip("/"), keyring=keyring)
        self._server = read_smtp_url(smtp_url, helo=self._links.host, tls=tls, step_s=step_s)
        self._sender = read_sender(mail_from)
        self._voice = voice
        self._counts = counts or NoMetrics()
        self._contact = contact
        self._weeks_of = weeks_of
        self._pause: MailPause | None = None

    def paused_by(self, pause: MailPause) -> Self:
        """All mail pauses while the mail server refuses us."""
        self._pause = pause
        return self

    def note(self, message: Message, now: datetime) -> None:
        """A note, to the runner's confirmed address."""
        runner, address = message.runner, _address(message.runner)
        weeks = self._weeks_of(runner, now)
        self._send("note", runner, lambda voice: note_letter(message, self._links, voice, weeks), address, now)

    def digest(self, digest: Digest, now: datetime) -> None:
        """The week, to the runner's confirmed address."""
        runner = digest.runner
        self._send("digest", runner, lambda voice: digest_letter(digest, self._links, voice), _address(runner), now)

    def confirm(self, runner: Runner, address: str, now: datetime) -> None:
        """The one mail that goes to an address nobody has confirmed; raises BadAddress too."""
        to = read_address(address)
        self._send("confirm", runner, lambda voice: confirm_letter(runner, to, self._links, voice), to, now)

    def reconnect(self, runner: Runner, now: datetime) -> None:
        """Says that the connection to Strava is gone, to the runner's confirmed address."""
        self._send(
            "reconnect", runner, lambda voice: reconnect_letter(runner, self._links, voice), _address(runner), now
        )

    def deleted(self, runner: Runner, now: datetime) -> None:
        """Confirms in writing that everything is deleted, to the address that was confirmed until then."""
        self._send(
            "deleted", runner, lambda voice: deleted_letter(runner, self._links, voice, now), _address(runner), now
        )

    def trial(self, address: str, now: datetime) -> None:
        """A test mail to an address of the operator's; raises BadAddress too."""
        to = read_address(address)
        nobody = Runner(id=0, connected_at=now)
        self._send("trial", nobody, lambda voice: trial_letter(self._links, voice), to, now)

    def try_out(self) -> None:
        """Reach the mail server and log in, without a mail; raises NotTold."""
        self._server.try_out()

    def _send(self, kind: str, runner: Runner, write: Callable[[Voice], Letter], to: str, now: datetime) -> None:
        voice = self._voice(runner)
        letter = write(voice)
        if self._contact is not None:
            letter = replace(letter, contact=voice.say("Contact: {where}", where=self._contact))
        mail = as_mail(letter, sender=self._sender, to=to, host=self._links.host, now=now)
        if self._pause is not None and kind != "trial":
            self._pause.check(now)
        try:
            self._server.send(self._sender.addr_spec, to, mail.as_bytes(policy=POLICY))
        except NotTold as refusal:
            wrong = refusal
            if self._pause is not None:
                wrong = self._pause.refused(refusal, now, is_confirmed=kind not in ("confirm", "trial"))
            outcome = "unknown" if wrong.may_have_left else "refused" if wrong.for_good else "again"
            self._counts.mailed(kind, outcome)
            raise wrong from refusal
        if self._pause is not None:
            self._pause.taken()
        self._counts.mailed(kind, "sent")


def _address(runner: Runner) -> str:
    settings = runner.settings
    if settings.email is None or not settings.email_confirmed or settings.email_bounced:
        raise NotTold(marked("There is no confirmed address that takes our mail."), for_good=True)
    try:
        return read_address(settings.email)
    except BadAddress as wrong:
        raise NotTold(marked("The address kept for this runner is none that takes mail."), for_good=True) from wrong
