"""Runs before and after every request: call log, faults, rate limits and token check."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from plugin.sandbox.call_log import Call
from plugin.sandbox.context import here
from plugin.sandbox.grants import IssuedTokens
from plugin.sandbox.json_shapes import fault
from plugin.sandbox.model import Json
from plugin.sandbox.rate_limits import Windows
from plugin.sandbox.template_filters import went_wrong

GATED = ("/api/v3/", "/oauth/token", "/oauth/revoke", "/oauth/deauthorize", "/elsewhere/")
OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
SUBSCRIPTIONS = "/api/v3/push_subscriptions"


class ResetConnection(ConnectionError):
    """Tells the server to reset the connection."""


class CloseConnection(ConnectionError):
    """Tells the server to close the connection in the middle of the answer."""


class ErrorAnswer(Exception):
    """An error answer in Strava's Fault shape."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(status)
        self.status, self.body = status, body


def error_answer(status: int, message: str, resource: str = "", field: str = "", code: str = "") -> ErrorAnswer:
    return ErrorAnswer(status, fault(message, resource, field, code))


def bearer(*any_of: str) -> IssuedTokens:
    """The tokens of the request's header. Raises ErrorAnswer (401) unless one of the scopes is granted."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    tokens = here().grants.of_access(token.strip()) if kind.lower() == "bearer" else None
    if tokens is None:
        raise error_answer(401, "Authorization Error", "Athlete", "access_token", "invalid")
    g.athlete_id = tokens.athlete_id
    if any_of and not tokens.scopes & set(any_of):
        raise error_answer(401, "Authorization Error", "AccessToken", f"{any_of[0]}_permission", "missing")
    return tokens


def only_the_app(named: Mapping[str, str]) -> None:
    """Raises ErrorAnswer: 400 for an unknown client id, 401 for a wrong secret."""
    app = here().app
    if named.get("client_id") != app.client_id:
        raise error_answer(400, "Bad Request", "Application", "client_id", "invalid")
    if not app.is_named(named):
        raise error_answer(401, "Authorization Error", "Application", "", "invalid")


def install(app: Flask) -> None:
    app.before_request(_before)
    app.after_request(_after)
    app.register_error_handler(ErrorAnswer, _refused)
    app.register_error_handler(HTTPException, _in_their_shape)


def _windows() -> Windows:
    return here().push_windows if request.path.startswith(SUBSCRIPTIONS) else here().windows


def _gated() -> bool:
    return request.path.startswith(GATED)


def _bearer() -> int | None:
    """Whose token arrived where the fault "moved" points: it was sent to a host that is not in the settings."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    tokens = here().grants.of_access(token.strip()) if kind else None
    return tokens.athlete_id if tokens else None


def _check_caller() -> None:
    """Raises ErrorAnswer (403) for a page of another site: through a name of its own that it points at this machine
    (DNS rebinding), or by a form that it sends here. It could make the sandbox call any address."""
    host = urlsplit(f"//{request.host}").hostname
    origin = request.headers.get("Origin")
    is_change = request.method not in ("GET", "HEAD", "OPTIONS")
    if host not in OWN_NAMES or (is_change and origin is not None and urlsplit(origin).netloc != request.host):
        raise error_answer(403, "Forbidden")


def _before() -> Response | None:
    g.began = time.perf_counter()
    g.athlete_id, g.faults = None, {}
    _check_caller()
    if not _gated():
        return None
    sandbox = here()
    sandbox.calls.begin()
    if request.path.startswith("/elsewhere/"):
        g.athlete_id = _bearer()
        return None
    g.faults = hit = sandbox.faults.take(request.method, request.path)
    may_go_on = _windows().count(request.method == "GET") if request.path.startswith("/api/v3/") else True
    if "slow" in hit:
        time.sleep(hit["slow"].lasts_s)
    if "reset" in hit:
        return Response(_cut(), mimetype="application/json")
    if "inactive" in hit:
        return _json(403, {"errors": [{"resource": "Application", "field": "Status", "code": "Inactive"}]})
    if "moved" in hit:
        # Another name of this machine, so that a client that follows is seen in the log of calls.
        port = request.host.rpartition(":")[2]
        return Response(status=301, headers={"Location": f"http://localhost:{port}/elsewhere{request.path}"})
    if "html_403" in hit:
        page = "<!doctype html><title>Just a moment...</title><p>Checking that you are human."
        return Response(page, status=403, mimetype="text/html")
    if "html" in hit:
        return Response("<!doctype html><title>Back soon</title><p>A page instead of JSON.", mimetype="text/html")
    for kind, status, words in (
        ("server_error", 500, "Internal Server Error"),
        ("unavailable", 503, "Service Unavailable"),
    ):
        if kind in hit:
            return _json(status, fault(words))
    if "rate_limited" in hit or not may_go_on:
        return _json(429, {"errors": "Rate Limit Exceeded", "message": "Too Many Requests"})
    return None


def _after(response: Response) -> Response:
    if not _gated():
        return response
    sandbox = here()
    if request.path.startswith("/api/v3/"):
        response.headers.update(_windows().headers(used_up="rate_limited" in g.faults))
    written = request.get_json(silent=True) if request.method in ("PUT", "POST") else None
    sandbox.calls.add(
        Call(
            at=datetime.now(UTC),
            method=request.method,
            path=request.path,
            query="" if "client_secret" in request.args else request.query_string.decode(errors="replace"),
            athlete_id=g.athlete_id,
            status=0 if {"reset", "lost_answer"} & set(g.faults) else response.status_code,
            faults=tuple(g.faults),
            wrote=written if isinstance(written, dict) else None,
            ms=round((time.perf_counter() - g.began) * 1000, 1),
        )
    )
    if "lost_answer" in g.faults:
        response.response = _cut()
    elif "half" in g.faults and "reset" not in g.faults:
        whole = response.get_data()
        response.response = _half(whole)
        response.headers["Content-Length"] = str(len(whole))
    return response


def _cut() -> Iterator[bytes]:
    raise ResetConnection
    yield b""


def _half(whole: bytes) -> Iterator[bytes]:
    yield whole[: len(whole) // 2]
    raise CloseConnection


def _json(status: int, body: Json) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    return answer


def _refused(refusal: ErrorAnswer) -> Response:
    return _json(refusal.status, refusal.body)


def _in_their_shape(problem: HTTPException) -> Response | tuple[str, int]:
    if not request.path.startswith(("/api/", "/oauth/", "/sandbox/")):
        return went_wrong(problem.code or 500, "There is nothing at this address, or not for you.")
    status = problem.code or 500
    if status == 404:
        return _json(404, fault("Record Not Found", "resource", "path", "invalid"))
    return _json(status, fault(problem.name))
