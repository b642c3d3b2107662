"""The real `footnote serve`: how it starts, what it refuses, what it logs, how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from plugin.settings.encryption import Keyring
from plugin.settings.environment import OperatorSettings
from tests.free_ports import free_port
from tests.paths import ROOT

OURS = {name.upper() for name in OperatorSettings.model_fields} | {"DYNO"}
KEY = "0123456789abcdef0123456789abcdef-and-more"
SECRET = Keyring(KEY).webhook_secret


def until(run_record, *, seconds=30):
    """What `run_record` gives once it gives something."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if found := run_record():
            return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")


class Server:
    """One `footnote serve` in a folder, with a Strava nobody answers for."""

    def __init__(self, folder: Path, *, shell: str = "", is_read: bool = True, **variables: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"{self.port}.log"
        environ = {name: value for name, value in os.environ.items() if name not in OURS}
        four = {
            "STRAVA_CLIENT_ID": "1",
            "STRAVA_CLIENT_SECRET": "strava-said-so",
            "SECRET_KEY": KEY,
            "PUBLIC_URL": self.url,
            "STRAVA_API_URL": "http://127.0.0.1:1/api/v3",
            "STRAVA_OAUTH_URL": "http://127.0.0.1:1/oauth",
        }
        given = {"PYTHONPATH": str(ROOT), "PORT": str(self.port), **four, **variables}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ["sh", "-c", f'exec "$0" -m plugin serve {shell}', sys.executable],
                cwd=folder,
                env={**environ, **{name: value for name, value in given.items() if value}},
                stdin=subprocess.DEVNULL,
                stdout=log if is_read else subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        if self.process.stdout is not None:
            self.process.stdout.close()

    def get(self, path: str, **more) -> requests.Response | None:
        try:
            return requests.get(f"{self.url}{path}", timeout=10, **more)
        except requests.RequestException:
            return None

    def ready(self) -> "Server":
        def alive():
            assert self.process.poll() is None, self.lines()
            answer = self.get("/healthz")
            return answer is not None and answer.status_code == 200

        until(alive)
        return self

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines()


@pytest.fixture
def serve(tmp_path):
    started: list[Server] = []

    def start(**more) -> Server:
        started.append(Server(tmp_path, **more))
        return started[-1]

    yield start
    for server in started:
        server.process.kill()
        server.process.wait()


def test_with_nothing_set_it_starts_and_says_what_is_missing(serve):
    server = serve(STRAVA_CLIENT_ID="", STRAVA_CLIENT_SECRET="", SECRET_KEY="", PUBLIC_URL="").ready()
    page = server.get("/").text
    for name in ("STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET", "SECRET_KEY", "PUBLIC_URL"):
        assert name in page
    assert server.get("/me", allow_redirects=False).status_code >= 300


def test_where_the_disk_is_wiped_it_does_not_start_without_a_database(serve):
    server = serve(DYNO="web.1")
    assert server.process.wait(30) == 1
    assert any("DATABASE_URL: is missing" in line and "ALLOW_EPHEMERAL_DISK" in line for line in server.lines())
    assert serve(DYNO="web.1", ALLOW_EPHEMERAL_DISK="on").ready().get("/readyz").status_code == 200
    page = serve(DYNO="web.1", SECRET_KEY="").ready().get("/").text
    assert "SECRET_KEY" in page
    assert "DATABASE_URL" in page


def test_the_server_header_tells_no_version(serve):
    assert not any(sign.isdigit() for sign in serve().ready().get("/healthz").headers["Server"])


def test_every_line_is_json_where_that_is_wanted_and_none_holds_a_secret(serve):
    server = serve(LOG_FORMAT="json", LOG_LEVEL="debug").ready()
    link = Keyring(KEY).sign_link("confirm", {"r": 7, "e": "anna@example.org"})
    handshake = {"hub.mode": "subscribe", "hub.verify_token": SECRET, "hub.challenge": "c"}
    assert server.get(f"/strava/webhook/{SECRET}", params=handshake).status_code == 200
    server.get("/strava/webhook/somebody-guesses-this")
    server.get(f"/mail/confirm/{link}")
    server.get("/connect/callback?state=st4te-st4te&code=c0de-c0de", allow_redirects=False)
    server.get("/?email=anna@example.org", headers={"Referer": f"{server.url}/mail/confirm/{link}"})
    until(lambda: [line for line in server.lines() if '"GET /"' in line])
    server.process.terminate()
    assert server.process.wait(30) == 0
    text = "\n".join(server.lines())
    told = [json.loads(line)["event"] for line in server.lines()]
    assert "GET /strava/webhook/[hidden]" in told
    assert "GET /mail/confirm/[hidden]" in told
    for secret in (SECRET, KEY, link, "somebody-guesses", "st4te-st4te", "c0de-c0de", "anna", "strava-said-so"):
        assert secret not in text


def test_a_second_server_on_the_folder_is_refused_with_a_sentence(serve):
    serve().ready()
    second = serve()
    assert second.process.wait(30) == 1
    text = "\n".join(second.lines())
    assert "DATA_DIR" in text
    assert "Traceback" not in text


def test_a_busy_port_ends_it_with_a_sentence(serve, tmp_path):
    first = serve().ready()
    second = serve(PORT=str(first.port), DATA_DIR=str(tmp_path / "other"))
    assert second.process.wait(30) == 1
    (sentence,) = second.lines()
    assert f"Port {first.port} " in sentence
    assert "set PORT" in sentence


@pytest.mark.parametrize("times", [1, 3])
def test_however_often_it_is_told_to_end_it_ends_well(serve, times):
    server = serve().ready()
    for _ in range(times):
        server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(30) == 0


def test_after_a_kill_the_folder_and_the_port_are_free_at_once(serve):
    first = serve().ready()
    first.process.kill()
    first.process.wait()
    serve(PORT=str(first.port), PUBLIC_URL=first.url)
    until(lambda: (answer := first.get("/healthz")) is not None and answer.status_code == 200)


def test_with_stdout_closed_it_serves_on(serve):
    server = serve(shell="1>&-").ready()
    assert server.get("/").status_code == 200
    assert server.get("/readyz").status_code == 200


def test_a_reader_of_the_log_who_leaves_stops_nothing(serve):
    server = serve(is_read=False).ready()
    assert server.get("/").status_code == 200


def test_a_folder_that_cannot_be_made_stops_the_start_with_its_name(serve, tmp_path):
    (tmp_path / "a-file").write_text("not a folder")
    server = serve(DATA_DIR=str(tmp_path / "a-file" / "below"))
    assert server.process.wait(30) == 1
    text = "\n".join(server.lines())
    assert "a-file" in text
    assert "Traceback" not in text


def test_no_file_of_the_current_folder_is_run_in_place_of_ours(serve, tmp_path):
    for name in ("app", "tinydb", "waitress", "logging", "config"):
        (tmp_path / f"{name}.py").write_text("import os; os._exit(77)\n")
    server = serve().ready()
    assert server.get("/").status_code == 200
    server.process.terminate()
    assert server.process.wait(30) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"SCRIPT_NAME": "/elsewhere"},
        {"Script-Name": "/elsewhere"},
        {"X-Forwarded-Prefix": "/elsewhere"},
        {"X-Script-Name": "/elsewhere"},
    ],
)
def test_nobody_outside_says_where_the_site_is_mounted(serve, headers):
    server = serve(TRUSTED_PROXIES="1").ready()
    page = server.get("/", headers=headers)
    assert page.status_code == 200
    assert "/elsewhere" not in page.text
    assert "/elsewhere" not in server.get("/me", headers=headers, allow_redirects=False).headers["Location"]


