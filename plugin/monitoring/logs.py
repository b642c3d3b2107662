"""Logs: one line an event, text for people or JSON for drains, and never a secret in any of them.

Everything comes through here: structlog, the standard library's loggers, waitress's, warnings, and whatever
nobody caught. What is bound with `about(runner=…, run=…, delivery=…)` stands on every line written meanwhile.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import unquote, urlsplit

import structlog
from structlog.contextvars import bound_contextvars
from structlog.typing import EventDict, Processor, WrappedLogger

from plugin.errors import StoreBroken, Unreadable
from plugin.settings.environment import OperatorSettings

about = bound_contextvars
HIDDEN = "[hidden]"
LONGEST = 16_384
"""Characters of a value; a longer one is cut, so that nobody can fill a disk with one request."""

ORDER = ("delivery", "runner", "run", "why", "outcome", "rule", "channel", "ms")
SAID_AGAIN_S = 60.0
MOST_SENTENCES = 100

LEAST = (
    ("urllib3", "INFO"),  # at DEBUG it prints whole addresses, the client secret among them
    ("apscheduler", "WARNING"),
    ("flask-limiter", "ERROR"),  # it tells the caller's address
    ("waitress.queue", "ERROR"),  # it warns of every request that waits for a thread
    ("stravalib", "WARNING"),
    ("procrastinate", "CRITICAL"),  # every job, and a traceback for each connection lost: `queue` tells it once
    ("plugin.strava.stravalib_client", "WARNING"),  # stravalib's own line for every call, under our class's name
    ("psycopg.pool", "ERROR"),  # a database that is away is told by ourselves, once
)
"""Loggers of libraries that are not heard below a level, whatever LOG_LEVEL says."""

# Every repetition is bounded: a value may hold whatever a stranger sent.
_PATTERNS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(/strava/webhook/)[^\s\"'?#/,)]{1,400}", rf"\1{HIDDEN}"),
        (r"(/me/calendar/)[^\s\"'?#/,)]{1,400}", rf"\1{HIDDEN}"),
        (r"(/mail/[a-z-]{1,20}/)[^\s\"'?#/,)]{1,2000}", rf"\1{HIDDEN}"),
        (r"(?i)\b(Bearer|Basic)\s{1,4}[\w.~+/=-]{1,2000}", rf"\1 {HIDDEN}"),
        (
            r"(?i)\b((?:access_|refresh_|csrf_|verify_)?token|client_secret|password|secret_key)"
            r"([\"']?\s{0,2}[=:]\s{0,2}[\"']?)[\w.~+/%-]{6,2000}",
            rf"\1\2{HIDDEN}",
        ),
        (r"([?&](?:code|state)=)[^\s&\"']{1,2000}", rf"\1{HIDDEN}"),
        (r"(://)[^\s/@\"']{1,400}@", rf"\1{HIDDEN}@"),
        (r"gAAAAA[\w-]{20,8000}={0,2}", HIDDEN),
        (r"(?<![\w-])[\w-]{4,2000}\.[\w-]{6}\.[\w-]{27,86}\b", HIDDEN),
        (r"\b[0-9a-f]{40}\b", HIDDEN),
        (r"[^\s@\"'<>,;:()\[\]\\/=]{1,64}(?:@|%40)[^\s@\"'<>,;:()\[\]\\/=]{1,255}", HIDDEN),
    )
)


_SECRET_NAMES = re.compile(r"(?i)token|secret|password|authorization|cookie|email|address")


class Redactor:
    """Takes what must not be read out of an event: our own secrets, and what looks like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        ordered = sorted({secret for secret in secrets if len(secret) >= 6}, key=len, reverse=True)
        self._own = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        """A step of structlog's: every value cut, redacted, and of a kind that JSON knows."""
        return {
            key: HIDDEN if value and _SECRET_NAMES.search(key) else self._clean(value) for key, value in event.items()
        }

    def text(self, text: str) -> str:
        """One text without anything secret in it."""
        text = text[:LONGEST] if self._own is None else self._own.sub(HIDDEN, text[:LONGEST])
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def _clean(self, value: Any) -> Any:
        if value is None or isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, Mapping):
            return self("", "", {str(key): one for key, one in value.items()})
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self._clean(one) for one in value]
        return self.text(str(value))


