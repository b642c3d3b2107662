"""What stands between the world and the pages: headers, cookies, CSRF tokens, limits. All by libraries."""

from __future__ import annotations

import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from plugin.keys import Keyring
from plugin.web.parts import SiteSettings

FORM_BYTES = 64 * 1024
"""No form of ours comes near it; the webhook has the same limit by contract."""
EVERY_PAGE = "300 per minute"
DOORS = "40 per minute"
"""Connecting and mail links: each try costs us a signature check or a call to Strava."""
DOOR_ENDPOINTS = frozenset({"connect", "connect_callback", "mail_link"})
UNLIMITED = frozenset({"hook", "static", "healthz", "readyz", "metrics"})


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL, as a CSP names it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def protect(app: Flask, settings: SiteSettings, keyring: Keyring | None, *, limits_floods: bool = True) -> None:
    """Give the app its keys, headers, CSRF check and limits. Without a keyring (the set-up page) the session key lasts
    as long as the process."""
    is_https = settings.public_url.startswith("https://")
    if settings.trusted_proxies:
        # Routers of ours; their word on the host is never believed: links come from PUBLIC_URL.
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=1)  # type: ignore[method-assign]
    app.config.update(
        SECRET_KEY=keyring.session_key if keyring else secrets.token_urlsafe(32),
        SECRET_KEY_FALLBACKS=keyring.session_keys_old if keyring else [],
        SESSION_COOKIE_NAME="fn",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=is_https,
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        # The token lives as long as its session: a settings page left open overnight still saves.
        WTF_CSRF_TIME_LIMIT=None,
        # Links come from PUBLIC_URL, whatever Host says; the referrer check would compare with Host.
        WTF_CSRF_SSL_STRICT=False,
    )
    Talisman(
        app,
        # Redirecting to https by Host would send people where a stranger's header says; the router does that.
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
    csrf = CSRFProtect(app)
    for exempt in ("plugin.web.hook.hook", "plugin.web.links.mail_link"):
        csrf.exempt(exempt)
    if limits_floods:
        _limit(app)

    @app.after_request
    def keep_private(answer: Response) -> Response:
        if request.endpoint != "static":
            answer.headers["Cache-Control"] = "no-store"
        if is_https:
            # Behind a router that does not say X-Forwarded-Proto Talisman would leave it out.
            answer.headers.setdefault("Strict-Transport-Security", "max-age=31556926")
        return answer


def _limit(app: Flask) -> None:
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri="memory://",
        default_limits=[_allowance],
        headers_enabled=False,
    )
    limiter.request_filter(lambda: request.endpoint in UNLIMITED)


def _allowance() -> str:
    return DOORS if request.endpoint in DOOR_ENDPOINTS else EVERY_PAGE
