"""One server that is ntfy, Telegram, Discord, Pushover, Slack, Gotify, a Matrix homeserver and a Signal gateway: by the
host that it is called by, over TLS for the services and plain for servers of one's own.

It answers as those do: it checks tokens, needs the fields they need, and says no in their words.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from plugin.settings.push_hosts import PushHosts, read_push_hosts
from tests.certificates import self_signed

NAMES = (
    "ntfy.sh",
    "api.telegram.org",
    "discord.com",
    "api.pushover.net",
    "hooks.slack.com",
    "matrix-client.matrix.org",
)
BOT = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
WEBHOOK = "112233445566778899/" + "k3y-_" * 13
USER, APP = "u" + "Qk9" * 9 + "Zx", "a" + "zGd" * 9 + "P7"
SLACK = "T01ABCDEF/B02ABCDEF/" + "xYz9" * 6
GOTIFY = "AqX3._-wEnb7Kt"
MATRIX = "syt_YW5h_KqWzPmVbTxRcYsLdHgJf_0aBcDe"
ROOM = "!QtykxKocfZaZOUrTwp:matrix.org"
NUMBERS = ("+4915112345678", "+4915198765432")
TOPIC, NTFY = "ana-kx83jf72ls", "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"
FIELDS: dict[str, dict[str, str]] = {
    "ntfy": {"topic": TOPIC, "token": NTFY, "server": "ntfy.sh"},
    "telegram": {"bot_token": BOT, "chat": "-1001234567890"},
    "discord": {"webhook": WEBHOOK},
    "pushover": {"user_key": USER, "token": APP},
    "slack": {"webhook": SLACK},
    "gotify": {"token": GOTIFY, "server": "gotify.lan"},
    "matrix": {"access_token": MATRIX, "room": ROOM, "server": "matrix-client.matrix.org"},
    "signal": {"sender": NUMBERS[0], "number": NUMBERS[1], "server": "signal:8080"},
}
"""What a runner fills in, right in every service."""
LISTED = "gotify=http://gotify.lan,signal=http://signal:8080,ntfy=http://ntfy.lan"
SECRETS = (BOT, BOT.split(":")[1], WEBHOOK.split("/")[1], USER, APP, SLACK.split("/")[2], GOTIFY, MATRIX, TOPIC, NTFY)


@dataclass(frozen=True)
class Told:
    """A note as the service would show it."""

    service: str
    title: str
    text: str


@dataclass
class Asked:
    """One request, as it came in."""

    method: str
    host: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """Its body as JSON; raises ValueError if it is none."""
        given = json.loads(self.body or b"null")
        return given if isinstance(given, dict) else {}


class No(Exception):
    """The service says no."""

    def __init__(self, status: int, /, **document: Any) -> None:
        super().__init__(status)
        self.status, self.document = status, document


@dataclass
class PushServer:
    """What came in, and what is wrong today: `fault` is asked before a service answers and may raise `No`, sleep, or
    return bytes to be sent as they are."""

    port: int = 0
    tls_port: int = 0
    authority: str = ""
    told: list[Told] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    fault: Callable[[Asked], bytes | None] = lambda asked: None
    own: str = "gotify.lan"
    """What it is to whoever calls it by an address of its own."""

    def hosts(self, listed: str = LISTED) -> PushHosts:
        """PUSH_HOSTS with this machine's addresses in it, so that the services' names may be here."""
        hosts = read_push_hosts(listed)
        return PushHosts(servers=hosts.servers, networks=(*hosts.networks, ip_network("127.0.0.0/8")))

    def lookup(self, host: str, port: int) -> list[tuple[Any, ...]]:
        """Every name leads here."""
        to = self.tls_port if port == 443 else self.port
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", to))]

    def push(self, service: str, *, title: str = "T", text: str = "Words.", **more: Any) -> None:
        """Push by the product's own way."""
        from plugin.channels.push_services import send
        from plugin.ports import PushTarget

        fields = more.pop("fields", FIELDS[service])
        hosts = more.pop("hosts", self.hosts())
        target = PushTarget(service=service, fields=fields)
        send.push(target, hosts, title=title, text=text, **{"lookup": self.lookup, "trust": self.authority, **more})


def need(given: bool, status: int, /, **document: Any) -> None:
    if not given:
        raise No(status, **document)


def ntfy(asked: Asked) -> tuple[Told | None, Any]:
    given = asked.document
    need(
        asked.method == "POST" and asked.path == "/" and given.get("topic") == TOPIC, 404, code=40401, error="not found"
    )
    need(asked.headers.get("authorization") == f"Bearer {NTFY}", 401, code=40101, http=401, error="unauthorized")
    return Told("ntfy", given.get("title", ""), given["message"]), {"id": "h6J1", "event": "message", **given}


def telegram(asked: Asked) -> tuple[Told | None, Any]:
    need(asked.path.startswith(f"/bot{BOT}/"), 401, ok=False, error_code=401, description="Unauthorized")
    need(asked.path.endswith("/sendMessage"), 404, ok=False, error_code=404, description="Not Found")
    given = asked.document
    need(given.get("chat_id") == -1001234567890, 400, ok=False, error_code=400, description="chat not found")
    text = given["text"]
    if given.get("parse_mode") == "HTML":
        tags = re.findall(r"<(/?)([a-z]+)[^>]*>", text)
        need(all(tag in ("b", "i", "u", "s", "a", "code", "pre") for _, tag in tags), 400, ok=False, error_code=400)
        need("<" not in re.sub(r"</?[a-z]+[^>]*>", "", text), 400, ok=False, error_code=400)
        title, text = re.fullmatch(r"(?s)(?:<b>(.*?)</b>\s*)?(.*)", text).groups()  # type: ignore[union-attr]
        plain = [(title or ""), text]
        for sign, entity in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("&", "&amp;")):
            plain = [one.replace(entity, sign) for one in plain]
        return Told("telegram", *plain), {"ok": True, "result": {"message_id": 1}}
    return Told("telegram", "", text), {"ok": True, "result": {"message_id": 1}}


