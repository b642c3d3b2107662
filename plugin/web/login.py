"""Whose browser this is. The session carries the runner's id, since when they are with us, and a nonce of its login.

A session lies in the browser and cannot be taken back; so the logins that were ended are remembered as long as their
sessions could live, and a copy that somebody made of the cookie ends with it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import abort, g, redirect, request, session
from werkzeug.wrappers import Response

from plugin.ports import Runner
from plugin.web.dependencies import parts

SIGNED_OUT = "signed_out"
"""The books' mark of logins that were ended: digest to the time after which no session of theirs is left."""
SESSION_AGE = timedelta(days=30)


def wants_json() -> bool:
    """Whether the client would rather have JSON than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return bool(best == "application/json")


def log_in(runner: Runner) -> None:
    """A wholly new session for this runner: nothing of the one before login is left."""
    session.clear()
    session.permanent = True
    session["runner"] = runner.id
    # Who leaves and comes again is with us since another moment: sessions from before stay dead.
    session["since"] = runner.connected_at.isoformat()
    session["login"] = secrets.token_urlsafe(16)
    g.pop("runner", None)


def log_out() -> None:
    """This browser forgets who it was, and copies of its cookie are worth nothing."""
    ended, have = _login(), parts()
    session.clear()
    g.pop("runner", None)
    if ended:
        now = have.clock()
        until = (now + SESSION_AGE).isoformat()
        have.store.change_key_value(
            SIGNED_OUT, lambda was: {**{one: end for one, end in was.items() if end > now.isoformat()}, ended: until}
        )


def _login() -> str:
    """The digest of this session's login; empty where nobody logged in."""
    nonce = session.get("login")
    return hashlib.sha256(nonce.encode()).hexdigest() if isinstance(nonce, str) else ""


def here() -> Runner | None:
    """The runner whose session this is, if they are still with us."""
    if "runner" not in g:
        g.runner = _look_up()
    found: Runner | None = g.runner
    return found


def _look_up() -> Runner | None:
    runner_id, since = session.get("runner"), session.get("since")
    if not isinstance(runner_id, int):
        return None
    runner = parts().store.runner(runner_id)
    if runner is None or runner.connected_at.isoformat() != since:
        return None
    if _login() in parts().store.key_value(SIGNED_OUT):
        return None
    # Seen here, and only here, the session lives on: what was ended is never dated anew.
    session.modified = True
    return runner


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
