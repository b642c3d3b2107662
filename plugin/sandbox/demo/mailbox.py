"""A local SMTP server that accepts every mail and shows it on a page."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask, Response, abort, render_template
from werkzeug.serving import WSGIRequestHandler, make_server


@dataclass(frozen=True, kw_only=True)
class Received:
    """One received mail."""

    to: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", "(no subject)"))

    def part(self, kind: str) -> str:
        """The body as `plain` or `html`; empty where there is none."""
        body = self.message.get_body(preferencelist=(kind,))
        return str(body.get_content()) if body is not None else ""

    @property
    def html(self) -> str:
        """The HTML body with its inline pictures put into it, so that a page can show it by itself."""
        html = self.part("html")
        for part in self.message.walk():
            name = str(part.get("Content-ID", "")).strip("<>")
            if name:
                picture = str(part.get_payload()).replace("\n", "").replace("\r", "")
                html = html.replace(f"cid:{name}", f"data:{part.get_content_type()};base64,{picture}")
        return html


class Mails:
    """Received mails, newest last. Filled by the SMTP thread, read by the page."""

    def __init__(self) -> None:
        self.all: list[Received] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        """aiosmtpd's hook for a whole mail."""
        message = message_from_bytes(envelope.original_content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.all.append(Received(to=", ".join(envelope.rcpt_tos), message=message))
        return "250 kept"


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """No log: the terminal shows the guide."""


@contextmanager
def mailbox(host: str, *, page_port: int, smtp_port: int) -> Iterator[Mails]:
    """Both servers in threads, for as long as the context lasts."""
    mails = Mails()
    post = Controller(mails, hostname=host, port=smtp_port)
    page = make_server(host, page_port, _page(mails), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=page.serve_forever, args=(0.1,), name="mail page", daemon=True)
    post.start()
    thread.start()
    try:
        yield mails
    finally:
        post.stop()
        page.shutdown()
        page.server_close()
        thread.join(5)


def _page(mails: Mails) -> Flask:
    app = Flask(__name__)

    @app.get("/")
    def listed() -> str:
        return render_template("mails.html", mails=list(enumerate(mails.all))[::-1])

    @app.get("/<int:number>")
    def one(number: int) -> str:
        if number >= len(mails.all):
            abort(404)
        return render_template("mail.html", mail=mails.all[number])

    @app.get("/mails.json")
    def as_json() -> Response:
        told = [{"to": one.to, "subject": one.subject, "text": one.part("plain")} for one in mails.all]
        return Response(json.dumps(told), mimetype="application/json")

    return app
