"""The doctor looks at everything and says what to do."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from plugin.channels import Mailer
from plugin.cli.doctor import WHAT, examine, without_settings
from plugin.cli.doctor_push import look_at, send_test_notes
from plugin.cli.remedies import HEROKU, RENDER, remedies_here
from plugin.errors import Refused, StoreBroken, StravaClosed, StravaTrouble
from plugin.ports import JobKind, Subscription, new_delivery
from plugin.settings.encryption import Keyring
from plugin.settings.environment import OperatorSettings, read_settings
from plugin.settings.push_hosts import PushHost, PushHosts
from plugin.stores.memory import MemoryInbox, MemoryStore
from plugin.strava.refusals import WRONG_APP, NoAnswer, TooSlow
from plugin.wiring import build
from tests.channels.mailbox import Mailbox, served
from tests.fakes.strava import FakeStrava

KEY = "0123456789abcdef0123456789abcdef-and-more"


@dataclass
class Application:
    settings: OperatorSettings
    store: Any = field(default_factory=MemoryStore)
    inbox: Any = field(default_factory=MemoryInbox)
    strava: Any = field(default_factory=FakeStrava)
    clock: Any = lambda: datetime.now(UTC)
    mailer: Any = None
    many_work: int = 1

    def live_workers(self) -> int:
        return self.many_work

    @property
    def keyring(self) -> Keyring:
        return Keyring(self.settings.secret_key)


def settings(**variables: str) -> OperatorSettings:
    four = {"STRAVA_CLIENT_ID": "1", "STRAVA_CLIENT_SECRET": "x", "SECRET_KEY": KEY, "PUBLIC_URL": "http://localhost:1"}
    return read_settings({name: value for name, value in (four | variables).items() if value}, env_file=None)


def findings(application: Application, **more: Any) -> dict[str, tuple[bool, str]]:
    return {one.what: (one.is_well, one.said) for one in examine(application.settings, lambda _: application, **more)}


@pytest.fixture
def site():
    """Our own public address, played: answers the health page and the handshake of one secret."""
    answers = {"secret": Keyring(KEY).webhook_secret, "health": 200}

    class Played(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            asked = parse_qs(url.query)
            is_ours = url.path == f"/strava/webhook/{answers['secret']}"
            self.send_response(answers["health"] if url.path == "/healthz" else 200 if is_ours else 404)
            self.end_headers()
            if is_ours and asked["hub.verify_token"] == [answers["secret"]]:
                self.wfile.write(f'{{"hub.challenge": "{asked["hub.challenge"][0]}"}}'.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Played)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", answers
    server.shutdown()
    server.server_close()
    thread.join(5)


def healthy(url: str, **variables: str) -> Application:
    application = Application(settings(PUBLIC_URL=url, **variables))
    application.strava.subscribed = Subscription(
        id=5, callback_url=f"{url}/strava/webhook/{application.keyring.webhook_secret}"
    )
    return application


def test_where_all_is_well_every_line_says_so(site):
    found = findings(healthy(site[0]))
    assert list(found) == list(WHAT)
    assert [what for what, (is_well, _) in found.items() if not is_well] == []


def test_what_is_missing_is_named_one_line_each():
    told = [one for one in examine(settings(SECRET_KEY="", PUBLIC_URL=""), Application) if not one.is_well]
    assert [one.said.split(":")[0] for one in told if one.what == "settings"] == ["SECRET_KEY", "PUBLIC_URL"]


def test_what_cannot_be_asked_yet_has_its_line_too():
    for found in (examine(settings(PUBLIC_URL=""), build), without_settings(["PORT: must be a number."])):
        told = {one.what: one for one in found}
        assert list(told) == list(WHAT)
        for what in (what for what in WHAT if what not in ("settings", "mail")):
            assert not told[what].is_well
            assert told[what].said == "is looked at once the settings are whole"


def test_strava_is_not_blamed_for_a_dead_database(site):
    application = healthy(site[0])
    application.strava.fail(StoreBroken("The database cannot be reached: check DATABASE_URL."))
    found = findings(application)
    assert list(found) == list(WHAT)
    for what in ("strava app", "subscription"):
        assert found[what] == (False, "is looked at once the database answers")


def test_a_short_key_works_and_is_remarked_on(site):
    application = Application(settings(SECRET_KEY="short-but-allowed"))
    is_well, said = findings(application)["settings"]
    assert is_well
    assert "SECRET_KEY is short" in said


def test_a_broken_store_is_told_in_its_own_words(site):
    class Broken(MemoryStore):
        def is_there(self, *, tries_writing: bool = False) -> None:
            raise StoreBroken("var/books.json cannot be written: the disk is full.")

    application = healthy(site[0])
    application.store = Broken()
    is_well, said = findings(application)["database"]
    assert not is_well
    assert "the disk is full" in said


def test_files_on_a_dyno_are_a_trap_unless_they_are_meant(site):
    four = dict.fromkeys(("STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET"), "12345") | {"SECRET_KEY": KEY}
    dyno = four | {"PUBLIC_URL": "https://run.example.org", "DYNO": "web.1"}
    found = list(examine(read_settings(dyno, env_file=None), build))
    assert [(one.is_well, "DATABASE_URL" in one.said) for one in found if one.what == "settings"] == [(False, True)]
    assert findings(healthy(site[0], DYNO="web.1", ALLOW_EPHEMERAL_DISK="on"))["database"][0]


def test_mail_is_tried_without_sending_any(site):
    post = Mailbox()
    with served(post) as port:
        application = healthy(site[0], SMTP_URL=f"smtp://127.0.0.1:{port}", MAIL_FROM="notes@example.org")
        assert findings(application)["mail"][0]
    assert post.mails == []


def test_a_mail_server_that_is_not_there_is_told(site):
    application = healthy(site[0], SMTP_URL="smtp://127.0.0.1:1", MAIL_FROM="notes@example.org")
    is_well, said = findings(application)["mail"]
    assert not is_well
    assert said.startswith("The mail server cannot be reached")
    assert said.endswith("Check SMTP_URL.")


@pytest.mark.parametrize(
    ("error", "todo"),
    [
        (Refused("Strava refuses this (403)."), "Check STRAVA_CLIENT_ID and STRAVA_CLIENT_SECRET."),
        (Refused(WRONG_APP), WRONG_APP),
        (StravaTrouble("Strava answers 503."), "Strava answers 503."),
        (StravaClosed("Strava's window is full.", datetime.now(UTC)), "Strava's window is full."),
        (NoAnswer("The connection to Strava broke."), "does this machine reach Strava?"),
        (TooSlow("Strava takes too long."), "does this machine reach Strava?"),
    ],
)
def test_a_strava_that_will_not_have_us_is_told_and_the_rest_is_still_looked_at(site, error, todo):
    application = healthy(site[0])
    application.strava.fail(error)
    found = findings(application)
    is_well, said = found["strava app"]
    assert not is_well
    assert said.startswith(str(error))
    assert said.endswith(todo)
    assert not found["subscription"][0]
    assert "is looked at once" in found["subscription"][1]
    assert found["public url"][0]


@pytest.mark.parametrize("callback", [None, "https://old.example.org/strava/webhook/x"])
def test_a_subscription_that_is_not_ours_is_told_with_the_command(site, callback):
    application = healthy(site[0])
    application.strava.subscribed = callback and Subscription(id=5, callback_url=callback)
    is_well, said = findings(application)["subscription"]
    assert not is_well
    assert "footnote subscription create" in said


def test_an_address_where_nobody_answers_is_told():
    is_well, said = findings(healthy("http://127.0.0.1:1"))["public url"]
    assert not is_well
    assert "does not answer" in said


def test_a_site_with_another_key_is_not_ours(site):
    url, answers = site
    answers["secret"] = "another"
    is_well, said = findings(healthy(url))["public url"]
    assert not is_well
    assert "SECRET_KEY" in said


def test_something_else_at_our_address_is_told(site):
    url, answers = site
    answers["health"] = 404
    assert not findings(healthy(url))["public url"][0]


def test_a_test_push_is_not_sent_where_push_is_off():
    (found,) = send_test_notes(Application(settings()), datetime.now(UTC))
    assert (found.is_well, found.said) == (False, "is off: set PUSH=on")


def test_a_listed_server_with_a_private_address_is_told_with_what_to_do():
    # As if a public name led to this machine: the address is not among the networks that are listed.
    host = PushHost(name="127.0.0.1", port=9, is_https=False)
    (found,) = look_at(settings(PUSH="on").model_copy(update={"push_hosts": PushHosts(servers=(host,))}))
    assert not found.is_well
    assert "127.0.0.1:9 has a private address: list it, or its network, in PUSH_HOSTS too" in found.said


def test_a_house_where_nobody_works_is_told_with_the_platforms_own_command(site):
    application = healthy(site[0])
    application.many_work = 0
    assert findings(application)["worker"] == (False, "nobody works on what comes in: `footnote serve`")
    application = healthy(site[0], DATABASE_URL="postgresql://somewhere/else")
    application.many_work = 0
    assert findings(application, here=HEROKU)["worker"][1].endswith("`heroku ps:scale worker=1`")


def test_work_that_is_overdue_is_told(site):
    application = healthy(site[0])
    now = application.clock()
    application.inbox.keep(new_delivery(7, 1, JobKind.EVENT, now, now - timedelta(minutes=4)))
    assert findings(application)["work"][0]
    application.inbox.keep(new_delivery(8, 1, JobKind.EVENT, now, now - timedelta(minutes=12)))
    is_well, said = findings(application)["work"]
    assert not is_well
    assert "overdue by 12 minutes" in said


def test_the_platform_is_known_by_what_it_sets():
    assert remedies_here({"DYNO": "run.1"}) is HEROKU
    assert remedies_here({"RENDER": "true"}) is RENDER
    assert remedies_here({}) not in (HEROKU, RENDER)


def test_a_test_mail_is_sent_where_it_is_asked_for_and_its_refusal_is_told(site):
    post = Mailbox()
    with served(post) as port:
        variables = {"SMTP_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "notes@example.org"}
        application = healthy(site[0], **variables)
        application.mailer = Mailer(variables["SMTP_URL"], variables["MAIL_FROM"], site[0], application.keyring)
        assert "test mail" not in findings(application)
        assert findings(application, mail_to="ada@example.org")["test mail"][0]
        assert [b"To: ada@example.org" in mail for mail in post.mails] == [True]
        assert not findings(application, mail_to="no address")["test mail"][0]
    assert not findings(application, mail_to="ada@example.org")["test mail"][0]
    assert not findings(healthy(site[0]), mail_to="ada@example.org")["test mail"][0]
