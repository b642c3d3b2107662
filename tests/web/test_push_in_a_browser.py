"""Push in a real browser, to a server that is an ntfy: picked, filled in wrongly and rightly, tried, taken back; the
calendar's address beside it. Screenshots go to build/screens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from plugin.channels import PushChannel
from plugin.jobs.push_test_note import PushTestNotes
from plugin.ports import JobKind, PushTarget
from plugin.translations.voice import Voice
from tests.browser import SCREENS, serious
from tests.channels.push_server import FIELDS, LISTED, NTFY, TOPIC, PushServer, answering, push_server
from tests.web.application import Application, settings
from tests.web.conftest import Site, consent_page, served
from tests.web.test_browser import connect


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PushServer]:
    with push_server(tmp_path) as server:
        yield server


@pytest.fixture
def site(server: PushServer) -> Iterator[Site]:
    houses: list[Application] = []

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        answer: Iterable[bytes] = houses[0].app(environ, start)
        return answer

    def push(target: PushTarget, *, title: str, text: str) -> None:
        server.push(target.service, title=title, text=text, fields=target.fields)

    with served(consent_page) as strava, served(app) as url:
        channel = PushChannel(push, url, lambda runner: Voice(units=runner.settings.units))
        mine = settings(public_url=url, strava_oauth_url=f"{strava}/oauth", push=True, push_hosts=LISTED)
        houses.append(Application(settings=mine, more_channels=(channel,)))
        yield Site(application=houses[0], url=url)


def works_off(site: Site) -> None:
    """The background work, once: test notes that wait are sent."""
    application = site.application
    while (delivery := application.inbox.take(application.clock.now)) is not None:
        if delivery.why is JobKind.TEST_NOTE:
            voice = application.app.extensions["footnote"].voice_of
            PushTestNotes(application.store, application.channels, voice).run(
                application.runner(), application.clock.now
            )
        application.inbox.done(delivery.id)


def look(page: Page, name: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name  # type: ignore[index]
    assert serious(page) == [], name


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_a_service_is_picked_tried_and_taken_back(
    chromium: Browser, site: Site, server: PushServer, width: int, scheme: Any
) -> None:
    options: dict[str, Any] = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    with chromium.new_context(base_url=site.url, locale="en-GB", java_script_enabled=True, **options) as browser:
        page = browser.new_page()
        connect(page)
        site.application.keep_list()
        page.goto("/me/settings")
        page.get_by_role("link", name="Choose a service and fill in its fields").click()
        look(page, f"push-services-{width}-{scheme}")
        page.get_by_role("link", name="ntfy").click()
        page.get_by_label("Topic").fill("with blanks")
        page.get_by_role("button", name="Save and send a test note").click()
        expect(page.get_by_text("This does not look right")).to_be_visible()
        look(page, f"push-wrong-{width}-{scheme}")
        page.get_by_label("Topic").fill(TOPIC)
        page.get_by_label("Access token").fill(NTFY)
        page.get_by_role("button", name="Save and send a test note").click()
        expect(page.get_by_text("A test note is on its way")).to_be_visible()
        server.fault = answering(503)
        works_off(site)
        page.goto("/me/push")
        expect(page.get_by_text("The service is busy or out of order")).to_be_visible()
        look(page, f"push-trouble-{width}-{scheme}")
        server.fault = lambda asked: None
        page.get_by_role("button", name="Send a test note").click()
        works_off(site)
        page.goto("/me/push")
        expect(page.get_by_text("The test note got through")).to_be_visible()
        look(page, f"push-well-{width}-{scheme}")
        (told,) = server.told
        assert told.title == "A test note"
        page.goto("/me/settings")
        expect(page.get_by_label("Pushed to your phone or chat")).to_be_checked()
        look(page, f"push-settings-{width}-{scheme}")
        page.locator(".sections").get_by_role("link", name="Calendar").click()
        page.get_by_role("button", name="Make an address").click()
        address = page.get_by_label("Copy it now").input_value()
        assert re.fullmatch(re.escape(site.url) + r"/me/calendar/1b59-[\w-]{43}\.ics", address)
        look(page, f"calendar-{width}-{scheme}")
        assert page.request.get(address).status == 200
        page.goto("/me/push")
        page.get_by_role("button", name="Remove it").click()
        expect(page.get_by_text("Removed: what you had filled in is deleted")).to_be_visible()
        assert site.application.runner().settings.push is None


def test_the_longest_form_fits_a_phone(chromium: Browser, site: Site) -> None:
    with chromium.new_context(base_url=site.url, locale="de-DE", viewport={"width": 360, "height": 900}) as browser:
        page = browser.new_page()
        page.goto("/")
        page.locator("[name=agree]").check()
        page.locator("form[action='/connect'] button").first.click()
        page.get_by_role("link", name="Authorize").click()
        for service in FIELDS:
            page.goto(f"/me/push?service={service}")
            look(page, f"push-{service}-360-de")
