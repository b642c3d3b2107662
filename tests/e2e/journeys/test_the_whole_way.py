"""From the front page to leaving, in a real browser, with the real product against the sandbox.

Connect, look back, run, read the note, switch to mail, confirm, read the mail, ask for quiet, leave: in English and
German, on a phone and at a desk, light and dark, with and without scripts, by pointer and by keyboard alone. Every
page's picture goes to build/screens, to be looked at.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from plugin.sandbox.demo.processes import Stage
from plugin.translations import decimal_mark, translation
from tests.browser import serious, shoot, width_of
from tests.e2e.journeys.hands import Keyboard, Pointer

PATIENCE_S = 60


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way of going through it."""

    language: str
    width: int
    scheme: str
    hands: type[Pointer] = Pointer
    has_scripts: bool = True

    def __str__(self) -> str:
        scripts = "" if self.has_scripts else "-without-scripts"
        return f"{self.language}-{self.width}-{self.scheme}-{self.hands.__name__.lower()}{scripts}"


WAYS = [
    Way(language="en", width=1280, scheme="light"),
    Way(language="de", width=360, scheme="dark"),
    Way(language="de", width=1280, scheme="light", hands=Keyboard),
    Way(language="en", width=360, scheme="light", has_scripts=False),
    Way(language="fr", width=360, scheme="light"),
    Way(language="es", width=360, scheme="dark"),
    Way(language="it", width=360, scheme="light"),
    Way(language="nl", width=360, scheme="dark"),
    Way(language="pt_BR", width=360, scheme="light"),
]


