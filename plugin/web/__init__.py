"""The site: Strava's webhook, connecting, the runner's pages, mail links, health."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING

from flask import Flask, request
from jinja2 import ChoiceLoader, PackageLoader

from plugin.settings.encryption import Keyring
from plugin.settings.places import Place
from plugin.stores.request_timeout import short_waits
from plugin.web import (
    calendar_page,
    connect,
    health,
    hurts,
    leaving,
    mentions,
    plan_page,
    push_page,
    send_test_note,
    strava_artwork,
)
from plugin.web import error_pages as answers
from plugin.web import mail_links as links
from plugin.web import physio_sheet as sheet
from plugin.web import public_pages as pages
from plugin.web import request_metrics as counted
from plugin.web import runner_answers as say
from plugin.web import runner_page as me
from plugin.web import security as guard
from plugin.web import settings_page as choices
from plugin.web import setup_page as setup
from plugin.web import template_filters as shown
from plugin.web import webhook as hook
from plugin.web.dependencies import Dependencies, SendsConfirmations, SiteSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["Dependencies", "SendsConfirmations", "SiteSettings", "create_app", "create_setup_app"]


class _Site(Flask):
    """Flask, with a log that never holds what a path may hold: secrets, tokens, addresses."""

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        self.logger.error("while answering %s %s", request.method, request.url_rule, exc_info=exc_info)


def create_app(parts: Dependencies) -> Flask:
    """The WSGI app for these parts."""
    app = _site(parts.settings, parts.keyring, limits_floods=parts.limits_floods)
    app.extensions["footnote"] = parts
    pieces = (
        counted,
        hook,
        connect,
        pages,
        me,
        plan_page,
        hurts,
        send_test_note,
        sheet,
        choices,
        push_page,
        calendar_page,
        say,
        mentions,
        links,
        leaving,
        health,
    )
    for part in pieces:
        part.register(app)
    app.wsgi_app = _answered_at_once(app.wsgi_app)  # type: ignore[assignment,method-assign]
    return app


def _answered_at_once(site: WSGIApplication) -> WSGIApplication:
    """While the store is away a request is told so within half a second."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with short_waits():
            return site(environ, start)

    return answer


def create_setup_app(settings: SiteSettings, platform: Place | None = None) -> Flask:
    """The WSGI app while something is missing in the settings: it says what, and does nothing else.
    `platform`: where it runs; None: to be found out."""
    app = _site(settings, None)
    setup.register(app, settings, platform)
    return app


def _site(settings: SiteSettings, keyring: Keyring | None, *, limits_floods: bool = True) -> Flask:
    app = _Site(__name__, static_folder="static")
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = ChoiceLoader([PackageLoader("plugin.web"), PackageLoader("plugin.summary")])
    guard.protect(app, settings, keyring, limits_floods=limits_floods)
    shown.teach(app)
    app.jinja_env.globals["contact"] = settings.contact
    strava_artwork.register(app, settings.strava_artwork)
    answers.teach(app)
    return app
