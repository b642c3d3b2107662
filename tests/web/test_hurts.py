""" "This hurts": said without words, counted like words, taken back, gone with everything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from plugin.ports import JobKind
from plugin.rules.soreness import PLACES
from plugin.training.history import Soreness
from tests.web.application import NOW, Application, Browser, other_runner
from tests.web.test_me import entry, remember


@pytest.fixture
def browser(application: Application, browser: Browser) -> Browser:
    remember(application)
    return browser


def say(browser: Browser, **form: Any) -> Any:
    return browser.post("/me/hurts", form, seen_on="/me/hurts")


@pytest.mark.parametrize("place", PLACES)
def test_every_place_is_drawn_and_kept(application: Application, browser: Browser, place: str) -> None:
    assert f'name="place" value="{place}"' in browser.get("/me/hurts").text
    assert say(browser, place=place, side="left", score="5").headers["Location"] == "/me"
    (said,) = application.runner().soreness
    assert (said.place, said.side, said.score, said.labels) == (place, "left", 5, {PLACES[place]})
    assert said.day == NOW.date()
    assert "5 of 10" in browser.get("/me").text


def test_it_needs_no_consent_to_have_texts_read(application: Application, browser: Browser) -> None:
    assert not application.runner().settings.reads_soreness
    say(browser, place="shin", side="right", score="2")
    assert "right shin: 2 of 10" in browser.get("/me").text
    assert "shin" in browser.get("/me/sheet").text


def test_about_a_run_it_is_shown_there_judged_anew_and_can_be_taken_back(
    application: Application, browser: Browser
) -> None:
    answer = say(browser, place="heel", side="both", score="7", run="9001")
    assert answer.headers["Location"] == "/me#run-9001"
    assert "heel, both sides: 7 of 10" in entry(browser)
    assert "Please stop running for now and have it looked at." in entry(browser), (
        "beside the answer, where the page is"
    )
    assert [(one.run_id, one.why) for one in application.inbox.everything()] == [(9001, JobKind.SAID)]
    application.inbox.forget(7001)
    browser.post("/me/run/9001/undo", {"do": "hurts"}, seen_on="/me")
    assert application.runner().soreness == ()
    assert [one.why for one in application.inbox.everything()] == [JobKind.SAID]


def test_a_day_has_one_answer_for_a_place_and_ten_in_all_and_the_newest_count(
    application: Application, browser: Browser
) -> None:
    application.store.change_runner(
        7001, lambda was: replace(was, soreness=(Soreness(run_id="41", day=NOW.date(), labels=frozenset({"shin"})),))
    )
    say(browser, place="heel", side="left", score="6", run="9001")
    places = [(place, side) for place in PLACES for side in ("left", "right", "both")]
    for number, (place, side) in enumerate([*places, *places]):
        application.clock.now += timedelta(seconds=1)
        say(browser, place=place, side=side, score=str(number % 9 + 1))
    soreness = application.runner().soreness
    about_runs = [one.run_id for one in soreness if one.run_id in ("41", "said-9001")]
    assert sorted(about_runs) == ["41", "said-9001"]
    assert [(one.place, one.side) for one in soreness if one.run_id not in about_runs] == places[-10:]


def test_all_fine_clears_everything_with_one_tap(application: Application, browser: Browser) -> None:
    say(browser, place="heel", score="5")
    say(browser, score="0")
    fine = application.runner().soreness[-1]
    assert fine.cleared == set(PLACES.values())
    assert fine.labels == frozenset()


def test_what_was_said_is_taken_back_from_the_overview(application: Application, browser: Browser) -> None:
    say(browser, place="heel", score="5")
    (said,) = application.runner().soreness
    browser.post("/me/hurts/undo", {"said": said.run_id}, seen_on="/me")
    assert application.runner().soreness == ()


def test_taking_back_touches_nothing_that_was_read(application: Application, browser: Browser) -> None:
    read = Soreness(run_id="41", day=NOW.date(), labels=frozenset({"shin"}))
    application.store.change_runner(7001, lambda was: replace(was, soreness=(read,)))
    assert browser.post("/me/hurts/undo", {"said": "41"}, seen_on="/me").status_code == 404
    assert application.runner().soreness == (read,)


def test_withdrawing_the_consent_keeps_what_was_said_without_words(application: Application, browser: Browser) -> None:
    read = Soreness(run_id="41", day=NOW.date(), labels=frozenset({"shin"}))
    browser.post("/me/settings", {"soreness": "yes"})
    application.store.change_runner(7001, lambda was: replace(was, soreness=(read,)))
    say(browser, place="heel", score="5")
    browser.post("/me/settings", {})
    assert [one.place for one in application.runner().soreness] == ["heel"]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"place": "heel"},
        {"place": "heel", "score": "11"},
        {"place": "heel", "score": "-1"},
        {"place": "heel", "score": "²"},
        {"place": "nose", "score": "3"},
        {"score": "3"},
        {"place": "heel", "score": "3", "side": "up"},
        {"place": "heel", "score": "9" * 5000},
        {"place": "heel", "score": "0" * 5000},
        {"place": "heel", "score": "0109"},
    ],
)
def test_what_makes_no_sense_is_400_and_kept_nowhere(
    application: Application, browser: Browser, form: dict[str, str]
) -> None:
    assert say(browser, **form).status_code == 400
    assert application.runner().soreness == ()


def test_nobody_speaks_about_another_runners_run(application: Application, browser: Browser) -> None:
    stranger = other_runner(application)
    assert stranger.post("/me/hurts", {"place": "heel", "score": "3", "run": "9001"}, seen_on="/me").status_code == 404
    assert application.runner(7002).soreness == ()


def test_from_a_mail_it_needs_no_login(application: Application, browser: Browser) -> None:
    path = application.link("hurts", r=7001, u=9001, k="")
    page = application.browser().get(path)
    assert page.status_code == 200
    assert 'name="place" value="achilles"' in page.text
    assert "csrf" not in page.text
    assert application.runner().soreness == ()
    client = application.app.test_client()
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 400
    assert application.runner().soreness == ()
    assert client.post(path, data={"place": "achilles", "side": "left", "score": "4"}).status_code == 200
    assert [one.run_id for one in application.runner().soreness] == ["said-9001"]


def test_on_the_sheet_for_the_physio_it_is_said_as_the_runner_said_it(
    application: Application, browser: Browser
) -> None:
    say(browser, place="achilles", side="left", score="4")
    assert "left Achilles: 4 of 10" in browser.get("/me/sheet").text
