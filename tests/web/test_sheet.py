"""The sheet for the physio: eight weeks, sore days in plain words, and what went before."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from plugin.notes.hurts import as_soreness, with_said
from plugin.ports import NoteStatus, Pair, RunRecord, StoredNotice
from plugin.training.history import Soreness
from plugin.training.runs import Shoe
from plugin.translations import short_day
from tests.web.application import NOW, Application, other_runner

TODAY = NOW.date()


def test_eight_weeks_stand_on_the_sheet_with_sore_days_and_what_was_noticed_before() -> None:
    application = Application()
    browser = application.browser().connect(soreness="yes")
    application.keep_list()
    sore = Soreness(run_id="5", day=TODAY, labels=frozenset({"plantar_fasciitis"}), shoe="g1")
    pairs = {"g1": Pair(shoe=Shoe(id="g1", name="Ghost <15>"), odometer_m=Decimal(1))}
    application.store.change_runner(7001, lambda was: replace(was, soreness=(sore,), pairs=pairs))
    found = (StoredNotice(rule="ramp", family="load", level=1, told=True, leads=True),)
    for run_id, days in ((1, 10), (2, 15)):
        rule = found if days == 10 else (replace(found[0], rule="long_run"),)
        run_record = RunRecord(
            runner_id=7001, run_id=run_id, day=TODAY - timedelta(days=days), looked_at=NOW, found=rule,
            telling=NoteStatus.TOLD,
        )  # fmt: skip
        application.store.change_run_record(7001, run_id, lambda _, run_record=run_record: run_record)  # type: ignore[misc]
    page = browser.get("/me/sheet").text
    row = page[page.index("heel or arch pain") : page.index("</tr>", page.index("heel or arch pain"))]
    assert "Ghost &lt;15&gt;" in row
    assert "weekly mileage growing fast" in row
    assert "a run much longer than lately" not in row, "that was longer ago than two weeks"
    for week in application.seen.weeks[-8:]:
        assert f"{week.metres / 1000:.1f}\xa0km" in page


def test_the_sheet_says_which_warning_it_was() -> None:
    application = Application()
    browser = application.browser().connect(soreness="yes")
    sore = Soreness(
        run_id="5", day=TODAY, labels=frozenset({"shin", "red_flag"}), warnings=frozenset({"night", "weight"})
    )
    application.store.change_runner(7001, lambda was: replace(was, soreness=(sore,)))
    page = browser.get("/me/sheet").text
    assert "sore shins, pain at night, a leg or foot that won&#39;t take your weight" in page
    assert "a warning sign" not in page


def test_the_sheet_begins_with_the_first_day_of_its_first_week() -> None:
    application = Application()
    browser = application.browser().connect()
    application.keep_list()
    page = browser.get("/me/sheet").text
    first_day = application.seen.weeks[-8].first_day
    assert f"{short_day(first_day, 'en', 'yMMMd')} –" in page
    load = page[page.index("<tbody>") :]
    assert load.index(f"{short_day(first_day, 'en')}<") < load.index("</tr>")


def test_the_sheet_works_without_a_list_and_says_what_is_off() -> None:
    page = Application().browser().connect().get("/me/sheet").text
    assert "kept for seven days at most" in page
    assert "off in the settings" in page


def test_nobody_sees_the_sheet_of_another() -> None:
    application = Application()
    application.browser().connect()
    assert "Ada" in application.browser().connect().get("/me/sheet").text
    application.strava.name = "Bob"
    assert "Ada" not in other_runner(application).get("/me/sheet").text
    assert application.browser().get("/me/sheet").status_code == 303


def rows(page: str) -> list[str]:
    table = page[page.index('<section aria-labelledby="sore">') : page.index('<section aria-labelledby="said">')]
    return re.findall(r'data-of="What">([^<]*)<', table)


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (None, ["left heel: 5 of 10"]),
        (Soreness(run_id="5", day=TODAY, labels=frozenset({"plantar_fasciitis"})), ["left heel: 5 of 10"]),
        (Soreness(run_id="5", day=TODAY, labels=frozenset({"shin"})), ["left heel: 5 of 10, sore shins"]),
    ],
)
def test_what_is_said_about_a_run_is_on_the_sheet_once(read: Soreness | None, expected: list[str]) -> None:
    """By itself as the page keeps it, and with the run's own words as the run's evaluation does."""
    application = Application()
    browser = application.browser().connect(soreness="yes")
    said = as_soreness(day=TODAY, score=5, place="heel", side="left", run_id=5)
    of_run = with_said(read, [said], "5")
    assert of_run is not None
    for kept in ((said, of_run), (of_run, said), (said,)) if read is None else ((said, of_run), (of_run, said)):
        application.store.change_runner(7001, lambda was, kept=kept: replace(was, soreness=kept))  # type: ignore[misc]
        assert rows(browser.get("/me/sheet").text) == expected


@pytest.mark.parametrize("run_id", [0, 5])
def test_all_fine_is_on_the_sheet_once(run_id: int) -> None:
    application = Application()
    browser = application.browser().connect()
    heel = as_soreness(day=TODAY - timedelta(days=3), score=4, place="heel")
    fine = as_soreness(day=TODAY, score=0, run_id=run_id)
    of_run = with_said(None, [fine], "5") if run_id else None
    kept = (heel, fine) if of_run is None else (heel, of_run, fine)
    application.store.change_runner(7001, lambda was: replace(was, soreness=kept))
    assert rows(browser.get("/me/sheet").text) == ["heel: 4 of 10", "all fine"]


def test_what_was_told_of_soreness_is_not_called_the_readers_words() -> None:
    application = Application()
    browser = application.browser().connect()
    found = (StoredNotice(rule="soreness", family="soreness", level=2, told=True, leads=True),)
    told = RunRecord(runner_id=7001, run_id=1, day=TODAY, looked_at=NOW, found=found, telling=NoteStatus.TOLD)
    application.store.change_run_record(7001, 1, lambda _: told)
    page = browser.get("/me/sheet").text
    assert "soreness, as the runner said" in page
    assert "your own words" not in page
