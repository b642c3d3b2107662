"""Mail servers refuse, put off, drip, cut and bounce: one mail at most, and what nobody can know is said."""

from dataclasses import replace

import pytest

from plugin.demo.forms import form_with, send
from plugin.ports import ChannelName
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
def runs(house):
    """All kinds at once, so that the waiting is done once: kind → (runner, run, browser)."""
    runs = {}
    for kind in [*PUT_OFF, *MAY_HAVE_LEFT, *BOUNCES]:
        runner = house.strava.runner()
        browser = house.connect(runner)
        house.mailed(browser, address_of(kind))
        runs[kind] = (runner, 0, browser)
    for kind, (step, answer) in (PUT_OFF | MAY_HAVE_LEFT | BOUNCES).items():
        house.mailbox.answers[address_of(kind), step].append(answer)
        runner, _, browser = runs[kind]
        runs[kind] = (runner, house.strava.record(runner), browser)
    return runs


def notes(house, kind):
    return house.mailbox.to(address_of(kind), "snooze")


@pytest.mark.parametrize("kind", PUT_OFF)
def test_a_mail_that_is_put_off_comes_later_and_once(house, runs, kind):
    runner, run, _ = runs[kind]
    until(lambda: notes(house, kind), "the mail", seconds=60)
    until(lambda: house.books.look(runner, run).telling == "told", "the record to say so")
    assert len(notes(house, kind)) == 1


@pytest.mark.parametrize("kind", MAY_HAVE_LEFT)
def test_a_mail_that_may_have_left_is_not_sent_again_and_the_record_says_so(house, runs, kind):
    runner, run, browser = runs[kind]
    look = until(lambda: (one := house.books.look(runner, run)) and one.telling == "unknown" and one, "the record")
    assert look.remark
    # An event that comes later changes nothing.
    house.strava.edit(run, name="Another title")
    until(lambda: house.rests(runner), "the second look")
    assert len(notes(house, kind)) == 1
    assert "may have" in browser.get(f"{house.url}/me", timeout=10).text


@pytest.mark.parametrize("kind", BOUNCES)
def test_an_address_that_bounces_for_good_is_turned_off_and_the_page_says_so(house, runs, kind):
    runner, run, browser = runs[kind]
    look = until(lambda: (one := house.books.look(runner, run)) and one.telling == "told" and one, "the record")
    assert look.channel == "page"
    assert house.books.runner(runner).settings.email_bounced
    page = browser.get(f"{house.url}/me", timeout=10).text
    assert "15.0" in page
    settings = browser.get(f"{house.url}/me/settings", timeout=10).text
    assert "address" in page.lower() + settings.lower()
    tries = len([address for _, address in house.mailbox.tries if address == address_of(kind)])
    again = house.strava.record(runner, 22_000.0)
    until(lambda: (one := house.books.look(runner, again)) and one.found, "the next run to be judged")
    until(lambda: house.rests(runner), "the next run to be done with")
    assert len([address for _, address in house.mailbox.tries if address == address_of(kind)]) == tries


def test_a_private_note_that_does_not_stick_goes_by_mail_where_there_is_an_address(house, runs):
    runner = house.strava.runner()
    browser = house.connect(runner)
    house.mailed(browser, "falls.back@example.org")
    page = browser.get(f"{house.url}/me/settings", timeout=10)
    form = form_with(page, "channel", "email")
    send(browser, form, {"channel": "private_note"})
    house.strava.fault("note_ignored", count=1)
    run = house.strava.record(runner)
    until(lambda: house.mailbox.to("falls.back@example.org", "snooze"), "the mail")
    assert not house.strava.has_note(run)


def test_while_the_mail_server_is_away_nothing_is_lost(house, runs):
    kind = "the mail is put off"
    runner, _, _ = runs[kind]
    until(lambda: house.rests(runner), "the earlier mail")
    before = len(house.mailbox.to(address_of(kind)))
    house.mailbox.close()
    newcomer = house.strava.runner()
    house.connect(newcomer)
    house.books.change_runner(newcomer, lambda was: by_mail(was, "away@example.org"))
    run = house.strava.record(newcomer)
    waits = until(lambda: [one for one in house.inbox.of_runner(newcomer) if one.tries], "the first try")[0]
    assert "mail server" in waits.reason
    house.mailbox.open()
    until(lambda: house.mailbox.to("away@example.org"), "the mail", seconds=60)
    assert house.books.look(newcomer, run) is not None
    assert len(house.mailbox.to(address_of(kind))) == before


def by_mail(was, address):
    settings = replace(was.settings, channel=ChannelName.EMAIL, email=address, email_confirmed=True)
    return replace(was, settings=settings)