@pytest.mark.parametrize(("proxies", "is_believed"), [("", False), ("1", True)])
def test_an_address_is_forwarded_by_as_many_proxies_as_are_trusted(serve, proxies, is_believed):
    server = serve(TRUSTED_PROXIES=proxies, METRICS_TOKEN="a-token-for-the-figures").ready()

    def guess(caller):
        return server.get("/metrics", headers={"X-Forwarded-For": caller, "Authorization": "Bearer no"}).status_code

    while guess("203.0.113.7") != 429:
        pass
    assert (guess("203.0.113.8") == 401) is is_believed
    assert guess("198.51.100.1, 203.0.113.7") == 429


def test_web_concurrency_is_not_used_and_the_log_says_so(serve):
    server = serve(WEB_CONCURRENCY="4").ready()
    assert [line for line in server.lines() if "WEB_CONCURRENCY is not used" in line]
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text()
    assert children.split() == []


def test_nothing_in_the_log_tells_who_called(serve):
    server = serve(LOG_LEVEL="debug", TRUSTED_PROXIES="1").ready()
    server.get("/", headers={"X-Forwarded-For": "203.0.113.7"})
    for bad in (b"\0\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"GET / HTTP/1.1\r\n: x\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as caller:
            caller.sendall(bad)
            assert caller.recv(100).startswith(b"HTTP/1")
    until(lambda: [line for line in server.lines() if "GET / " in line])
    server.process.terminate()
    assert server.process.wait(30) == 0
    text = "\n".join(line for line in server.lines() if "listening on" not in line)
    assert "127.0.0.1" not in text
    assert "203.0.113" not in text
    assert "Traceback" not in text
