"""stravalib, loaded by the first call and kept from touching anything else.

An import of it costs half a second and some 20 MB, turns every warning on and sends all warnings to the log; a client
of it reads STRAVA_CLIENT_ID from the environment, may then refresh tokens on its own with nobody storing them, and
writes to the root log. None of that happens here: its protocol is used for what it is good at, Strava's paths,
headers and refusals, with a session, a token and an ear of ours.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import requests

from plugin.strava.http_session import secret_query

if TYPE_CHECKING:
    from stravalib.protocol import ApiV3

Ear = Callable[[Mapping[str, str], str], None]
"""Called with the headers of every answer of the API (not of OAuth) and the method that was used."""

_loading = Lock()


def spoken(session: requests.Session, ear: Ear, *, access: str | None = None) -> ApiV3:
    """One conversation in one runner's name; cheap, and made anew for every call."""
    with _loading:
        protocol = _protocol()
    return protocol(access_token=access, requests_session=session, rate_limiter=ear)


class WithSecretQuery:
    """Stands in for the session where a GET must carry a secret in its query."""

    def __init__(self, session: requests.Session, query: str) -> None:
        self._session, self._headers = session, secret_query(query)
        self.post, self.put, self.delete = session.post, session.put, session.delete

    def get(self, url: str, *, headers: Mapping[str, str], **more: Any) -> requests.Response:
        """Like the session's own."""
        return self._session.get(url, headers={**headers, **self._headers}, **more)


@cache
def _protocol() -> type[ApiV3]:
    shown_by = warnings.showwarning
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from stravalib.protocol import ApiV3

        if warnings.showwarning is not shown_by:
            logging.captureWarnings(False)

    class Protocol(ApiV3):
        def _check_credentials(self) -> None:
            """Nothing is read from the environment, so nothing is refreshed or logged behind our back."""

    return Protocol
