"""Addresses in our mails: signed one-click links below PUBLIC_URL, and the activity on Strava. Nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

STRAVA = "https://www.strava.com"


class SignsLinks(Protocol):
    """What of the keyring is needed here."""

    def sign_link(self, action: str, payload: Mapping[str, str | int]) -> str:
        """A url-safe token that proves the payload for this action."""


@dataclass(frozen=True, kw_only=True)
class Links:
    """`public_url` without a slash at its end."""

    public_url: str
    keyring: SignsLinks

    @property
    def host(self) -> str:
        """The public host, as a mail server is greeted with it and Message-IDs end in it."""
        return (urlsplit(self.public_url).hostname or "localhost").encode("idna").decode("ascii")

    @property
    def me(self) -> str:
        """The runner's page."""
        return f"{self.public_url}/me"

    @property
    def home(self) -> str:
        """Where a runner connects."""
        return f"{self.public_url}/"

    def act(self, action: str, runner_id: int, *, run_id: int = 0, rule: str = "") -> str:
        """`snooze`, `race`, `not-for-me`, `unsubscribe`, …, for this runner, run and rule (or part of the body)."""
        return self._signed(action, {"r": runner_id, "u": run_id, "k": rule})

    def confirm(self, runner_id: int, address: str) -> str:
        """Proves that whoever opens it reads mail at `address`."""
        return self._signed("confirm", {"r": runner_id, "u": 0, "k": "", "e": address})

    def on_strava(self, run_id: int) -> str:
        """The activity on Strava."""
        return f"{STRAVA}/activities/{run_id}"

    def _signed(self, action: str, payload: Mapping[str, str | int]) -> str:
        return f"{self.public_url}/mail/{action}/{self.keyring.sign_link(action, payload)}"
