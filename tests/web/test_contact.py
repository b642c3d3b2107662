"""Where the operator is reached stands at the foot of every page; a deletion is confirmed in writing."""

from __future__ import annotations

import pytest

from tests.web.application import Application, settings


@pytest.mark.parametrize(
    ("contact", "href"),
    [("help@example.org", "mailto:help@example.org"), ("https://example.org/help", "https://example.org/help")],
)
def test_every_page_says_where_the_operator_is_reached(contact: str, href: str) -> None:
    application = Application(settings=settings(contact=contact))
    browser = application.browser()
    for path in ("/", "/privacy", "/nothing-here"):
        assert f'href="{href}"' in browser.get(path).text, path


def test_without_a_contact_nothing_is_said_of_one() -> None:
    assert "Contact:" not in Application().browser().get("/").text


def test_the_page_after_leaving_confirms_the_deletion_to_be_printed() -> None:
    application = Application()
    browser = application.browser()
    browser.come_back(browser.leave_for_strava()["state"])
    page = browser.post("/me/disconnect", {}, seen_on="/me").text
    assert "Confirmed on" in page
    assert "by Footnote at localhost" in page
    assert "19 Nov 2026" in page or "Nov 19, 2026" in page
