"""Every request counted when it is answered: which page, how it ended, how long it took. No path, no caller."""

from __future__ import annotations

from time import monotonic

from flask import Flask, Response, g, request

from plugin.web.dependencies import parts

QUIET = frozenset({"healthz", "readyz", "metrics", "static"})
"""Asked every few seconds by routers and by Prometheus: they would only count themselves."""
METHODS = frozenset({"GET", "HEAD", "POST"})


def register(app: Flask) -> None:
    """Before and after every request."""

    @app.before_request
    def begin() -> None:
        g.began = monotonic()

    @app.after_request
    def end(answer: Response) -> Response:
        page = (request.endpoint or "none").rpartition(".")[2]
        if page not in QUIET:
            method = request.method if request.method in METHODS else "other"
            seconds = monotonic() - g.get("began", monotonic())
            parts().counts.answered(page, method, answer.status_code, seconds)
        return answer