def discord(asked: Asked) -> tuple[Told | None, Any]:
    known = asked.path.split("?")[0] == f"/api/webhooks/{WEBHOOK}"
    need(known, 404, message="Unknown Webhook", code=10015)
    content = asked.document.get("content", "")
    need(0 < len(content) <= 2000, 400, message="Cannot send an empty message", code=50006)
    return Told("discord", "", content), {"id": "1", "content": content}


def pushover(asked: Asked) -> tuple[Told | None, Any]:
    need(asked.path == "/1/messages.json", 404, status=0)
    given = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
    need((given.get("user"), given.get("token")) == (USER, APP), 400, status=0, errors=["user identifier is invalid"])
    return Told("pushover", given.get("title", ""), given["message"]), {"status": 1, "request": "647d2300"}


def slack(asked: Asked) -> tuple[Told | None, Any]:
    need(asked.path == f"/services/{SLACK}", 404)
    (one,) = asked.document["attachments"]
    plain = [one.get("title", ""), one["text"]]
    for sign, entity in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
        plain = [text.replace(entity, sign) for text in plain]
    return Told("slack", *plain), b"ok"


def gotify(asked: Asked) -> tuple[Told | None, Any]:
    need(asked.path == "/message", 404, error="Not Found", errorCode=404)
    given = asked.headers.get("x-gotify-key")
    need(given == GOTIFY, 401, error="Unauthorized", errorCode=401)
    return Told("gotify", asked.document.get("title", ""), asked.document["message"]), {"id": 25, "appid": 5}


def matrix(asked: Asked) -> tuple[Told | None, Any]:
    need(asked.headers.get("authorization") == f"Bearer {MATRIX}", 401, errcode="M_UNKNOWN_TOKEN", error="unknown")
    path = unquote(asked.path).removeprefix("/_matrix/client/v3")
    if (asked.method, path) == ("GET", "/account/whoami"):
        return None, {"user_id": "@ana:matrix.org", "device_id": "D"}
    if (asked.method, path) == ("POST", f"/join/{ROOM}"):
        return None, {"room_id": ROOM}
    sent = asked.method == "PUT" and path.startswith(f"/rooms/{ROOM}/send/m.room.message/")
    need(sent, 403, errcode="M_FORBIDDEN", error="not in this room")
    return Told("matrix", "", asked.document["body"]), {"event_id": "$1"}


def signal(asked: Asked) -> tuple[Told | None, Any]:
    given = asked.document
    need((asked.method, asked.path) == ("POST", "/v2/send"), 404, error="not found")
    need(given.get("number") == NUMBERS[0], 400, error="Specified account does not exist")
    need(given.get("recipients") == [NUMBERS[1]], 400, error="Unregistered user")
    return Told("signal", "", given["message"]), {"timestamp": "1700000000000"}


BY_HOST = {
    "ntfy.sh": ntfy,
    "ntfy.lan": ntfy,
    "api.telegram.org": telegram,
    "discord.com": discord,
    "api.pushover.net": pushover,
    "hooks.slack.com": slack,
    "gotify.lan": gotify,
    "matrix-client.matrix.org": matrix,
    "signal:8080": signal,
}


class _Quiet(ThreadingHTTPServer):
    """A caller who does not trust us, or hangs up, is part of the story."""

    daemon_threads = True

    def handle_error(self, *more: Any) -> None:
        pass


def _handler(server: PushServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, headers.get("host", ""), self.path, headers, body)
            server.asked.append(asked)
            try:
                raw = server.fault(asked)
                if raw is not None:
                    self.close_connection = True
                    self.wfile.write(raw)
                    return
                told, answer = BY_HOST.get(asked.host, BY_HOST[server.own])(asked)
                status = 200
                if told is not None:
                    server.told.append(told)
            except No as no:
                status, answer = no.status, no.document
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = handle_one

        def log_message(self, *more: Any) -> None:
            pass

    return Handler


@contextmanager
def push_server(folder: Path) -> Iterator[PushServer]:
    """Running on two ports, its certificate for all services' names in `folder`."""
    server = PushServer(authority=str(self_signed(folder / "push.pem", *NAMES)))
    plain = _Quiet(("127.0.0.1", 0), _handler(server))
    secure = _Quiet(("127.0.0.1", 0), _handler(server))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.authority)
    secure.socket = context.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
    server.port, server.tls_port = plain.server_port, secure.server_port
    running = [threading.Thread(target=one.serve_forever, args=(0.02,), daemon=True) for one in (plain, secure)]
    for thread in running:
        thread.start()
    try:
        yield server
    finally:
        for one in (plain, secure):
            one.shutdown()
            one.socket.close()
        for thread in running:
            thread.join()


def answering(status: int, body: bytes = b"{}", **headers: str) -> Callable[[Asked], bytes]:
    """A fault: this answer to everything."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return lambda asked: "\r\n".join([*lines, "", ""]).encode() + body


def silence(asked: Asked) -> bytes:
    """A fault: the request is taken, and the connection ends without an answer."""
    return b""


def late(seconds: float) -> Callable[[Asked], bytes]:
    """A fault: an answer that takes too long."""

    def wait(asked: Asked) -> bytes:
        time.sleep(seconds)
        return b""

    return wait
