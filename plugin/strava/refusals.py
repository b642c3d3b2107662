"""Strava's error answers as errors of ours. Messages never repeat text from the network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from plugin.errors import CallbackUnanswered, NotThere, Refused, StravaError, StravaTrouble

MOST_ERRORS, MOST_WORD = 20, 200
"""Errors of one answer that are read, and characters of each of their words."""
APP_SETTINGS = "https://www.strava.com/settings/api"
WRONG_APP = (
    f"Strava does not accept the app's id and secret; compare STRAVA_CLIENT_ID and STRAVA_CLIENT_SECRET with "
    f"{APP_SETTINGS}."
)
APP_FULL = (
    "Strava does not let this app connect any more athletes; its owner can ask for a larger limit at "
    f"{APP_SETTINGS}, or somebody can disconnect."
)


SUBSCRIPTION_REFUSALS = {
    "already exists": "Another subscription of this app is there: `footnote subscription show` says whose.",
    "get to callback url does not return 200": "The usual cause is a bot check or a login page in front of PUBLIC_URL, "
    "or a site that was not running: `footnote doctor` asks it as Strava does.",
    "not verifiable": "Something else than this site answers at PUBLIC_URL, or it took longer than two seconds: "
    "`footnote doctor` asks it as Strava does.",
    "invalid": "Strava does not take the address: PUBLIC_URL must be reachable from the internet, by https and without "
    "a login.",
}
"""Strava's codes, in lower case, and the usual cause of each."""
UNANSWERED = frozenset({"get to callback url does not return 200", "not verifiable"})
"""Those about the answer of our callback address."""


class Unauthorised(Refused):
    """401: the access token may have expired; one refresh may help."""


class TokenRefused(Unauthorised):
    """401 about the runner's token, not about the app."""


class ScopeMissing(Refused):
    """The token is valid, but lacks the scope."""


class TooMany(StravaError):
    """429; becomes `StravaClosed` in the client."""


class NoAnswer(StravaTrouble):
    """The connection broke, or could not be made."""

    has_answered = False


class TooSlow(NoAnswer):
    """No answer in time."""


class Inactive(StravaError):
    """403 for an inactive app; becomes `StravaClosed` in the client."""


@dataclass(frozen=True)
class ErrorDetails:
    """An error answer: its status and errors, in lower case."""

    status: int
    errors: tuple[tuple[str, str, str], ...]
    """(resource, field, code) each."""
    words: str
    is_page: bool = False
    """An HTML page answered in place of the API: a bot check or an outage in front of it."""

    def about(self, resource: str = "", *, field: str = "", code: str = "") -> bool:
        """Whether one of the errors has all the values given."""
        return any(
            all(not asked or asked == said for asked, said in zip((resource, field, code), error, strict=True))
            for error in self.errors
        )


def error_details(error: Exception) -> ErrorDetails | None:
    """Strava's error answer, if the exception carries one."""
    response = getattr(error, "response", None)
    if not isinstance(response, requests.Response):
        return None
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = None
    told = body if isinstance(body, dict) else {}
    return ErrorDetails(
        response.status_code,
        tuple(_errors(told.get("errors"))),
        f"{told}"[:2000].casefold(),
        is_page=body is None and "html" in response.headers.get("Content-Type", ""),
    )


def strava_error(error: Exception) -> StravaError:
    """The error of ours for a failed API call."""
    said = error_details(error)
    if said is None or said.status < 400:
        return no_readable_answer(error)
    if said.status == 403 and said.about("application", field="status", code="inactive"):
        return Inactive("the app is inactive")
    if said.status == 429:
        return TooMany("too many calls")
    if said.is_page:
        # Neither a refusal nor a 404 of the API itself: nobody is disconnected and nothing deleted for it.
        return StravaTrouble(f"Strava answers {said.status} with a page instead of data; it is asked again later.")
    if said.status == 404:
        return NotThere("Strava does not have this, or does not show it to us.")
    if said.status == 401 and said.about(code="missing"):
        return ScopeMissing(
            "The runner did not allow this when connecting; connecting again with every box ticked helps."
        )
    if said.status == 401 and said.about("application"):
        return Unauthorised("Strava does not let this app do this; it may be kept for Strava's partners.")
    if said.status == 401:
        return TokenRefused("Strava does not accept the runner's token for this; connecting again may help.")
    if said.status >= 500 or said.status in (408, 425):
        return StravaTrouble(f"Strava answers {said.status}; it is asked again later.")
    return Refused(f"Strava refuses this ({said.status}); asking again will not change it.")


def subscription_refused(error: ErrorDetails) -> Refused | None:
    """Strava's reason for not making the push subscription, with the usual cause; None if it gives none we know."""
    if error.about("application", field="client_id") or error.about("application", field="client_secret"):
        return Refused(WRONG_APP)
    for _, field, code in error.errors:
        for known, cause in SUBSCRIPTION_REFUSALS.items():
            if known in code:
                kind = CallbackUnanswered if known in UNANSWERED else Refused
                return kind(f"Strava refuses the subscription ({field or 'push subscription'}: {known}). {cause}")
    return None


def no_readable_answer(error: Exception) -> StravaTrouble:
    """The error of ours where there is no answer or an unreadable one."""
    match error:
        case requests.TooManyRedirects():
            why = f"Strava sends us to {_redirect_host(error)}, where no token follows"
        case requests.Timeout():
            return TooSlow("Strava takes too long; it is asked again later.")
        case requests.ConnectionError():
            return NoAnswer("The connection to Strava broke; it is asked again later.")
        case requests.exceptions.InvalidURL() | requests.exceptions.InvalidSchema():
            why = "Strava cannot be asked at the addresses in the settings"
        case _:
            why = "Strava's answer cannot be read"
    return StravaTrouble(f"{why}; it is asked again later.")


def _redirect_host(error: requests.TooManyRedirects) -> str:
    location = error.response.headers.get("Location", "") if error.response is not None else ""
    host = urlsplit(location).hostname or ""
    return host if re.fullmatch(r"[a-z0-9.-]{1,100}", host) else "another address"


def _errors(told: Any) -> Iterator[tuple[str, str, str]]:
    """Strava documents a list of errors, but also sends a single one or plain text."""
    for error in told[:MOST_ERRORS] if isinstance(told, list) else [told]:
        if isinstance(error, Mapping):
            yield (_word(error, "resource"), _word(error, "field"), _word(error, "code"))


def _word(error: Mapping[str, Any], name: str) -> str:
    value = error.get(name)
    return value[:MOST_WORD].casefold() if isinstance(value, str) else ""
