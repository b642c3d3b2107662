"""Names, titles, addresses and files made to hurt whoever shows, mails, logs, prints or reads them."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plugin.activities.webhook_event import NotAnEvent, read_delivery
from plugin.errors import BadSource
from plugin.monitoring.logs import _PATTERNS as PATTERNS
from plugin.monitoring.logs import set_up_logs
from plugin.notes.own_words import MOST_READ
from plugin.notes.rulebook import read_lexicon
from plugin.ports import NoteStatus, Pair, RunRecord
from plugin.replay.imports import activity_json, gathering, read, source
from plugin.replay.imports.source import fetch
from plugin.settings.email_address import BadAddress, read_address
from plugin.soreness import read_words
from plugin.summary.model import PreviewedRun, WithheldNotice
from plugin.training.runs import Shoe
from tests.paths import ROOT
from tests.replay.imports.samples import RUN, export
from tests.web.application import NOW, Application, settings

NASTY = (
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "{{ 7*191 }}{% raw %}",
    "javascript:alert(1)",
    "</title><img src=x onerror=alert(1)>",
    "=HYPERLINK(\"http://evil.example\")",
    "\x1b]0;owned\x07\x1b[2J",
    "a\r\nSet-Cookie: fn=1\r\n\r\n<b>",
    "\u202egnp.exe \u2066x\u2069 \u200fy\u200e \u061cz",
    "%s%n%(x)s {0}",
)  # fmt: skip


TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def nasty_house(words: str) -> tuple[Application, Any]:
    application = Application()
    application.strava.name = words
    browser = application.browser().connect()
    application.store.change_runner(7001, lambda was: replace(was, pairs={"g1": Pair(shoe=Shoe(id="g1", name=words))}))
    run_record = RunRecord(
        runner_id=7001, run_id=5, day=NOW.date(), looked_at=NOW, text=words, remark=words, telling=NoteStatus.TOLD
    )
    application.store.change_run_record(7001, 5, lambda _: run_record)
    kept = (WithheldNotice(rule="ramp", reason=words, text=words),)
    said = (PreviewedRun(run_id=words, day=NOW.date(), metres=None, text=words, kept_back=kept),)
    application.seen = replace(
        application.seen, said=said, pairs=tuple(replace(one, name=words) for one in application.seen.pairs)
    )
    application.keep_list()
    return application, browser


@pytest.mark.parametrize("words", NASTY)
def test_no_name_and_no_note_becomes_markup_on_any_page(words: str) -> None:
    _, browser = nasty_house(words)
    for path in ("/me", "/me/preview", "/me/settings", "/me/sheet"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert "<script" not in answer.text
        assert "<img src=x" not in answer.text
        assert "onmouseover='" not in answer.text
        assert "1337" not in answer.text
        assert 'href="javascript:' not in answer.text
        assert all(one.startswith("fn=") for one in answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("words", NASTY)
def test_an_export_is_json_whatever_is_in_it_and_never_a_page(words: str) -> None:
    _, browser = nasty_house(words)
    answer = browser.get("/me/export")
    assert json.loads(answer.data)["runner"]["name"] == words
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="footnote.json"'


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_nobody_begins_a_log_line_of_their_own(log_format: str) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    try:
        set_up_logs(settings(log_format=log_format), stream=written)
        for words in (*NASTY, "x\n2026-11-22 CRITICAL owned", "y\u2028z\x85w", "ada@example.org"):
            logging.getLogger("footnote").warning("a title: %s", words)
    finally:
        root.handlers[:], root.level = handlers, level
    lines = written.getvalue().splitlines()
    assert len(lines) == len(NASTY) + 3
    assert all("a title" in line for line in lines)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", written.getvalue())
    assert "ada@example.org" not in written.getvalue()


@pytest.mark.parametrize(
    "address",
    ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "a@example.org b@example.org",
     "A <a@example.org>", "a@example.org;b@example.org", "a%0d%0a@example.org\n", "\"a\\\" b\"@example.org",
     "a@[127.0.0.1]", "a@example.org\0", "a@exa\u200bmple.org", "p@[.a@eog", "a" * 65 + "@example.org", "@", "a@",
     "a@b@c.org",
     "a@example.org?bcc=b@example.org"],
)  # fmt: skip
def test_an_address_is_one_address_and_nothing_more(address: str) -> None:
    with pytest.raises(BadAddress):
        read_address(address)
    application = Application()
    browser = application.browser().connect()
    answer = browser.post("/me/settings", {"email": address, "channel": "email"})
    assert answer.status_code == 400
    assert application.mails is not None
    assert application.mails.sent == []


# --- what would keep a reader busy for ever ---------------------------------------------------------------------------

LOADS = (
    "heel pain ",
    "no ",
    "a.",
    "-",
    "pain, ",
    "if ",
    "not no ",
    "e\u0301",
    "\n",
    "my wife's heel ",
    "heel\u200b",
    "'",
)


def test_no_title_keeps_the_reading_of_soreness_busy() -> None:
    """In a process of its own that is ended if it hangs: the longest text that is read, of every awkward kind."""
    script = (
        "from plugin.notes.rulebook import read_lexicon\nfrom plugin.soreness import read_words\n"
        "lexicon = read_lexicon()\n"
        f"for load in {LOADS!r}:\n"
        f"    text = (load * {MOST_READ})[:{MOST_READ}]\n"
        "    read_words((text,), lexicon)\n"
        "print('read')\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.stdout.strip() == "read"


def test_no_pattern_of_the_logs_starts_anew_at_each_hyphen() -> None:
    """`\\b` holds at each character of "-a-a-a": a bounded repetition behind it is still quadratic."""
    assert PATTERNS
    assert not [one.pattern for one, _ in PATTERNS if one.pattern.startswith(r"\b[\w-]")]


@pytest.mark.parametrize("header", ["If-Modified-Since", "If-Range"])
def test_a_date_that_no_clock_can_show_is_no_date(header: str) -> None:
    client = Application().app.test_client()
    odd = {header: "Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Range": "bytes=0-9"}
    assert client.get("/static/footnote.css", headers=odd).status_code in (200, 206)


def test_no_header_address_or_event_keeps_the_site_busy() -> None:
    """Patterns with room to go back and forth would not end here."""
    long = 60_000
    for text in ("a" * long, "a." * (long // 2), "a@" + "a-" * (long // 2), "@" * long, "-" * long + "@x"):
        with pytest.raises(BadAddress):
            read_address(text)
    client = Application().app.test_client()
    for value in ("q=" * 4000, "*;q=0." + "9" * 8000, "en-" * 3000, ",;=" * 3000, "a" * 8000):
        for name in ("Accept-Language", "Accept", "Cookie", "X-Forwarded-For", "Range", "If-None-Match"):
            assert client.get("/", headers={name: value}).status_code < 500
    for body in (
        b'{"a":' * 13_000,
        b"[" * 65_000,
        b'"' + b"\\u0000" * 10_000 + b'"',
        b"9" * 65_000,
        b"1e" + b"9" * 60_000,
    ):
        assert isinstance(read_delivery(body), NotAnEvent)
    redactor_load = (
        "a@" * 8000,
        "Bearer " * 2000,
        "/mail/" * 3000,
        "token=" * 3000,
        "-" * 16_000,
        "a.b" * 5000,
        "-a" * 8000,
    )
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        set_up_logs(settings(), stream=(written := io.StringIO()))
        for load in redactor_load:
            logging.getLogger("footnote").warning("%s", load)
    finally:
        root.handlers[:], root.level = handlers, level
    assert written.getvalue().count("\n") == len(redactor_load)


def test_reading_stops_where_a_diary_would_end() -> None:
    lexicon = read_lexicon()
    assert read_words(("heel pain",), lexicon).labels


# --- archives built to hurt -------------------------------------------------------------------------------------------


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """One that hides its size is counted while it is read: tests/archive/test_sources.py."""
    honest = zipped(tmp_path / "bomb.zip", {"activities.csv": b"0" * 123_456}).read_bytes()
    claimed = honest.replace((123_456).to_bytes(4, "little"), (source.LIMIT + 1).to_bytes(4, "little"))
    assert claimed != honest
    (tmp_path / "bomb.zip").write_bytes(claimed)
    with pytest.raises(BadSource, match="larger than 200 MB"):
        fetch(tmp_path / "bomb.zip")


@pytest.mark.parametrize(
    "name", ["../../etc/activities.csv", "/etc/activities.csv", "..\\..\\activities.csv", "C:activities.csv"]
)
def test_a_path_in_a_zip_leads_nowhere(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    content = export(RUN).encode()
    packed = zipped(folder / "export.zip", {name: content})
    if re.split(r"[\\/]", name)[-1] == "activities.csv":
        assert fetch(packed) == content
    else:
        with pytest.raises(BadSource):
            fetch(packed)
    assert {path.name for path in tmp_path.rglob("*")} == {"in", "export.zip"}


def test_a_zip_in_a_zip_is_not_opened(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"activities.csv": export(RUN).encode()}).read_bytes()
    with pytest.raises(BadSource):
        fetch(zipped(tmp_path / "outer.zip", {"inner.zip": inner}))


def test_ten_thousand_members_and_no_list_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadSource) as refused:
        fetch(zipped(tmp_path / "many.zip", {f"{number}.gpx\x1b[2J": b"" for number in range(10_000)}))
    assert len(str(refused.value)) < 500
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize("form", ["text", "html", "json"])
def test_names_from_an_export_are_words_in_every_form_of_replay(tmp_path: Path, form: str) -> None:
    rows = [
        {**RUN, "id": str(number), "date": f"May {number}, 2019, 2:15:35 PM", "gear": words, "name": words,
         "distance": "30.0" if number > 8 else "8.0"}
        for number, words in enumerate((*NASTY[:6], "\x1b]0;owned\x07", *NASTY[8:], *NASTY[:3]), start=1)
    ]  # fmt: skip
    archive = tmp_path / "\u202eactivities\u2066.csv"
    archive.write_text(export(*rows), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "plugin", "replay", str(archive), "--timezone", "UTC", "--format", form],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "\x1b" not in ended.stdout + ended.stderr
    assert not TURNING.search(ended.stdout + ended.stderr)
    if form == "html":
        assert "<script>alert" not in ended.stdout
        assert "<img src=x" not in ended.stdout
        assert not re.search(r"<[a-z]+[^>]* onmouseover=", ended.stdout)


def test_a_list_that_grows_when_it_is_parsed_needs_little_more_memory_than_its_file(tmp_path: Path) -> None:
    one = {"id": 1, "type": "Run", "start_date": "2026-11-01T08:00:00Z", "distance": 5000, "laps": [[]] * 50_000}
    text = "[" + ",".join(json.dumps({**one, "id": number}) for number in range(1, 41)) + "]"
    (tmp_path / "list.json").write_text(text)
    tracemalloc.start()
    try:
        archive = read(tmp_path / "list.json", zone=None)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(archive.runs) == 40
    assert peak < 3 * len(text)


def test_one_activity_without_end_is_refused_in_a_sentence(tmp_path: Path) -> None:
    row = '{"id": 1, "start_date": "2026-11-01T08:00:00Z", "laps": [' + "[]," * activity_json.MOST_OF_ONE + "[]]}"
    (tmp_path / "list.json").write_text(f"[{row}, {row}, {row}]")
    with pytest.raises(BadSource, match=r"no whole JSON .*longer than 2000000 characters"):
        read(tmp_path / "list.json", zone=None)


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_more_activities_than_a_life_holds_are_refused(tmp_path: Path, kind: str) -> None:
    numbers, day = range(gathering.MOST_ACTIVITIES + 1), "2026-11-01T08:00:00Z"
    if kind == "json":
        text = json.dumps([{"id": number, "type": "Ride", "start_date": day} for number in numbers])
    else:
        rows = (f"{number},{day},Ride,5,5" for number in numbers)
        text = "\n".join(["id,start_date_local,type,distance_m,moving_time_s", *rows])
    (tmp_path / f"list.{kind}").write_text(text)
    with pytest.raises(BadSource, match="more than 100000 activities"):
        read(tmp_path / f"list.{kind}", zone=None)
