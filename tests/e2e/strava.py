"""Strava's side of a story: the sandbox's process, driven from outside by its control endpoints."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

BEGIN, END = "— Footnote —", "— end of footnote —"
FIRST_ID = 70_000_001
SHORT_M, LONG_M = 5000.0, 15000.0


def midday_zone(now: datetime) -> str:
    """A zone in which it is about noon, so that no test comes near a midnight or an evening look."""
    ahead = 12 - now.hour
    return f"Etc/GMT{'-' if ahead >= 0 else '+'}{abs(ahead)}"


@dataclass
class Strava:
    """The control endpoints in a test's words. Activities are the sandbox's own JSON, private notes included."""

    url: str
    http: requests.Session = field(default_factory=requests.Session)
    _ids: Any = field(default_factory=lambda: itertools.count(FIRST_ID))

    def __post_init__(self) -> None:
        self.http.trust_env = False

    def ask(self, method: str, path: str, /, **body: Any) -> Any:
        answer = self.http.request(method, f"{self.url}/sandbox{path}", json=body, timeout=30)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def runner(self, name: str = "Ada", *, weeks: int = 8, **more: Any) -> int:
        """An athlete with an even history of short runs every other day; the last was two days ago."""
        now = datetime.now(UTC)
        starts = [now - timedelta(days=day) for day in range(2, 7 * weeks, 2)]
        rows = [{"distance": SHORT_M, "start_date": f"{start:%Y-%m-%dT%H:%M:%SZ}"} for start in starts]
        runner: int = next(self._ids)
        asked = {"firstname": name, "id": runner, "timezone": midday_zone(now), "activities": rows}
        self.ask("POST", "/athletes", **(asked | more))
        return runner

    def record(self, runner: int, distance_m: float = LONG_M, **fields: Any) -> int:
        """A run that has just ended, and its event; by default one so long that there is something to say."""
        return int(self.ask("POST", f"/athletes/{runner}/activities", distance=distance_m, **fields)["id"])

    def edit(self, run: int, **fields: Any) -> None:
        self.ask("PUT", f"/activities/{run}", **fields)

    def delete(self, run: int) -> None:
        self.ask("DELETE", f"/activities/{run}")

    def private_note(self, run: int) -> str:
        return str(self.ask("GET", f"/activities/{run}").get("private_note") or "")

    def has_note(self, run: int) -> bool:
        return BEGIN in self.private_note(run)

    def fault(self, kind: str, **more: Any) -> int:
        return int(self.ask("POST", "/faults", kind=kind, **more)["number"])

    def mend(self, **which: Any) -> None:
        self.ask("DELETE", "/faults", **which)

    def forge(self, runner: int, run: int, aspect: str = "create", **more: Any) -> None:
        """An event as Strava would send it, whether or not anything happened."""
        there = self.ask("GET", "/subscription")
        usual = {
            "aspect_type": aspect,
            "event_time": int(datetime.now(UTC).timestamp()),
            "object_id": run,
            "object_type": "activity",
            "owner_id": runner,
            "subscription_id": there["id"],
            "updates": {},
        }
        self.ask("POST", "/events", **(usual | more))

    def calls(self, *, of: int | None = None, run: int | None = None, method: str = "") -> list[dict[str, Any]]:
        """Calls below /api/v3 and to the token endpoints, oldest first: of a runner, about a run."""
        return [
            call
            for call in self.ask("GET", "/calls")["calls"]
            if (of is None or call["athlete_id"] == of)
            and (run is None or call["path"].endswith(f"/activities/{run}"))
            and (not method or call["method"] == method)
        ]

    def events(self) -> list[dict[str, Any]]:
        """Deliveries of events with what became of them."""
        return list(self.ask("GET", "/events")["events"])
