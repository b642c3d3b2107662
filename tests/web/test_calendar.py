"""The calendar feed: off until asked for, at an address nobody can guess, with the week and the pairs due."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from icalendar import Calendar, Event

from plugin.notes.note import Allowance
from plugin.ports import ChannelName
from tests.web.application import NOW, Application, Browser, change, other_runner

MONDAY = date(2026, 11, 16)


@pytest.fixture
def application() -> Application:
    application = Application()
    application.browser().connect()
    application.keep_list()
    return application


@pytest.fixture
def client(application: Application) -> Browser:
    return application.browser().connect()


def make(client: Browser) -> str:
    """The path of a new feed."""
    page = client.post("/me/calendar", seen_on="/me/settings")
    assert page.status_code == 200
    found = re.search(r'value="http://localhost:8000(/me/calendar/[^"]+\.ics)"', page.text)
    assert found
    return found[1]


def events(application: Application, path: str) -> dict[str, Event]:
    """The events of a feed by their ids, as a calendar without any session reads them."""
    answer = application.browser().get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(answer.data)
    assert found["version"] == "2.0"
    return {str(one["uid"]): one for one in found.walk("VEVENT")}


def test_the_week_and_the_pairs_due_are_in_it(application: Application, client: Browser) -> None:
    found = events(application, make(client))
    week = found[f"week-{MONDAY}@localhost"]
    assert str(week["summary"]) == "Up to 19.9 km left this week"
    assert "One run: up to 19.9 km." in str(week["description"])
    assert (week.decoded("dtstart"), week.decoded("dtend")) == (MONDAY, MONDAY + timedelta(days=7))
    due = found["pair-g1@localhost"]
    assert str(due["summary"]) == "Ghost <b>15</b> is due"
    assert due.decoded("dtstart") == date(2027, 1, 18)
    assert found["pair-g3@localhost"].decoded("dtstart") == MONDAY, "over its limit already: this week"
    assert set(found) == {f"week-{MONDAY}@localhost", "pair-g1@localhost", "pair-g3@localhost"}
    assert all(str(one["transp"]) == "TRANSPARENT" for one in found.values())


def test_it_is_in_the_runners_units_and_language(application: Application, client: Browser) -> None:
    change(application, units="mi")
    week = events(application, make(client))[f"week-{MONDAY}@localhost"]
    assert str(week["summary"]) == "Up to 12.3 mi left this week"


def test_nothing_in_it_speaks_of_soreness(application: Application, client: Browser) -> None:
    path = make(client)
    application.seen = replace(application.seen, is_sore=True, allowance=None)
    text = application.browser().get(path).text.lower()
    assert "week-" not in text
    assert not any(word in text for word in ("hurt", "sore", "settle", "pain", "heel"))
    application.seen = replace(
        application.seen, is_sore=True, allowance=Allowance(day=NOW.date(), length_m=None, week_m=Decimal(5000))
    )
    assert "week-" not in application.browser().get(path).text


@pytest.mark.parametrize(
    ("week_m", "opens_week", "first_day", "title"),
    [
        (Decimal(1500), False, MONDAY, "That is about it for this week"),
        (Decimal(-4000), False, MONDAY, "That is about it for this week"),
        (Decimal(30_000), True, MONDAY + timedelta(days=7), "Up to 30.0 km this week"),
    ],
)
def test_the_week_is_the_one_of_the_next_run(
    application: Application, client: Browser, week_m: Decimal, opens_week: bool, first_day: date, title: str
) -> None:
    day = MONDAY + timedelta(days=7 if opens_week else 4)
    allowance = Allowance(day=day, length_m=Decimal(12_000), week_m=week_m, opens_week=opens_week)
    application.seen = replace(application.seen, allowance=allowance)
    week = events(application, make(client))[f"week-{first_day}@localhost"]
    assert str(week["summary"]) == title


def test_without_a_list_or_while_paused_it_is_empty_and_still_a_calendar(
    application: Application, client: Browser
) -> None:
    path = make(client)
    change(application, paused=True)
    assert events(application, path) == {}
    change(application, paused=False)
    application.store.drop_snapshot(7001)
    assert events(application, path) == {}


def test_it_is_off_until_asked_for_and_ends_when_asked(application: Application, client: Browser) -> None:
    assert application.runner().settings.calendar is None
    path = make(client)
    assert "On since" in client.get("/me/settings").text
    client.post("/me/calendar", {"do": "stop"}, seen_on="/me/settings")
    assert application.browser().get(path).status_code == 404
    assert application.runner().settings.calendar is None


def test_a_new_address_ends_the_old_one(application: Application, client: Browser) -> None:
    old, new = make(client), make(client)
    assert application.browser().get(old).status_code == 404
    assert application.browser().get(new).status_code == 200


def test_what_is_kept_is_a_digest_and_no_page_shows_the_address_again(
    application: Application, client: Browser
) -> None:
    path = make(client)
    secret = path.rsplit("/", 1)[1].removesuffix(".ics").partition("-")[2]
    assert len(secret) == 43
    kept = application.runner().settings.calendar
    assert kept is not None
    assert secret not in repr(application.runner())
    assert kept.digest not in repr(application.runner())
    for page in ("/me", "/me/settings", "/me/export"):
        assert secret not in client.get(page).text


def test_it_goes_with_its_runner(application: Application, client: Browser) -> None:
    path = make(client)
    application.store.forget(7001)
    assert application.browser().get(path).status_code == 404


def test_it_changes_nothing_and_needs_a_form_s_token_to_be_made(application: Application, client: Browser) -> None:
    path = make(client)
    before = application.runner()
    events(application, path)
    assert application.runner() == before
    assert client.client.post("/me/calendar").status_code == 400
    assert client.client.post(path).status_code == 405
    assert application.runner() == before


def test_a_calendar_that_has_it_already_is_told_so(application: Application, client: Browser) -> None:
    path = make(client)
    first = application.browser().get(path)
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["X-Robots-Tag"] == "noindex"
    again = application.browser().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    application.seen = replace(application.seen, pairs=())
    assert application.browser().get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_no_channel_and_no_other_runner_is_touched(application: Application, client: Browser) -> None:
    mine = make(client)
    other = other_runner(application)
    other.post("/me/calendar", {"do": "stop"}, seen_on="/me/settings")
    assert application.browser().get(mine).status_code == 200
    assert application.runner().settings.channel is ChannelName.PRIVATE_NOTE
