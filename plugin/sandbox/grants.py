"""Authorisations: codes, scopes and tokens.

A code works once and for ten minutes. An access token is valid for six hours. A refresh returns a new refresh token and
invalidates the old one at once. Times are Unix seconds on the real clock, because clients compare them with theirs.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

SCOPES = (
    "read",
    "read_all",
    "profile:read_all",
    "profile:write",
    "activity:read",
    "activity:read_all",
    "activity:write",
)
CODE_LIFE_S = 600
TOKEN_LIFE_S = 6 * 3600


class InvalidGrant(Exception):
    """An invalid or used code or refresh token."""


class AthleteLimitReached(Exception):
    """The app's limit of connected athletes is reached."""


@dataclass(frozen=True, kw_only=True)
class IssuedTokens:
    athlete_id: int
    scopes: frozenset[str]
    access: str
    refresh: str
    expires_at: float


@dataclass(frozen=True)
class Code:
    athlete_id: int
    scopes: frozenset[str]
    expires_at: float

    @property
    def made_at(self) -> float:
        return self.expires_at - CODE_LIFE_S


@dataclass
class Grants:
    """`rotates`: whether a refresh invalidates the old refresh token (Strava may do either)."""

    seconds: Callable[[], float] = time.time
    token_life_s: float = TOKEN_LIFE_S
    rotates: bool = True
    codes: dict[str, Code] = field(default_factory=dict)
    live: dict[int, IssuedTokens] = field(default_factory=dict)
    # Every access token that has not expired: an older one stays valid beside a refreshed one.
    by_access: dict[str, IssuedTokens] = field(default_factory=dict)
    by_refresh: dict[str, IssuedTokens] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def promise(self, athlete_id: int, scopes: Iterable[str]) -> str:
        """A code that the app may exchange, after the athlete consented."""
        code = secrets.token_hex(20)
        with self.lock:
            self.codes[code] = Code(athlete_id, frozenset(scopes), self.seconds() + CODE_LIFE_S)
        return code

    def exchange(self, code: str, athletes_allowed: int | None = None, *, not_before_s: float = 0.0) -> IssuedTokens:
        """Raises InvalidGrant, AthleteLimitReached. A code younger than `not_before_s` is refused and stays valid."""
        with self.lock:
            kept = self.codes.get(code)
            if kept is not None and self.seconds() < kept.made_at + not_before_s:
                raise InvalidGrant("code")
            self.codes.pop(code, None)
            if kept is None or kept.expires_at <= self.seconds():
                raise InvalidGrant("code")
            others = set(self.live) - {kept.athlete_id}
            if athletes_allowed is not None and len(others) >= athletes_allowed:
                raise AthleteLimitReached
            return self._hand_out(kept.athlete_id, kept.scopes, secrets.token_hex(20))

    def refresh(self, refresh_token: str) -> IssuedTokens:
        with self.lock:
            tokens = self.by_refresh.get(refresh_token)
            if tokens is None:
                raise InvalidGrant("refresh_token")
            following = secrets.token_hex(20) if self.rotates else tokens.refresh
            return self._hand_out(tokens.athlete_id, tokens.scopes, following)

    def of_access(self, access_token: str) -> IssuedTokens | None:
        with self.lock:
            tokens = self.by_access.get(access_token)
            return tokens if tokens and tokens.expires_at > self.seconds() else None

    def scopes_of(self, athlete_id: int) -> frozenset[str]:
        """The granted scopes; empty where the athlete is not connected."""
        with self.lock:
            tokens = self.live.get(athlete_id)
            return tokens.scopes if tokens else frozenset()

    def athlete_of(self, token: str) -> int | None:
        """The athlete of an access token (expired or not) or refresh token."""
        with self.lock:
            tokens = self.by_access.get(token) or self.by_refresh.get(token)
            return tokens.athlete_id if tokens else None

    def drop(self, athlete_id: int) -> bool:
        """Invalidate every token and code of the athlete. False if they were not connected."""
        with self.lock:
            self.by_access = {k: t for k, t in self.by_access.items() if t.athlete_id != athlete_id}
            self.codes = {k: c for k, c in self.codes.items() if c.athlete_id != athlete_id}
            tokens = self.live.pop(athlete_id, None)
            if tokens is not None:
                del self.by_refresh[tokens.refresh]
            return tokens is not None

    def expire(self, athlete_id: int | None = None) -> int:
        """Expire the access tokens of one athlete or all; refresh tokens stay valid."""
        with self.lock:
            over = [k for k, t in self.by_access.items() if athlete_id in (None, t.athlete_id)]
            for key in over:
                self.by_access[key] = replace(self.by_access[key], expires_at=self.seconds() - 1)
            return len(over)

    def _hand_out(self, athlete_id: int, scopes: frozenset[str], refresh: str) -> IssuedTokens:
        tokens = IssuedTokens(
            athlete_id=athlete_id,
            scopes=scopes,
            access=secrets.token_hex(20),
            refresh=refresh,
            expires_at=float(int(self.seconds() + self.token_life_s)),
        )
        before = self.live.get(athlete_id)
        if before is not None:
            del self.by_refresh[before.refresh]
        self.live[athlete_id] = tokens
        self.by_refresh[refresh] = tokens
        self.by_access[tokens.access] = tokens
        return tokens
