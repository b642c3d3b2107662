"""Connecting with Strava: consent given, state checked, scopes compared, then `/me`."""

from __future__ import annotations

import hmac
import re
import secrets
import threading
import time
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, abort, current_app, make_response, redirect, request, session
from flask.typing import ResponseReturnValue

from plugin.errors import CodeNotYetValid, Refused, StravaError
from plugin.ports import WRITE_SCOPE, ChannelName
from plugin.settings.encryption import BadLink
from plugin.web.admission import admit
from plugin.web.dependencies import Dependencies, parts
from plugin.web.error_pages import page
from plugin.web.login import clear_ended, digest_of, here, is_logged_in_by, to_page
from plugin.web.public_pages import first_channels, landing
from plugin.web.security import may_exchange
from plugin.web.wording import _

SCOPES = ("read", "activity:read", "activity:read_all", WRITE_SCOPE)
READS = frozenset({"activity:read", "activity:read_all"})
STATE_AGE = timedelta(hours=1)
CODE = re.compile(r"[A-Za-z0-9._~-]{1,200}")
CODE_TRIES = 3
CODE_WAIT_S = 1
"""A refused code is tried twice more within three seconds: some fresh codes work two seconds after consent. Browsers
wait whole seconds; the last try waits the rest here."""
LAST_WAIT_S = 0.7
AT_ONCE = 4
"""Exchanges under way in this process. Each waits for Strava in a thread of the site, which has eight."""


def register(app: Flask) -> None:
    """The way to Strava and back."""
    app.extensions["footnote-exchanges"] = threading.BoundedSemaphore(AT_ONCE)
    app.before_request(clear_ended)
    app.add_url_rule("/connect", "connect", connect, methods=["POST"])
    app.add_url_rule("/connect/callback", "connect_callback", callback, methods=["GET"])


def connect() -> ResponseReturnValue:
    """Consent given: off to Strava, with a state that only this browser can bring back, once."""
    have = parts()
    channel = request.form.get("channel", ChannelName.PRIVATE_NOTE)
    errors = {}
    # Who has agreed before need not do so again; somebody unknown is sent back to do it.
    is_sign_in = bool(request.form.get("sign_in"))
    if not request.form.get("agree") and not is_sign_in:
        errors["agree"] = _("Without your consent nothing is read: tick this box to go on.")
    if channel not in [offered.name for offered in first_channels(have)]:
        errors["channel"] = _("Choose one of these.")
    if errors:
        return landing(errors=errors, typed=request.form), 400
    state = have.keyring.sign_state(
        {
            "id": uuid.uuid4().hex,
            "browser": digest_of(session.setdefault("browser", secrets.token_urlsafe(24))),
            "channel": str(channel),
            "soreness": int(bool(request.form.get("soreness"))),
            "sign_in": int(is_sign_in),
        }
    )
    query = {
        "client_id": have.settings.strava_client_id,
        "redirect_uri": f"{have.settings.public_url}/connect/callback",
        "response_type": "code",
        # Strava may hand back the scopes of last time without asking, which would never be enough.
        "approval_prompt": "force" if _lacks_scopes() else "auto",
        "scope": ",".join(SCOPES),
        "state": state,
    }
    return redirect(f"{have.settings.strava_oauth_url}/authorize?{urlencode(query)}", 303)


def callback() -> ResponseReturnValue:
    """Back from Strava. Nothing is asked of Strava before the state is known to be ours, this browser's and new."""
    have = parts()
    now = have.clock()
    if is_logged_in_by(request.args.get("state", "")):
        return to_page("/me")
    choice = _read_state(have)
    if choice is None:
        return _not_the_way_in(have)
    if "error" in request.args:
        return page(
            200,
            _("You said no, and that is fine"),
            _("Strava was not connected and nothing was kept. If you change your mind, the front page is the way in."),
        )
    # Known scopes only: the query may contain anything, and scopes are stored.
    scopes = frozenset(request.args.get("scope", "").replace(" ", ",").split(",")) & frozenset(SCOPES)
    session["lacks_scopes"] = not scopes.issuperset(SCOPES)
    code = request.args.get("code", "")
    if not CODE.fullmatch(code):
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
    if not may_exchange():
        abort(429)
    places: threading.BoundedSemaphore = current_app.extensions["footnote-exchanges"]
    if not places.acquire(blocking=False):
        abort(503)  # the state is not used up: reloading the page goes on
    try:
        return _exchange(have, code, scopes, choice, now)
    finally:
        places.release()


