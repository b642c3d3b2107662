"""Whose browser this is. The session carries the runner's id, since when they are with us, when and as which login it
began.

A session lies in the browser and cannot be taken back. So the runner's record says which logins were ended, as long as
their sessions could live, and a copy that somebody made of the cookie ends with its login.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from flask import abort, g, redirect, request, session
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from plugin.ports import Runner
from plugin.web.dependencies import parts

SESSION_AGE = timedelta(days=30)
"""Without a visit; held by the cookie and its signature."""
LOGIN_AGE = timedelta(days=90)
"""In all, however often the runner comes."""
MOST_ENDED = 50
"""Logins of one runner that are remembered as ended; with one more every session of theirs ends."""
RECEIPT = "left"
"""In the session of a runner who leaves: what the page asks for that says what came of it."""
RECEIPT_ZONE = "left_zone"
"""Beside it: the time zone in which that page says when."""
LANGUAGE = "language"
"""A key of the session, for the pages that say that the store is away."""
LOOK_AGAIN_S = "3"
WITHOUT_LOGIN = frozenset({"hook", "static", "healthz", "readyz", "metrics"})


def clear_ended() -> None:
    """Before each request: empty a session whose login is over. Any later write to it would sign all of it again."""
    if request.endpoint not in WITHOUT_LOGIN and "runner" in session and here() is None:
        # It opens one page, on which nobody is named.
        receipt = {name: session[name] for name in (RECEIPT, RECEIPT_ZONE) if name in session}
        session.clear()
        session.update(receipt)


def wants_json() -> bool:
    """Whether the client would rather have JSON than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return bool(best == "application/json")


def log_in(runner: Runner, *, state: str) -> None:
    """A new session for this runner, with nothing of the one before login. `state`: the OAuth state that the
    runner came back from Strava with."""
    session.clear()
    session.permanent = True
    session["runner"] = runner.id
    # A runner who left and connects again has another `connected_at`: sessions from before stay invalid.
    session["since"] = runner.connected_at.isoformat()
    session["login"] = secrets.token_urlsafe(16)
    session["at"] = parts().clock().timestamp()
    session["state"] = digest_of(state)
    g.pop("runner", None)


def is_logged_in_by(state: str) -> bool:
    """Whether this session is valid and began with this OAuth state: the page that it came back to was reloaded."""
    return here() is not None and session.get("state") == digest_of(state)


def log_out() -> None:
    """End the session of this browser; copies of its cookie are invalid from now on."""
    runner, ended, have = here(), _login(), parts()
    session.clear()
    g.pop("runner", None)
    if runner is not None:
        now = have.clock()

        def change(was: Runner) -> Runner:
            known = {one: at for one, at in was.ended_logins.items() if now - at < LOGIN_AGE} | {ended: now}
            if len(known) > MOST_ENDED:
                return replace(was, ended_logins={}, signed_out_at=now)
            return replace(was, ended_logins=known)

        have.store.change_runner(runner.id, change)


def log_out_everywhere(runner: Runner) -> None:
    """Every session of this runner ends, this one included."""
    have = parts()
    now = have.clock()
    have.store.change_runner(runner.id, lambda was: replace(was, ended_logins={}, signed_out_at=now))
    session.clear()
    g.pop("runner", None)


def _login() -> str:
    """The digest of this session's login; empty without one."""
    nonce = session.get("login")
    return digest_of(nonce) if isinstance(nonce, str) else ""


def digest_of(secret: str) -> str:
    """What is kept of a secret of 256 random bits; they need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def here() -> Runner | None:
    """The runner whose session this is, if they are still with us."""
    if "runner" not in g:
        g.runner = _look_up()
    found: Runner | None = g.runner
    return found


def without_store() -> None:
    """Show the rest of this answer as to somebody who is not signed in: an error page must not ask the store again."""
    g.runner = None


def language_here() -> str | None:
    """The runner's language; from the session where the store cannot be asked."""
    runner = here()
    kept = session.get(LANGUAGE)
    return runner.settings.language if runner is not None else kept if isinstance(kept, str) else None


def _look_up() -> Runner | None:
    runner_id, since, began = session.get("runner"), session.get("since"), _began()
    if not isinstance(runner_id, int) or began is None or parts().clock() - began > LOGIN_AGE:
        return None
    runner = parts().store.runner(runner_id)
    if runner is None or runner.connected_at.isoformat() != since or _login() in runner.ended_logins:
        return None
    if runner.signed_out_at is not None and began <= runner.signed_out_at:
        return None
    # Only a valid session is renewed, and only here: an ended one never gets a new date.
    session.modified = True
    if session.get(LANGUAGE) != runner.settings.language:
        session[LANGUAGE] = runner.settings.language
    return runner


def _began() -> datetime | None:
    """When the login of this session was; None without a login, or where an earlier version recorded no time."""
    at = session.get("at")
    return datetime.fromtimestamp(at, UTC) if isinstance(at, float) else None


def runner_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view gets the runner first; without one, pages lead to `/` and JSON clients get 401."""

    @wraps(view)
    def with_runner(*args: Any, **kwargs: Any) -> Any:
        runner = here()
        if runner is None:
            if wants_json():
                abort(401)
            return redirect("/", 303)
        return view(runner, *args, **kwargs)

    return with_runner


def to_page(path: str) -> Response:
    """After a POST: see there. Paths of ours only, so that no header or field can lead elsewhere."""
    return redirect(path, 303)


def looking_again(text: str, is_filling: bool) -> ResponseReturnValue:
    """The page; while it is being filled the browser asks again by itself."""
    return (text, 200, {"Refresh": LOOK_AGAIN_S}) if is_filling else text
