"""Connecting with Strava: consent given, state checked, scopes compared, then `/me`."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, redirect, request, session
from flask.typing import ResponseReturnValue

from plugin.errors import Refused, StravaError
from plugin.ports import ChannelName
from plugin.settings.keys import BadLink
from plugin.web.admission import admit
from plugin.web.dependencies import Dependencies, parts
from plugin.web.error_pages import page
from plugin.web.public_pages import first_channels, landing
from plugin.web.wording import _

SCOPES = ("read", "activity:read", "activity:read_all", "activity:write")
READS = frozenset({"activity:read", "activity:read_all"})
STATE_AGE = timedelta(hours=1)


def register(app: Flask) -> None:
    """The way to Strava and back."""
    app.add_url_rule("/connect", "connect", connect, methods=["POST"])
    app.add_url_rule("/connect/callback", "connect_callback", callback, methods=["GET"])


def connect() -> ResponseReturnValue:
    """Consent given: off to Strava, with a state that only this browser can bring back, once."""
    have = parts()
    channel = request.form.get("channel", ChannelName.PRIVATE_NOTE)
    errors = {}
    if not request.form.get("agree"):
        errors["agree"] = _("Without your consent nothing is read: tick this box to go on.")
    if channel not in [offered.name for offered in first_channels(have)]:
        errors["channel"] = _("Choose one of these.")
    if errors:
        return landing(errors=errors, typed=request.form), 400
    state = have.keyring.sign_state(
        {
            "id": uuid.uuid4().hex,
            "browser": _digest(session.setdefault("browser", secrets.token_urlsafe(24))),
            "channel": str(channel),
            "soreness": int(bool(request.form.get("soreness"))),
        }
    )
    query = {
        "client_id": have.settings.strava_client_id,
        "redirect_uri": f"{have.settings.public_url}/connect/callback",
        "response_type": "code",
        "approval_prompt": "auto",
        "scope": ",".join(SCOPES),
        "state": state,
    }
    return redirect(f"{have.settings.strava_oauth_url}/authorize?{urlencode(query)}", 303)


def callback() -> ResponseReturnValue:
    """Back from Strava. Nothing is asked of Strava before the state is known to be ours, this browser's and new."""
    have = parts()
    now = have.clock()
    choice = _read_state(have, now)
    if choice is None:
        return page(
            400,
            _("That was not the way in"),
            _(
                "This answer from Strava does not belong to this browser, or was used before. "
                "Start again from the front page at %(where)s.",
                where=have.settings.public_url,
            ),
        )
    if "error" in request.args:
        return page(
            200,
            _("You said no, and that is fine"),
            _("Strava was not connected and nothing was kept. If you change your mind, the front page is the way in."),
        )
    scopes = frozenset(request.args.get("scope", "").replace(" ", ",").split(",")) - {""}
    code = request.args.get("code", "")
    if not code:
        return page(400, _("Strava sent no code"), _("Start again from the front page."))
    if not scopes & READS:
        return page(
            403,
            _("Footnote cannot see your runs"),
            _(
                "On Strava's page “View data about your activities” was not ticked (activity:read). "
                "Without it there is nothing to look at. Nothing was kept: connect again and leave it ticked."
            ),
        )
    try:
        granted = have.strava.grant(code, scopes)
    except StravaError as trouble:
        return _not_granted(trouble)
    return admit(have, granted, choice, now)


def _digest(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()


def _read_state(have: Dependencies, now: datetime) -> Mapping[str, Any] | None:
    """What was chosen before leaving, if the state is ours, fresh, this browser's, and used for the first time."""
    try:
        state = have.keyring.read_state(request.args.get("state", ""), max_age_s=int(STATE_AGE.total_seconds()))
    except BadLink:
        return None
    browser = session.get("browser")
    if not isinstance(browser, str) or not hmac.compare_digest(_digest(browser), str(state.get("browser"))):
        return None
    if not have.store.use_once(f"state:{state.get('id')}", until=now + 2 * STATE_AGE, now=now):
        return None
    return state


def _not_granted(trouble: StravaError) -> ResponseReturnValue:
    current_app.logger.warning("connecting failed at Strava: %s", trouble)
    if isinstance(trouble, Refused):
        # The app is full, or the code is not good: the sentence says which, and what helps.
        return page(403, _("Strava did not let you connect"), _("%(why)s Nothing was kept.", why=_(str(trouble))))
    return page(503, _("Strava does not answer just now"), _("Nothing was kept. Try again in a minute or two."))
