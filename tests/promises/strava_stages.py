"""Two stages for one play: the fake, and the live adapter against the sandbox as its own process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import requests

from plugin.errors import StravaClosed, StravaTrouble
from plugin.ports import Runner, Store, Strava, Tokens
from plugin.stores.memory import MemoryStore
from plugin.strava.client import StravaClient
from tests.fakes.strava import ALL_SCOPES, FakeStrava

RUNNER = 7
TROUBLE = ("server_error", "unavailable", "reset", "half", "html", "slow")
"""The sandbox's words for faults that pass."""


def clock() -> datetime:
    return datetime.now(UTC)


def wait_away_from_a_turn() -> None:
    """The sandbox's windows turn by the real clock: no test begins just before, or while the adapter waits for it."""
    while not 4 < clock().timestamp() % 900 < 890:
        threading.Event().wait(0.1)


class FakeStage:
    """FakeStrava, protocol_for to in the sandbox's words."""

    def __init__(self) -> None:
        self.store: Store = MemoryStore()
        self.fake = FakeStrava(store=self.store, clock=clock)
        self.strava: Strava = self.fake
        self.runner_id = RUNNER
        self.let_in(ALL_SCOPES)

    def let_in(self, scopes: frozenset[str]) -> None:
        tokens = self.fake.connect(self.runner_id, name="Kim", scopes=scopes)
        self.store.enrol(Runner(id=self.runner_id, connected_at=clock(), tokens=tokens), limit=10)

    def record(self, *, km: str, at: datetime, **more: Any) -> int:
        return self.fake.record(self.runner_id, km=float(km), at=at, **more)

    def add_pair(self, name: str, *, km: float) -> str:
        self.fake.add_pair("g77", name, km=km)
        return "g77"

    def retire(self, shoe: str) -> None:
        self.fake.pairs[shoe] = replace(self.fake.pairs[shoe], is_retired=True)

    def delete(self, run_id: int) -> None:
        self.fake.delete(run_id)

    def text(self, run_id: int, field: str) -> str:
        return str(getattr(self.fake.activities[run_id], field))

    def part(self) -> None:
        self.fake.disconnect(self.runner_id)

    def code(self) -> str:
        return self.fake.code(self.runner_id, name="Kim Sandberg")

    def fill(self) -> None:
        self.fake.connect(99)
        self.fake.athlete_limit = 1

    def counted(self) -> tuple[int, int]:
        return self.fake.reads, self.fake.writes

    def fault(self, kind: str, *, count: int | None = None) -> None:
        turn = clock() + timedelta(minutes=10)
        match kind:
            case "rate_limited" | "inactive":
                self.fake.fail(StravaClosed(kind, turn), times=count)
            case "note_ignored":
                self.fake.ignores_private_note = True
            case "partner":
                self.fake.is_partner = True
            case _ if kind in TROUBLE:
                self.fake.fail(StravaTrouble(kind), times=count)
            case _:
                raise AssertionError(kind)

    def mend(self) -> None:
        self.fake.mend()

    @contextmanager
    def callback(self) -> Iterator[str]:
        yield "https://footnote.example/strava/webhook/s3cret"


