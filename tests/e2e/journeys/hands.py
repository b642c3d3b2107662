"""How somebody uses a page: with a pointer, or with the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 250
"""More places than any page of ours has that the Tab key stops at."""
HAS_FOCUS = "one => one === document.activeElement"


class Pointer:
    """Clicks and types."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, button: Locator) -> None:
        button.click()

    def tick(self, box: Locator) -> None:
        box.check()

    def choose(self, radio: Locator) -> None:
        radio.check()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)


class Keyboard(Pointer):
    """Tab, Space, Enter and arrows; nothing is clicked. Where the focus goes, it can be seen."""

    def press(self, button: Locator) -> None:
        self._reach(button)
        self.page.keyboard.press("Enter")

    def tick(self, box: Locator) -> None:
        self._reach(box)
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def choose(self, radio: Locator) -> None:
        """The Tab key stops at the chosen one of a group; arrows go on from there."""
        name = radio.get_attribute("name")
        group = self.page.locator(f"input[type=radio][name={name}]")
        self._reach(self.page.locator(f"input[type=radio][name={name}]:checked"))
        for _ in range(group.count()):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        expect(radio).to_be_checked()

    def write(self, field: Locator, text: str) -> None:
        self._reach(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def _reach(self, place: Locator) -> None:
        expect(place).to_have_count(1)
        for _ in range(MOST_STOPS):
            if place.evaluate(HAS_FOCUS):
                outline = place.evaluate("one => getComputedStyle(one).outlineStyle")
                assert outline != "none", f"nobody sees that the focus is on {place}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key never comes to {place}")
