"""OAuth: exchanging a code for tokens, refreshing and revoking tokens."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from plugin.errors import CodeNotYetValid, NotThere, Refused, StravaError, StravaTrouble
from plugin.ports import Granted, Tokens
from plugin.strava.http_session import STRAVA_OAUTH
from plugin.strava.json_fields import name_of
from plugin.strava.refusals import (
    APP_FULL,
    WRONG_APP,
    ErrorDetails,
    Inactive,
    TooMany,
    Unauthorised,
    error_details,
    no_readable_answer,
    strava_error,
)
from plugin.strava.stravalib_client import OnHeaders, protocol_for

MOST_TOKEN = 2_000
"""Characters; Strava's have 40."""
LIFE = timedelta(hours=6)
"""An access token's lifetime where the answer does not say."""


class DeadToken(StravaError):
    """The refresh token is invalid for good. Handled within this package."""


class OAuth:
    """The token endpoints. Secrets go in forms and headers, never in a URL."""

    def __init__(self, session: requests.Session, client_id: str, client_secret: str, on_headers: OnHeaders) -> None:
        self._session, self._id, self._secret, self._on_headers = session, client_id, client_secret, on_headers

    def exchange(self, code: str, now: datetime) -> tuple[Tokens, Mapping[str, Any]]:
        """Tokens for a code, and the athlete as Strava describes them ({} if it does not). Raises Refused."""
        answer = self._ask({"grant_type": "authorization_code", "code": code})
        athlete = answer.get("athlete")
        return _tokens(answer, now), athlete if isinstance(athlete, dict) else {}

    def refresh(self, tokens: Tokens, now: datetime) -> Tokens:
        """New tokens; the old refresh token may stop working at once. Raises DeadToken if it already had."""
        answer = self._ask({"grant_type": "refresh_token", "refresh_token": tokens.refresh})
        return _tokens(answer, now, old=tokens)

    def revoke(self, tokens: Tokens) -> None:
        """Revoke both tokens: revoking only an expired access token would change nothing. Retries after 503."""
        for token in (tokens.refresh, tokens.access):
            for wait_s in (0.3, 1.0, None):
                status = self._revoke(token)
                if status < 400:
                    break
                if status in (401, 403):
                    raise Refused(WRONG_APP)
                if status != 503 or wait_s is None:
                    raise StravaTrouble(f"Strava answers {status} to the disconnecting; it is asked again later.")
                time.sleep(wait_s)

    def _revoke(self, token: str) -> int:
        try:
            return self._session.post(
                f"{STRAVA_OAUTH}/revoke", data={"token": token}, auth=(self._id, self._secret)
            ).status_code
        except requests.RequestException as error:
            raise no_readable_answer(error) from error

    def _ask(self, form: dict[str, str]) -> Mapping[str, Any]:
        try:
            answer = protocol_for(self._session, self._on_headers).post(
                f"{STRAVA_OAUTH}/token", data={"client_id": self._id, "client_secret": self._secret, **form}
            )
        except (requests.RequestException, ValueError, RecursionError) as error:
            raise _refused(error) from error
        if not isinstance(answer, dict):
            raise StravaTrouble("Strava's tokens cannot be read; it is asked again later.")
        return answer


def granted(tokens: Tokens, athlete: Mapping[str, Any], scopes: frozenset[str]) -> Granted:
    """The athlete who connected, with tokens and scopes."""
    number = athlete.get("id")
    if type(number) is not int or not 0 < number < 2**63:
        raise StravaTrouble("Strava does not say who connected; connecting again may help.")
    name = " ".join(filter(None, (name_of(athlete, "firstname"), name_of(athlete, "lastname"))))
    return Granted(runner_id=number, name=name, tokens=tokens, scopes=scopes)


def _refused(error: Exception) -> StravaError:
    said = error_details(error)
    if said is None:
        return no_readable_answer(error)
    if _is_dead(said):
        return DeadToken("the refresh token is dead")
    if said.status in (400, 401, 403) and "limit of connected athletes" in said.words:
        return Refused(APP_FULL)
    if said.about("authorizationcode"):
        # "invalid" is said of used codes, and of one fresh code in five to ten, which works two seconds later.
        kind = CodeNotYetValid if said.about("authorizationcode", code="invalid") else Refused
        return kind("Strava does not accept this code: it works once and for some minutes; connect again.")
    if said.about("application", field="status", code="inactive"):
        return Inactive("the app is inactive")
    if said.about("application"):
        return Refused(WRONG_APP)
    ours = strava_error(error)
    if isinstance(ours, Unauthorised | NotThere | Inactive):
        # It may not concern this runner's tokens: do not disconnect anybody for it.
        return Refused(f"Strava hands out no tokens ({said.status}). {WRONG_APP} Look at STRAVA_OAUTH_URL too.")
    if isinstance(ours, TooMany):
        return StravaTrouble("Strava hands out no tokens just now (429); it is asked again later.")
    return ours


def _is_dead(said: ErrorDetails) -> bool:
    return said.status in (400, 401) and (
        said.about("refreshtoken", code="invalid") or said.about(field="refresh_token", code="invalid")
    )


def _tokens(answer: Mapping[str, Any], now: datetime, *, old: Tokens | None = None) -> Tokens:
    """Tokens as answered; the old refresh token where no new one comes."""
    access, refresh = answer.get("access_token"), answer.get("refresh_token", old and old.refresh)
    if not (isinstance(access, str) and isinstance(refresh, str) and _is_token(access) and _is_token(refresh)):
        raise StravaTrouble("Strava's tokens cannot be read; it is asked again later.")
    return Tokens(access=access, refresh=refresh, expires_at=_end(answer, now))


def _is_token(text: str) -> bool:
    return 0 < len(text) <= MOST_TOKEN


def _end(answer: Mapping[str, Any], now: datetime) -> datetime:
    """When the token expires; counted from our own clock where Strava gives a duration: a wrong clock does no harm."""
    lasts_s, ends = answer.get("expires_in"), answer.get("expires_at")
    try:
        if type(lasts_s) is int:
            return now + timedelta(seconds=lasts_s)
        if type(ends) is int:
            return datetime.fromtimestamp(ends, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return now + LIFE