class LiveStage:
    """StravaClient, and the sandbox's control endpoints. Everybody and everything before is gone."""

    def __init__(self, url: str, *, call_s: float = 2.5) -> None:
        wait_away_from_a_turn()
        self._url = url
        self._control = requests.Session()
        self._control.trust_env = False
        self._tell("DELETE", "faults")
        self._tell("PUT", "limits", {"turn": True, "athletes": None})
        for athlete in self._tell("GET", "state")["athletes"]:
            self._tell("POST", f"athletes/{athlete['id']}/deauthorise")
        made = self._tell("POST", "athletes", {"firstname": "Kim", "lastname": "Sandberg", "timezone": "UTC"})
        self.runner_id: int = made["id"]
        self.store: Store = MemoryStore()
        self.strava: Strava = self.another(call_s=call_s)
        kept = self.strava.subscription()
        if kept is not None:
            self.strava.unsubscribe(kept.id)
        self.let_in(ALL_SCOPES)
        self._tell("DELETE", "calls")

    def another(self, *, store: Store | None = None, call_s: float = 5.0, now: Any = clock) -> StravaClient:
        """One more adapter, as another process would have it."""
        return StravaClient(
            client_id="12345",
            client_secret="sandbox-secret",
            api_url=f"{self._url}/api/v3",
            oauth_url=f"{self._url}/oauth/",
            store=store or self.store,
            clock=now,
            call_s=call_s,
        )

    def let_in(self, scopes: frozenset[str]) -> None:
        tokens = self.tokens(scopes)
        self.store.enrol(Runner(id=self.runner_id, connected_at=clock(), tokens=tokens), limit=10)
        self.store.change_runner(self.runner_id, lambda runner: replace(runner, tokens=tokens))

    def tokens(self, scopes: frozenset[str] = ALL_SCOPES) -> Tokens:
        told = self._tell("POST", f"athletes/{self.runner_id}/tokens", {"scopes": sorted(scopes)})
        ends = datetime.fromtimestamp(told["expires_at"], UTC)
        return Tokens(access=told["access_token"], refresh=told["refresh_token"], expires_at=ends)

    def record(self, *, km: str, at: datetime, **more: Any) -> int:
        words = {"sport": "sport_type", "shoe": "gear_id", "title": "name", "is_private": "private"}
        told = {words.get(name, name): value for name, value in more.items()}
        start = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = {"distance": float(km) * 1000, "start_date": start, "quiet": True, **told}
        return int(self._tell("POST", f"athletes/{self.runner_id}/activities", body)["id"])

    def record_many(self, starts: list[datetime]) -> None:
        rows = [{"distance": 5000.0, "start_date": start.strftime("%Y-%m-%dT%H:%M:%SZ")} for start in starts]
        self._tell("POST", f"athletes/{self.runner_id}/history", {"activities": rows})

    def add_pair(self, name: str, *, km: float) -> str:
        return str(self._tell("POST", f"athletes/{self.runner_id}/gear", {"name": name, "distance": km * 1000})["id"])

    def retire(self, shoe: str) -> None:
        self._tell("PUT", f"gear/{shoe}", {"retired": True})

    def delete(self, run_id: int) -> None:
        self._tell("DELETE", f"activities/{run_id}")

    def text(self, run_id: int, field: str) -> str:
        return self._tell("GET", f"activities/{run_id}").get(field) or ""

    def part(self) -> None:
        self._tell("POST", f"athletes/{self.runner_id}/deauthorise")

    def expire(self) -> None:
        """Access tokens are over now, whatever the books believe."""
        self._tell("POST", "tokens/expire", {"athlete": self.runner_id})

    def code(self) -> str:
        query = {
            "client_id": "12345",
            "redirect_uri": "http://localhost/connect/callback",
            "response_type": "code",
            "scope": ",".join(ALL_SCOPES),
        }
        form = {"decision": "allow", "athlete": self.runner_id, "scope": sorted(ALL_SCOPES)}
        answer = self._control.post(f"{self._url}/oauth/authorize", params=query, data=form, allow_redirects=False)
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    def fill(self) -> None:
        other = self._tell("POST", "athletes", {"firstname": "Robin"})
        self._tell("POST", f"athletes/{other['id']}/tokens", {})
        self._tell("PUT", "limits", {"athletes": 1})

    def counted(self) -> tuple[int, int]:
        told = self._tell("GET", "calls")
        return told["reads"], told["writes"]

    def counts(self) -> dict[str, int]:
        return dict(self._tell("GET", "calls")["counts"])

    def forget_calls(self) -> None:
        self._tell("DELETE", "calls")

    def limit(self, **numbers: Any) -> None:
        self._tell("PUT", "limits", numbers)

    def fault(self, kind: str, *, count: int | None = None, **more: Any) -> None:
        self._tell("POST", "faults", {"kind": kind, "count": count, "seconds": 5.0, **more})

    def mend(self) -> None:
        self._tell("DELETE", "faults")

    @contextmanager
    def callback(self) -> Iterator[str]:
        """A server that shakes hands with anybody."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _ShakesHands)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/strava/webhook/s3cret"
        finally:
            server.shutdown()
            server.server_close()
            thread.join(5)

    def _tell(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._control.request(method, f"{self._url}/sandbox/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()


class _ShakesHands(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        body = orjson.dumps({"hub.challenge": asked["hub.challenge"][0]})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: Any) -> None:
        """Quiet."""


Stage = FakeStage | LiveStage
