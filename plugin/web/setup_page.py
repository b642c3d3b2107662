"""The page of a site that is not set up yet: what is missing, one step each."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from plugin.settings.environment import what_is_missing
from plugin.web.dependencies import SiteSettings
from plugin.web.public_pages import privacy


def register(app: Flask, settings: SiteSettings) -> None:
    """`/` says what is missing, `/privacy` what would be kept, `/healthz` that we are alive; any other page leads
    nowhere."""
    steps = [tuple(what_is_missing(name).split(": is missing; ", 1)) for name in settings.missing]

    def set_up() -> str:
        host = urlsplit(settings.public_url).hostname or ""
        return render_template("setup.html", steps=steps, host=host)

    def healthz() -> ResponseReturnValue:
        return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}

    app.add_url_rule("/", "set_up", set_up)
    app.add_url_rule("/healthz", "healthz", healthz)
    # What would be kept of a runner depends on no setting, and every page links to it.
    app.add_url_rule("/privacy", "privacy", privacy)

    @app.errorhandler(NotFound)
    def elsewhere(_error: NotFound) -> ResponseReturnValue:
        return set_up(), 503
