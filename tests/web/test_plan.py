"""What may I run: the next seven days, and what a planned run would get."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plugin.notes.allowance import allowance_on
from plugin.notes.hurts import as_soreness
from plugin.ports import Runner, Settings, Snapshot
from plugin.summary.plan import Plan
from plugin.training.history import History
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
    plan = Plan(runner, snapshot, BOOK, TODAY)
    for day in plan.days_to_come():
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
    assert Plan(runner, snapshot, BOOK, TODAY).days_to_come()[0].day == date(2026, 11, 20)


def test_without_a_list_the_page_offers_to_ask_for_it(application: Application) -> None:
    page = application.browser().connect().get("/me/plan?km=12").text
    assert 'action="/me/fill"' in page


def test_the_question_is_in_the_runners_unit(application: Application, browser: Browser) -> None:
    change(application, units="mi")
    page = browser.get("/me/plan").text
    assert 'name="mi"' in page
    assert "\u00a0km" not in page


def made_up(lengths_km: list[int]) -> tuple[Run, ...]:
    """A run a day, the newest first; 0 for a day without."""
    return tuple(
        replace(one, start=NOW - timedelta(days=number), day=TODAY - timedelta(days=number))
        for number, one in enumerate(runs(*lengths_km))
        if one.distance_m
    )


@given(
    lengths_km=st.lists(st.integers(0, 30), min_size=35, max_size=50),
    today=st.integers(0, 6),
    week_starts=st.sampled_from(["monday", "sunday"]),
)
@example(lengths_km=[30] * 4 + [0] * 3 + [5] * 35, today=4, week_starts="monday")
@settings(max_examples=40, deadline=None)
def test_what_a_planned_week_has_left_never_grows(lengths_km: list[int], today: int, week_starts: str) -> None:
    """Whatever was run, also where the week just ended was too big: nothing is run in between."""
    runner = Runner(id=7001, connected_at=NOW, settings=Settings(week_starts=week_starts))
    snapshot = Snapshot(runner_id=7001, fetched_at=NOW, runs=made_up(lengths_km))
    plan = Plan(runner, snapshot, BOOK, TODAY + timedelta(days=today))
    days = [day.allowance for day in plan.days_to_come()]
    for earlier, later in pairwise(days):
        if earlier is None or later is None or later.opens_week:
            continue
        if earlier.week_left_m is not None and later.week_left_m is not None:
            assert later.week_left_m <= earlier.week_left_m


def test_after_a_week_too_big_the_whole_next_week_has_what_its_first_day_has() -> None:
    """NOW is a Thursday; the four big runs end on the Sunday before the plan begins."""
    sunday = TODAY + timedelta(days=3)
    lengths = [30, 30, 0, 30, 0, 0, 0] + [5, 0] * 20
    days_ago = [(number, km) for number, km in enumerate(lengths) if km]
    shaped = runs(*[km for _, km in days_ago])
    snapshot = Snapshot(
        runner_id=7001,
        fetched_at=NOW,
        runs=tuple(
            replace(one, start=NOW + timedelta(days=3 - ago), day=sunday - timedelta(days=ago))
            for one, (ago, _) in zip(shaped, days_ago, strict=True)
        ),
    )
    runner = Runner(id=7001, connected_at=NOW)
    ahead = Plan(runner, snapshot, BOOK, sunday)
    left = [day.allowance.week_left_m for day in ahead.days_to_come() if day.allowance is not None]
    assert len(left) == 7
    assert len(set(left)) == 1
    ledger = History(snapshot.runs).as_of_now()
    monday, tuesday = (allowance_on(ledger, sunday + timedelta(days=n), BOOK.limits) for n in (1, 2))
    assert monday is not None
    assert tuesday is not None
    assert monday.week_left_m is not None
    assert tuesday.week_left_m is not None
    assert left[0] == monday.week_left_m < tuesday.week_left_m
    asked = ahead.run(sunday + timedelta(days=2), Decimal(1000), Voice()).allowance
    assert asked is not None
    assert asked.week_left_m == left[0]
