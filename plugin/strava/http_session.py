"""The one requests session: where calls may go, how long they may take, and how large an answer may be.

stravalib has `https://www.strava.com/api/v3` built in. Its requests are sent to the API base URL of the settings,
requests to `/oauth` to the OAuth base URL; any other address is refused before anything is sent.
"""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from io import BytesIO
from time import monotonic
from typing import Any, NoReturn

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.exceptions import ConnectionError as BrokenConnection
from requests.exceptions import ContentDecodingError, InvalidURL, ReadTimeout, TooManyRedirects
from requests.exceptions import Timeout as RequestsTimeout
from urllib3 import Timeout
from urllib3.exceptions import DecodeError, HTTPError, ProtocolError, ReadTimeoutError

from plugin import __version__
from plugin.ports.counts import Counts, NoMetrics
from plugin.strava.connections import POOLS, SECRET_QUERY

STRAVA_API = "https://www.strava.com/api/v3"
STRAVA_OAUTH = "https://www.strava.com/oauth"
CALL_S = 9.0
"""The whole of a call, from connecting to the last byte. The contract allows ten seconds."""
CONNECT_S = 3.0
"""Name lookup and connecting; as long again for TLS."""
MOST_BYTES = 16 * 1024 * 1024
"""The largest answer read, decompressed; two hundred activities are some 300 kB."""
_CHUNK = 64 * 1024
KINDS = (
    (("athlete", "activities"), "list"),
    (("athlete",), "athlete"),
    (("activities",), "activity"),
    (("gear",), "gear"),
    (("push_subscriptions",), "subscription"),
    (("token",), "token"),
    (("revoke",), "revoke"),
)
"""Kinds of call for metrics, by the start of the path."""


def open_session(
    api_url: str, oauth_url: str, *, call_s: float = CALL_S, counts: Counts | None = None
) -> requests.Session:
    """A session for all threads: no cookies, no proxies or passwords from the environment, no redirects followed.

    `call_s` bounds each call as a whole, in seconds.
    """
    session = _Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # Only gzip, so that the one decoder in use is the one that is tested.
    session.headers.update({"User-Agent": f"Footnote/{__version__}", "Accept-Encoding": "gzip"})
    session.adapters.clear()
    for scheme in ("https://", "http://"):
        session.mount(scheme, _RefusingAdapter())
    session.mount(f"{STRAVA_API}/", _RebasingAdapter(STRAVA_API, api_url, call_s, counts or NoMetrics()))
    session.mount(f"{STRAVA_OAUTH}/", _RebasingAdapter(STRAVA_OAUTH, oauth_url, call_s, counts or NoMetrics()))
    return session


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Follow no redirect: tokens must not reach another host. `_RebasingAdapter` refuses the answer."""


class _RefusingAdapter(BaseAdapter):
    """Refuses every request."""

    def send(self, request: requests.PreparedRequest, *more: Any, **named: Any) -> NoReturn:
        raise InvalidURL("only Strava's addresses from the settings are called")

    def close(self) -> None:
        pass


class _RebasingAdapter(HTTPAdapter):
    """Sends requests below `was` to `base`, and reads the answer within its limits of time and size."""

    def __init__(self, was: str, base: str, call_s: float, counts: Counts) -> None:
        self._was, self._base, self._call_s, self._counts = was, base.rstrip("/"), call_s, counts
        super().__init__(pool_connections=2, pool_maxsize=16, max_retries=0)

    def init_poolmanager(self, *more: Any, **named: Any) -> None:
        super().init_poolmanager(*more, **named)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def send(self, request: requests.PreparedRequest, *more: Any, **named: Any) -> requests.Response:
        rebased = request.copy()
        below = (request.url or "")[len(self._was) :]
        rebased.url = self._base + below
        kind = kind_of(request.method or "", below)
        end, verify = monotonic() + self._call_s, named.get("verify", True)
        old = self._connections()
        try:
            answer = self._counted(kind, rebased, end, verify)
        except BrokenConnection as broken:
            # Strava closed an idle connection just as it was reused: the call itself was fine, so repeat it.
            if request.method != "GET" or not _was_cut(broken) or self._connections() != old:
                raise
            answer = self._counted(kind, rebased, end, verify)
        answer.request = request
        return answer

    def _counted(
        self, kind: str, request: requests.PreparedRequest, end: float, verify: bool | str
    ) -> requests.Response:
        began, outcome = monotonic(), "broken"
        try:
            answer = self._ask(request, end, verify)
            outcome = str(answer.status_code)
            return answer
        except RequestsTimeout:
            outcome = "timeout"
            raise
        finally:
            self._counts.called(kind, outcome, monotonic() - began)

    def _ask(self, request: requests.PreparedRequest, end: float, verify: bool | str) -> requests.Response:
        left = max(0.01, end - monotonic())
        waits = Timeout(total=left, connect=min(CONNECT_S, left))
        answer = super().send(request, stream=True, timeout=waits, verify=verify)  # type: ignore[arg-type]
        try:
            body = _read(answer)
        finally:
            answer.close()
        if 300 <= answer.status_code < 400:
            raise TooManyRedirects("a redirect, which is not followed", response=answer)
        answer.raw = BytesIO(body)
        # The body is already decompressed.
        answer.headers.pop("Content-Encoding", None)
        return answer

    def _connections(self) -> int:
        """Connections opened so far: a call that opens none reused one."""
        pools = self.poolmanager.pools
        return sum(pools[key].num_connections for key in pools.keys())  # noqa: SIM118 (urllib3 forbids iterating)


def kind_of(method: str, below: str) -> str:
    """The kind of call, by method and path below the base URL; contains no id."""
    parts = [part for part in below.partition("?")[0].split("/") if part]
    name = next((kind for start, kind in KINDS if parts[: len(start)] == list(start)), "other")
    if name == "activity" and method != "GET":
        return "comment" if parts[-1] == "comments" else "write"
    return name


def _was_cut(broken: BrokenConnection) -> bool:
    return bool(broken.args) and isinstance(broken.args[0], ProtocolError)


def _read(answer: requests.Response) -> bytes:
    """The whole body, decompressed. Raises requests' errors where it is late, cut, too large or badly compressed."""
    body = bytearray()
    try:
        for chunk in answer.raw.stream(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > MOST_BYTES:
                raise BrokenConnection("the answer is larger than any of Strava's")
    except ReadTimeoutError as error:
        raise ReadTimeout("the answer took too long") from error
    except DecodeError as error:
        raise ContentDecodingError("the answer is badly packed") from error
    except (HTTPError, OSError) as error:
        if isinstance(error, requests.RequestException):
            raise
        raise BrokenConnection("the answer was cut short") from error
    return bytes(body)


def secret_query(query: str) -> dict[str, str]:
    """Headers that put `query` into the request line only, not into logged URLs."""
    return {SECRET_QUERY: query}
