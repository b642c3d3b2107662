"""`footnote doctor`: is everything there that a run needs on its way? One finding a question, each with what to do.

The checks ask the real things: what is kept is read and opened, the store is written to, the mail server, Strava and
our own public address are asked. Nothing is changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from plugin.channels.note_check import Found
from plugin.cli.doctor_probe import remembered
from plugin.cli.doctor_push import look_at
from plugin.cli.findings import Finding, bad, good
from plugin.cli.remedies import PLAIN, Remedies
from plugin.cli.subscription import callback_of
from plugin.errors import FootnoteError, Refused, StoreBroken, StravaTrouble
from plugin.jobs.subscription import ForeignSubscription
from plugin.ports import MAIL, NOTE_CHECK, SUBSCRIPTION
from plugin.settings.environment import SHORT_KEY, OperatorSettings, what_is_missing
from plugin.settings.places import place_of, set_command
from plugin.stores.each_runner import check_set_apart, each_runner, read_wholly
from plugin.strava.list_pages import slowest_of

if TYPE_CHECKING:
    from plugin.wiring import Application

PATIENCE_S = 10
MOST_SHOWN = 10
SPARE_CONNECTIONS = 3
"""For this command, for psql, and for a process that starts before another ends."""
LATE_MINUTES = 5
WHAT = ("settings", "database", "worker", "work", "runners", "mail", "strava app", "subscription", "public url")
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
    here: Remedies = PLAIN,
    remembers: bool = True,
    mail_to: str | None = None,
) -> Iterator[Finding]:
    """Findings in the order in which to mend things, for each question at least one: what cannot be asked before others
    are mended says so. `here`: whose commands the remedies name. `remembers`: what the last probe found, too.
    `mail_to`: a test mail is sent there."""
    yield from _settings(settings)
    if settings.missing:
        before_mail, after_mail = WHAT[1 : WHAT.index("mail")], WHAT[WHAT.index("mail") + 1 :]
        for what in before_mail:
            yield _later(what, SETTINGS)
        yield _mail(settings)
        for what in after_mail:
            yield _later(what, SETTINGS)
        return
    application = build(settings)
    database = _database(application, here)
    yield database
    if database.is_well:
        yield from _connections(application, here)
        yield _worker(application, here)
        yield _work(application, here)
        yield from _runners(application)
    else:
        for what in ("worker", "work", "runners"):
            yield _later(what, "the database answers")
    yield _mail(settings)
    yield from _mail_pause(application)
    if mail_to is not None:
        yield _test_mail(application, mail_to)
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
            yield bad("settings", f"{what_is_missing(name)} To set it: {set_command(place_of(), {name: ''})}.")
        return
    remark = (
        "" if len(settings.secret_key) >= SHORT_KEY else f" (SECRET_KEY is short: {SHORT_KEY} characters are better)"
    )
    yield good("settings", f"nothing is missing or wrong{remark}")


def _database(application: Application, here: Remedies) -> Finding:
    kind = "Postgres" if application.settings.database_url else f"files in {application.settings.data_dir}"
    try:
        application.store.is_there(tries_writing=True)
        application.inbox.counts()
    except FootnoteError as broken:
        return bad("database", f"{kind}: {str(broken).replace(PLAIN.release, here.release)}")
    return good("database", f"{kind}: reads and writes")


def _connections(application: Application, here: Remedies) -> Iterator[Finding]:
    """Only where there is a limit to them."""
    if application.settings.database_url is None:
        return
    from plugin.stores.postgres import PostgresStore

    if isinstance(application.store, PostgresStore):
        used, most = application.store.connections()
        found = good if most - used >= SPARE_CONNECTIONS else bad
        todo = "" if found is good else f": end what else is connected, or {here.more_connections}"
        yield found("connections", f"{used} of {most} of the database's connections are in use{todo}")


def _worker(application: Application, here: Remedies) -> Finding:
    many = application.live_workers()
    if many:
        return good("worker", f"{many} process{'es' if many > 1 else ''} at work")
    start = here.start_worker if application.settings.database_url else here.start_alone
    return bad("worker", f"nobody works on what comes in: {start}")


def _work(application: Application, here: Remedies) -> Finding:
    due = application.inbox.next_due()
    late = int((application.clock() - due).total_seconds() // 60) if due is not None else 0
    if late >= LATE_MINUTES:
        start = here.start_worker if application.settings.database_url else here.start_alone
        return bad(
            "work",
            f"overdue by {late} minutes (`footnote inbox list` shows what): is a worker at work, are "
            f"there enough? {start}",
        )
    parked = application.inbox.counts()["now_parked"]
    more = f"; {parked} parked: `footnote inbox list` has the reasons" if parked else ""
    return good("work", f"nothing is overdue{more}")


def _runners(application: Application) -> Iterator[Finding]:
    """Everything that is kept of every runner is read, which opens their tokens: a wrong SECRET_KEY shows here."""
    store = application.store
    try:
        runner_ids = store.runner_ids()
        apart = each_runner(store, lambda runner_id: read_wholly(store, runner_id), runner_ids=runner_ids)
        check_set_apart(store)
    except StoreBroken:
        yield _later("runners", "the database answers")
        return
    sealed = [one for one in apart if one.by_key]
    if sealed and len(sealed) == len(runner_ids):
        yield bad(
            "runners",
            f"nothing that is kept of any of the {len(runner_ids)} opens with this SECRET_KEY: "
            "put the key it was sealed with into SECRET_KEY, or into SECRET_KEY_FALLBACKS",
        )
        return
    for one in apart[:MOST_SHOWN]:
        yield bad(
            "runners",
            f"{one.runner_id} cannot be read, the others can: {one} Mend it, or delete what is kept: "
            f"`footnote runners forget {one.runner_id}`",
        )
    if len(apart) > MOST_SHOWN:
        yield bad("runners", f"{len(apart) - MOST_SHOWN} more cannot be read: `footnote runners list` has all")
    if not apart:
        yield good("runners", f"what is kept of {len(runner_ids)} can be read" if runner_ids else "nobody is connected")


def _mail(settings: OperatorSettings) -> Finding:
    if settings.smtp_url is None:
        return good("mail", "no SMTP_URL: no email is offered, which is fine")
    from plugin.channels.mail.smtp import read_smtp_url

    try:
        read_smtp_url(settings.smtp_url).try_out()
    except FootnoteError as refused:
        return bad("mail", _with_todo(refused, "SMTP_URL"))
    return good("mail", "the mail server greets us")


def _mail_pause(application: Application) -> Iterator[Finding]:
    """Only while it pauses."""
    try:
        kept = application.store.key_value(MAIL)
    except StoreBroken:
        return  # said above
    if "until" in kept:
        yield bad(
            "mail pause",
            f"all mail pauses since {kept.get('since', '')[:16]} UTC, as the mail server refuses us: {kept.get('why')} "
            "It goes on by itself with the first mail that is taken: `footnote doctor --mail ADDRESS` sends one now",
        )


def _test_mail(application: Application, address: str) -> Finding:
    if application.mailer is None:
        return bad("test mail", "no mail can be sent without SMTP_URL and MAIL_FROM")
    try:
        application.mailer.trial(address, application.clock())
    except FootnoteError as refused:
        return bad("test mail", _with_todo(refused, "SMTP_URL"))
    return good("test mail", "the mail server took it; look whether it arrived, and not among the spam")


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
        has_answered = not isinstance(error, StravaTrouble) or error.has_answered
        todo = str(error) if has_answered else f"{error} {REACH}"
        if is_no:
            todo = _with_todo(error, "STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET")
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
