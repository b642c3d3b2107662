"""The parts of one sandbox, and how a view gets them within a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from flask import current_app

from plugin.sandbox.call_log import CallLog
from plugin.sandbox.faults import Faults
from plugin.sandbox.grants import Grants
from plugin.sandbox.model import Activity
from plugin.sandbox.rate_limits import RateLimits, Windows
from plugin.sandbox.world import World

if TYPE_CHECKING:
    from plugin.sandbox.event_sender import Push


TYPED = ("description", "private_note")
PUSH_LIMITS = RateLimits(overall_quarter=100, overall_day=1000, read_quarter=100, read_day=1000)


@dataclass(kw_only=True)
class App:
    """The one registered API app."""

    client_id: str
    client_secret: str

    def is_named(self, fields: Mapping[str, str]) -> bool:
        return fields.get("client_id") == self.client_id and fields.get("client_secret") == self.client_secret


@dataclass(kw_only=True)
class Sandbox:
    world: World
    app: App
    push: Push
    grants: Grants = field(default_factory=Grants)
    windows: Windows = field(default_factory=Windows)
    push_windows: Windows = field(default_factory=lambda: Windows(limits=PUSH_LIMITS))
    """Counts calls about push subscriptions, which Strava counts apart."""
    faults: Faults = field(default_factory=Faults)
    calls: CallLog = field(default_factory=CallLog)

    def disconnect(self, athlete_id: int) -> bool:
        """Drop the athlete's tokens and send the event. False if the athlete was not connected."""
        connected = self.grants.drop(athlete_id)
        if connected:
            self.push.send_deauthorised(athlete_id)
        return connected

    def sees(self, athlete_id: int, activity: Activity) -> bool:
        """Whether the granted scopes show this activity."""
        scopes = self.grants.scopes_of(athlete_id)
        return "activity:read_all" in scopes or ("activity:read" in scopes and not activity.private)


def typed(fields: dict[str, Any], *, as_browser: bool = False) -> dict[str, Any]:
    """The fields with description and private note as Strava keeps what its athlete types. Browsers send CR LF, and
    the sandbox keeps LF unless the fault "crlf" is on."""
    is_crlf = bool(here().faults.take("TYPED", "/activity", ["crlf"]))
    if not (is_crlf or as_browser):
        return fields
    texts = {name: fields[name].replace("\r\n", "\n") for name in TYPED if isinstance(fields.get(name), str)}
    return fields | {name: text.replace("\n", "\r\n") if is_crlf else text for name, text in texts.items()}


def here() -> Sandbox:
    return cast(Sandbox, current_app.extensions["sandbox"])