def _exchange(
    have: Dependencies, code: str, scopes: frozenset[str], choice: Mapping[str, Any], now: datetime
) -> ResponseReturnValue:
    """The code becomes tokens, and the visitor a runner."""
    if not _use_up(have, choice, now):
        return _not_the_way_in(have)
    if session.get("waits_for_code", ["", 0])[1] == CODE_TRIES - 1:
        time.sleep(LAST_WAIT_S)
    try:
        granted = have.strava.grant(code, scopes)
    except CodeNotYetValid as refused:
        return _wait_for_code(str(choice["id"])) or _not_granted(refused)
    except StravaError as trouble:
        return _not_granted(trouble)
    return admit(have, granted, choice, now)


def _not_the_way_in(have: Dependencies) -> ResponseReturnValue:
    return page(
        400,
        _("That was not the way in"),
        _(
            "This answer from Strava does not belong to this browser, or was used before. "
            "Start again from the front page at %(where)s.",
            where=have.settings.public_url,
        ),
    )


def _use_up(have: Dependencies, state: Mapping[str, Any], now: datetime) -> bool:
    """Whether the state is used for the first time. Asked just before the exchange: a visitor who brings no code, or
    said no at Strava, leaves nothing in the store."""
    if session.get("waits_for_code", [""])[0] == state.get("id"):
        return True  # used before, by the page that waits for Strava to know the code
    return have.store.use_once(f"state:{state.get('id')}", until=now + 2 * STATE_AGE, now=now)


def _read_state(have: Dependencies) -> Mapping[str, Any] | None:
    """What was chosen before leaving, if the state is ours, fresh and this browser's."""
    try:
        state = have.keyring.read_state(request.args.get("state", ""), max_age_s=int(STATE_AGE.total_seconds()))
    except BadLink:
        return None
    browser = session.get("browser")
    if not isinstance(browser, str) or not hmac.compare_digest(digest_of(browser), str(state.get("browser"))):
        return None
    return state


def _lacks_scopes() -> bool:
    """Whether Strava handed back too few scopes last time, to this browser or to the runner who is signed in."""
    runner = here()
    return bool(session.get("lacks_scopes")) or (runner is not None and not runner.scopes.issuperset(SCOPES))


def _wait_for_code(state_id: str) -> ResponseReturnValue | None:
    """A page that comes back by itself with the same code; None once that has been tried often enough."""
    waiting_for, tries = session.pop("waits_for_code", ("", 0))
    tries = tries + 1 if waiting_for == state_id else 1
    if tries >= CODE_TRIES:
        return None
    session["waits_for_code"] = [state_id, tries]
    answer = make_response(
        page(
            200,
            _("One moment"),
            _("Strava needs a second or two until it knows that you said yes. This page goes on by itself."),
            goes_on_to=request.full_path,
        )
    )
    answer.headers["Refresh"] = f"{CODE_WAIT_S}; url={request.full_path}"
    return answer


def _not_granted(trouble: StravaError) -> ResponseReturnValue:
    current_app.logger.warning("connecting failed at Strava: %s", trouble)
    if isinstance(trouble, Refused):
        # The app is full, or the code is not good: the sentence says which, and what helps.
        return page(403, _("Strava did not let you connect"), _("%(why)s Nothing was kept.", why=_(str(trouble))))
    return page(503, _("Strava does not answer just now"), _("Nothing was kept. Try again in a minute or two."))
