"""The operator's settings: the environment and `.env` to one frozen value, or to a list of everything that is wrong.

A wrong value stops the start. A missing one of the four that nothing works without (`NEEDED`) does not: the site
starts, says on its page what is missing, and does nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError

from plugin.errors import BadSettings
from plugin.settings import formats as spelled
from plugin.settings.platforms import HEROKU, platform_of
from plugin.settings.push_hosts import PushHosts, read_push_hosts

NEEDED = ("strava_client_id", "strava_client_secret", "secret_key", "public_url")
NEW_KEY = 'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
SHORT_KEY = 32
"""A SECRET_KEY below this many characters works; `footnote doctor` asks for a longer one."""


def _read(spell: Callable[[str], Any]) -> BeforeValidator:
    """Texts are read by `spell`; values that are not texts (defaults, tests) are returned unchanged."""
    return BeforeValidator(lambda given: spell(given) if isinstance(given, str) else given)


def _word(*words: str) -> BeforeValidator:
    return _read(partial(spelled.one_of, words=words))


def _secret(default: Any, description: str) -> Any:
    """Never shown: not in a repr, not in a complaint."""
    return Field(default, repr=False, description=description)


class OperatorSettings(BaseModel):
    """Every setting, named as its variable in lower case. A `description` completes "NAME: must be …"."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    strava_client_id: Annotated[str, _read(spelled.number_of_app)] = Field(
        "", description="the number that https://www.strava.com/settings/api shows as Client ID"
    )
    strava_client_secret: Annotated[str, _read(spelled.one_word)] = _secret(
        "", "the text that https://www.strava.com/settings/api shows as Client Secret"
    )
    secret_key: Annotated[str, _read(spelled.varied_secret)] = _secret(
        "",
        "a long random text of your own (16 characters at the very least, 8 of them different), such as the one "
        f"printed by: {NEW_KEY}",
    )
    secret_key_fallbacks: Annotated[tuple[str, ...], _read(spelled.long_secrets)] = _secret(
        (), "the earlier values of SECRET_KEY, comma-separated, each of at least 16 characters"
    )
    public_url: Annotated[str, _read(spelled.public_url)] = Field(
        "",
        description="the address at which runners and Strava reach this site: https://, a host, no path "
        "(http:// only for localhost)",
    )
    strava_api_url: Annotated[str, _read(spelled.strava_url)] = Field(
        "https://www.strava.com/api/v3", description="the https:// address of Strava's API, without a query"
    )
    strava_oauth_url: Annotated[str, _read(spelled.strava_url)] = Field(
        "https://www.strava.com/oauth", description="the https:// address above Strava's /authorize, without a query"
    )
    database_url: Annotated[str | None, _read(spelled.database_url)] = _secret(
        None, "a Postgres address, postgres://name:password@host:port/database; leave it out to keep files in DATA_DIR"
    )
    allow_ephemeral_disk: bool = Field(False, description="on or off")
    data_dir: Path = Field(Path("var"), description="a folder this program may write to")
    smtp_url: Annotated[str | None, _read(spelled.smtp_url)] = _secret(
        None,
        f"smtp://, smtp+starttls:// or smtps://, perhaps user:password@ ({spelled.PERCENT_ENCODED}), host:port",
    )
    mail_from: Annotated[str | None, _read(spelled.mail_address)] = Field(
        None, description="the address that mails come from, like footnote@example.org"
    )
    contact: Annotated[str | None, _read(spelled.contact)] = Field(
        None, description="where runners reach you: an email address or an https:// page"
    )
    strava_artwork: Path | None = Field(
        None, description="a folder with Strava's own button and logo, from https://developers.strava.com/guidelines/"
    )
    allowed_athletes: Annotated[frozenset[int] | None, _read(spelled.ids_or_all)] = Field(
        None, description="Strava athlete ids, comma-separated, or * for everybody"
    )
    athlete_limit: int = Field(10, ge=1, description="a whole number of at least 1: how many your Strava app may serve")
    settle_seconds: float = Field(
        120.0, ge=0, le=3600, allow_inf_nan=False, description="a number of seconds from 0 to 3600"
    )
    reread_hours: float = Field(
        3.0, ge=0, le=168, allow_inf_nan=False, description="a number of hours from 0 (off) to 168"
    )
    check_hour: int = Field(20, ge=0, le=23, description="a whole hour from 0 to 23")
    digest_day: Annotated[str, _read(spelled.weekday)] = Field("sunday", description="an English weekday, like sunday")
    comments: bool = Field(False, description="on or off")
    operator_athletes: Annotated[frozenset[int], _read(spelled.ids)] = Field(
        frozenset(), description="Strava athlete ids, comma-separated"
    )
    push: bool = Field(False, description="on or off")
    push_hosts: Annotated[PushHosts, _read(read_push_hosts)] = Field(
        PushHosts(),
        description="hosts that push may go to, comma-separated, like ntfy.example.org,gotify=http://gotify:8080; "
        "private addresses or networks like 192.168.1.0/24",
    )
    metrics_token: Annotated[str | None, _read(spelled.one_word)] = _secret(None, "a text without blanks")
    log_format: Annotated[Literal["text", "json"], _word("text", "json")] = Field("text", description="text or json")
    log_level: Annotated[str, _word("debug", "info", "warning", "error", "critical")] = Field(
        "info", description="debug, info, warning, error or critical"
    )
    host: Annotated[str, _read(spelled.one_word)] = Field(
        "127.0.0.1", description="the address to listen on: 127.0.0.1 for this machine only, 0.0.0.0 for all"
    )
    port: int = Field(8000, ge=1, le=65535, description="a port number from 1 to 65535")
    work_in_web: bool = Field(False, description="on or off")
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="how many proxies of yours stand before the site, from 0 to 5"
    )

    _wipes_disk: bool = PrivateAttr(False)

    @property
    def missing(self) -> tuple[str, ...]:
        """The variables without which nothing works and that are not set, in the order to set them. DATABASE_URL is
        one where the disk is wiped at every restart."""
        needed = tuple(name.upper() for name in NEEDED if not getattr(self, name))
        loses_files = self._wipes_disk and not self.allow_ephemeral_disk and not self.database_url
        return (*needed, "DATABASE_URL") if loses_files else needed

    @property
    def callback_base(self) -> str:
        """The webhook's address without its secret."""
        return f"{self.public_url}/strava/webhook/"

    @property
    def works_in_web(self) -> bool:
        """Whether `footnote serve` does the background work too."""
        return self.work_in_web or self.database_url is None

    def need(self) -> None:
        """Raises BadSettings, a sentence for each, if one of the four is missing."""
        if self.missing:
            raise BadSettings([what_is_missing(name) for name in self.missing])


