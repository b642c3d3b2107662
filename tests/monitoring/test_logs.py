"""Every line can be read by people or by a drain, and none holds a secret."""

import io
import json
import logging
import subprocess
import sys
from itertools import count

import pytest
import structlog

from plugin.errors import StoreBroken, Unreadable
from plugin.monitoring.logs import HIDDEN, LONGEST, Redactor, about, secrets_of, set_up_logs
from plugin.settings.encryption import Keyring
from plugin.settings.environment import OperatorSettings, read_settings

KEY = "0123456789abcdef-0123456789abcdef"


def settings(**variables: str) -> OperatorSettings:
    return read_settings({"SECRET_KEY": KEY, "STRAVA_CLIENT_SECRET": "stravas-own", **variables}, env_file=None)


@pytest.fixture
def lines():
    """Logging as it was, afterwards; and a way to read what was written as JSON or text."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, logging.raiseExceptions, sys.excepthook
    stream = io.StringIO()

    def set_up(log_format: str = "json", **variables: str) -> io.StringIO:
        set_up_logs(settings(LOG_FORMAT=log_format, **variables), stream=stream)
        return stream

    yield set_up
    root.handlers[:], root.level, logging.raiseExceptions, sys.excepthook = before
    logging.captureWarnings(False)
    structlog.reset_defaults()


def read(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_the_standard_librarys_lines_are_json_too(lines):
    stream = lines()
    logging.getLogger("plugin.stores").warning("the file %s is odd", "books.json")
    (line,) = read(stream)
    assert (line["event"], line["level"], line["logger"]) == ("the file books.json is odd", "warning", "plugin.stores")
    assert line["timestamp"].endswith("Z")


def test_ids_stand_on_every_line_of_one_runs_story(lines):
    stream = lines()
    with about(delivery="d1", runner=7, run=32500000000):
        structlog.get_logger("plugin.workflow").info("a note was told", channel="page")
        logging.getLogger("urllib3").warning("retrying")
    logging.getLogger("plugin").info("idle")
    told, retrying, idle = read(stream)
    assert (told["delivery"], told["runner"], told["run"], told["channel"]) == ("d1", 7, 32500000000, "page")
    assert retrying["delivery"] == "d1"
    assert "delivery" not in idle


def test_an_exception_is_one_line_of_json(lines):
    stream = lines()
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("plugin").exception("it broke")
    (line,) = read(stream)
    assert "ValueError: two\nlines" in line["exception"]


def test_what_nobody_caught_is_logged_as_json(lines):
    stream = lines()
    sys.excepthook(KeyError, KeyError("x"), None)
    (line,) = read(stream)
    assert line["level"] == "critical"
    assert "KeyError" in line["exception"]


def test_a_title_cannot_begin_a_line_of_its_own(lines):
    stream = lines("text")
    logging.getLogger("plugin").info("run %s", "easy\n2026-11-22 INFO forged \x1b[31m")
    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b" not in stream.getvalue()


def test_a_level_below_the_one_set_is_quiet(lines):
    stream = lines(LOG_LEVEL="warning")
    logging.getLogger("plugin").info("not this")
    logging.getLogger("plugin").warning("this")
    assert [line["event"] for line in read(stream)] == ["this"]


def test_a_library_that_prints_whole_addresses_is_never_heard_at_debug(lines):
    stream = lines(LOG_LEVEL="debug")
    logging.getLogger("urllib3.connectionpool").debug("GET /push_subscriptions?client_secret=stravas-own")
    logging.getLogger("plugin").debug("this")
    assert [line["event"] for line in read(stream)] == ["this"]


SECRETS = settings(
    SECRET_KEY_FALLBACKS="an-older-secret-key",
    METRICS_TOKEN="metrics-token",
    DATABASE_URL="postgres://runner:data%21base-pass@db/footnote",
    SMTP_URL="smtps://post:mail-pass@mail.example.org",
    MAIL_FROM="notes@example.org",
)


@pytest.mark.parametrize(
    "secret",
    [
        "stravas-own",
        KEY,
        "an-older-secret-key",
        "metrics-token",
        "data%21base-pass",
        "data!base-pass",
        "mail-pass",
        Keyring(KEY).webhook_secret,
        Keyring("an-older-secret-key").webhook_secret,
        Keyring(KEY).session_key,
    ],
)
def test_our_own_secrets_are_known_wherever_they_stand(secret):
    line = Redactor(secrets_of(SECRETS)).text(f"before {secret} after")
    assert secret not in line
    assert HIDDEN in line
    assert line.startswith("before ")
    assert line.endswith(" after")


LINK = Keyring(KEY).sign_link("confirm", {"r": 7, "e": "anna@example.org"})


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("POST /strava/webhook/guessed-by-somebody HTTP/1.1", "guessed-by-somebody"),
        (f"GET /mail/confirm/{LINK} HTTP/1.1", LINK),
        ("GET /mail/not-for-me/abc?x=1", "abc"),
        ("GET /connect/callback?state=st.ate-12&code=abc123&scope=read", "abc123"),
        ("GET /connect/callback?state=st.ate-12&code=abc123&scope=read", "st.ate-12"),
        ("Authorization: Bearer 0a1b2c3d", "0a1b2c3d"),
        ('{"access_token": "a1b2c3d4e5", "expires_in": 3}', "a1b2c3d4e5"),
        ("refresh_token=a1b2c3d4e5&grant_type=x", "a1b2c3d4e5"),
        ("mail to anna.b+run@example.org was refused", "anna.b+run@example.org"),
        ("GET /me?email=anna%40example.org", "anna%40example.org"),
        ("mail to änna@exämple.org", "änna@exämple.org"),
        ("could not reach postgres://runner:pw@db:5432/x", "runner:pw"),
        (f"sealed {Keyring(KEY).seal(b'x', purpose='tokens')} is odd", "gAAAAA"),
        ("token 0123456789abcdef0123456789abcdef01234567", "0123456789abcdef0123456789abcdef01234567"),
    ],
    ids=count(),  # links and seals hold the time: several test processes must still agree on the names
)
def test_what_looks_like_a_secret_is_hidden(line, secret):
    assert secret not in Redactor().text(line)


@pytest.mark.parametrize(
    "line",
    ["POST /strava/webhook 404", "state=waiting tries=3", "GET /me 200 12 ms", "run 32500000000 of runner 7: long_run"],
)
def test_an_innocent_line_stays_as_it_is(line):
    assert Redactor().text(line) == line


def test_values_are_redacted_by_their_name_and_in_nested_places(lines):
    stream = lines()
    structlog.get_logger("x").info("hello", headers={"Authorization": "zz", "n": ["anna@example.org", 1]}, email="q")
    (line,) = read(stream)
    assert line["headers"] == {"Authorization": HIDDEN, "n": [HIDDEN, 1]}
    assert line["email"] == HIDDEN


def test_a_line_of_any_length_and_kind_is_written_and_cut(lines):
    stream = lines()
    structlog.get_logger("x").info("a" * 100_000, odd="\udcff", thing=object)
    (line,) = read(stream)
    assert len(line["event"]) <= LONGEST


def test_a_closed_stdout_stops_nobody():
    program = (
        "import logging, sys\n"
        "from plugin.monitoring.logs import set_up_logs\n"
        "from plugin.settings.environment import read_settings\n"
        "set_up_logs(read_settings({}, None), stream=sys.stdout)\n"
        "sys.stdin.read()\n"
        "for _ in range(3): logging.getLogger('x').warning('into the void')\n"
        "sys.stderr.write('still here')\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout is not None
    child.stdout.close()
    _, told = child.communicate(timeout=30)
    assert told.startswith(b"still here")
    assert b"Traceback" not in told


def test_the_sentence_of_a_store_that_is_away_is_written_once_a_minute(lines):
    stream = lines()
    log = logging.getLogger("plugin.somewhere")
    for number in range(20):
        log.error("the store does not work: %s", StoreBroken(f"The database is away (try {number}): start it."))
        log.warning("not ready: %s", StoreBroken(f"The database is away (try {number}): start it."))
    log.error("another: %s", StoreBroken("The disk is full."))
    for runner_id in (7, 7):
        log.error("cannot be read: %s", Unreadable(runner_id, "torn"))
    assert len(read(stream)) == 4
