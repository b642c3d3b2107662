"""One attack of each kind that once worked, from outside, on the site of any checkout.

    python -m tests.hard.kinds --checkout ../footnote-63e9427

prints what held and what did not. `tests/security` runs it on this one, where everything must hold.
"""

from __future__ import annotations

import argparse
import base64
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import requests

from plugin.sandbox.demo.forms import form_with, forms_on, send
from tests.e2e.harness import Application, until
from tests.free_ports import free_port
from tests.paths import ROOT
from tests.security.shapes import SHAPES

HELD = ""
PROBES: dict[str, Callable[[Application], str]] = {}
MEASURED = "6 work grows with the text"
"""By a measured time, which no test may depend on: only the command tells."""
BLOCKS = """
import time
try:
    from plugin.notes.own_words import own_words
except ImportError:
    from plugin.recall import _own_words as own_words
def cost(blocks):
    text = "— Footnote —\\nx\\n— end of footnote —\\n" * blocks
    began = time.process_time()
    own_words(text)
    return time.process_time() - began
print(min(cost(1000) for _ in range(3)) / max(min(cost(250) for _ in range(3)), 1e-6))
"""


class OfCheckout(Application):
    """A house whose site runs from a checkout; sandbox and mail server are of this one."""

    def __init__(self, folder: Path, checkout: Path, **settings: str) -> None:
        super().__init__(folder, reread_hours="0", **settings)
        self.checkout = checkout

    def _started(self, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        ours = self.environ["PYTHONPATH"]
        try:
            self.environ["PYTHONPATH"] = str(self.checkout if name == "site" else ROOT)
            return super()._started(name, command)
        finally:
            self.environ["PYTHONPATH"] = ours


def probe(kind: str) -> Callable[[Callable[[Application], str]], Callable[[Application], str]]:
    """Registers what answers HELD or says what was seen."""

    def keep(attack: Callable[[Application], str]) -> Callable[[Application], str]:
        PROBES[kind] = attack
        return attack

    return keep


@probe("3 a session that ended stays ended")
def ended_session(application: Application) -> str:
    runner = application.strava.runner()
    browser = application.connect(runner)
    thief = application.browser()
    thief.cookies.update(browser.cookies)
    page = browser.get(f"{application.url}/me", timeout=20)
    out = next(form for form in forms_on(page) if form.action.endswith("/sign-out"))
    send(browser, out, {})
    agree = form_with(thief.get(f"{application.url}/", timeout=20), "agree")
    assert agree is not None
    thief.post(agree.action, data=agree.filled(agree="yes"), timeout=20, allow_redirects=False)
    signed = " ".join(_payload(cookie.value or "") for cookie in thief.cookies if cookie.name.endswith("fn"))
    return "the copied session was signed anew" if str(runner) in signed else HELD


def _payload(cookie: str) -> str:
    is_packed, body = cookie.startswith("."), cookie.lstrip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    return (zlib.decompress(raw) if is_packed else raw).decode(errors="replace")


@probe("4 codes are earned")
def made_up_codes(application: Application) -> str:
    browser = application.browser()

    def exchanges() -> int:
        return sum(call["path"].endswith("/oauth/token") for call in application.strava.calls(method="POST"))

    before = exchanges()
    for number in range(12):
        agree = form_with(browser.get(f"{application.url}/", timeout=20), "agree")
        assert agree is not None
        there = browser.post(agree.action, data=agree.filled(agree="yes"), timeout=20, allow_redirects=False)
        state = requests.Request("GET", there.headers["Location"]).prepare().url or ""
        state = state.split("state=")[1].split("&")[0]
        browser.get(
            f"{application.url}/connect/callback?state={state}&code={number:040x}&scope=read,activity:read",
            timeout=20,
            allow_redirects=False,
        )
    return f"{many} of 12 made-up codes were asked for" if (many := exchanges() - before) > 8 else HELD


@probe("4 answers are about runs on record")
def answers_to_nothing(application: Application) -> str:
    browser = application.connect(application.strava.runner())
    page = browser.get(f"{application.url}/me/settings", timeout=20)
    form = form_with(page, "channel")
    assert form is not None
    token = dict(form.fields)["csrf_token"]
    for number in range(5):
        asked = {"csrf_token": token, "do": "not-for-me", "rule": "long_run", "run": str(990_000_000 + number)}
        browser.post(f"{application.url}/me/say", data=asked, timeout=20, allow_redirects=False)
    export = browser.get(f"{application.url}/me/export", timeout=20).json()
    kept = _found(export, "dismissals")
    return f"{len(kept)} answers to runs that do not exist are kept" if kept else HELD


def _found(value: Any, name: str) -> list[Any]:
    if isinstance(value, dict):
        return [*(value.get(name) or ()), *(one for inner in value.values() for one in _found(inner, name))]
    return [one for inner in value for one in _found(inner, name)] if isinstance(value, list) else []


@probe("5 names are sealed on the disk")
def names_on_disk(application: Application) -> str:
    application.connect(application.strava.runner("Quirina Zanzibar"))
    return "; ".join(application.traces("Quirina"))


@probe(MEASURED)
def stripping(application: Application) -> str:
    """CPU time for four times the text: 4 if it is read once, 16 if each line is held against each."""
    assert isinstance(application, OfCheckout)
    environ = application.environ | {"PYTHONPATH": str(application.checkout)}
    told = subprocess.run(
        [sys.executable, "-c", BLOCKS], env=environ, cwd=application.folder, check=True, capture_output=True, text=True
    )
    ratio = float(told.stdout)
    return f"four times the text costs {ratio:.0f} times the work" if ratio > 9 else HELD


@probe("7 a mailbox is not flooded")
def flooded_mailbox(application: Application) -> str:
    browser = application.connect(application.strava.runner())
    for number in range(6):
        form = form_with(browser.get(f"{application.url}/me/settings", timeout=20), "channel")
        assert form is not None
        send(browser, form, {"channel": "email", "email": f"victim+{number}@example.org"})
    many = sum(len(application.mailbox.to(f"victim+{number}@example.org")) for number in range(6))
    return f"{many} mails came to one mailbox" if many > 3 else HELD


@probe("8 a number beyond 64 bits is refused")
def huge_number(application: Application) -> str:
    event = {"object_type": "activity", "object_id": 2**70, "aspect_type": "create", "owner_id": 1,
             "subscription_id": 1, "updates": {}, "event_time": 1_760_000_000}  # fmt: skip
    status = application.post(event).status_code
    return HELD if status == 400 else f"answered {status}"


@probe("8 no log says who called")
def callers_in_the_log(application: Application) -> str:
    browser = application.browser()
    address = str(browser.headers["X-Forwarded-For"])
    for _ in range(305):
        browser.get(f"{application.url}/connect/callback", timeout=20)
    return f"{address} is in the log" if address in application.said() else HELD


@probe("8 a folder that all may write to stops the start")
def open_folder(application: Application) -> str:
    return _starts_nevertheless(application, mode=0o777)


@probe("8 a key of one letter stops the start")
def weak_key(application: Application) -> str:
    return _starts_nevertheless(application, secret_key="a" * 40)


def _starts_nevertheless(application: Application, *, mode: int = 0o700, **settings: str) -> str:
    assert isinstance(application, OfCheckout)
    folder = Path(tempfile.mkdtemp(dir=application.folder))
    with closing(OfCheckout(folder, application.checkout, **settings)) as other:
        other.data.mkdir()
        other.data.chmod(mode)
        site = other.launch()

        def outcome() -> str:
            if site.poll() is not None:
                return "ended"
            with suppress(requests.RequestException):
                return "started" if requests.get(f"{other.url}/healthz", timeout=5).status_code == 200 else ""
            return ""

        return HELD if until(outcome, "a start or an end", seconds=60) == "ended" else "it started"


@probe("1 no file of the current folder is run")
def file_in_the_folder(application: Application) -> str:
    assert isinstance(application, OfCheckout)
    folder = Path(tempfile.mkdtemp(dir=application.folder))
    (folder / "tinydb.py").write_text("print('run in place of ours', flush=True)\nraise SystemExit(9)\n")
    with closing(OfCheckout(folder, application.checkout)) as other:
        site = other.launch()
        with suppress(AssertionError):
            other._await(f"{other.url}/healthz", site)
        return "a tinydb.py of the folder was run" if "in place of ours" in other.said() else HELD


@probe("8 no other site drives the sandbox")
def rebound_sandbox(application: Application) -> str:
    assert isinstance(application, OfCheckout)
    port = free_port()
    command = [sys.executable, "-m", "plugin", "sandbox", "--port", str(port)]
    sandbox = subprocess.Popen(
        command,
        env=application.environ | {"PYTHONPATH": str(application.checkout)},
        cwd=tempfile.mkdtemp(dir=application.folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}/sandbox/state"
        application._await(url, sandbox)
        status = requests.get(url, headers={"Host": f"evil.example:{port}"}, timeout=20).status_code
        return HELD if status >= 400 else f"a foreign host name was answered {status}"
    finally:
        sandbox.kill()
        sandbox.wait()


@probe("2 one runner's events leave calls for others")
def one_takes_all(application: Application) -> str:
    one, other = application.strava.runner(), application.strava.runner()
    for runner in (one, other):
        application.connect(runner)
    application.strava.ask("PUT", "/limits", read_quarter=100, read_day=1000)
    for number in range(200):
        application.strava.forge(one, 990_000_000 + number)
    until(lambda: all(event["state"] != "waiting" for event in application.strava.events()), "the events", seconds=60)
    with suppress(AssertionError):
        until(lambda: application.rests(one), "their work to be done", seconds=10)
    run = application.strava.record(other)
    try:
        until(lambda: application.strava.has_note(run), "the other's note", seconds=40)
    except AssertionError:
        return "the other runner's note did not come"
    finally:
        application.strava.ask("PUT", "/limits", read_quarter=1_000_000, read_day=1_000_000)
    return HELD


@probe("1 slow connections silence nobody")
def silenced(application: Application) -> str:
    from tests.security.test_slow_callers import callers, trickling

    with ExitStack() as held:
        opened = held.enter_context(callers(application, 60, SHAPES["hide chunked behind blanks"]))
        opened += held.enter_context(callers(application, 60, SHAPES["write their length with zeros"]))
        held.enter_context(trickling(opened))
        try:
            status = requests.post(application.hook, json={}, timeout=30).status_code
        except requests.RequestException as wrong:
            return f"with 120 connections open the webhook does not answer ({type(wrong).__name__})"
    return HELD if status == 400 else f"with 120 connections open the webhook answers {status}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkout", type=Path, default=ROOT)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, closing(OfCheckout(Path(folder), given.checkout.resolve())) as house:
        house.open().start()
        seen = {kind: attack(house) for kind, attack in PROBES.items() if given.only in kind}
    for kind, what in sorted(seen.items()):
        print(f"{'held' if what == HELD else 'BROKEN':7} {kind}{': ' if what else ''}{what}")
    sys.exit(any(seen.values()))


if __name__ == "__main__":
    main()
