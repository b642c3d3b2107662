"""Mail servers refuse, put off, drip, cut and bounce: one mail at most, and what nobody can know is said."""

from dataclasses import replace

import pytest

from plugin.ports import ChannelName
from plugin.sandbox.demo.forms import form_with, send
from tests.e2e.harness import until
from tests.e2e.mailbox import DROP

PUT_OFF = {
    "the sender's turn comes later": ("RCPT", "451 4.7.1 greylisted, come back later"),
    "the mail is put off": ("DATA", "452 4.3.1 no room just now"),
    "cut before the mail": ("RCPT", DROP),
    "slower than we wait": ("RCPT", 12.0),
    "will not have us": ("DATA", "554 5.7.1 not from you"),
}
MAY_HAVE_LEFT = {"cut after the mail": ("TAKEN", DROP), "no word after the mail": ("TAKEN", 13.0)}
BOUNCES = {"no such address": ("RCPT", "550 5.1.1 nobody here"), "no such address, said late": ("DATA", "550 5.1.1 no")}


def address_of(kind):
    return f"{kind.replace(' ', '-').replace(chr(39), '').replace(',', '')}@example.org"


@pytest.fixture(scope="module")
def runs(application):
    """All kinds at once, so that the waiting is done once: kind → (runner, run, browser)."""
    runs = {}
    for kind in [*PUT_OFF, *MAY_HAVE_LEFT, *BOUNCES]:
        runner = application.strava.runner()
        browser = application.connect(runner)
        application.mailed(browser, address_of(kind))
        runs[kind] = (runner, 0, browser)
    for kind, (step, answer) in (PUT_OFF | MAY_HAVE_LEFT | BOUNCES).items():
        application.mailbox.answers[address_of(kind), step].append(answer)
        runner, _, browser = runs[kind]
        runs[kind] = (runner, application.strava.record(runner), browser)
    return runs


def notes(application, kind):
    return application.mailbox.to(address_of(kind), "snooze")


@pytest.mark.parametrize("kind", PUT_OFF)
def test_a_mail_that_is_put_off_comes_later_and_once(application, runs, kind):
    runner, run, _ = runs[kind]
    until(lambda: notes(application, kind), "the mail", seconds=60)
    until(lambda: application.store.run_record(runner, run).telling == "told", "the record to say so")
    assert len(notes(application, kind)) == 1


@pytest.mark.parametrize("kind", MAY_HAVE_LEFT)
def test_a_mail_that_may_have_left_is_not_sent_again_and_the_record_says_so(application, runs, kind):
    runner, run, browser = runs[kind]
    run_record = until(
        lambda: (one := application.store.run_record(runner, run)) and one.telling == "unknown" and one, "the record"
    )
    assert run_record.remark
    # An event that comes later changes nothing.
    application.strava.edit(run, name="Another title")
    until(lambda: application.rests(runner), "the second look")
    assert len(notes(application, kind)) == 1
    assert "may have" in browser.get(f"{application.url}/me", timeout=10).text


@pytest.mark.parametrize("kind", BOUNCES)
def test_an_address_that_bounces_for_good_is_turned_off_and_the_page_says_so(application, runs, kind):
    runner, run, browser = runs[kind]
    run_record = until(
        lambda: (one := application.store.run_record(runner, run)) and one.telling == "told" and one, "the record"
    )
    assert run_record.channel == "page"
    assert application.store.runner(runner).settings.email_bounced
    page = browser.get(f"{application.url}/me", timeout=10).text
    assert "15.0" in page
    settings = browser.get(f"{application.url}/me/settings", timeout=10).text
    assert "address" in page.lower() + settings.lower()
    tries = len([address for _, address in application.mailbox.tries if address == address_of(kind)])
    again = application.strava.record(runner, 22_000.0)
    until(lambda: (one := application.store.run_record(runner, again)) and one.found, "the next run to be judged")
    until(lambda: application.rests(runner), "the next run to be done with")
    assert len([address for _, address in application.mailbox.tries if address == address_of(kind)]) == tries


def test_a_private_note_that_does_not_stick_goes_by_mail_where_there_is_an_address(application, runs):
    runner = application.strava.runner()
    browser = application.connect(runner)
    application.mailed(browser, "falls.back@example.org")
    page = browser.get(f"{application.url}/me/settings", timeout=10)
    form = form_with(page, "channel", "email")
    send(browser, form, {"channel": "private_note"})
    application.strava.fault("note_ignored", count=1)
    run = application.strava.record(runner)
    until(lambda: application.mailbox.to("falls.back@example.org", "snooze"), "the mail")
    assert not application.strava.has_note(run)


def test_while_the_mail_server_is_away_nothing_is_lost(application, runs):
    kind = "the mail is put off"
    runner, _, _ = runs[kind]
    until(lambda: application.rests(runner), "the earlier mail")
    before = len(application.mailbox.to(address_of(kind)))
    application.mailbox.close()
    newcomer = application.strava.runner()
    application.connect(newcomer)
    application.store.change_runner(newcomer, lambda was: by_mail(was, "away@example.org"))
    run = application.strava.record(newcomer)
    waits = until(lambda: [one for one in application.inbox.of_runner(newcomer) if one.tries], "the first try")[0]
    assert "mail server" in waits.reason
    application.mailbox.open()
    until(lambda: application.mailbox.to("away@example.org"), "the mail", seconds=60)
    assert application.store.run_record(newcomer, run) is not None
    assert len(application.mailbox.to(address_of(kind))) == before


def by_mail(was, address):
    settings = replace(was.settings, channel=ChannelName.EMAIL, email=address, email_confirmed=True)
    return replace(was, settings=settings)


def test_a_mail_server_that_says_nothing_holds_up_no_page(application):
    """The page is there although the server has not said a word; what comes later is a matter of the log."""
    address = "silent@example.org"
    application.mailbox.answers[address, "RCPT"].append(12.0)
    browser = application.connect(application.strava.runner())
    form = form_with(browser.get(f"{application.url}/me/settings", timeout=20), "channel", "email")
    page = send(browser, form, {"channel": "email", "email": address})
    assert "A mail with a link is on its way" in page.text
    assert not application.mailbox.to(address)
    until(lambda: "a mail that the page said was on its way was not sent" in application.said(), "the log to say so")
