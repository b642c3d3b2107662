"""A served sandbox and an app that talks to it over real HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from plugin.sandbox import ROBIN, Served, served
from tests.paths import SHARED

SCOPES = "read,activity:read,activity:read_all,activity:write"
SECRET = {"client_id": "12345", "client_secret": "sandbox-secret"}


@dataclass
class FootApp:
    """What an app does at Strava, and what a test does behind the scenes."""

    strava: Served
    http: requests.Session = field(default_factory=requests.Session)
    token: str = ""
    refresh_token: str = ""

    def __post_init__(self) -> None:
        self.http.trust_env = False

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        return self.http.request(
            method, f"{self.strava.url}/api/v3{path}", headers=headers, timeout=20, allow_redirects=False, **more
        )

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.call("GET", path, params=params)

    def put(self, path: str, **fields: Any) -> requests.Response:
        return self.call("PUT", path, json=fields)

    def behind(self, method: str, path: str, /, **body: Any) -> Any:
        answer = self.http.request(method, f"{self.strava.url}/sandbox{path}", json=body, timeout=20)
        assert answer.ok, answer.text
        return answer.json()

    def record(self, athlete: int = ROBIN, **fields: Any) -> dict[str, Any]:
        return self.behind("POST", f"/athletes/{athlete}/activities", **fields)

    def fault(self, kind: str, **more: Any) -> int:
        return self.behind("POST", "/faults", kind=kind, **more)["number"]

    def consent(self, *, athlete: int = ROBIN, scopes: str = SCOPES, tick: str | None = None, decision: str = "allow"):
        """The answers to the consent page, in a dict: code, scope, state or error."""
        asked = {
            "client_id": "12345",
            "redirect_uri": "http://localhost:9/back",
            "response_type": "code",
            "approval_prompt": "auto",
            "scope": scopes,
            "state": "a state",
        }
        form = {"decision": decision, "athlete": str(athlete), "scope": (tick or scopes).split(",")}
        answer = self.http.post(
            f"{self.strava.url}/oauth/authorize", params=asked, data=form, allow_redirects=False, timeout=20
        )
        assert answer.status_code == 302, answer.text
        return {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["Location"]).query).items()}

    def ask_token(self, **form: str) -> requests.Response:
        return self.http.post(f"{self.strava.url}/oauth/token", data=SECRET | form, timeout=20)

    def connect(self, **how: Any) -> FootApp:
        answer = self.ask_token(grant_type="authorization_code", code=self.consent(**how)["code"]).json()
        self.token, self.refresh_token = answer["access_token"], answer["refresh_token"]
        return self

    until = staticmethod(lambda holds: until(holds))

    def subscribe(self, callback_url: str) -> requests.Response:
        form = SECRET | {"callback_url": callback_url, "verify_token": "verify me"}
        return self.http.post(f"{self.strava.url}/api/v3/push_subscriptions", data=form, timeout=20)


@dataclass
class Callback:
    """A receiver of events: `answers` are the statuses for the next deliveries, then 200."""

    url: str
    events: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    signatures: list[str | None] = field(default_factory=list)
    challenge: Callable[[str], str] = lambda challenge: challenge

    def wait_for(self, number: int, within_s: float = 20) -> list[dict[str, Any]]:
        until(lambda: len(self.events) >= number, within_s)
        return self.events


def until(holds: Callable[[], object], within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def strava() -> Iterator[Served]:
    with served(retry_s=0.05) as running:
        yield running


@pytest.fixture
def app(strava: Served) -> FootApp:
    """An app nobody has let in yet."""
    return FootApp(strava)


@pytest.fixture
def connected(app: FootApp) -> FootApp:
    """An app that Robin has let do everything it asked for."""
    return app.connect()


@pytest.fixture
def newest(connected: FootApp) -> dict[str, Any]:
    """Robin's latest activity, as the list shows it."""
    return connected.get("/athlete/activities", per_page=1).json()[0]


@pytest.fixture
def callback() -> Iterator[Callback]:
    class Receiver(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)["hub.challenge"][0]
            self._say(200, json.dumps({"hub.challenge": here.challenge(asked)}))

        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = here.answers.pop(0) if here.answers else 200
            here.signatures.append(self.headers.get("X-Strava-Signature"))
            here.events.append(event)
            self._say(status, "{}")

        def _say(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    here = Callback(f"http://127.0.0.1:{server.server_port}/hook")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield here
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Strava's API description and recorded answers, which lie beside the repository where it is worked on."""
    if not SHARED.is_dir():
        pytest.skip(f"Strava's description and recorded answers are not here ({SHARED})")
    return SHARED
