"""What may I run: the next seven days, and what a planned run would get."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from plugin.notes.hurts import as_soreness
from plugin.ports import Snapshot
from plugin.summary.plan import Plan
from plugin.training.runs import Run, Sport
from plugin.translations.voice import Voice
from tests.web.application import BOOK, NOW, Application, Browser, change

TODAY = NOW.date()


def runs(*lengths_km: int) -> tuple[Run, ...]:
    """Runs of these lengths, every fourth day, the last one two days ago."""
    return tuple(
        Run(
            id=str(100 + number),
            start=NOW - timedelta(days=2 + 4 * number),
            day=TODAY - timedelta(days=2 + 4 * number),
            sport=Sport.RUN,
            distance_m=Decimal(1000 * km),
            moving_s=Decimal(330 * km),
            elapsed_s=Decimal(330 * km),
        )
        for number, km in enumerate(lengths_km)
    )


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def browser(application: Application) -> Browser:
    browser = application.browser().connect()
    application.store.keep_snapshot(Snapshot(runner_id=7001, fetched_at=NOW, runs=runs(*[10, 14, 8] * 6)))
    return browser


def test_the_next_seven_days_have_their_allowance(application: Application, browser: Browser) -> None:
    page = browser.get("/me/plan").text.replace("\u00a0", " ")
    days = re.findall(r"<th scope=\"row\">(\w+ \d+ \w+)", page)
    assert days == ["Thu 19 Nov", "Fri 20 Nov", "Sat 21 Nov", "Sun 22 Nov", "Mon 23 Nov", "Tue 24 Nov", "Wed 25 Nov"]
    assert page.count("15.4 km") >= 7


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("km=12&day=2026-11-22", "No note: it fits."),
        ("km=15.4&day=2026-11-20", "No note: it fits."),
        ("mi=9&day=2026-11-20", "No note: it fits."),
        ("km=20&day=2026-11-20", "43 % longer than your longest run"),
        ("mi=13&day=2026-11-20", "longer than your longest run"),
    ],
)
def test_a_planned_run_is_answered_with_silence_or_its_note(browser: Browser, query: str, answer: str) -> None:
    page = browser.get(f"/me/plan?{query}")
    assert page.status_code == 200
    assert answer in page.text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "query",
    ["km=", "km=many", "km=-3", "km=12&day=yesterday", "km=12&day=2020-01-01", "km=1e9"],
)
def test_what_makes_no_sense_is_said_beside_its_field(browser: Browser, query: str) -> None:
    answer = browser.get(f"/me/plan?{query}")
    assert answer.status_code == 400
    assert 'class="error"' in answer.text


def test_of_every_allowed_distance_nothing_is_said(application: Application, browser: Browser) -> None:
    """Day by day, in both units: what the table allows is what the question allows."""
    runner, snapshot = application.runner(), application.store.snapshot(7001)
    assert snapshot is not None
    plan = Plan(runner, snapshot, BOOK)
    for day in plan.days_to_come(TODAY):
        assert day.allowance is not None
        metres = day.allowance.next_run_m
        assert metres is not None
        assert plan.run(day.day, metres, Voice()).text == ""
        assert plan.run(day.day, metres * 2, Voice()).text != ""


def test_while_something_hurts_no_distance_is_suggested(application: Application, browser: Browser) -> None:
    said = as_soreness(day=TODAY, score=5, place="heel", side="left")
    application.store.change_runner(7001, lambda was: replace(was, soreness=(said,)))
    page = browser.get("/me/plan").text
    assert "no distance is suggested" in page
    assert "<table>" not in page


def test_after_today_s_run_the_days_begin_tomorrow(application: Application, browser: Browser) -> None:
    today = replace(runs(8)[0], id="1", start=NOW, day=TODAY)
    runner = application.runner()
    snapshot = Snapshot(runner_id=7001, fetched_at=NOW, runs=(*runs(10, 14, 8), today))
    assert Plan(runner, snapshot, BOOK).days_to_come(TODAY)[0].day == date(2026, 11, 20)


def test_without_a_list_the_page_offers_to_ask_for_it(application: Application) -> None:
    page = application.browser().connect().get("/me/plan?km=12").text
    assert 'action="/me/fill"' in page


def test_the_question_is_in_the_runners_unit(application: Application, browser: Browser) -> None:
    change(application, units="mi")
    page = browser.get("/me/plan").text
    assert 'name="mi"' in page
    assert "\u00a0km" not in page
