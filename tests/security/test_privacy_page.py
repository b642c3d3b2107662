"""The privacy page says what is kept: nothing less, nothing more, in raw stores as in types."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields
from pathlib import Path

import orjson
import pytest

from plugin import ports
from plugin.settings.encryption import Keyring
from plugin.stores.tiny import TinyInbox, TinyStore
from plugin.training.history import Soreness
from plugin.training.runs import Run, Shoe, Wear
from plugin.web.held_data import lines
from tests.paths import ROOT
from tests.promises import samples
from tests.web.application import Application

KEPT = (
    ports.Runner, ports.Settings, ports.Tokens, ports.Pair, ports.Dismissal, ports.RunRecord,
    ports.Fingerprint, ports.StoredNotice, ports.ChannelFailure, ports.Leaving, ports.PushTarget, ports.CalendarFeed,
    ports.Snapshot, ports.Delivery, Soreness, Run, Shoe, Wear,
)  # fmt: skip


def told() -> Counter[str]:
    with Application().app.test_request_context():
        return Counter(name for line in lines() for name in line.fields.split())


def test_every_field_that_is_kept_has_its_line_and_every_line_speaks_of_something_kept() -> None:
    kept = {f"{kind.__name__}.{one.name}" for kind in KEPT for one in fields(kind) if not one.name.startswith("_")}
    said = {name for name in told() if not name.startswith(("mark.", "once."))}
    assert said == kept


def test_nothing_is_said_twice() -> None:
    assert [name for name, times in told().items() if times > 1] == []


def test_every_mark_of_the_house_has_its_line() -> None:
    """Marks are named by constants; whoever adds one names it on the page."""
    written = set()
    for path in (ROOT / "plugin").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        for constant in re.findall(r"change_key_value\(\s*([A-Z_]+)", source):
            found = re.search(rf'^{constant}(?:: \w+)? = "([a-z_]+)"', source, re.MULTILINE)
            if found is None:
                found = next(
                    hit
                    for other in (ROOT / "plugin").rglob("*.py")
                    if (hit := re.search(rf'^{constant} = "([a-z_]+)"', other.read_text("utf-8"), re.MULTILINE))
                )
            written.add(f"mark.{found[1]}")
    assert len(written) >= 5
    assert written == {name for name in told() if name.startswith("mark.")}


def test_the_page_shows_every_line() -> None:
    application = Application()
    page = application.browser().get("/privacy").text
    with application.app.test_request_context():
        for line in lines():
            for words in (line.what, line.why, line.long):
                assert words in page


def keys_of(value: object) -> set[str]:
    """All names in a document, those below maps of the runner's own (pairs by id, rules by name) left out."""
    if isinstance(value, dict):
        own = {"pairs", "snoozed", "told_once", "numbers", "since", "no_runs", "ended_logins", "stay"}
        return set(value) | {
            key
            for name, inner in value.items()
            for one in (inner.values() if name in own and isinstance(inner, dict) else [inner])
            for key in keys_of(one)
        }
    return {key for inner in value for key in keys_of(inner)} if isinstance(value, list) else set()


def test_raw_files_hold_nothing_that_the_page_does_not_name(tmp_path: Path) -> None:
    keyring = Keyring("a secret key that is only for tests, and long enough")
    store, inbox = TinyStore(tmp_path, keyring), TinyInbox(tmp_path, keyring)
    store.enrol(samples.a_full_runner(), limit=1)
    store.change_run_record(7, 41, lambda _: samples.a_full_look())
    store.keep_snapshot(samples.a_list())
    inbox.keep(samples.a_delivery())
    known = {name.split(".")[1] for name in told()} | {"sealed", "names"}
    held = set()
    for path in tmp_path.rglob("*.json"):
        for table, rows in orjson.loads(path.read_bytes()).items():
            if table in ("runner", "looks", "list", "deliveries"):
                held |= {key for row in rows.values() for key in keys_of(row)}
    assert {"tokens", "due_at", "fetched_at", "channel"} <= held
    assert held - known == set()


def test_the_page_says_what_whoever_runs_the_site_can_see() -> None:
    """`footnote runners export ID` prints what the runner's own download has, the words of notes among it."""
    page = Application().browser().get("/privacy").text
    assert "they can print what “Download everything” gives you, notes and labels of soreness included" in page


@pytest.mark.parametrize("path", ["/", "/me/settings"])
def test_the_consent_says_that_a_soreness_that_goes_on_keeps_its_first_day(path: str) -> None:
    application = Application()
    browser = application.browser() if path == "/" else application.browser().connect()
    assert "While something keeps hurting, its first day is kept too." in browser.get(path).text


def test_consent_is_on_record_with_its_text_and_moment() -> None:
    application = Application()
    application.browser().connect()
    runner = application.runner()
    assert runner.consent_at == application.clock.now
    assert re.fullmatch(r"\d{4}-\d{2}\w*", runner.consent_version)


@pytest.mark.parametrize("path", ["/", "/privacy"])
def test_what_is_kept_can_be_read_before_anybody_agrees(path: str) -> None:
    assert "/privacy" in Application().browser().get(path).text


def test_the_register_lists_all_that_is_kept_longer_than_seven_days() -> None:
    register = (ROOT / "docs" / "privacy-register.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip() for line in register.splitlines() if line.startswith("| ")} - {"kept"}
    with Application().app.test_request_context():
        assert rows == {line.what for line in lines() if line.long != "seven days at most"}
