"""A house of real processes: `footnote serve`, the sandbox, a mail server; each test file has one of its own.

Nothing here looks inside the product but `store` and `inbox`, which open the same folder as a command would.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

import requests

from plugin.monitoring.parent_death_signal import die_with_parent
from plugin.ports import NOTE_CHECK
from plugin.sandbox.demo.forms import form_with, forms_on, send
from plugin.settings.encryption import Keyring
from plugin.settings.environment import OperatorSettings
from plugin.stores.tiny import TinyInbox, TinyStore
from tests.e2e.mailbox import Mailbox
from tests.e2e.strava import Strava
from tests.free_ports import free_port
from tests.paths import ROOT

KEY = "an-e2e-key-that-is-long-enough-0123456789abcdef"
OURS = {name.upper() for name in OperatorSettings.model_fields} | {"DYNO"}
Answer = TypeVar("Answer")


def until(run_record: Callable[[], Answer], what: str, *, seconds: float = 30, every: float = 0.1) -> Answer:
    """What `run_record` gives once it gives something; AssertionError when the time is over."""
    give_up = time.monotonic() + seconds
    while True:
        if found := run_record():
            return found
        assert time.monotonic() < give_up, f"waited {seconds:g} s in vain for {what}"
        time.sleep(every)


def lines_once_done(said: str, run: int) -> list[dict[str, Any]]:
    """The log's lines; none before the one that says that the event's delivery is done, which comes after the note."""
    lines = [json.loads(line) for line in said.splitlines() if line.endswith("}")]
    is_done = any(
        (line["event"], line.get("run"), line.get("why"), line.get("outcome")) == ("done", run, "event", "done")
        for line in lines
    )
    return lines if is_done else []


def follow_one_run(lines: Sequence[dict[str, Any]], run: int, runner: int) -> None:
    """Its story can be followed through every line of the log, the try that failed included."""
    story = [line for line in lines if line.get("run") == run]
    assert any(line["event"].startswith("retry in") for line in story)
    assert {line.get("runner") for line in story} == {runner}
    assert all(line.get("delivery") for line in story)
    done = [line for line in story if line["event"] == "done" and line["why"] == "event"]
    assert {line["outcome"] for line in done} == {"again", "done"}
    assert [line["channel"] for line in done if line["rule"]] == ["private_note"]
    steady = ["timestamp", "level", "event", "delivery", "runner", "run", "why", "outcome", "rule", "channel", "ms"]
    assert {tuple(line)[:11] for line in done} == {tuple(steady)}
    # What is written while a delivery is worked off carries its ids, whichever part of the product writes it.
    at_work = [
        line for line in lines if line.get("logger", "").startswith(("footnote.dispatcher", "footnote.workflow"))
    ]
    assert at_work
    assert all({"delivery", "runner", "run"} <= line.keys() for line in at_work)


class Application:
    """Where everything is, and the processes as they run just now. Settings are given in lower case."""

    def __init__(self, folder: Path, *, program: str = "", **settings: str) -> None:
        self.folder, self.program = folder, program
        self.port, sandbox_port, smtp_port = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.strava = Strava(f"http://127.0.0.1:{sandbox_port}")
        self.mailbox = Mailbox(smtp_port)
        self.keyring = Keyring(KEY)
        self.data = folder / "var"
        given = {
            "strava_client_id": "12345",
            "strava_client_secret": "sandbox-secret",
            "strava_api_url": f"{self.strava.url}/api/v3",
            "strava_oauth_url": f"{self.strava.url}/oauth",
            "secret_key": KEY,
            "public_url": self.url,
            "port": str(self.port),
            "data_dir": str(self.data),
            "smtp_url": f"smtp://127.0.0.1:{smtp_port}",
            "mail_from": "Footnote <footnote@example.org>",
            "settle_seconds": "0",
            "athlete_limit": "1000",
            # Each browser of ours comes from an address of its own: the limits against floods are others' to test.
            "trusted_proxies": "1",
        } | settings
        self.environ = {name: value for name, value in os.environ.items() if name not in OURS}
        self.environ |= {"PYTHONPATH": str(ROOT), **{name.upper(): value for name, value in given.items() if value}}
        self.site: subprocess.Popen[bytes] | None = None
        self._sandbox: subprocess.Popen[bytes] | None = None
        self._visitors = 0

    # --- processes ----------------------------------------------------------------------------------------------------

    @property
    def hook(self) -> str:
        """The webhook's address."""
        return f"{self.url}/strava/webhook/{self.keyring.webhook_secret}"

    def open(self) -> Self:
        """Sandbox and mail server; the site is started apart."""
        self.mailbox.open()
        port = self.strava.url.rsplit(":", 1)[1]
        self._sandbox = self._started("sandbox", [sys.executable, "-m", "plugin", "sandbox", "--port", port])
        self._await(f"{self.strava.url}/sandbox/state", self._sandbox)
        # Nobody here wants to be held up by the limits that are not the story.
        many = dict.fromkeys(("overall_quarter", "overall_day", "read_quarter", "read_day"), 1_000_000)
        self.strava.ask("PUT", "/limits", **many)
        return self

    def start(self, *, subscribed: bool = True) -> Self:
        """The site, answering; by default until Strava knows where to send events."""
        self.launch()
        assert self.site is not None
        self._await(f"{self.url}/healthz", self.site)
        # As an installation that has told private notes before: the first of all is read again, which costs a read.
        self.store.change_key_value(NOTE_CHECK, lambda was: {"found": "kept and shown"} | was)
        if subscribed:
            until(lambda: self.strava.ask("GET", "/subscription"), "the push subscription")
        return self

    def launch(self) -> subprocess.Popen[bytes]:
        """The site's process, not waited for."""
        command = ["-m", self.program] if self.program else ["-m", "plugin", "serve"]
        self.site = self._started("site", [sys.executable, *command])
        return self.site

    def stop(self, *, within_s: float = 25) -> int:
        """SIGTERM; the exit code."""
        assert self.site is not None
        self.site.send_signal(signal.SIGTERM)
        return self.site.wait(within_s)

    def kill(self) -> None:
        """kill -9."""
        assert self.site is not None
        self.site.kill()
        self.site.wait()

    def close(self) -> None:
        for process in (self.site, self._sandbox):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        self.mailbox.close()

    def command(self, *arguments: str, within_s: float = 90, **settings: str) -> subprocess.CompletedProcess[str]:
        """A footnote command beside whatever runs, with the same settings and those given on top."""
        environ = self.environ | {name.upper(): value for name, value in settings.items()}
        return subprocess.run(
            [sys.executable, "-m", "plugin", *arguments],
            cwd=self.folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )

    def said(self) -> str:
        """All the site has written, to stdout and stderr."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("site.*")))

    def _started(self, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.out").open("ab") as out, (self.folder / f"{name}.err").open("ab") as err:
            return subprocess.Popen(
                command, cwd=self.folder, env=self.environ, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                preexec_fn=die_with_parent,
            )  # fmt: skip

    def _await(self, url: str, process: subprocess.Popen[bytes]) -> None:
        def answers() -> bool:
            assert process.poll() is None, self.said()[-3000:]
            with suppress(requests.RequestException):
                return requests.get(url, timeout=5).status_code == 200
            return False

        until(answers, url, seconds=60, every=0.05)

    # --- what is kept -------------------------------------------------------------------------------------------------

    @property
    def store(self) -> TinyStore:
        return TinyStore(self.data, self.keyring)

    @property
    def inbox(self) -> TinyInbox:
        return TinyInbox(self.data, self.keyring)

    def rests(self, runner: int | None = None) -> bool:
        """Nothing (of a runner) is under way or due soon: what is left waits for a later look or for the operator."""
        soon = datetime.now(UTC) + timedelta(minutes=5)
        kept = self.inbox.everything() if runner is None else self.inbox.of_runner(runner)
        return not any(one.state == "taken" or (one.state == "waiting" and one.due_at < soon) for one in kept)

    def traces(self, *words: str) -> list[str]:
        """Files of the folder whose name or content holds one of the words."""
        found = []
        for path in sorted(self.data.rglob("*")):
            with suppress(OSError):
                held = path.name.encode() + (path.read_bytes() if path.is_file() else b"")
                found += [f"{path.name}: {word}" for word in words if word.encode() in held]
        return found

    # --- runners ------------------------------------------------------------------------------------------------------

    def browser(self) -> requests.Session:
        self._visitors += 1
        browser = requests.Session()
        browser.trust_env = False
        browser.headers["X-Forwarded-For"] = f"10.0.{self._visitors // 250}.{self._visitors % 250 + 1}"
        return browser

    def connect(self, runner: int, *, browser: requests.Session | None = None, **choice: str) -> requests.Session:
        """Through the consent form and Strava's page; the browser that is logged in. Its page is filled."""
        browser = browser or self.browser()
        front = browser.get(f"{self.url}/", timeout=20)
        # Who is signed in finds the button on their own page, when it is needed.
        page = front if form_with(front, "agree") else browser.get(f"{self.url}/me", timeout=20)
        form = form_with(page, "agree") or next(
            (one for one in forms_on(page) if one.action.endswith("/connect")), None
        )
        assert form is not None, front.text[:2000]
        consent = send(browser, form, {"agree": "yes", "channel": "private_note"} | choice)
        if not consent.url.startswith(self.url):
            asked = form_with(consent, "decision")
            assert asked is not None, consent.text[:2000]
            consent = send(browser, asked, {"decision": "allow", "athlete": str(runner)})
        assert consent.url.startswith(f"{self.url}/me"), f"{consent.status_code} {consent.url}: {consent.text[:2000]}"
        until(lambda: (seen := self.store.snapshot(runner)) and seen.progress == "done", "the page to be filled")
        return browser

    def mailed(self, browser: requests.Session, address: str) -> None:
        """Switch to mail and confirm the address by the link in the mail."""
        page = browser.get(f"{self.url}/me/settings", timeout=20)
        form = form_with(page, "channel", "email")
        assert form is not None
        send(browser, form, {"channel": "email", "email": address})
        mail = until(lambda: self.mailbox.to(address, "confirm"), "the mail to confirm")[0]
        link = mail.link("confirm")
        assert send(browser, forms_on(browser.get(link, timeout=20))[0], {}).status_code == 200

    def leave(self, browser: requests.Session) -> requests.Response:
        """The button to disconnect."""
        for path in ("/me", "/me/settings"):
            for form in forms_on(browser.get(f"{self.url}{path}", timeout=20)):
                if form.action.endswith("/me/disconnect"):
                    return send(browser, form, {})
        raise AssertionError("no button to disconnect")

    def post(self, event: Any, **more: Any) -> requests.Response:
        """An event posted to the webhook by somebody who knows its address."""
        return requests.post(self.hook, json=event, timeout=10, **more)


@contextmanager
def house_in(folder: Path, *, starts: bool = True, **more: str) -> Iterator[Application]:
    """A house with everything running, ended however the test ends."""
    application = Application(folder, **more)
    try:
        application.open()
        yield application.start() if starts else application
    finally:
        application.close()
