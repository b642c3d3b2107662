"""The way out, as the runner sees it: notes taken out first if wished, how far that is, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from plugin.activities.leaving import end
from plugin.ports import ChannelName, JobKind, NoteStatus, StayReason
from tests.web.application import Application, Browser
from tests.web.test_me import remember


def ask(browser: Browser, **form: str) -> str:
    answer = browser.post("/me/disconnect", {"take_out": "yes", **form}, seen_on="/me/settings")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/leaving")
    return str(browser.get("/me/leaving").text)


def taken_out(application: Application, run_id: int) -> None:
    application.store.change_run_record(
        7001, run_id, lambda was: None if was is None else replace(was, telling=NoteStatus.TAKEN_OUT, text="")
    )


def over(application: Application) -> None:
    """The background has come to the end of it."""

    def channel_of(one):  # type: ignore[no-untyped-def]
        return application.channels.get(one.channel)

    end(application.store, channel_of, 7001, application.clock.now)
    application.store.forget(7001)
    application.inbox.forget(7001)


def test_the_way_out_offers_to_take_out_as_many_notes_as_are_there(application: Application, browser: Browser) -> None:
    assert 'name="take_out"' not in browser.get("/me/settings").text
    remember(application, 9001)
    remember(application, 9002, channel=ChannelName.EMAIL)
    remember(application, 9003, telling=NoteStatus.REMOVED)
    page = browser.get("/me/settings").text
    assert 'name="take_out"' in page
    assert "One note is on your activities." in page
    remember(application, 9004, channel=ChannelName.DESCRIPTION)
    assert "2 notes are on your activities." in browser.get("/me/settings").text


def test_progress_is_shown_and_the_page_looks_again_by_itself(application: Application, browser: Browser) -> None:
    for run_id in (9001, 9002, 9003):
        remember(application, run_id)
    page = ask(browser)
    assert "0 of 3 notes done" in page
    assert [one.why for one in application.inbox.of_runner(7001)] == [JobKind.LEAVING]
    assert application.woken
    taken_out(application, 9001)
    answer = browser.get("/me/leaving")
    assert answer.headers["Refresh"]
    assert '<progress id="progress" max="3" value="1">' in answer.text
    assert application.forgotten == []


def test_every_other_page_of_the_runner_leads_there_and_asking_twice_begins_once(
    application: Application, browser: Browser
) -> None:
    remember(application)
    ask(browser)
    first = application.runner().leaving
    assert browser.get("/me").headers["Location"] == "/me/leaving"
    ask(browser)
    assert application.runner().leaving == first


def test_a_wait_for_strava_is_said_with_its_reason(application: Application, browser: Browser) -> None:
    remember(application)
    ask(browser)
    taken = application.inbox.take(application.clock.now)
    due = application.clock.now + timedelta(minutes=15)
    application.inbox.again(taken.id, due_at=due, reason="window_full", tried=False)
    page = browser.get("/me/leaving").text
    assert "It goes on at 12:15." in page
    assert "rate window is full" in page


def test_work_that_was_lost_can_be_asked_for_again(application: Application, browser: Browser) -> None:
    remember(application)
    ask(browser)
    application.inbox.forget(7001)
    assert "This has stopped." in browser.get("/me/leaving").text
    browser.post("/me/leaving", seen_on="/me/leaving")
    assert [one.why for one in application.inbox.of_runner(7001)] == [JobKind.LEAVING]
    assert "This has stopped." not in browser.get("/me/leaving").text


def test_leaving_at_once_deletes_and_counts_what_is_still_there(application: Application, browser: Browser) -> None:
    for run_id in (9001, 9002, 9003):
        remember(application, run_id)
    ask(browser)
    taken_out(application, 9001)
    answer = browser.post("/me/disconnect", seen_on="/me/leaving")
    assert application.forgotten == [7001]
    assert "One note was taken out of your activities." in answer.text
    assert "2 are still there: Footnote left before their turn came" in answer.text
    assert browser.get("/me").headers["Location"] == "/"


def test_the_browser_that_asked_is_told_what_came_of_it_and_no_other(
    application: Application, browser: Browser
) -> None:
    elsewhere = application.browser().connect()
    application.inbox.forget(7001)
    remember(application, 9001)
    remember(application, 9002)
    ask(browser)
    taken_out(application, 9001)
    application.store.change_runner(
        7001,
        lambda was: replace(was, leaving=replace(was.leaving, stay={"9002": StayReason.REFUSED})),
    )
    over(application)
    page = browser.get("/me/leaving").text
    assert "Everything is gone" in page
    assert "One note was taken out of your activities." in page
    assert "Strava did not let Footnote change that activity." in page
    # It can be read again, until two days are over.
    assert "Everything is gone" in browser.get("/me/leaving").text
    for other in (elsewhere, application.browser()):
        assert other.get("/me/leaving").headers["Location"] == "/"
    application.clock.now += timedelta(days=2)
    assert browser.get("/me/leaving").headers["Location"] == "/"


def test_getting_the_page_begins_nothing(application: Application, browser: Browser) -> None:
    remember(application)
    assert browser.get("/me/leaving").headers["Location"] == "/me"
    assert application.runner().leaving is None


def test_the_word_of_every_reason_can_be_said(application: Application, browser: Browser) -> None:
    for number in range(len(StayReason)):
        remember(application, 9001 + number)
        remember(application, 9101 + number)
    ask(browser)
    stay = {str(9001 + number): reason for number, reason in enumerate(StayReason)}
    stay |= {str(9101 + number): reason for number, reason in enumerate(StayReason)}
    application.store.change_runner(7001, lambda was: replace(was, leaving=replace(was.leaving, stay=stay)))
    assert "8 of 8 notes done" in browser.get("/me/leaving").text
    over(application)
    page = browser.get("/me/leaving").text
    assert "No note was taken out" in page
    assert page.count("<li>2 ") == len(StayReason)


@pytest.mark.parametrize("takes_out", [True, False])
def test_when_everything_went_is_said_in_the_runners_own_time(
    application: Application, browser: Browser, takes_out: bool
) -> None:
    remember(application, 9001)
    application.store.change_runner(
        7001, lambda was: replace(was, settings=replace(was.settings, timezone="Asia/Kolkata"))
    )
    if takes_out:
        ask(browser)
        over(application)
        page = browser.get("/me/leaving").text
    else:
        page = browser.post("/me/disconnect", {}, seen_on="/me/settings").text
    there = application.clock.now.astimezone(ZoneInfo("Asia/Kolkata"))
    assert f"{there:%H:%M} (Asia/Kolkata)" in page
