"""Tokens end, rotate and die; the runner hears of it once, and connecting again is all it takes."""

import pytest

from tests.e2e.harness import until
from tests.e2e.strava import BEGIN


@pytest.fixture
def runner(application):
    runner = application.strava.runner()
    application.connect(runner)
    return runner


def refreshes(application, runner):
    return [call for call in application.strava.calls(of=runner) if call["path"].endswith("/oauth/token")]


def test_an_expired_token_is_renewed_once_for_all_that_wait(application, runner):
    application.strava.ask("POST", "/tokens/expire", athlete=runner)
    before = len(refreshes(application, runner))
    old = application.store.runner(runner).tokens
    runs = [application.strava.record(runner, distance) for distance in (15_000.0, 6000.0, 7000.0)]
    until(lambda: all(application.store.run_record(runner, run) for run in runs), "all to be judged")
    assert len(refreshes(application, runner)) - before == 1
    new = application.store.runner(runner).tokens
    assert new.access != old.access
    assert new.refresh != old.refresh


def test_a_lost_answer_to_a_refresh_costs_the_runner_a_new_connection_and_no_note(application, runner):
    application.strava.ask("POST", "/tokens/expire", athlete=runner)
    application.strava.fault("server_error", count=1, path="/oauth/token")
    run = application.strava.record(runner)
    until(lambda: application.strava.has_note(run), "the note")
    assert application.store.runner(runner).must_reconnect is False


def test_dead_tokens_are_said_once_by_mail_and_on_the_page_and_connecting_again_brings_the_note(application):
    address = "ada@example.org"
    runner = application.strava.runner()
    browser = application.connect(runner)
    application.mailed(browser, address)
    before = len(application.mailbox.to(address))
    application.strava.fault("lost_event", count=1, path="/athlete/update")
    application.strava.ask("POST", f"/athletes/{runner}/deauthorise")
    runs = [application.strava.record(runner, distance, quiet=True) for distance in (15_000.0, 5000.0)]
    for run in runs:
        application.strava.forge(runner, run)
    parked = until(
        lambda: [one for one in application.inbox.of_runner(runner) if one.state == "parked"][1:], "both to be parked"
    )
    assert "connect" in parked[0].reason
    mail = until(lambda: application.mailbox.to(address)[before:], "the mail")
    assert len(mail) == 1
    assert application.url in mail[0].text
    assert "onnect" in str(mail[0].message["Subject"]) + mail[0].text
    assert "no longer lets Footnote see your runs" in browser.get(f"{application.url}/me", timeout=10).text
    application.connect(runner, browser=browser)
    until(lambda: application.mailbox.to(address, "snooze"), "the note by mail")
    until(lambda: all(application.store.run_record(runner, run) for run in runs), "both to be judged")
    assert application.inbox.counts()["now_parked"] == 0
    assert len([one for one in application.mailbox.to(address)[before:] if not one.link("snooze")]) == 1


def test_a_token_that_strava_takes_back_early_is_renewed(application, runner):
    # Over at Strava, and good by our own clock.
    application.strava.ask("POST", "/tokens/expire", athlete=runner)
    run = application.strava.record(runner)
    until(lambda: application.strava.has_note(run), "the note")
    assert application.strava.private_note(run).count(BEGIN) == 1
    assert any(call["status"] == 401 for call in application.strava.calls(of=runner) + application.strava.calls())
