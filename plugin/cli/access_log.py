"""The access log: one line a request, without query and without the caller's address."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import structlog

MOST_SHOWN = 300
"""Characters of a path that are logged: a stranger must not fill disk or processor with one."""
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines: told at level debug."""


class AccessLog:
    """WSGI middleware that writes a line when an answer is complete."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app
        self._log = structlog.get_logger("plugin.access")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = time.perf_counter()
        status = 0

        def start(line: str, *rest: Any) -> Any:
            nonlocal status
            status = int(line.split(None, 1)[0])
            return start_response(line, *rest)

        def tell(sent: int) -> None:
            path = str(environ.get("PATH_INFO", ""))[:MOST_SHOWN]
            write = self._log.debug if path in QUIET else self._log.info
            ms = round((time.perf_counter() - began) * 1000)
            write(f"{environ.get('REQUEST_METHOD', '')} {path}", status=status, bytes=sent, ms=ms)

        return _counted(self.app(environ, start), tell)


def _counted(answer: Iterable[bytes], tell: Callable[[int], None]) -> Iterator[bytes]:
    """The pieces of an answer; closes it and tells their length when they are through, or their reader has left."""
    sent = 0
    try:
        for piece in answer:
            sent += len(piece)
            yield piece
    finally:
        if hasattr(answer, "close"):
            answer.close()
        tell(sent)
