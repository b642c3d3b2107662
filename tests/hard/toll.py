"""A small HTTP proxy before the sandbox, so that a process may be killed at one exact moment of one exact call."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

ASKED, DONE, ANSWERED = "asked", "done", "answered"
"""The call has come and was not passed on; Strava has done it and nobody knows yet; the answer is on its way."""


class Toll:
    """Passes everything on to `target`; `moment(stage, method, path)` is called on the way."""

    def __init__(self, target: str) -> None:
        self.moment: Callable[[str, str, str], None] = lambda stage, method, path: None
        toll, there = self, urlsplit(target)

        class Passing(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path = self.path.partition("?")[0]
                toll.moment(ASKED, self.command, path)
                onward = http.client.HTTPConnection(there.hostname or "", there.port, timeout=30)
                try:
                    headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
                    onward.request(self.command, self.path, body, headers)
                    answer = onward.getresponse()
                    whole = answer.read()
                    toll.moment(DONE, self.command, path)
                    self.send_response_only(answer.status)
                    for name, value in answer.getheaders():
                        if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                            self.send_header(name, value)
                    self.send_header("Content-Length", str(len(whole)))
                    self.end_headers()
                    self.wfile.write(whole)
                    toll.moment(ANSWERED, self.command, path)
                except OSError:
                    self.close_connection = True
                finally:
                    onward.close()

            do_POST = do_PUT = do_DELETE = do_GET

            def log_message(self, format: str, *arguments: object) -> None:
                """Quiet."""

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """Callers are killed: that is what this is for."""

        self._server = Quiet(("127.0.0.1", 0), Passing)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
