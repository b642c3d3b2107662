"""A mail server that refuses us: all mail pauses, the operator is told, and nobody's address is switched off for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from plugin.activities.channel_failures import with_failure
from plugin.channels import Mailer, MailPause
from plugin.channels.email import Email
from plugin.channels.mail.pause import FIRST_PAUSE, LONGEST_PAUSE, SEVERAL, SHORT_TIME
from plugin.channels.mail.smtp_replies import verdict
from plugin.errors import MailPaused, NotTold
from plugin.jobs.dispatcher import Dispatcher
from plugin.jobs.restore_addresses import mend_after_pause, mend_by_records
from plugin.ports import MAIL, JobKind, Message, NoteStatus, Reason, RunRecord, new_delivery
from plugin.ports.reasons import as_kept
from plugin.settings.encryption import Keyring
from plugin.stores.memory import MemoryInbox, MemoryStore
from tests.channels.fakes import DAY, NOW, PUBLIC_URL, a_runner
from tests.channels.mailbox import Mailbox, served

LISTED = "550 your IP is listed"
NOBODY = "550 5.1.1 no such user"
MINUTE = timedelta(minutes=1)


class Post:
    """A mailer on a store with the runners 1 to 5, and the box that answers it."""

    def __init__(self, port: int, box: Mailbox) -> None:
        self.box, self.store = box, MemoryStore()
        self.mailer = Mailer(f"smtp://127.0.0.1:{port}", "n@example.org", PUBLIC_URL, Keyring("k" * 40))
        self.mailer.paused_by(MailPause(self.store))
        for number in range(1, 6):
            self.store.enrol(replace(a_runner(email=f"r{number}@example.org"), id=number), limit=9)

    def tell(self, number: int, now=NOW) -> NotTold | None:
        """What telling this runner by mail raises; a refusal for good switches the address off, as delivery does."""
        runner = self.store.runner(number)
        message = Message(runner=runner, run_id=1, day=DAY, text="A note.", before=None, subject="A note")
        try:
            self.mailer.note(message, now)
        except NotTold as wrong:
            if wrong.for_good:
                self.store.change_runner(number, lambda was: with_failure(was, Email(self.mailer), 1, now))
            return wrong
        return None

    def off(self) -> list[int]:
        return [number for number in range(1, 6) if self.store.runner(number).settings.email_bounced]


@pytest.fixture
def post():
    box = Mailbox()
    with served(box) as port:
        yield Post(port, box)


@pytest.mark.parametrize(
    "said",
    [
        LISTED,
        "550 5.1.1 Your IP 192.0.2.1 is listed at a blocklist",
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
        "550 Sender address rejected: not owned by user",
        "550 SPF check failed",
        "550 Message rejected as spam",
        "550 Relaying denied",
        "554 Recipient address rejected: IP on blacklist",
    ],
)
@pytest.mark.parametrize("about", ["address", "mail"])
def test_a_text_about_the_sender_is_about_us(said, about):
    told = verdict(int(said[:3]), said[4:], about=about)
    assert (told.for_good, told.is_about_us) == (False, True)


@pytest.mark.parametrize(
    "said",
    [
        NOBODY,
        "550 Requested action not taken: mailbox unavailable",
        "550 5.4.1 Recipient address rejected: Access denied",
        "554 5.2.1 this account is disabled",
        "550 The email account that you tried to reach does not exist",
    ],
)
def test_a_text_about_the_recipient_is_about_them(said):
    told = verdict(int(said[:3]), said[4:], about="address")
    assert (told.for_good, told.is_about_us) == (True, False)


@pytest.mark.parametrize("said", ["552 5.2.2 over quota", "550 Mailbox is full"])
def test_a_full_mailbox_passes(said):
    told = verdict(int(said[:3]), said[4:], about="address")
    assert (told.for_good, told.is_about_us) == (False, False)


def test_one_refusal_of_us_pauses_all_mail_and_the_first_that_is_taken_ends_it(post):
    post.box.answers["RCPT"] = LISTED
    refused = post.tell(1)
    assert isinstance(refused, MailPaused)
    del post.box.answers["RCPT"]
    paused = post.tell(2, NOW + FIRST_PAUSE / 2)
    assert isinstance(paused, MailPaused)
    assert paused.until == NOW + FIRST_PAUSE
    assert (post.box.mails, post.off()) == ([], [])
    assert "listed" in post.store.key_value(MAIL)["why"]
    assert post.tell(2, NOW + FIRST_PAUSE) is None
    assert post.store.key_value(MAIL) == {}
    assert post.tell(1, NOW + FIRST_PAUSE) is None


def test_each_further_pause_is_twice_as_long_up_to_an_hour(post):
    post.box.answers["MAIL"] = LISTED
    now, pauses = NOW, []
    for _ in range(9):
        until = post.tell(1, now).until
        pauses.append(until - now)
        now = until
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE
    assert post.off() == []


def test_several_refused_addresses_in_a_short_time_are_our_fault_and_are_switched_on_again(post):
    post.box.answers["RCPT"] = NOBODY
    for number in range(1, SEVERAL):
        assert post.tell(number, NOW + number * MINUTE).for_good
    assert post.off() == [1, 2]
    assert isinstance(post.tell(SEVERAL, NOW + SEVERAL * MINUTE), MailPaused)
    mend_after_pause(post.store)
    assert post.off() == []
    assert all(not post.store.runner(number).failed_channels for number in (1, 2))
    mend_after_pause(post.store)  # nothing is left to do


def test_refusals_with_mail_taken_in_between_or_far_apart_are_the_addresses(post):
    for number in range(1, SEVERAL + 1):
        post.box.answers["RCPT"] = NOBODY
        assert post.tell(number, NOW + number * MINUTE).for_good
        del post.box.answers["RCPT"]
        assert post.tell(5, NOW + number * MINUTE) is None
    assert post.off() == [1, 2, 3]
    post.box.answers["RCPT"] = NOBODY
    for number in (4, 5):
        assert post.tell(number, NOW + number * SHORT_TIME).for_good


def test_what_somebody_types_into_a_form_pauses_nothing(post):
    post.box.answers["RCPT"] = NOBODY
    for number in range(SEVERAL + 2):
        with pytest.raises(NotTold) as told:
            post.mailer.confirm(post.store.runner(1), f"nobody{number}@example.org", NOW)
        assert told.value.for_good
    assert post.store.key_value(MAIL) == {}


def test_the_operators_test_mail_is_tried_while_mail_pauses_and_ends_it(post):
    post.box.answers["RCPT"] = LISTED
    post.tell(1)
    del post.box.answers["RCPT"]
    post.mailer.trial("operator@example.org", NOW)
    assert post.tell(1) is None


def test_what_waits_for_the_pause_counts_no_try():
    store, inbox = MemoryStore(), MemoryInbox()
    store.enrol(a_runner(), limit=1)
    until = NOW + 5 * MINUTE

    class Paused:
        def handle(self, delivery, runner, now):
            raise MailPaused(LISTED, until)

    inbox.keep(new_delivery(7, 1, JobKind.EVENT, NOW, NOW))
    Dispatcher(store=store, inbox=inbox, workflow=Paused(), runner_jobs=Paused(), mailer=None).run_all_due(lambda: NOW)
    (waits,) = inbox.everything()
    assert (waits.due_at, waits.tries, waits.reason) == (until, 0, Reason.MAIL_PAUSED)


def test_addresses_that_an_earlier_version_switched_off_for_our_sake_are_found_by_their_records():
    store = MemoryStore()
    for number, said in enumerate((LISTED, NOBODY, ""), 1):
        store.enrol(replace(a_runner(email_bounced=True), id=number), limit=3)
        refusal = as_kept(Reason.NOT_TOLD, f"The mail server will not take mail for this address: {said}.")
        record = RunRecord(
            runner_id=number, run_id=1, day=DAY, looked_at=NOW, telling=NoteStatus.TOLD, remark=refusal if said else ""
        )
        store.change_run_record(number, 1, lambda _, record=record: record)
    mend_by_records(store)
    assert [store.runner(number).settings.email_bounced for number in (1, 2, 3)] == [False, True, True]
