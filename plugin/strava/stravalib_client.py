"""stravalib's protocol class, imported at the first call and without stravalib's side effects.

Importing stravalib takes half a second and some 20 MB, enables all warnings and sends them to the log. Its client
reads STRAVA_CLIENT_ID from the environment, may then refresh tokens without storing them, and writes to the root
logger. None of that happens here: only its protocol is used (paths, headers, error answers), with our own session,
token and header callback.
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

OnHeaders = Callable[[Mapping[str, str], str], None]
"""Called with the headers of every answer of the API (not of OAuth) and the method that was used."""

_loading = Lock()


def protocol_for(session: requests.Session, on_headers: OnHeaders, *, access: str | None = None) -> ApiV3:
    """A protocol object for one call with one access token; cheap to make."""
    with _loading:
        protocol = _protocol()
    return protocol(access_token=access, requests_session=session, rate_limiter=on_headers)


class SecretQuerySession:
    """A session whose GET requests carry a secret query that is not logged."""

    def __init__(self, session: requests.Session, query: str) -> None:
        self._session, self._headers = session, secret_query(query)
        self.post, self.put, self.delete = session.post, session.put, session.delete

    def get(self, url: str, *, headers: Mapping[str, str], **more: Any) -> requests.Response:
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
            """Reads nothing from the environment, so stravalib refreshes and logs nothing by itself."""

    return Protocol
