"""`footnote doctor`: is everything there that a run needs on its way? One finding a question, each with what to do.

The checks ask the real things (the store, the mail server, Strava, our own public address) and change nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from plugin.channels.note_check import Found
from plugin.cli.doctor_probe import remembered
from plugin.cli.doctor_push import look_at
from plugin.cli.findings import Finding, bad, good
from plugin.cli.subscription import callback_of
from plugin.errors import FootnoteError, Refused, StoreBroken
from plugin.jobs.subscription import ForeignSubscription
from plugin.ports import NOTE_CHECK, SUBSCRIPTION
from plugin.settings.environment import SHORT_KEY, OperatorSettings, what_is_missing
from plugin.strava.list_pages import slowest_of

if TYPE_CHECKING:
    from plugin.wiring import Application

PATIENCE_S = 10
WHAT = ("settings", "database", "mail", "strava app", "subscription", "public url")
HOW_MANY = (
    "A new app serves one athlete until its owner raises that to ten at https://www.strava.com/settings/api: do so "
    "before inviting anybody, since a second athlete sees nothing but Strava's own page"
)
REACH = "Ask the doctor again then; does this machine reach Strava?"
SETTINGS = "the settings are whole"


def examine(
    settings: OperatorSettings,
    build: Callable[[OperatorSettings], Application],
    *,
    remembers: bool = True,
) -> Iterator[Finding]:
    """Findings in the order in which to mend things, for each question at least one: what cannot be asked before others
    are mended says so. `remembers`: what the last probe found, too."""
    yield from _settings(settings)
    if settings.missing:
        yield _later("database", SETTINGS)
        yield _mail(settings)
        for what in WHAT[3:]:
            yield _later(what, SETTINGS)
        return
    application = build(settings)
    yield _database(application)
    yield _mail(settings)
    yield from look_at(settings)
    yield from _strava(application)
    yield _public_url(application)
    yield from _known_of_strava(application)
    if remembers:
        yield from remembered(application)


def without_settings(problems: Sequence[str]) -> Iterator[Finding]:
    """Where the settings cannot even be read: their problems, and nothing else can be asked yet."""
    for problem in problems:
        yield bad(WHAT[0], problem)
    for what in WHAT[1:]:
        yield _later(what, SETTINGS)


def _settings(settings: OperatorSettings) -> Iterator[Finding]:
    if settings.missing:
        for name in settings.missing:
            yield bad("settings", what_is_missing(name))
        return
    remark = (
        "" if len(settings.secret_key) >= SHORT_KEY else f" (SECRET_KEY is short: {SHORT_KEY} characters are better)"
    )
    yield good("settings", f"nothing is missing or wrong{remark}")


def _database(application: Application) -> Finding:
    kind = "Postgres" if application.settings.database_url else f"files in {application.settings.data_dir}"
    try:
        application.store.is_there()
        application.inbox.counts()
    except FootnoteError as broken:
        return bad("database", f"{kind}: {broken}")
    return good("database", f"{kind}: reads and writes")


def _mail(settings: OperatorSettings) -> Finding:
    if settings.smtp_url is None:
        return good("mail", "no SMTP_URL: no email is offered, which is fine")
    from plugin.channels.mail.smtp import read_smtp_url

    try:
        read_smtp_url(settings.smtp_url).try_out()
    except FootnoteError as refused:
        return bad("mail", _with_todo(refused, "SMTP_URL"))
    return good("mail", "the mail server greets us")


def _strava(application: Application) -> Iterator[Finding]:
    try:
        there = application.strava.subscription()
    except StoreBroken:
        # The state of the rate windows is in the store.
        yield _later("strava app", "the database answers")
        yield _later("subscription", "the database answers")
        return
    except FootnoteError as error:
        is_no = isinstance(error, Refused)
        todo = _with_todo(error, "STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET") if is_no else f"{error} {REACH}"
        yield bad("strava app", todo)
        yield _later("subscription", "Strava knows this app" if is_no else "Strava answers")
        return
    yield good("strava app", f"Strava knows client id and secret. {HOW_MANY}")
    callback = callback_of(application)
    if there is None:
        yield bad("subscription", "there is none: the running site makes it, or `footnote subscription create`")
    elif not callback.is_ours(there, application.store.key_value(SUBSCRIPTION)):
        yield bad("subscription", str(ForeignSubscription(there)))
    elif there.callback_url != callback.url:
        yield bad(
            "subscription",
            f"{there.id} points to an earlier address of this site; `footnote subscription create` moves it here",
        )
    else:
        yield good("subscription", f"{there.id} points here")


def _known_of_strava(application: Application) -> Iterator[Finding]:
    """What was seen of Strava while working, where anything was."""
    try:
        check = application.store.key_value(NOTE_CHECK)
        slowest = slowest_of(application.store, application.clock())
    except StoreBroken:
        return  # said above
    if "found" in check:
        found = bad if check["found"] == Found.NOT_KEPT else good
        when = f", as of {check['at'][:10]}" if "at" in check else ""
        yield found("private note", f"{check['found']}{when}")
    if slowest is not None:
        yield good("lists", f"the slowest of the day took {slowest[0]:.1f} s for {slowest[1]} activities")


def _public_url(application: Application) -> Finding:
    """Asks our own public address as Strava would: the health page, then a handshake that only we can answer."""
    import requests

    url, challenge = application.settings.public_url, secrets.token_hex(8)
    try:
        alive = requests.get(f"{url}/healthz", timeout=PATIENCE_S, allow_redirects=False)
        callback = callback_of(application)
        query = {"hub.mode": "subscribe", "hub.verify_token": callback.secret, "hub.challenge": challenge}
        shaken = requests.get(callback.url, params=query, timeout=PATIENCE_S, allow_redirects=False)
    except requests.exceptions.SSLError:
        return bad("public url", f"{url}: its certificate is not trusted; give the site a valid one")
    except requests.exceptions.RequestException as error:
        return bad(
            "public url", f"{url} does not answer ({type(error).__name__}): is the site running, is the name right?"
        )
    if alive.status_code != 200:
        return bad("public url", f"{url}/healthz answers {alive.status_code} instead of 200: something else is there")
    if challenge not in shaken.text:
        return bad("public url", f"{url} is a site with another SECRET_KEY: check PUBLIC_URL and SECRET_KEY")
    return good("public url", f"{url} is this site")


def _with_todo(error: FootnoteError, *names: str) -> str:
    """The error's own sentence; which settings to check where it does not name them itself."""
    return str(error) if any(name in str(error) for name in names) else f"{error} Check {' and '.join(names)}."


def _later(what: str, then: str) -> Finding:
    return bad(what, f"is looked at once {then}")
