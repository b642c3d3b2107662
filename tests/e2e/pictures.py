"""Makes the README's pictures anew, from the demo: `make pictures` runs this.

The real product beside the sandbox, driven as the demo's check drives it, photographed in Chromium.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Browser, Page

from plugin.replay import run_replay
from plugin.sandbox.demo.processes import Stage, raised
from plugin.sandbox.demo.walk import Visit
from tests.browser import launched
from tests.free_ports import four_free_ports
from tests.paths import ROOT

FOLDER = ROOT / "docs" / "pictures"
LARGEST = 150_000
"""Bytes of a picture, at most."""
SIZE = {"width": 860, "height": 900}


def main() -> None:
    """Four pictures: the note on an activity, the runner's page, the mail, a replay."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        stage, over = Stage(port=four_free_ports(), folder=Path(folder)), threading.Event()
        with raised(stage, over):
            visit = Visit(stage, over)
            steps = visit.steps()
            while not next(steps).startswith("recorded a long run"):
                pass
            history = _history(stage)
            noted = next(one for one in reversed(history) if "Footnote" in (one.get("private_note") or ""))
            with_session(browser, visit, f"{stage.sandbox}/activities/{noted['id']}", "note")
            with_session(browser, visit, f"{stage.site}/me", "me")
            # The front page shows it too.
            shutil.copyfile(FOLDER / "me.png", ROOT / "plugin" / "web" / "static" / "me.png")
            while not next(steps).startswith("recorded another run"):
                pass
            mails = requests.get(f"{stage.mail}/mails.json", timeout=10).json()
            number = next(place for place, mail in enumerate(mails) if "/mail/snooze/" in mail["text"])
            with_session(browser, visit, f"{stage.mail}/{number}", "mail")
            replay_of_demo(browser, history, Path(folder))


def with_session(browser: Browser, visit: Visit, address: str, name: str) -> None:
    """A page as the connected runner sees it."""
    context = browser.new_context(viewport=SIZE, color_scheme="light", locale="en-GB")
    context.add_cookies(
        [
            {"name": one.name, "value": one.value or "", "url": f"http://{one.domain.removesuffix('.local')}"}
            for one in visit.browser.cookies
        ]
    )
    page = context.new_page()
    page.goto(address)
    keep(page, name)
    context.close()


def replay_of_demo(browser: Browser, history: list[dict[str, Any]], folder: Path) -> None:
    """The demo runner's history as the page of a replay."""
    source, page_file = folder / "activities.json", folder / "replay.html"
    source.write_text(json.dumps(history), encoding="utf-8")
    if run_replay(source, format="html", output=page_file):
        raise SystemExit("the replay failed")
    page = browser.new_page(viewport=SIZE, color_scheme="light")
    page.goto(page_file.as_uri())
    keep(page, "replay")
    page.close()


def _history(stage: Stage) -> list[dict[str, Any]]:
    athlete = requests.get(f"{stage.sandbox}/sandbox/state", timeout=10).json()["athletes"][0]["id"]
    found: list[dict[str, Any]] = requests.get(
        f"{stage.sandbox}/sandbox/athletes/{athlete}/activities", timeout=10
    ).json()
    return found


def keep(page: Page, name: str) -> None:
    """The first screen of a page, small enough for a README."""
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path.name} has {path.stat().st_size} bytes, more than {LARGEST}")


if __name__ == "__main__":
    main()
