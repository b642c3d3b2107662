"""How a setting is spelled in the environment, one function a kind. Each takes the text, gives the value, or raises
ValueError; what the value should have been is described beside the setting, in `environment.py`.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from plugin.settings.email_address import BadAddress, read_address, read_sender

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
VARIETY = 8
PERCENT_ENCODED = "both percent-encoded: @ as %40, / as %2F, # as %23, % as %25"
"""How name and password are written in an address."""
MAIL_SCHEMES = ("smtp", "smtp+starttls", "smtps")


def number_of_app(text: str) -> str:
    """Strava's id of the app: digits."""
    return _all_of(r"[0-9]{1,18}", text)


def one_word(text: str) -> str:
    """Something without blanks in it, as pasted whole."""
    return _all_of(r"\S+", text)


def long_secret(text: str) -> str:
    """A secret of at least 16 characters."""
    return _all_of(r"(?s).{16,}", text)


def varied_secret(text: str) -> str:
    """Such a secret of at least eight different characters: length alone does not make it hard to guess."""
    if len(set(text)) < VARIETY:
        raise ValueError("too few different characters")
    return long_secret(text)


def long_secrets(text: str) -> tuple[str, ...]:
    """Such secrets, comma-separated."""
    return tuple(long_secret(part) for part in listed(text))


def listed(text: str) -> tuple[str, ...]:
    """Comma-separated, empty places left out."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def ids(text: str) -> frozenset[int]:
    """Strava ids, comma-separated."""
    return frozenset(int(_all_of(r"[0-9]{1,18}", part)) for part in listed(text))


def ids_or_all(text: str) -> frozenset[int] | None:
    """Strava ids, or None for `*`: everybody."""
    return None if text.strip() == "*" else ids(text)


def weekday(text: str) -> str:
    """An English weekday, in lower case."""
    return one_of(text, WEEKDAYS)


def one_of(text: str, words: tuple[str, ...]) -> str:
    """One of the words, in upper or lower case."""
    if text.lower() not in words:
        raise ValueError("unknown word")
    return text.lower()


def public_url(text: str) -> str:
    """Where we are reached: https, or http on this machine; no path, no trailing slash."""
    url = _web_address(text)
    if url.path.strip("/") or (url.scheme == "http" and not is_this_machine(url.hostname or "")):
        raise ValueError("has a path, or is http beyond this machine")
    return f"{url.scheme}://{url.netloc}".lower()


def strava_url(text: str) -> str:
    """A base address of Strava's; http only within reach of our own network. No trailing slash."""
    url = _web_address(text)
    if url.scheme == "http" and not _is_near(url.hostname or ""):
        raise ValueError("http beyond our own network")
    return text.rstrip("/")


def database_url(text: str) -> str:
    """A Postgres address, under either of its two names."""
    url = urlsplit(text)
    if url.scheme not in ("postgres", "postgresql") or not (url.netloc or url.path.strip("/") or url.query):
        raise ValueError("not Postgres")
    _ = url.port  # raises ValueError where it is no port
    return text


def smtp_url(text: str) -> str:
    """A mail server: scheme, host, perhaps port, name and password (percent-encoded)."""
    url = urlsplit(text)
    _ = url.port
    if url.scheme not in MAIL_SCHEMES or not url.hostname or url.path.strip("/") or url.query or url.fragment:
        raise ValueError("no mail server")
    if bool(url.username) != bool(url.password):
        raise ValueError("a name without a password, or the reverse")
    return text


def mail_address(text: str) -> str:
    """One address, perhaps with a name before it; nothing that could begin another header line."""
    try:
        return str(read_sender(text))
    except BadAddress as wrong:
        raise ValueError("no address") from wrong


def contact(text: str) -> str:
    """Where runners reach the operator: an email address or an https:// page."""
    if text.lower().startswith("https://"):
        _web_address(text)
        return text
    try:
        return read_address(text)
    except BadAddress as wrong:
        raise ValueError("no address") from wrong


def is_this_machine(host: str) -> bool:
    """Whether a host name means this very machine."""
    return host in ("localhost", "127.0.0.1", "::1")


def _is_near(host: str) -> bool:
    """This machine, a private address, or a name without a dot, as containers have."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(".localhost")


def _web_address(text: str) -> SplitResult:
    url = urlsplit(text)
    _ = url.port
    if url.scheme not in ("http", "https") or not url.hostname or "@" in url.netloc or url.query or url.fragment:
        raise ValueError("no web address")
    if not text.isprintable() or re.search(r"[\s\"'<>\\]", text):
        raise ValueError("characters that no address has")
    return url


def _all_of(pattern: str, text: str) -> str:
    if not re.fullmatch(pattern, text):
        raise ValueError("not of this form")
    return text
