"""The only way out for push: one server, checked before every connection, no redirect, one deadline, small answers.

Apprise's plugins call `requests.post` and its like, so `Guarded` stands in their modules in place of `requests`
(`send.py`). A call outside `Guarded.note` is refused, and so is what this class does not have: a plugin that finds
another way out fails instead.

A name is looked up once for each connection, every address it has is checked, and the connection goes to an address
that was checked: an answer that changes in between (DNS rebinding) is never used.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from apprise.utils.http import (
    ConnectionTracker,
    HTTPPolicy,
    HTTPPolicySession,
    is_public_ip_address,
    read_bounded_response,
    track_connections,
)
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from plugin.settings.push_hosts import Network, PushHost

NOTE_S = 10.0
"""Seconds for all the calls of one note together, from the first lookup to the last byte."""
CONNECT_S = 4.0
LOOKUP_S = 3.0
MOST_BYTES = 64 * 1024
MOST_CALLS = 6
"""Matrix needs three; nothing needs more."""

Answers = list[tuple[Any, ...]]
Lookup = Callable[[str, int], Answers]
"""Addresses of a name, as `socket.getaddrinfo` gives them."""


class Blocked(requests.exceptions.InvalidURL):
    """A call that may not be made, or an address that may not be connected to."""


class NotAccepted(requests.RequestException):
    """The service answered with something else than yes. Its plugin does not see the answer: it would wait as long as
    the service says, or ask again."""


def look_up(host: str, port: int) -> Answers:
    """The system's resolver, with a timeout and a bounded number of threads (Apprise's)."""
    found: Answers = HTTPPolicy(resolve_timeout=LOOKUP_S).resolve(host, port)
    return found


class Exchange:
    """The calls made for one note, and how the last of them ended."""

    def __init__(self, host: PushHost, networks: tuple[Network, ...], sends_by: str, lookup: Lookup) -> None:
        self._host, self._networks, self._sends_by, self._lookup = host, networks, sends_by, lookup
        self._calls = 0
        self.status = 0
        """The last answer's; 0: none came."""
        self.is_blocked = False
        self.is_sent = False
        """Whether the request that carries the note was accepted."""
        self.may_have_left = False
        """Whether that request went out and its answer was lost."""

    def ask(self, method: str, url: str, trust: bool | str, end: float, **more: Any) -> requests.Response:
        """One request; its answer if it is a yes, else an error of requests'."""
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise self._block("too many calls for one note")
        self.status, self.may_have_left = 0, False
        is_note = method == self._sends_by
        left = max(0.1, end - time.monotonic())
        with HTTPPolicySession(_Policy(self)) as session:
            try:
                answer = session.request(
                    method,
                    url,
                    timeout=(min(CONNECT_S, left), left),
                    allow_redirects=False,
                    stream=True,
                    verify=trust,
                    **more,
                )
                self.status = answer.status_code
                body = read_bounded_response(answer, MOST_BYTES) or b""
            except (requests.RequestException, OSError) as broken:
                self.may_have_left = is_note and self.status == 0 and not self.is_blocked and not _before(broken)
                raise
        if not 200 <= self.status < 300:
            raise NotAccepted(f"answered {self.status}")
        self.is_sent = self.is_sent or is_note
        return _copy(answer, body)

    def is_expected(self, url: str) -> bool:
        """Whether a request may go to this URL: the one server, by its one port and scheme, no name or password."""
        parts = urlsplit(url)
        scheme = "https" if self._host.is_https else "http"
        port = parts.port or (443 if scheme == "https" else 80)
        expected = (scheme, self._host.name, self._host.port)
        if (parts.scheme, parts.hostname, port) != expected or "@" in parts.netloc:
            self.is_blocked = True
            return False
        return True

    def addresses(self, host: str, port: int) -> Answers:
        """The addresses of a name that may be connected to."""
        found = [answer for answer in self._lookup(host, port) if self._may_connect(answer[4][0])]
        if not found:
            self.is_blocked = True
        return found

    def _may_connect(self, address: str) -> bool:
        if is_public_ip_address(address):
            return True
        one = ip_address(address)
        mapped = getattr(one, "ipv4_mapped", None) or one
        if any(mapped in network for network in self._networks if network.version == mapped.version):
            return True
        is_ours = self._host.is_near and not (one.is_link_local or one.is_multicast or one.is_unspecified)
        return is_ours and one.is_private

    def _block(self, why: str) -> Blocked:
        self.is_blocked = True
        return Blocked(why)


class _Policy(HTTPPolicy):
    """Apprise's pinned connections, with the checks of an exchange."""

    def __init__(self, exchange: Exchange) -> None:
        HTTPPolicy.__init__(self, url_filter=exchange.is_expected)
        self._exchange = exchange

    def resolve(self, host: str, port: int) -> Answers:
        found = self._exchange.addresses(host, port)
        if not found:
            raise OSError("no address of this host may be connected to")
        return found


class Guarded:
    """What Apprise's plugins find under the name `requests`."""

    codes = requests.codes
    RequestException = requests.RequestException
    TooManyRedirects = requests.TooManyRedirects
    Response = requests.Response

    def __init__(self) -> None:
        self._now: ContextVar[tuple[Exchange, bool | str, float] | None] = ContextVar("push", default=None)

    @contextmanager
    def note(self, exchange: Exchange, *, trust: bool | str = True, note_s: float = NOTE_S) -> Iterator[None]:
        """Calls of this thread belong to this exchange meanwhile; at the end of `note_s` they are cut off."""
        end = time.monotonic() + note_s
        held = self._now.set((exchange, trust, end))
        try:
            with track_connections(ConnectionTracker(), deadline=end):
                yield
        finally:
            self._now.reset(held)

    def request(self, method: str, url: str, **given: Any) -> requests.Response:
        """Like `requests.request`. What would loosen a check (verify, allow_redirects, proxies) is not passed on."""
        now = self._now.get()
        if now is None:
            raise Blocked("no note is being pushed")
        exchange, trust, end = now
        more = {name: given[name] for name in ("params", "data", "json", "headers", "auth") if name in given}
        return exchange.ask(method.upper(), url, trust, end, **more)

    def get(self, url: str, **given: Any) -> requests.Response:
        return self.request("GET", url, **given)

    def post(self, url: str, **given: Any) -> requests.Response:
        return self.request("POST", url, **given)

    def put(self, url: str, **given: Any) -> requests.Response:
        return self.request("PUT", url, **given)


def _before(broken: BaseException) -> bool:
    """Whether it broke before anything was sent: no connection, or no trust in the certificate."""
    if isinstance(broken, (requests.exceptions.SSLError, requests.exceptions.InvalidURL, requests.ConnectTimeout)):
        return True
    reason = getattr(broken.args[0] if broken.args else None, "reason", None)
    return isinstance(reason, (NewConnectionError, ConnectTimeoutError))


def _copy(answer: requests.Response, body: bytes) -> requests.Response:
    """The answer with its body in memory, and no header that a plugin would wait for (rate limits)."""
    copy = requests.Response()
    copy.status_code, copy.encoding, copy.url = answer.status_code, "utf-8", answer.url
    copy.raw = BytesIO(body)
    return copy
