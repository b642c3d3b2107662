"""Tokens end, rotate and die; the runner hears of it once, and connecting again is all it takes."""

import pytest

from tests.e2e.harness import until
from tests.e2e.strava import BEGIN


@pytest.fixture
def runner(house):
    runner = house.strava.runner()
    house.connect(runner)
    return runner


def refreshes(house, runner):
    return [call for call in house.strava.calls(of=runner) if call["path"].endswith("/oauth/token")]


def test_an_expired_token_is_renewed_once_for_all_that_wait(house, runner):
    house.strava.ask("POST", "/tokens/expire", athlete=runner)
    before = len(refreshes(house, runner))
    old = house.books.runner(runner).tokens
    runs = [house.strava.record(runner, distance) for distance in (15_000.0, 6000.0, 7000.0)]
    until(lambda: all(house.books.look(runner, run) for run in runs), "all to be judged")
    assert len(refreshes(house, runner)) - before == 1
    new = house.books.runner(runner).tokens
    assert new.access != old.access
    assert new.refresh != old.refresh


def test_a_lost_answer_to_a_refresh_costs_the_runner_a_new_connection_and_no_note(house, runner):
    house.strava.ask("POST", "/tokens/expire", athlete=runner)
    house.strava.fault("server_error", count=1, path="/oauth/token")
    run = house.strava.record(runner)
    until(lambda: house.strava.has_note(run), "the note")
    assert house.books.runner(runner).must_reconnect is False


def test_dead_tokens_are_said_once_by_mail_and_on_the_page_and_connecting_again_brings_the_note(house):
    address = "ada@example.org"
    runner = house.strava.runner()
    browser = house.connect(runner)
    house.mailed(browser, address)
    before = len(house.mailbox.to(address))
    house.strava.fault("lost_event", count=1, path="/athlete/update")
    house.strava.ask("POST", f"/athletes/{runner}/deauthorise")
    runs = [house.strava.record(runner, distance, quiet=True) for distance in (15_000.0, 5000.0)]
    for run in runs:
        house.strava.forge(runner, run)
    parked = until(
        lambda: [one for one in house.inbox.of_runner(runner) if one.state == "parked"][1:], "both to be parked"
    )
    assert "connect" in parked[0].reason
    mail = until(lambda: house.mailbox.to(address)[before:], "the mail")
    assert len(mail) == 1
    assert house.url in mail[0].text
    assert "onnect" in str(mail[0].message["Subject"]) + mail[0].text
    assert "no longer accepts" in browser.get(f"{house.url}/me", timeout=10).text
    house.connect(runner, browser=browser)
    until(lambda: house.mailbox.to(address, "snooze"), "the note by mail")
    until(lambda: all(house.books.look(runner, run) for run in runs), "both to be judged")
    assert house.inbox.counts()["now_parked"] == 0
    assert len([one for one in house.mailbox.to(address)[before:] if not one.link("snooze")]) == 1


def test_a_token_that_strava_takes_back_early_is_renewed(house, runner):
    # Over at Strava, and good by our own clock.
    house.strava.ask("POST", "/tokens/expire", athlete=runner)
    run = house.strava.record(runner)
    until(lambda: house.strava.has_note(run), "the note")
    assert house.strava.private_note(run).count(BEGIN) == 1
    assert any(call["status"] == 401 for call in house.strava.calls(of=runner) + house.strava.calls())
