"""Whose browser this is. The session carries the runner's id, since when they are with us, and a nonce of its login."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, g, redirect, request, session
from werkzeug.wrappers import Response

from plugin.ports import Runner
from plugin.web.parts import parts


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
    runner = parts().books.runner(runner_id)
    if runner is None or runner.connected_at.isoformat() != since:
        return None
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
