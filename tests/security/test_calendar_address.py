"""The calendar's address is the proof: it cannot be guessed, tells nobody who has one, and stands in no log."""

from __future__ import annotations

import re

import pytest

from plugin.monitoring.logs import Redactor
from tests.web.application import Application, other_runner


def made(application: Application) -> tuple[str, str]:
    """The paths of two runners' feeds."""
    paths = []
    for browser in (application.browser().connect(), other_runner(application)):
        page = browser.post("/me/calendar", seen_on="/me/settings").text
        found = re.search(r"(/me/calendar/[^\"]+\.ics)", page)
        assert found
        paths.append(found[1])
    return paths[0], paths[1]


def test_a_calendar_s_address_cannot_be_made_from_another_s() -> None:
    application = Application()
    mine, theirs = made(application)
    secret, other = mine.split("-", 1)[1], theirs.split("-", 1)[1]
    runner, somebody = (path.split("/")[-1].split("-")[0] for path in (mine, theirs))
    for path in (f"/me/calendar/{somebody}-{secret}", f"/me/calendar/{runner}-{other}", mine[:-5] + "x.ics"):
        assert application.browser().get(path).status_code == 404, path


@pytest.mark.parametrize(
    "token", ["", "x", "1b59", "1b59-", "-" + "A" * 43, "1b59-" + "A" * 43, "f" * 16 + "-" + "A" * 43,
              "1b59-" + "A" * 900,
              "1b59-" + "é" * 43, "1b59-" + "A" * 42 + "\x00", "../../etc/passwd", "%2e%2e"],
)  # fmt: skip
def test_who_has_a_calendar_cannot_be_found_out(token: str) -> None:
    application = Application()
    without = Application()
    made(application)
    without.browser().connect()
    answers = [one.browser().get(f"/me/calendar/{token}.ics") for one in (application, without)]
    assert answers[0].status_code == answers[1].status_code == 404
    assert answers[0].data == answers[1].data


def test_one_calendar_is_polled_so_often_and_no_more() -> None:
    application = Application(limits_floods=True)
    mine, theirs = made(application)
    calendar = application.browser()
    assert [calendar.get(mine).status_code for _ in range(61)] == [200] * 60 + [429]
    assert calendar.get(theirs).status_code == 200


def test_no_log_holds_a_calendar_s_address() -> None:
    application = Application()
    mine, _ = made(application)
    secret = mine.split("/")[-1]
    for line in (f"GET {mine} 200", f'"path": "{mine}"', f"http://localhost:8000{mine}?x=1"):
        assert secret.removesuffix(".ics") not in Redactor().text(line)
