"""The site in a real browser: at a phone's and a desk's width, light and dark, without a script, by keyboard alone.

Every page's screenshot is written to build/screens, to be looked at.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from plugin.ports import ChannelName, Delivery, Fingerprint, JobKind, NoteStatus, Pair, RunRecord, StoredNotice
from plugin.training.runs import Shoe, ShoeKind
from tests.browser import SCREENS, serious, width_of
from tests.web.application import NOW, change
from tests.web.conftest import Site

NOTE = (
    "Today's 24.0 km is 33 % longer than your longest run of the last 30 days (18.0 km). Jumps like this go with more "
    "overuse injuries on average. An easy day or two, and no longer next time, is a cheap hedge. Your next run can be "
    "up to 19.9 km, and this week has 19.9 km left.\nTip: lie down and put your feet up for ten minutes."
)


def context(chromium: Browser, site: Site, *, width: int = 1280, scheme: str = "light") -> BrowserContext:
    return chromium.new_context(
        base_url=site.url,
        locale="en-GB",
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=True,
        device_scale_factor=1,
    )


def connect(page: Page) -> None:
    page.goto("/")
    page.get_by_label("I agree to what is written above").check()
    page.locator("form").get_by_role("button", name="Connect with Strava").click()
    page.get_by_role("link", name="Authorize").click()
    expect(page).to_have_url(re.compile("/me$"))


def furnish(site: Site) -> None:
    """A runner of some weeks: pairs, a record, a snooze."""
    application = site.application
    application.keep_list()
    application.inbox.forget(7001)
    pairs = {
        "g1": Pair(shoe=Shoe(id="g1", name="Ghost 15"), odometer_m=Decimal(612_000)),
        "g2": Pair(shoe=Shoe(id="g2", name="Speedgoat", kind=ShoeKind.TRAIL), odometer_m=Decimal(208_000)),
    }
    application.store.change_runner(7001, lambda was: replace(was, pairs=pairs))
    told = StoredNotice(rule="long_run", family="load", level=2, told=True, leads=True, text=NOTE.split("\n")[0])
    kept = StoredNotice(
        rule="ramp", family="load", level=1, told=False, withheld="less important",
        text="47.0 km so far this week; your usual top is 36.0 km.",
    )  # fmt: skip
    facts = Fingerprint(is_run=True, distance_m=Decimal(24000), sport="Run", day=NOW.date(), shoe="g1")
    for number, (found, text, telling) in enumerate(
        [((told, kept), NOTE, NoteStatus.TOLD), ((replace(kept, withheld="quiet period"),), "", NoteStatus.NOTHING)]
    ):
        run_record = RunRecord(
            runner_id=7001, run_id=9001 + number, day=NOW.date(), looked_at=NOW, facts=facts, found=found,
            telling=telling, channel=ChannelName.PRIVATE_NOTE if text else None, text=text,
        )  # fmt: skip
        application.store.change_run_record(7001, run_record.run_id, lambda _, run_record=run_record: run_record)  # type: ignore[misc]


def pages(site: Site) -> dict[str, str]:
    return {
        "front": "/",
        "me": "/me",
        "plan": "/me/plan?km=24",
        "hurts": "/me/hurts?run=9001",
        "preview": "/me/preview",
        "sheet": "/me/sheet",
        "settings": "/me/settings",
        **{f"settings-{section}": f"/me/settings#{section}" for section in ("about", "week", "pairs", "quiet", "data")},
        "privacy": "/privacy",
        "status": "/status",
        "nothing": "/nothing-here",
        "link": site.application.link("not-for-me", r=7001, u=9001, k="long_run"),
    }


LOOKS = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]


def test_every_page_fits_and_axe_finds_nothing_serious(chromium: Browser, site: Site) -> None:
    """A phone's and a desk's width, light and dark, in one visit."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    with context(chromium, site) as browser:
        page = browser.new_page()

        def look_at(name: str, path: str) -> None:
            page.goto(path)
            shoot(name)

        def shoot(name: str) -> None:
            for width, scheme in LOOKS:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.screenshot(path=SCREENS / f"{name}-{width}-{scheme}.png", full_page=True)
                assert width_of(page) <= width, f"{name} is wider than the screen"
                assert serious(page) == [], f"{name}, {width} px, {scheme}"

        look_at("front-before", "/")
        connect(page)
        # The page loads itself again every three seconds: 204 leaves the one there is while it is looked at.
        page.route("**/me", lambda route: route.fulfill(status=204))
        shoot("filling")
        page.unroute("**/me")
        furnish(site)
        object.__setattr__(site.application.app.extensions["footnote"], "settings", operators(site))
        delivery = Delivery(id="d-1", runner_id=7001, run_id=5, why=JobKind.EVENT, received_at=NOW, due_at=NOW)
        site.application.inbox.keep(delivery)
        site.application.inbox.take(NOW)
        site.application.inbox.park("d-1", reason="Strava answered 500 eight times")
        for name, path in pages(site).items():
            look_at(name, path)
        page.goto("/me/settings")
        page.get_by_label("Email", exact=True).fill("ada at example")
        page.locator(".sections").get_by_role("link", name="Shoes").click()
        page.locator(".pair summary").first.click()
        page.get_by_label("Look closely from (km)").first.fill("many")
        page.locator(".save").get_by_role("button", name="Save").click()
        expect(page.get_by_text("An address has no blanks")).to_have_count(2)
        # Both sections in which something is wrong are open.
        expect(page.get_by_label("Email", exact=True)).to_be_visible()
        expect(page.get_by_label("Look closely from (km)").first).to_be_visible()
        expect(page.get_by_label("How much to say")).to_be_hidden()
        shoot("settings-wrong")


