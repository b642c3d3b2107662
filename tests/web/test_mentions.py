"""A part that was only mentioned: asked about on the page, answered with one tap, and the answer counts like words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from plugin.ports import JobKind
from plugin.training.history import Soreness
from tests.web.application import NOW, Application, Browser, other_runner

QUESTION = "You mentioned your shin: sore, or fine?"


def read(run_id: int = 9001, days_ago: int = 0, **found: frozenset[str]) -> Soreness:
    return Soreness(run_id=str(run_id), day=NOW.date() - timedelta(days=days_ago), **found)  # type: ignore[arg-type]


def remember(application: Application, *soreness: Soreness) -> None:
    application.store.change_runner(7001, lambda was: replace(was, soreness=soreness))


SHIN = frozenset({"shin"})


@pytest.fixture
def browser(application: Application) -> Browser:
    browser = application.browser().connect(soreness="yes")
    application.keep_list()
    application.inbox.forget(7001)
    return browser


def test_a_mention_is_asked_about_and_nothing_else_is(application: Application, browser: Browser) -> None:
    remember(application, read(mentioned=SHIN))
    page = browser.get("/me").text
    assert QUESTION in page
    assert "your ankle" not in page
    remember(application, read(labels=SHIN))
    assert QUESTION not in browser.get("/me").text


@pytest.mark.parametrize(("said", "labels", "cleared"), [("sore", SHIN, set()), ("fine", set(), SHIN)])
def test_an_answer_counts_like_words_and_is_asked_for_once(
    application: Application, browser: Browser, said: str, labels: set[str], cleared: set[str]
) -> None:
    remember(application, read(mentioned=SHIN))
    answer = browser.post("/me/mention", {"run": "9001", "part": "shin", "do": said}, seen_on="/me")
    assert answer.status_code == 303
    (kept,) = application.runner().soreness
    assert (kept.labels, kept.cleared) == (labels, cleared)
    assert [one.why for one in application.inbox.of_runner(7001)] == [JobKind.SAID]
    assert QUESTION not in browser.get("/me").text


def test_an_old_mention_and_one_that_a_later_run_speaks_of_are_not_asked_about(
    application: Application, browser: Browser
) -> None:
    remember(application, read(mentioned=SHIN, days_ago=7))
    assert QUESTION not in browser.get("/me").text
    remember(application, read(8001, mentioned=SHIN, days_ago=2), read(9001, labels=SHIN))
    assert QUESTION not in browser.get("/me").text
    remember(application, read(8001, mentioned=SHIN, days_ago=2), read(9001, mentioned=SHIN))
    assert 'value="8001"' not in browser.get("/me").text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"run": "9001", "part": "shin", "do": "perhaps"}, 400),
        ({"run": "9001", "part": "nose", "do": "sore"}, 400),
        ({"run": "9001", "part": "ankle", "do": "sore"}, 404),
        ({"run": "9002", "part": "shin", "do": "sore"}, 404),
    ],
)
def test_only_what_was_mentioned_can_be_answered(
    application: Application, browser: Browser, form: dict[str, str], status: int
) -> None:
    remember(application, read(mentioned=SHIN))
    assert browser.post("/me/mention", form, seen_on="/me").status_code == status
    assert application.runner().soreness[0].labels == set()


def test_another_runner_answers_nothing_here(application: Application, browser: Browser) -> None:
    remember(application, read(mentioned=SHIN))
    stranger = other_runner(application)
    form = {"run": "9001", "part": "shin", "do": "sore"}
    assert stranger.post("/me/mention", form, seen_on="/me").status_code == 404
    assert application.runner().soreness[0].labels == set()
