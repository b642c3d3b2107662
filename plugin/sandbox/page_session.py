"""Who looks at the sandbox's pages: the athlete that is "logged in", and whether a form came from these pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from plugin.sandbox.context import here
from plugin.sandbox.model import Athlete
from plugin.sandbox.request_gate import refuse


def logged_in() -> Athlete:
    """The athlete of the cookie, else the first one there is. There is no password: this is a sandbox."""
    athletes = here().world.athletes
    if not athletes:
        raise refuse(404, "Resource Not Found", "Athlete", "id", "invalid")
    named = request.cookies.get("athlete", "")
    if named.isdigit() and int(named) in athletes:
        return athletes[int(named)]
    return next(iter(athletes.values()))


def same_origin_only() -> None:
    """Refuse a form that another site's page sent: even a sandbox on this machine should not be played from outside."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise refuse(403, "Forbidden")
