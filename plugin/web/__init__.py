"""The site: Strava's webhook, connecting, the runner's pages, mail links, health."""

from __future__ import annotations

from types import TracebackType

from flask import Flask, request

from plugin.keys import Keyring
from plugin.web import (
    answers,
    choices,
    connect,
    counted,
    guard,
    health,
    hook,
    links,
    me,
    pages,
    say,
    setup,
    sheet,
    shown,
)
from plugin.web.parts import Parts, Post, SiteSettings

__all__ = ["Parts", "Post", "SiteSettings", "create_app", "create_setup_app"]


class _Site(Flask):
    """Flask, with a log that never holds what a path may hold: secrets, tokens, addresses."""

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        self.logger.error("while answering %s %s", request.method, request.url_rule, exc_info=exc_info)


def create_app(parts: Parts) -> Flask:
    """The WSGI app for these parts."""
    app = _site(parts.settings, parts.keyring, limits_floods=parts.limits_floods)
    app.extensions["footnote"] = parts
    for part in (counted, hook, connect, pages, me, sheet, choices, say, links, health):
        part.register(app)
    return app


def create_setup_app(settings: SiteSettings) -> Flask:
    """The WSGI app while something is missing in the settings: it says what, and does nothing else."""
    app = _site(settings, None)
    setup.register(app, settings)
    return app


def _site(settings: SiteSettings, keyring: Keyring | None, *, limits_floods: bool = True) -> Flask:
    app = _Site(__name__, static_folder="static", template_folder="templates")
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    guard.protect(app, settings, keyring, limits_floods=limits_floods)
    shown.teach(app)
    answers.teach(app)
    return app
