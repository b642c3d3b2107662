"""Chromium for tests: how it is started, where its pictures go, and what axe says of a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
]
SCREENS = Path(__file__).parents[1] / "build" / "screens"


@contextmanager
def launched() -> Iterator[Browser]:
    """A Chromium that asks nobody for anything by itself."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a worker; each opens a context of its own."""
    with launched() as browser:
        yield browser


def shoot(page: Page, name: str) -> None:
    """The whole page as a picture in build/screens, to be looked at."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png", full_page=True)


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical on the page as it is."""
    if not page.evaluate("() => typeof window.axe === 'object'"):  # once a page: the script is half a megabyte
        page.evaluate(Axe().axe_script)
    found = page.evaluate("() => axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def width_of(page: Page) -> int:
    """How wide the content is, in CSS pixels."""
    return int(page.evaluate("document.documentElement.scrollWidth"))
