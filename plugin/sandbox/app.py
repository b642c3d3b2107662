"""The Flask app of the sandbox: its parts put together around one world."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from . import dress, gate
from .api import api
from .backstage import backstage
from .control import control
from .faults import Faults
from .grants import TOKEN_LIFE_S, Grants
from .limits import Limits, Windows
from .oauth import oauth
from .pages import pages
from .push import RETRY_S, Push
from .stage import App, Sandbox
from .subscriptions import subscriptions
from .switches import switches
from .world import World

CLIENT_ID = "12345"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105 (known to all: it opens a made-up world)


def create_sandbox(
    world: World,
    *,
    client_id: str = CLIENT_ID,
    client_secret: str = CLIENT_SECRET,
    limits: Limits | None = None,
    token_life_s: float = TOKEN_LIFE_S,
    retry_s: float = RETRY_S,
) -> Flask:
    """A Strava look-alike around `world`, with one registered app. Its parts: `app.extensions["sandbox"]`."""
    app = Flask("plugin.sandbox", template_folder="templates", static_folder="static")
    faults = Faults()
    grants = Grants(token_life_s=token_life_s)
    push = Push(
        faults=faults,
        may_see=lambda athlete_id, activity: sandbox.sees(athlete_id, activity),
        retry_s=retry_s,
    )
    sandbox = Sandbox(
        world=world,
        app=App(client_id=client_id, client_secret=client_secret),
        push=push,
        grants=grants,
        windows=Windows(limits=limits or Limits()),
        faults=faults,
    )
    world.listener = push.tell_change
    app.extensions["sandbox"] = sandbox
    # Strava's keys stand in its order, and a follower of the log reads them so.
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024 * 1024
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = timedelta(0)
    gate.install(app)
    dress.install(app)
    for part in (api, subscriptions, oauth, control, switches, pages, backstage):
        app.register_blueprint(part)
    return app
