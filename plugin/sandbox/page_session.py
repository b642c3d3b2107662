"""The athlete that is "logged in" on the sandbox's pages, and the check that a form came from these pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from plugin.sandbox.context import here
from plugin.sandbox.model import Athlete
from plugin.sandbox.request_gate import error_answer


def logged_in() -> Athlete:
    """The athlete of the cookie, else the first one. There is no password."""
    athletes = here().world.athletes
    if not athletes:
        raise error_answer(404, "Resource Not Found", "Athlete", "id", "invalid")
    named = request.cookies.get("athlete", "")
    if named.isdigit() and int(named) in athletes:
        return athletes[int(named)]
    return next(iter(athletes.values()))


def refuse_other_origins() -> None:
    """Refuse a form that another site's page sent."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise error_answer(403, "Forbidden")