def what_is_missing(name: str) -> str:
    """One sentence for a variable that is not set: what it must be."""
    if name == "DATABASE_URL":
        return (
            f"{name}: is missing; set it to a Postgres (on Heroku: heroku addons:create heroku-postgresql:essential-0)"
            ", because this platform wipes its disk at every restart, and all runners with it. Where a volume is "
            "mounted at DATA_DIR, or nothing needs to last, set ALLOW_EPHEMERAL_DISK=on instead."
        )
    return f"{name}: is missing; set it to {_description(name.lower())}."


def read_settings(environ: Mapping[str, str] | None = None, env_file: str | Path | None = ".env") -> OperatorSettings:
    """The settings from `environ` (os.environ), then `env_file` where there is one; empty ones count as not set.

    Raises BadSettings with every problem at once."""
    given = {**_read_file(env_file), **(os.environ if environ is None else environ)}
    set_ones = {
        name: given[name.upper()].strip()
        for name in OperatorSettings.model_fields
        if given.get(name.upper(), "").strip()
    }
    platform = platform_of(given)
    if platform is not None and (address := platform.public_url(given)):
        set_ones = {"public_url": address} | set_ones
    if platform is HEROKU:  # its router is the only way in, and adds one X-Forwarded-For
        set_ones = {"host": "0.0.0.0", "trusted_proxies": "1"} | set_ones  # noqa: S104
    names = {name for name, value in set_ones.items() if _is_quoted(name, value)}
    settings = None
    try:
        settings = OperatorSettings.model_validate(set_ones)
    except ValidationError as wrong:
        names |= {str(one["loc"][0]) for one in wrong.errors(include_url=False, include_context=False)}
    problems = [_what_is_wrong(name, set_ones[name]) for name in OperatorSettings.model_fields if name in names]
    if "smtp_url" in set_ones and "mail_from" not in set_ones:
        problems.append("MAIL_FROM: is missing although SMTP_URL is set; set it to " + _description("mail_from") + ".")
    if settings is None or problems:
        loses_files = platform is not None and "allow_ephemeral_disk" not in set_ones
        needed = (*NEEDED, "database_url") if loses_files else NEEDED
        raise BadSettings([*problems, *(what_is_missing(name.upper()) for name in needed if name not in set_ones)])
    settings._wipes_disk = platform is not None
    return settings


def _is_quoted(name: str, value: str) -> bool:
    """Whether the whole value is in quotation marks. One earlier key may have been used with its own."""
    marks, within = {value[:1], value[-1:]}, value[1:-1]
    is_whole = len(value) > 1 and len(marks) == 1 and marks <= {'"', "'"} and value[0] not in within
    return is_whole and (name != "secret_key_fallbacks" or "," in within)


def _what_is_wrong(name: str, value: str) -> str:
    if _is_quoted(name, value):
        used = " If the site has run with them, put the old value, marks and all, into SECRET_KEY_FALLBACKS."
        return (
            f"{name.upper()}: must be without the quotation marks around it, which `docker run --env-file` passes on "
            f"as part of the value.{used if name == 'secret_key' else ''}"
        )
    # The part before an @ in a URL may hold a password.
    is_secret = not OperatorSettings.model_fields[name].repr or (name.endswith("_url") and "@" in value)
    shown = "what is set is not, and is not shown here" if is_secret else f'it is "{value[:80]}"'
    # Values of the environment may hold surrogates; messages about them must be printable as UTF-8.
    return f"{name.upper()}: must be {_description(name)}; {shown}.".encode(errors="replace").decode()


def _description(name: str) -> str:
    return OperatorSettings.model_fields[name].description or ""


def _read_file(path: str | Path | None) -> dict[str, str]:
    """The variables of a `.env` file; values are taken literally, without interpolation."""
    if path is None or not Path(path).exists():
        return {}
    try:
        values = dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadSettings(
            [f"{path}: cannot be read as lines of NAME=value ({type(wrong).__name__}); mend it."]
        ) from wrong
    return {name: value for name, value in values.items() if value is not None}
