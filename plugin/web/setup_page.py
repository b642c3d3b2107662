"""The page of a site that is not set up yet: what is missing, one step each, and the lines to copy."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from plugin.settings.environment import what_is_missing
from plugin.settings.formats import is_this_machine
from plugin.settings.places import Place, place_of, run_command, set_command
from plugin.web.dependencies import SiteSettings
from plugin.web.public_pages import privacy


def register(app: Flask, settings: SiteSettings, platform: Place | None = None) -> None:
    """`/` says what is missing, `/privacy` what would be kept, `/healthz` that we are alive; any other page leads
    nowhere. `platform`: None for the one that this runs on."""
    where = platform or place_of()
    steps = [tuple(what_is_missing(name).split(": is missing; ", 1)) for name in settings.missing]

    def set_up() -> str:
        asked = _asked_for()
        url = settings.public_url or asked
        values = {name: _value(name, url) for name in settings.missing}
        return render_template(
            "setup.html",
            steps=steps,
            host=urlsplit(url).hostname or "",
            asked=asked,
            public_url=settings.public_url,
            values=values,
            platform=where,
            set_command=set_command(where, values),
            doctor=run_command(where, "doctor"),
        )

    def healthz() -> ResponseReturnValue:
        return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}

    app.add_url_rule("/", "set_up", set_up)
    app.add_url_rule("/healthz", "healthz", healthz)
    # What would be kept of a runner depends on no setting, and every page links to it.
    app.add_url_rule("/privacy", "privacy", privacy)

    @app.errorhandler(NotFound)
    def elsewhere(_error: NotFound) -> ResponseReturnValue:
        return set_up(), 503


def _asked_for() -> str:
    """The address by which the browser came, as `PUBLIC_URL` would have it; "" where it is none. Only shown: whoever
    reads it decides whether it is the site's."""
    host = request.host.lower()
    if not re.fullmatch(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*(:[0-9]{1,5})?", host):
        return ""
    is_here = is_this_machine(host.partition(":")[0])
    return f"{'http' if is_here else 'https'}://{host}"


def _value(name: str, url: str) -> str:
    """What a line to copy may hold already: a key made for this page view and kept nowhere, and this page's address."""
    return {"SECRET_KEY": secrets.token_urlsafe(48), "PUBLIC_URL": url}.get(name, "")
