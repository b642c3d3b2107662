"""When something is wrong: one sentence and what to do, as a page or as JSON."""

from __future__ import annotations

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException

from plugin.errors import StoreBroken, Unreadable
from plugin.web.login import wants_json, without_store
from plugin.web.wording import _


def _words(code: int) -> tuple[str, str]:
    known = {
        400: (_("That did not arrive whole"), _("Go back, reload the page and try once more.")),
        401: (_("Not signed in"), _("Connect with Strava on the front page first.")),
        403: (_("Not for you"), _("This page is not open to you.")),
        404: (_("Nothing here"), _("There is no page at this address.")),
        405: (_("Not this way"), _("This address does not take that kind of request.")),
        410: (_("No longer here"), _("What this link was about is gone.")),
        413: (_("Too large"), _("That was more than this site takes. Send less.")),
        429: (_("Slow down"), _("Too many requests from your address. Wait a minute.")),
        503: (_("Not just now"), _("Something this site needs does not answer. Try again in a minute.")),
    }
    return known.get(code, (_("Something broke"), _("This was our fault. Try again; if it stays, tell your operator.")))


def page(code: int, title: str, text: str, **more: object) -> ResponseReturnValue:
    """A page with one thing to say (or the same as JSON), with its status."""
    if wants_json():
        return jsonify(status=code, error=title, detail=text), code
    return render_template("answer.html", title=title, text=text, code=code, **more), code


def teach(app: Flask) -> None:
    """Register the error pages."""

    @app.errorhandler(CSRFError)
    def stale_form(_error: CSRFError) -> ResponseReturnValue:
        return page(
            400,
            _("This form is out of date"),
            _("It was made for another visit, or cookies are off. Go back, reload the page and send it again."),
        )

    @app.errorhandler(StoreBroken)
    def broken(error: StoreBroken) -> ResponseReturnValue:
        app.logger.error("the store does not work: %s", error)
        without_store()
        return plain(503)

    @app.errorhandler(BadHost)
    def no_host(error: BadHost) -> ResponseReturnValue:
        # A page of ours has links, which cannot be made without a host.
        return error.get_response()

    @app.errorhandler(Unreadable)
    def unreadable(error: Unreadable) -> ResponseReturnValue:
        app.logger.error("runner %d cannot be read: %s", error.runner_id, error)
        without_store()
        return page(
            503,
            _("What is kept of you cannot be read just now"),
            _("Nothing was written over it, and the operator sees it. Your notes go on once it can be read again."),
        )

    @app.errorhandler(HTTPException)
    def any_other(error: HTTPException) -> ResponseReturnValue:
        if error.code is not None and error.code < 400:
            return error.get_response()
        return plain(error.code or 500)


def plain(code: int) -> ResponseReturnValue:
    """The usual words for a status."""
    title, text = _words(code)
    if request.endpoint == "hook":
        # For machines, and fast: no template.
        return jsonify(status=code, error=title), code
    return page(code, title, text)
