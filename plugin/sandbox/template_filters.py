"""Template filters, response headers and the error page."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask, Response, render_template, request

from plugin.sandbox.make_activity import NotRecordable
from plugin.sandbox.model import Activity

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def km(metres: float) -> str:
    return f"{metres / 1000:.1f} km"


def duration(seconds: int) -> str:
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {seconds % 60:02d} s"


def pace(activity: Activity) -> str:
    if not activity.is_run or activity.distance_m <= 0:
        return ""
    per_km = round(activity.moving_s / activity.distance_m * 1000)
    return f"{per_km // 60}:{per_km % 60:02d} min/km"


def day(activity: Activity) -> str:
    """ "Sunday 22 November, 09:03", by the athlete's own clock."""
    local = activity.local_start
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"


def clock(moment: datetime, zone: str = "UTC") -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M:%S}"


def install(app: Flask) -> None:
    for made in (km, duration, pace, day, clock):
        app.jinja_env.filters[made.__name__] = made
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.after_request(_headers)
    app.register_error_handler(NotRecordable, _not_recordable)


def went_wrong(status: int, words: str) -> tuple[str, int]:
    return render_template("wrong.html", words=words), status


def _headers(response: Response) -> Response:
    if response.mimetype == "text/html" and not request.path.startswith("/api/"):
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    # Not "no-referrer": browsers would send a form's Origin as null.
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response


def _not_recordable(reason: NotRecordable) -> tuple[str, int]:
    return went_wrong(400, f"That cannot be: {reason}.")
