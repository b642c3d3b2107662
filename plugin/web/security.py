"""Security of all pages, by libraries: headers, cookies, CSRF tokens, rate limits."""

from __future__ import annotations

import secrets
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFProtect
from limits import parse_many
from werkzeug.http import parse_date
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

from plugin.settings.encryption import Keyring
from plugin.web.dependencies import SiteSettings
from plugin.web.login import SESSION_AGE

FORM_BYTES = 64 * 1024
"""No form of ours comes near it; the webhook has the same limit by contract."""
EVERY_PAGE = "3000 per minute"
"""For an address, and behind one there may be a whole office."""
DOORS = "300 per minute"
"""Where a try costs us a signature check or a call to Strava, or could be a guess."""
DOOR_ENDPOINTS = frozenset({"connect", "connect_callback", "mail_link", "metrics", "calendar_feed"})
EXCHANGES = parse_many("8 per minute; 60 per hour")
"""Each is a call that counts at Strava, and a row in the store."""
POLLS = parse_many("60 per hour")
"""Of one runner's calendar feed: an hourly calendar on some dozens of devices."""
UNLIMITED = frozenset({"hook", "static", "healthz", "readyz"})
NEIGHBOURS = 64
"""Leading bits of an IPv6 address that are one household: its owner can choose the rest freely for every request."""


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL, as a CSP names it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _drop_unreadable_dates() -> None:
    """A year of twenty digits is no date: Werkzeug would answer 500."""
    for header in ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE"):
        try:
            parse_date(request.environ.get(header))
        except (OverflowError, ValueError):
            del request.environ[header]


def protect(app: Flask, settings: SiteSettings, keyring: Keyring | None, *, limits_floods: bool = True) -> None:
    """Give the app its keys, headers, CSRF check and limits. Without a keyring (the set-up page) the session key lasts
    as long as the process."""
    is_https = settings.public_url.startswith("https://")
    # Werkzeug would correct `//` in a path by a redirect to the host that the caller names.
    app.url_map.merge_slashes = False
    if settings.trusted_proxies:
        # Our own routers. The host that they name is not trusted: links come from PUBLIC_URL.
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=1)  # type: ignore[method-assign]
    app.config.update(
        SECRET_KEY=keyring.session_key if keyring else secrets.token_urlsafe(32),
        SECRET_KEY_FALLBACKS=keyring.session_keys_old if keyring else [],
        # With this prefix browsers take the cookie from this very host only, never from a neighbour of its domain.
        SESSION_COOKIE_NAME="__Host-fn" if is_https else "fn",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=is_https,
        PERMANENT_SESSION_LIFETIME=SESSION_AGE,
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        # The token lives as long as its session: a settings page left open overnight still saves.
        WTF_CSRF_TIME_LIMIT=None,
        # Links come from PUBLIC_URL and never from Host; the referrer check would compare with Host.
        WTF_CSRF_SSL_STRICT=False,
    )
    Talisman(
        app,
        # A redirect to https would use Host, which a caller can forge; the router redirects.
        force_https=False,
        session_cookie_secure=is_https,
        session_cookie_samesite="Lax",
        strict_transport_security=is_https,
        strict_transport_security_include_subdomains=False,
        frame_options="DENY",
        referrer_policy="same-origin",
        permissions_policy=dict.fromkeys(("camera", "geolocation", "microphone", "payment", "usb"), "()"),
        content_security_policy={
            "default-src": "'none'",
            "style-src": "'self'",
            "img-src": "'self'",
            "font-src": "'none'",
            "base-uri": "'none'",
            "form-action": f"'self' {origin_of(settings.strava_oauth_url)}",
            "frame-ancestors": "'none'",
        },
    )
    app.before_request(_drop_unreadable_dates)
    if limits_floods:
        # Before the CSRF check: a refused POST is a request like any other.
        _limit(app)
    csrf = CSRFProtect(app)
    for exempt in ("plugin.web.webhook.hook", "plugin.web.mail_links.mail_link"):
        csrf.exempt(exempt)

    @app.after_request
    def keep_private(answer: Response) -> Response:
        if isinstance(request.routing_exception, RequestRedirect):
            # Werkzeug's own, for an empty path: header and body would name the host that the caller named.
            answer.headers["Location"] = "/"
            answer.set_data(b"")
        if request.endpoint != "static":
            answer.headers["Cache-Control"] = "no-store"
            answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
            answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if is_https:
            # Behind a router that does not say X-Forwarded-Proto Talisman would leave it out.
            answer.headers.setdefault("Strict-Transport-Security", "max-age=31556926")
        return answer


def caller() -> str:
    """Whose requests are counted together: an address, or the /64 of an IPv6 address."""
    given = request.remote_addr or ""
    try:
        address = ip_address(given)
    except ValueError:
        return given[:64]
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), NEIGHBOURS), strict=False))


def _limit(app: Flask) -> None:
    limiter = Limiter(
        caller,
        app=app,
        storage_uri="memory://",
        default_limits=[_allowance],
        headers_enabled=False,
    )
    app.extensions["footnote-limiter"] = limiter
    limiter.request_filter(lambda: request.endpoint in UNLIMITED)


def may_exchange() -> bool:
    """Takes one of the caller's exchanges of a code for tokens; False when there is none left for now."""
    limiter = current_app.extensions.get("footnote-limiter")
    return limiter is None or all(limiter.limiter.hit(limit, "exchange", caller()) for limit in EXCHANGES)


def may_poll(runner_id: int) -> bool:
    """Takes one of the runner's polls of their calendar feed; False when there is none left for now."""
    limiter = current_app.extensions.get("footnote-limiter")
    return limiter is None or all(limiter.limiter.hit(limit, "calendar", str(runner_id)) for limit in POLLS)


def _allowance() -> str:
    return DOORS if request.endpoint in DOOR_ENDPOINTS else EVERY_PAGE
