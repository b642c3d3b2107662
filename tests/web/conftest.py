"""A real browser, and the site on a real port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from werkzeug.serving import make_server

from tests.web.application import ALL_SCOPES, Application, Browser, settings


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def browser(application: Application) -> Browser:
    """Of a runner who is connected, with a list of runs and nothing waiting."""
    browser = application.browser().connect()
    application.keep_list()
    application.inbox.forget(7001)
    return browser


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The address of `app` on a port of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()


def consent_page(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Strava's consent page, as far as a browser needs it: one link back."""
    if environ["PATH_INFO"] != "/oauth/authorize":
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [b""]
    asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    back = urlencode({"state": asked["state"], "code": "good-code", "scope": ALL_SCOPES})
    page = f'<title>Consent</title><a href="{asked["redirect_uri"]}?{back}">Authorize</a>'
    start("200 OK", [("Content-Type", "text/html")])
    return [page.encode()]


@dataclass
class Site:
    """A house that answers at an address."""

    application: Application
    url: str


@pytest.fixture
def site() -> Iterator[Site]:
    # The address must be known before the house is built, the house before it is served.
    houses: list[Application] = []

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        answer: Iterable[bytes] = houses[0].app(environ, start)
        return answer

    with served(consent_page) as strava, served(app) as url:
        houses.append(Application(settings=settings(public_url=url, strava_oauth_url=f"{strava}/oauth")))
        yield Site(application=houses[0], url=url)