class Visit:
    """Somebody with a browser."""

    def __init__(self, page: Page, product: Stage, way: Way) -> None:
        self.page, self.product, self.way = page, product, way
        self.hands = way.hands(page)
        self.say = translation(way.language)
        self.long_run = ""

    def go(self, path: str) -> None:
        self.page.goto(f"{self.product.site}{path}")

    def button(self, words: str, *, within: str = "body") -> Locator:
        return self.page.locator(within).get_by_role("button", name=self.say(words), exact=True)

    def heading(self, words: str) -> Locator:
        return self.page.get_by_role("heading", name=self.say(words), exact=True)

    def run_record(self, name: str) -> None:
        """The page as it is: its language, its width, what axe says, and a picture."""
        shoot(self.page, f"journey-{name}-{self.way}")
        assert width_of(self.page) <= self.way.width, f"{name} is wider than the screen"
        expect(self.page.locator("html")).to_have_attribute("lang", self.way.language.replace("_", "-"))
        if self.way.has_scripts:
            assert serious(self.page) == [], name

    def until(self, seen: Callable[[], bool], what: str) -> None:
        """Look at the page again until it shows it."""
        give_up = time.monotonic() + PATIENCE_S
        while not seen():
            assert time.monotonic() < give_up, f"waited {PATIENCE_S} s in vain for {what}"
            self.page.reload()

    def mails(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = requests.get(f"{self.product.mail}/mails.json", timeout=10).json()
        return found

    def mail_with(self, link: str, *, after: int) -> tuple[int, dict[str, str]]:
        """Number and words of the first mail since `after` that has such a link."""
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            for number, mail in enumerate(self.mails()):
                if number >= after and link in mail["text"]:
                    return number, mail
            self.page.wait_for_timeout(200)
        raise AssertionError(f"no mail with {link}")

    def record(self, scenario: str) -> None:
        """Press one of the sandbox's buttons and open what it recorded, as its owner."""
        self.page.goto(f"{self.product.sandbox}/")
        self.hands.press(self.page.get_by_role("button", name=scenario, exact=True))
        expect(self.page).to_have_url(re.compile("/activities/[0-9]+$"))

    # --- the way itself -------------------------------------------------------------------------------------------

    def connect(self) -> None:
        self.go("/")
        self.run_record("front")
        self.hands.tick(self.page.get_by_label(self.say("I agree to what is written above.")))
        self.hands.press(self.button("Connect with Strava", within="form"))
        self.hands.press(self.page.get_by_role("button", name="Let it in"))
        expect(self.page).to_have_url(re.compile("/me$"))
        self.until(self.heading("Week by week").is_visible, "the weeks on /me")
        self.until(lambda: not self.heading("Filling your page").is_visible(), "the end of filling")
        self.run_record("me")

    def look_back(self) -> None:
        self.go("/me/preview")
        long = self.page.locator(".record .note", has_text=self.figure("15.8 km"))
        expect(long).to_have_count(1)
        self.run_record("preview")
        self.go("/me/sheet")
        expect(self.heading("Eight weeks of running")).to_be_visible()
        self.run_record("sheet")
        self.go("/privacy")
        self.run_record("privacy")

    def run(self) -> None:
        self.record("20 km, much longer than lately")
        note = self.page.locator("#private-note-text")
        # The sandbox's page looks again by itself.
        expect(note).to_be_visible(timeout=PATIENCE_S * 1000)
        expect(note).to_contain_text("— Footnote —")
        expect(note).to_contain_text(self.figure("20.0 km"))
        expect(note).to_contain_text("43 %")
        expect(note).to_contain_text(self.say("Tip: {tip}").format(tip=""))
        expect(note).to_contain_text("— end of footnote —")
        shoot(self.page, f"journey-note-{self.way}")
        self.long_run = self.page.url
        self.page.goto(f"{self.long_run}?as=follower")
        expect(self.page.locator("main")).not_to_contain_text("Footnote")

    def switch_to_mail(self) -> None:
        before = len(self.mails())
        self.go("/me/settings")
        expect(self.page.locator(".on-strava")).to_be_visible()
        self.hands.choose(self.page.locator("[name=channel][value=email]"))
        expect(self.page.locator(".in-mail")).to_be_visible()
        expect(self.page.locator(".on-strava, .on-page").filter(visible=True)).to_have_count(0)
        self.hands.write(self.page.locator("#email"), "robin at example")
        self.hands.press(self.button("Save", within=".save"))
        wrong = self.page.locator("#email-error")
        expect(wrong).to_have_text(self.say("An address has no blanks or line breaks in it."))
        expect(self.page.locator("#email")).to_have_value("robin at example")
        self.run_record("settings-wrong")
        self.hands.write(self.page.locator("#email"), f"{self.way}@example.org")
        self.hands.press(self.button("Save", within=".save"))
        expect(self.page.get_by_role("status")).to_contain_text(self.say("Saved."))
        self.run_record("settings")
        _, mail = self.mail_with("/mail/confirm/", after=before)
        self.follow(mail, "confirm", "Yes, send my notes to this address")
        expect(self.heading("Confirmed")).to_be_visible()

    def follow(self, mail: dict[str, str], action: str, words: str) -> None:
        link = re.search(rf"{re.escape(self.product.site)}/mail/{action}/\S+", mail["text"])
        assert link is not None
        self.page.goto(link[0])
        self.run_record(f"link-{action}")
        self.hands.press(self.button(words))

    def read_the_mail(self) -> None:
        before = len(self.mails())
        self.record("Shoes past 800 km")
        number, mail = self.mail_with("/mail/snooze/", after=before)
        assert "801 km" in " ".join(mail["text"].split())
        assert self.say("You get this because you chose email for your notes.") in " ".join(mail["text"].split())
        self.page.goto(f"{self.product.mail}/{number}")
        expect(self.page.frame_locator("iframe").locator("html")).to_have_attribute(
            "lang", self.way.language.replace("_", "-")
        )
        html = str(self.page.locator("iframe").get_attribute("srcdoc"))
        self.page.set_content(html)
        shoot(self.page, f"journey-mail-{self.way}")
        assert width_of(self.page) <= self.way.width
        self.follow(mail, "snooze", "Snooze for a week")
        expect(self.heading("Quiet")).to_be_visible()
        self.go("/me/settings#quiet")
        expect(self.page.locator("#snooze")).to_contain_text(self.say("worn shoes"), ignore_case=True)
        self.go("/me")
        expect(self.page.locator(".record .note")).to_have_count(2)
        self.run_record("me-after")

    def read_the_week(self) -> None:
        """The demo's own page sends at once what otherwise comes on Sunday."""
        self.page.goto(f"{self.product.mail}/")
        self.hands.press(self.page.get_by_role("button", name="Send the weekly mail now"))
        expect(self.page.get_by_role("status")).to_have_text("The weekly mail is here.", timeout=PATIENCE_S * 1000)
        self.hands.press(self.page.get_by_role("button", name="Have the evening look now"))
        expect(self.page.get_by_role("status")).to_contain_text("evening look", timeout=PATIENCE_S * 1000)
        shoot(self.page, f"journey-demo-{self.way}")
        assert width_of(self.page) <= self.way.width
        if self.way.has_scripts:
            assert serious(self.page) == []

    def leave(self) -> None:
        self.go("/me/settings#data")
        summary = self.page.locator("summary", has_text=self.say("Disconnect and delete everything"))
        self.hands.press(summary)
        self.hands.tick(self.page.get_by_label(self.say("Take Footnote's notes out of my activities first")))
        self.hands.press(self.button("Disconnect and delete"))
        expect(self.page).to_have_url(re.compile("/me/leaving$"))
        self.run_record("leaving")
        # The page looks again by itself.
        expect(self.heading("Everything is gone")).to_be_visible(timeout=PATIENCE_S * 1000)
        self.run_record("gone")
        self.page.goto(self.long_run)
        expect(self.page.locator("main")).not_to_contain_text("Footnote")
        self.go("/me")
        expect(self.page).to_have_url(f"{self.product.site}/")

    def figure(self, text: str) -> str:
        return text.replace(".", decimal_mark(self.way.language))


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_runner_connects_runs_reads_switches_to_mail_asks_for_quiet_and_leaves(
    chromium: Browser, product: Stage, way: Way
) -> None:
    requests.post(f"{product.sandbox}/start-over", timeout=10)
    with chromium.new_context(
        viewport={"width": way.width, "height": 900},
        color_scheme="dark" if way.scheme == "dark" else "light",
        locale={"en": "en-GB", "pt_BR": "pt-BR"}.get(way.language, way.language),
        java_script_enabled=way.has_scripts,
        device_scale_factor=1,
    ) as browser:
        visit = Visit(browser.new_page(), product, way)
        visit.connect()
        visit.look_back()
        visit.run()
        visit.switch_to_mail()
        visit.read_the_mail()
        if way in WAYS[:2]:
            visit.read_the_week()
        visit.leave()
