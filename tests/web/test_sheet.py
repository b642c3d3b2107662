"""The sheet for the physio: eight weeks, sore days in plain words, and what went before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from plugin.ledger import Soreness
from plugin.ports import Found, Look, Pair, Telling
from plugin.training import Shoe
from plugin.translations import short_day
from tests.web.house import NOW, House, other_runner

TODAY = NOW.date()


def test_eight_weeks_stand_on_the_sheet_with_sore_days_and_what_was_noticed_before() -> None:
    house = House()
    browser = house.browser().connect(soreness="yes")
    house.keep_list()
    sore = Soreness(run_id="5", day=TODAY, labels=frozenset({"plantar_fasciitis"}), shoe="g1")
    pairs = {"g1": Pair(shoe=Shoe(id="g1", name="Ghost <15>"), odometer_m=Decimal(1))}
    house.books.change_runner(7001, lambda was: replace(was, soreness=(sore,), pairs=pairs))
    found = (Found(rule="ramp", family="load", level=1, told=True, leads=True),)
    for run_id, days in ((1, 10), (2, 15)):
        rule = found if days == 10 else (replace(found[0], rule="long_run"),)
        look = Look(
            runner_id=7001, run_id=run_id, day=TODAY - timedelta(days=days), looked_at=NOW, found=rule,
            telling=Telling.TOLD,
        )  # fmt: skip
        house.books.change_look(7001, run_id, lambda _, look=look: look)  # type: ignore[misc]
    page = browser.get("/me/sheet").text
    row = page[page.index("heel or arch pain") : page.index("</tr>", page.index("heel or arch pain"))]
    assert "Ghost &lt;15&gt;" in row
    assert "weekly mileage growing fast" in row
    assert "a run much longer than lately" not in row, "that was longer ago than two weeks"
    for week in house.seen.weeks[-8:]:
        assert f"{week.metres / 1000:.1f}\xa0km" in page


def test_the_sheet_begins_with_the_first_day_of_its_first_week() -> None:
    house = House()
    browser = house.browser().connect()
    house.keep_list()
    page = browser.get("/me/sheet").text
    first_day = house.seen.weeks[-8].first_day
    assert f"{short_day(first_day, 'en', 'yMMMd')} –" in page
    load = page[page.index("<tbody>") :]
    assert load.index(f"{short_day(first_day, 'en')}<") < load.index("</tr>")


def test_the_sheet_works_without_a_list_and_says_what_is_off() -> None:
    page = House().browser().connect().get("/me/sheet").text
    assert "kept for seven days at most" in page
    assert "off in the settings" in page


def test_nobody_sees_the_sheet_of_another() -> None:
    house = House()
    house.browser().connect()
    assert "Ada" in house.browser().connect().get("/me/sheet").text
    house.strava.name = "Bob"
    assert "Ada" not in other_runner(house).get("/me/sheet").text
    assert house.browser().get("/me/sheet").status_code == 303
