"""Builds the Flask app of the sandbox around one world."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from plugin.sandbox import request_gate, template_filters
from plugin.sandbox.context import App, Sandbox
from plugin.sandbox.control_api import control
from plugin.sandbox.control_pages import control_pages
from plugin.sandbox.event_sender import RETRY_S, Push
from plugin.sandbox.faults import Faults
from plugin.sandbox.grants import TOKEN_LIFE_S, Grants
from plugin.sandbox.oauth import oauth
from plugin.sandbox.rate_limits import RateLimits, Windows
from plugin.sandbox.runner_pages import pages
from plugin.sandbox.strava_api import api
from plugin.sandbox.subscriptions import subscriptions
from plugin.sandbox.switches_api import switches
from plugin.sandbox.world import World

CLIENT_ID = "12345"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105 (public: it protects only invented data)


def create_sandbox(
    world: World,
    *,
    client_id: str = CLIENT_ID,
    client_secret: str = CLIENT_SECRET,
    limits: RateLimits | None = None,
    token_life_s: float = TOKEN_LIFE_S,
    retry_s: float = RETRY_S,
    guide: str = "",
) -> Flask:
    """The server around `world`, with one registered API app. Its parts are in `app.extensions["sandbox"]`.
    `guide`: the address of a page that every page links to."""
    app = Flask("plugin.sandbox", template_folder="templates", static_folder="static")
    faults = Faults()
    grants = Grants(token_life_s=token_life_s)
    push = Push(
        faults=faults,
        is_visible=lambda athlete_id, activity: sandbox.sees(athlete_id, activity),
        retry_s=retry_s,
    )
    sandbox = Sandbox(
        world=world,
        app=App(client_id=client_id, client_secret=client_secret),
        push=push,
        grants=grants,
        windows=Windows(limits=limits or RateLimits()),
        faults=faults,
    )
    world.listener = push.on_change
    app.extensions["sandbox"] = sandbox
    # Keep the order of keys as Strava sends them.
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024 * 1024
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = timedelta(0)
    request_gate.install(app)
    template_filters.install(app)
    app.jinja_env.globals["guide"] = guide
    for part in (api, subscriptions, oauth, control, switches, pages, control_pages):
        app.register_blueprint(part)
    return app