def operators(site: Site) -> object:
    return site.application.settings.model_copy(update={"operator_athletes": frozenset({7001})})


def test_the_way_from_the_front_page_to_leaving_needs_no_script(chromium: Browser, site: Site) -> None:
    with chromium.new_context(base_url=site.url, locale="en-GB", java_script_enabled=False) as browser:
        page = browser.new_page()
        connect(page)
        furnish(site)
        page.goto("/me")
        page.locator("summary", has_text="The numbers").first.click()
        expect(page.get_by_role("cell", name="36.0").first).to_be_visible()
        page.get_by_role("button", name="It was a race").first.click()
        run_record = site.application.store.run_record(7001, 9001)
        assert run_record is not None
        assert run_record.called_race
        page.get_by_role("link", name="Settings", exact=True).first.click()
        page.locator(".sections").get_by_role("link", name="Units and week").click()
        page.get_by_label("Units").select_option("mi")
        page.locator(".save").get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved.")
        # The section that was saved is still the open one, and its beginning is in sight.
        expect(page.get_by_label("Units")).to_be_visible()
        assert page.evaluate("scrollY") == 0
        assert site.application.runner().settings.units == "mi"
        page.locator(".sections").get_by_role("link", name="Your data").click()
        page.locator("summary", has_text="Disconnect and delete everything").click()
        page.get_by_role("button", name="Disconnect and delete").click()
        expect(page.get_by_role("heading", name="Everything is gone")).to_be_visible()
        assert site.application.store.runner(7001) is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_is_48_px_high_and_axe_takes_its_words_and_the_marks_as_large_enough(
    chromium: Browser, site: Site, scheme: str
) -> None:
    with context(chromium, site, width=360, scheme=scheme) as browser:
        page = browser.new_page()

        def has_stravas_look(where: str) -> None:
            for one in page.locator(".strava").all():
                box = one.bounding_box()
                assert box is not None
                assert box["height"] == 48
                assert one.evaluate("it => getComputedStyle(it).backgroundColor") == "rgb(252, 82, 0)"
            assert page.locator(".powered").evaluate("it => getComputedStyle(it).color") == "rgb(252, 82, 0)"
            page.screenshot(path=SCREENS / f"strava-{where}-{scheme}.png", full_page=True)
            assert serious(page) == [], where

        page.goto("/")
        assert page.locator(".strava").count() == 2
        has_stravas_look("front")
        connect(page)
        site.application.store.change_runner(7001, lambda was: replace(was, must_reconnect=True, tokens=None))
        page.goto("/me")
        assert page.locator(".strava").count() == 1
        has_stravas_look("banner")


def test_the_page_fills_itself_in_the_browser(chromium: Browser, site: Site) -> None:
    with context(chromium, site) as browser:
        page = browser.new_page()
        connect(page)
        expect(page.get_by_role("heading", name="Filling your page")).to_be_visible()
        furnish(site)
        expect(page.get_by_role("heading", name="Week by week")).to_be_visible(timeout=20_000)


def test_connecting_works_by_keyboard_alone(chromium: Browser, site: Site) -> None:
    with context(chromium, site) as browser:
        page = browser.new_page()
        page.goto("/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        agree = page.get_by_label("I agree to what is written above")
        for _ in range(20):
            page.keyboard.press("Tab")
            if agree.evaluate("box => box === document.activeElement"):
                break
        expect(agree).to_be_focused()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Authorize")).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/me$"))


def test_enter_in_a_field_of_the_settings_saves_and_sends_no_second_mail(chromium: Browser, site: Site) -> None:
    with context(chromium, site) as browser:
        page = browser.new_page()
        connect(page)
        furnish(site)
        change(site.application, email="ada@example.org")
        page.goto("/me/settings#pairs")
        page.locator(".pair summary").first.click()
        page.get_by_label("Replace by (km)").first.fill("700")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Saved.")
        assert site.application.runner().pairs["g1"].shoe.replace_m == 700_000
        assert site.application.mails is not None
        assert site.application.mails.sent == []


def test_the_sections_of_the_settings_are_reached_by_keyboard_and_fit_a_screen(chromium: Browser, site: Site) -> None:
    with context(chromium, site) as browser:
        page = browser.new_page()
        connect(page)
        furnish(site)
        page.goto("/me/settings")
        for name, field in [
            ("Kinds of notes", "How much to say"),
            ("Quiet", "Pause everything"),
            ("Where notes go", "Everyone may read it"),
        ]:
            page.locator(".sections").get_by_role("link", name=name).focus()
            page.keyboard.press("Enter")
            expect(page.get_by_label(field)).to_be_visible()
            shown = [one for one in page.locator(".panel").all() if one.is_visible()]
            assert len(shown) == 1
            box = shown[0].bounding_box()
            assert box is not None
            assert box["height"] <= 900


