"""Plays the demo through without a browser: connect, record, read the note, switch to mail, disconnect."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import requests

from plugin.sandbox.demo.forms import PATIENCE_S, Form, form_with, forms_on, send

if TYPE_CHECKING:
    from plugin.sandbox.demo.processes import Stage

Answer = TypeVar("Answer")
DEADLINE_S = 90
ADDRESS = "robin@example.org"
BEGIN = "— Footnote —"


class NotAsExpected(Exception):
    """The step that failed, and what was there instead."""


def walk(stage: Stage, over: threading.Event) -> Iterator[str]:
    """Yields a sentence per step; raises NotAsExpected at the first that fails."""
    try:
        yield from Visit(stage, over).steps()
    except requests.RequestException as error:
        raise NotAsExpected(f"A page did not answer: {error}") from error


class Visit:
    """One browser session and the runner it connects."""

    def __init__(self, stage: Stage, over: threading.Event) -> None:
        self.stage, self.over = stage, over
        self.browser = requests.Session()
        self.browser.trust_env = False

    def steps(self) -> Iterator[str]:
        """In the order of the guide on the terminal."""
        athlete = self.state()["athletes"][0]["id"]
        self.connect()
        yield "connected through the consent page of the sandbox"
        self._await("the weeks on /me", self._weeks)
        yield "/me shows the weeks and the next run's ceiling"
        if self.stage.with_faults:
            self._take_over()
            yield "took the push subscription over from another program, as the operator's command said so"
        self._await("the push subscription", lambda: self.state()["subscription"])
        run = self.record(athlete, "long")
        note = self._await("the note on the run", lambda: self._note(run))
        yield f"recorded a long run, and its owner reads: {_first_line(note)}"
        if BEGIN in self._page(f"{self.stage.sandbox}/activities/{run}?as=follower").text:
            raise NotAsExpected("A follower can read the note.")
        yield "a follower of the runner does not see the note"
        self._switch_to_mail()
        yield "switched to email and confirmed the address by the link in the mail"
        self.record(athlete, "shoes")
        mail = self._await("a note by mail", lambda: self._mail(lambda text: "/mail/snooze/" in text))
        yield f"recorded another run, and the mail says: {mail['subject']}"
        digest = self._weekly_mail()
        yield f"pressed the demo's button for the weekly mail, and it says: {digest['subject']}"
        if self._page(f"{self.stage.site}/status").status_code != 200:
            raise NotAsExpected("The demo's runner does not see /status.")
        self._leave(athlete)
        yield "disconnected, and nothing of the runner is left on the disk"

    def connect(self) -> None:
        """Through the consent page of the sandbox to /me."""
        consent = self._sent(form_with(self._page(f"{self.stage.site}/"), "agree"), agree="yes", channel="private_note")
        me = self._sent(form_with(consent, "decision"), decision="allow")
        if not me.url.startswith(f"{self.stage.site}/me"):
            raise NotAsExpected(f"Connecting ended at {me.url} ({me.status_code}) instead of /me.")

    def _take_over(self) -> None:
        """Strava refuses it at first, and says why."""
        if self.state()["subscription"]:
            raise NotAsExpected("The other program's push subscription was deleted unasked.")
        for _ in range(6):
            if self.stage.command("subscription", "create", "--take-over").returncode == 0:
                return
        raise NotAsExpected("The push subscription could not be taken over.")

    def _weeks(self) -> bool:
        page = self._page(f"{self.stage.site}/me")
        return page.status_code == 200 and "<svg" in page.text and bool(re.search(r"\d\.\d\skm", page.text))

    def record(self, athlete: int, scenario: str) -> int:
        """Press a button of the sandbox; returns the id of the last run it recorded."""
        played = requests.post(
            f"{self.stage.sandbox}/sandbox/athletes/{athlete}/scenario/{scenario}", json={}, timeout=PATIENCE_S
        )
        return int(played.json()["ids"][-1])

    def _note(self, run: int) -> str:
        seen = requests.get(f"{self.stage.sandbox}/sandbox/activities/{run}", timeout=PATIENCE_S).json()
        text = str(seen.get("private_note") or "")
        return text if BEGIN in text else ""

    def _switch_to_mail(self) -> None:
        settings = form_with(self._page(f"{self.stage.site}/me/settings"), "channel", "email")
        self._sent(settings, channel="email", email=ADDRESS)
        mail = self._await("the mail to confirm", lambda: self._mail(lambda text: "/mail/confirm/" in text))
        link = re.search(rf"{re.escape(self.stage.site)}/mail/confirm/\S+", mail["text"])
        if link is None:
            raise NotAsExpected("The mail has no link to confirm the address.")
        page = self._page(link[0])
        form = form_with(page)
        done = self._sent(form)
        if done.status_code != 200:
            raise NotAsExpected(f"Confirming the address answered {done.status_code}.")

    def _mail(self, wanted: Callable[[str], bool]) -> dict[str, str]:
        mails = requests.get(f"{self.stage.mail}/mails.json", timeout=PATIENCE_S).json()
        return next((mail for mail in mails if mail["to"] == ADDRESS and wanted(mail["text"])), {})

    def _weekly_mail(self) -> dict[str, str]:
        self._sent(_form_to(self._page(f"{self.stage.mail}/"), "/now/digest"))
        others = ("/mail/snooze/", "/mail/confirm/")
        return self._await("the weekly mail", lambda: self._mail(lambda text: not any(one in text for one in others)))

    def _leave(self, athlete: int) -> None:
        pages = [self._page(f"{self.stage.site}{path}") for path in ("/me", "/me/settings")]
        forms = [form for page in pages for form in [_form_to(page, "/me/disconnect")] if form is not None]
        self._sent(forms[0] if forms else None)
        self._await("everything of the runner to be gone", lambda: not self._left(athlete))

    def _left(self, athlete: int) -> list[str]:
        """Files that still hold the runner's id, name or address."""
        traces = (str(athlete).encode(), b"Robin", ADDRESS.encode())
        left = []
        for path in self.stage.data.rglob("*"):
            with contextlib.suppress(OSError):  # a folder, or gone while we look
                held = path.name.encode() + path.read_bytes()
                left += [path.name for trace in traces if trace in held]
        return left

    def state(self) -> Any:
        """The sandbox's state."""
        return requests.get(f"{self.stage.sandbox}/sandbox/state", timeout=PATIENCE_S).json()

    def _page(self, address: str) -> requests.Response:
        return self.browser.get(address, timeout=PATIENCE_S)

    def _sent(self, form: Form | None, **values: str) -> requests.Response:
        if form is None:
            raise NotAsExpected("A form that should be on the page is not there.")
        return send(self.browser, form, values)

    def _await(self, what: str, look: Callable[[], Answer]) -> Answer:
        """The first non-empty result of `look`."""
        give_up = time.monotonic() + DEADLINE_S
        while time.monotonic() < give_up:
            if found := look():
                return found
            if self.over.wait(0.2):
                raise NotAsExpected("It was ended from outside.")
        raise NotAsExpected(f"Waited {DEADLINE_S} s for {what} in vain.")


def _form_to(page: requests.Response, path: str) -> Form | None:
    return next((form for form in forms_on(page) if form.action.endswith(path)), None)


def _first_line(note: str) -> str:
    lines = note.split(BEGIN, 1)[1].strip().splitlines()
    return lines[0] if lines else ""