def secrets_of(settings: OperatorSettings) -> list[str]:
    """Every setting, or part of one, that no log may hold; what is derived from SECRET_KEY included."""
    secrets = [settings.strava_client_secret, settings.metrics_token or "", *settings.secret_key_fallbacks]
    for url in (settings.database_url, settings.smtp_url):
        password = urlsplit(url).password if url else None
        secrets += [password, unquote(password)] if password else []
    if settings.secret_key:
        from plugin.settings.encryption import Keyring

        keyring = Keyring(settings.secret_key, settings.secret_key_fallbacks)
        secrets += [settings.secret_key, *keyring.webhook_secrets, keyring.session_key, *keyring.session_keys_old]
    return [secret for secret in secrets if secret]


def set_up_logs(settings: OperatorSettings, *, stream: TextIO | None = None) -> None:
    """Send everything to `stream` (stderr) from now on, as `LOG_FORMAT` and `LOG_LEVEL` say."""
    steps: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    writer = logging.StreamHandler(stream)
    writer.setFormatter(_Line(settings.log_format, Redactor(secrets_of(settings)), steps))
    writer.addFilter(_OnceAMinute())
    root = logging.getLogger()
    root.handlers[:] = [writer, _Tally()]
    root.setLevel(settings.log_level.upper())
    # A reader who closes the pipe must not stop the runs: an unwritable line is lost, and nothing else.
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    for name, level in LEAST:
        logging.getLogger(name).setLevel(max(logging.getLevelName(level), root.level))
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def errors_logged() -> Mapping[str, int]:
    """How many lines of level error or worse each logger of this process has written since logs were set up."""
    for one in logging.getLogger().handlers:
        if isinstance(one, _Tally):
            return dict(one.counted)
    return {}


class _OnceAMinute(logging.Filter):
    """A store that is away concerns every request and every thread: its sentence is written once a minute.

    What is wrong with one runner's data alone is not held back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._written: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        broken = [one for one in record.args or () if isinstance(one, StoreBroken) and not isinstance(one, Unreadable)]
        if not broken:
            return True
        # The words before the bracket say what is the matter, those in it tell the details.
        what, now = str(broken[0]).partition("(")[0], self._clock()
        if now - self._written.get(what, -SAID_AGAIN_S) < SAID_AGAIN_S:
            return False
        if len(self._written) >= MOST_SENTENCES:
            self._written.clear()
        self._written[what] = now
        return True


class _Tally(logging.Handler):
    """Counts errors by the first two parts of their logger's name: few, whatever libraries are about."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.counted: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        self.counted[".".join(record.name.split(".")[:2])] += 1


class _Line(structlog.stdlib.ProcessorFormatter):
    def __init__(self, log_format: str, redact: Redactor, steps: list[Processor]) -> None:
        render = _as_json if log_format == "json" else _as_text
        super().__init__(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, render],
            foreign_pre_chain=steps,
        )


def _as_json(_: WrappedLogger, __: str, event: EventDict) -> str:
    first = {key: event.pop(key) for key in ("timestamp", "level", "event") if key in event}
    return json.dumps({**first, **_in_order(event)}, ensure_ascii=True)


def _in_order(event: EventDict) -> EventDict:
    """The keys of a delivery's story first, always in the same order."""
    first = {key: event.pop(key) for key in ORDER if key in event}
    return {**first, **event}


def _as_text(_: WrappedLogger, __: str, event: EventDict) -> str:
    trace = event.pop("exception", None)
    start = f"{event.pop('timestamp', '')} {event.pop('level', ''):8} {_in_one_line(event.pop('event', ''))}"
    logger = event.pop("logger", None)
    rest = "".join(f" {key}={_in_one_line(value)}" for key, value in _in_order(event).items())
    line = f"{start}{rest} ({logger})" if logger else f"{start}{rest}"
    return line if trace is None else f"{line}\n{trace}"


def _in_one_line(value: Any) -> str:
    """A text as it is, control characters written out: nobody begins a log line of their own."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in str(value))


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("plugin").critical("nobody caught this", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(caught: threading.ExceptHookArgs) -> None:
    if caught.exc_value is not None and not issubclass(caught.exc_type, SystemExit):
        _log_uncaught(caught.exc_type, caught.exc_value, caught.exc_traceback)