def test_nothing_moves_while_a_page_loads(chromium: Browser, site: Site) -> None:
    with context(chromium, site, width=360) as browser:
        page = browser.new_page()
        connect(page)
        furnish(site)
        page.context.clear_cookies()
        for path in ("/", "/privacy"):
            page.goto(path)
            assert shifts(page) == 0, path
        connect(page)
        site.application.inbox.forget(7001)
        for path in ("/me", "/me/settings"):
            page.goto(path)
            assert shifts(page) == 0, path


def shifts(page: Page) -> float:
    """What Chromium counts as layout shift since the page was opened, pictures further down included."""
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_load_state("networkidle")
    return float(
        page.evaluate(
            """() => new Promise(done => {
                let sum = 0
                new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value })
                    .observe({type: "layout-shift", buffered: true})
                requestAnimationFrame(() => setTimeout(() => done(sum), 50))
            })"""
        )
    )


@pytest.mark.parametrize("has_scripts", [True, False])
def test_what_hurts_is_said_by_keyboard_alone(chromium: Browser, site: Site, has_scripts: bool) -> None:
    with chromium.new_context(
        base_url=site.url, locale="en-GB", java_script_enabled=has_scripts, viewport={"width": 360, "height": 700}
    ) as browser:
        page = browser.new_page()
        connect(page)
        furnish(site)
        page.goto("/me/hurts?run=9001")
        page.get_by_role("radio", name="Shin").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/me#run-9001$"))
        expect(page.locator("#run-9001")).to_contain_text("left Achilles: 3 of 10")
        page.locator("#run-9001").get_by_role("button", name="Undo").click()
        expect(page.locator("#run-9001")).not_to_contain_text("of 10")
        assert site.application.runner().soreness == ()


ON_THE_DRAWING = {
    "shin": (100, 60), "achilles": (72, 150), "ankle": (110, 130), "midfoot": (180, 175), "toes": (265, 220),
    "ball": (210, 228), "arch": (150, 218), "heel": (85, 215),
}  # fmt: skip
"""A point of each place of the drawn foot, in the drawing's own 300 by 270."""


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")])
def test_a_tap_on_the_drawn_foot_chooses_the_place(chromium: Browser, site: Site, width: int, scheme: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    with chromium.new_context(
        base_url=site.url,
        locale="en-GB",
        java_script_enabled=False,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    ) as browser:
        page = browser.new_page()
        connect(page)
        page.goto("/me/hurts")
        page.get_by_role("radio", name="Left").check()
        for place, (x, y) in ON_THE_DRAWING.items():
            drawn = page.locator(".drawing svg").bounding_box()
            assert drawn is not None
            page.mouse.click(drawn["x"] + x * drawn["width"] / 300, drawn["y"] + y * drawn["height"] / 270)
            expect(page.locator(".drawing :checked")).to_have_value(place)
        page.screenshot(path=SCREENS / f"tapped-{width}-{scheme}.png", full_page=True)
        page.get_by_role("button", name="This hurts", exact=True).click()
        (said,) = site.application.runner().soreness
        assert (said.place, said.side) == ("heel", "left")


SHIFTS = """() => new Promise(done => new PerformanceObserver(list => done(
    list.getEntries().reduce((sum, one) => sum + one.value, 0)
)).observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 300))"""


@pytest.mark.parametrize(("units", "language", "scheme"), [("km", "en", "light"), ("mi", "de", "dark")])
def test_a_year_of_weeks_fits_a_phone_and_its_marks_lead_to_the_notes(
    chromium: Browser, site: Site, units: str, language: str, scheme: str
) -> None:
    with context(chromium, site, width=360, scheme=scheme) as browser:
        page = browser.new_page()
        connect(page)
        furnish(site)
        change(site.application, units=units, language=language)
        seen = site.application.seen
        (first, *_), last = seen.weeks, seen.sessions[-1]
        earlier = [replace(first, first_day=first.first_day - timedelta(weeks=back)) for back in range(40, 0, -1)]
        marked = replace(last, run_ids=("9001",))
        site.application.seen = replace(seen, weeks=(*earlier, *seen.weeks), sessions=(*seen.sessions[:-1], marked))
        page.goto("/me")
        weeks = page.locator("section[aria-labelledby=weeks]")
        weeks.get_by_role("link", name="52").focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("weeks=52"))
        expect(weeks.locator("rect.bar")).to_have_count(52)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert serious(page) == []
        assert page.evaluate(SHIFTS) == 0
        tops = weeks.locator(".axis").all_text_contents()
        assert tops
        assert all(float(one) == int(one) for one in tops)
        page.screenshot(path=SCREENS / f"year-{language}-{units}.png", full_page=True)
        page.locator("section[aria-labelledby=sessions] svg a").last.click()
        expect(page.locator("#run-9001")).to_be_in_viewport()
