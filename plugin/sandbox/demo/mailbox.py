"""A local SMTP server that accepts every mail and shows it on a page, beside the demo's steps and the buttons that do
now what otherwise comes in the evening or on Sunday."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from flask import Flask, Response, abort, redirect, render_template, request
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response as AnyResponse

from plugin.translations import named_languages


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


@dataclass(frozen=True, kw_only=True)
class Guide:
    """What the page says of the demo. `now` does a piece of scheduled work (`sweep`, `digest`) at once, to its end, and
    answers whether that worked."""

    site: str
    sandbox: str
    now: Callable[[str], bool]


SAID = {
    "sweep": "The evening look is done: the runs of the last days were read again. See “last checked” on your page.",
    "digest": "The weekly mail is here.",
    "none": "No mail came. The weekly mail goes to a confirmed address: choose “By email” in the settings, enter any "
    "address, and follow the link in the mail here.",
    "failed": "That did not work; is the site still running?",
}


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """No log: the terminal shows the guide."""


@contextmanager
def mailbox(host: str, *, page_port: int, smtp_port: int, guide: Guide) -> Iterator[Mails]:
    """Both servers in threads, for as long as the context lasts."""
    mails = Mails()
    post = Controller(mails, hostname=host, port=smtp_port)
    page = make_server(host, page_port, _page(mails, guide), threaded=True, request_handler=_Quiet)
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


def _page(mails: Mails, guide: Guide) -> Flask:
    app = Flask(__name__)

    @app.get("/")
    def listed() -> str:
        said = SAID.get(request.args.get("said", ""), "")
        newest_first = list(enumerate(mails.all))[::-1]
        return render_template("mails.html", mails=newest_first, guide=guide, said=said, languages=named_languages())

    @app.post("/now/<work>")
    def do_now(work: str) -> AnyResponse:
        if urlsplit(request.headers.get("Origin", "")).netloc not in ("", request.host):
            abort(403)
        if work not in ("sweep", "digest"):
            abort(404)
        before = len(mails.all)
        is_done = guide.now(work)
        said = "failed" if not is_done else "none" if work == "digest" and len(mails.all) == before else work
        return redirect(f"/?said={said}", 303)

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
