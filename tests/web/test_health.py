"""Alive, ready, counted, and what the operator sees; and the page of a site that is not set up yet."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from prometheus_client import CollectorRegistry, Counter

from plugin.channels.note_check import Found
from plugin.errors import StoreBroken, Unreadable
from plugin.ports import Budget, Delivery, JobKind, State
from plugin.settings.places import Place, place_of
from plugin.stores.each_runner import set_apart
from plugin.stores.memory import MemoryStore
from plugin.web import create_setup_app
from tests.promises.samples import a_runner
from tests.web.application import NOW, Application, Grants, change, other_runner, settings


class BrokenBooks(MemoryStore):
    """Cannot be read."""

    def is_there(self, *, tries_writing: bool = False) -> None:
        raise StoreBroken("books.json cannot be read: put back the copy beside it.")


def test_alive_is_not_ready() -> None:
    browser = Application(store=BrokenBooks()).browser()
    assert browser.get("/healthz").status_code == 200
    answer = browser.get("/readyz")
    assert answer.status_code == 503
    assert "books.json" not in answer.text


def test_ready_when_store_and_queue_answer() -> None:
    assert Application().browser().get("/readyz").status_code == 200


def test_a_key_that_opens_nothing_is_not_ready() -> None:
    class Sealed(MemoryStore):
        """Holds runners whom another key sealed."""

        by_key = True

        def runner(self, runner_id):
            raise Unreadable(runner_id, "does not open with SECRET_KEY", by_key=self.by_key)

    store = Sealed()
    assert Application(store=store).browser().get("/readyz").status_code == 200
    store.enrol(a_runner(7001), limit=1)
    answer = Application(store=store).browser().get("/readyz")
    assert answer.status_code == 503
    assert "SECRET_KEY" in answer.text
    store.by_key = False
    assert Application(store=store).browser().get("/readyz").status_code == 200


def test_ready_says_how_many_cannot_be_read_and_names_nobody_to_strangers() -> None:
    application = Application()
    set_apart(application.store, [Unreadable(7002, "torn"), Unreadable(7003, "torn")])
    answer = application.browser().get("/readyz")
    assert answer.status_code == 200
    assert "2 runners cannot be read" in answer.text
    assert "7002" not in answer.text


def test_the_operator_sees_who_cannot_be_read() -> None:
    application = Application(settings=settings(operator_athletes=frozenset({7001})))
    browser = application.browser()
    browser.connect()
    assert "cannot be read" not in browser.get("/status").text
    set_apart(application.store, [Unreadable(7002, "torn")])
    page = browser.get("/status").text
    assert "one runner cannot be read" in page
    assert "7002" in page


def test_health_opens_no_session() -> None:
    for path in ("/healthz", "/readyz"):
        assert "Set-Cookie" not in Application().browser().get(path).headers


def test_metrics_are_off_without_a_token() -> None:
    browser = Application().browser()
    assert browser.get("/metrics").status_code == 404
    assert browser.get("/metrics", headers={"Authorization": "Bearer None"}).status_code == 404


def test_metrics_need_the_token() -> None:
    registry = CollectorRegistry()
    Counter("footnote_notes", "Notes told", registry=registry).inc()
    application = Application(settings=settings(metrics_token="metrics-secret"), registry=registry)
    application.browser().connect()
    browser = application.browser()
    for wrong in (
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": "metrics-secret"},
        {"Authorization": "Basic metrics-secret"},
    ):
        assert browser.get("/metrics", headers=wrong).status_code == 401
    for scheme in ("bearer", "BEARER", "Bearer"):
        answer = browser.get("/metrics", headers={"Authorization": f"{scheme} metrics-secret"})
        assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    assert 'footnote_deliveries_now{state="waiting"} 1.0' in answer.text
    assert "footnote_notes_total 1.0" in answer.text
    assert "7001" not in answer.text


def test_only_operators_see_the_status() -> None:
    application = Application(settings=settings(operator_athletes=frozenset({7001})))
    operator = application.browser().connect()
    assert other_runner(application).get("/status").status_code == 404
    assert application.browser().get("/status").status_code == 404
    assert operator.get("/status").status_code == 200


def test_the_status_shows_what_is_parked_and_why() -> None:
    application = Application(settings=settings(operator_athletes=frozenset({7001})))
    operator = application.browser().connect()
    application.inbox.forget(7001)
    delivery = Delivery(id="d-1", runner_id=7001, run_id=5, why=JobKind.EVENT, received_at=NOW, due_at=NOW)
    application.inbox.keep(delivery)
    application.inbox.take(NOW)
    application.inbox.park("d-1", reason="<i>Strava</i> answered 500 eight times")
    application.store.change_key_value("subscription", lambda key_value: {"id": 4711})
    application.store.change_key_value("last_event", lambda key_value: {"at": NOW.isoformat()})
    application.store.change_runner(7001, lambda was: replace(was, swept_on=date(2026, 11, 18)))
    page = operator.get("/status").text
    for words in (
        "d-1",
        "parked",
        "&lt;i&gt;Strava&lt;/i&gt; answered 500",
        "4711",
        "12 / 100",
        "19 Nov 2026 12:00",
        "18 Nov 2026",
    ):
        assert words in page


def test_the_status_is_one_green_line_when_all_is_well_and_else_says_the_next_step() -> None:
    application = Application(settings=settings(operator_athletes=frozenset({7001})))
    operator = application.browser().connect()
    assert "footnote subscription create" in operator.get("/status").text
    application.store.change_key_value("subscription", lambda key_value: {"id": 4711})
    page = operator.get("/status").text
    assert "All is well." in page
    assert page.count('class="banner') == 1
    without_mail = Application(
        settings=settings(operator_athletes=frozenset({7001}), smtp_url="", mail_from=""), mails=None
    )
    assert "set SMTP_URL and MAIL_FROM" in without_mail.browser().connect().get("/status").text


def test_the_status_says_what_becomes_of_private_notes_and_whose_the_subscription_is() -> None:
    application = Application(settings=settings(operator_athletes=frozenset({7001})))
    operator = application.browser().connect()
    assert "none written yet" in operator.get("/status").text
    found = {"found": "kept, not shown", "at": NOW.isoformat()}
    application.store.change_key_value("note_check", lambda _: found)
    slow = {"day": NOW.date().isoformat(), "seconds": 7.3, "rows": 50}
    application.store.change_key_value("lists", lambda _: slow)
    application.store.change_key_value("subscription", lambda _: {"foreign": "home.example"})
    page = operator.get("/status").text
    for words in ("kept, not shown", "7.3 s for 50 activities", "another program, at home.example", "--take-over"):
        assert words in page
    assert "All is well." not in page


def test_the_status_shows_what_waits_and_what_is_at_work_with_ages_and_when_it_is_tried_again() -> None:
    application = Application(settings=settings(operator_athletes=frozenset({7001})))
    operator = application.browser().connect()
    application.inbox.forget(7001)
    application.store.change_key_value("subscription", lambda _: {"id": 4711})
    assert "All is well" in operator.get("/status").text
    for number in (1, 2):
        came = NOW - timedelta(hours=number)
        application.inbox.keep(
            Delivery(
                id=f"d-{number}", runner_id=number, run_id=50 + number, why=JobKind.EVENT, received_at=came, due_at=came
            )
        )
    assert "is a worker running?" in operator.get("/status").text
    assert application.inbox.take(NOW).id == "d-2"
    application.inbox.take(NOW)
    application.inbox.again("d-2", due_at=NOW + timedelta(minutes=30), reason="Strava answers 500")
    page = operator.get("/status").text
    rows = {part.split("</code>")[0].rpartition(">")[2]: part for part in page.split("<tr>") if "<code>" in part}
    for words in ("waiting", "52", "19 Nov 2026 12:30", "Strava answers 500"):
        assert words in rows["d-2"]
    for words in ("taken", "51"):
        assert words in rows["d-1"]
    assert "1, 1, 0" in page
    assert "is a worker running?" not in page


class Inactive(Grants):
    """Strava has switched the app off, and the next trial is due."""

    def budget(self) -> Budget:
        return Budget(closed_until=NOW - timedelta(seconds=1), closed_because="Strava says that the app is inactive")


def test_the_status_never_says_all_is_well_while_the_app_is_inactive() -> None:
    application = Application(settings=settings(operator_athletes=frozenset({7001})), strava=Inactive())
    page = application.browser().connect().get("/status").text
    assert "Strava says that the app is inactive" in page
    assert "All is well" not in page


def test_a_mark_nobody_understands_does_not_break_the_status() -> None:
    application = Application(settings=settings(operator_athletes=frozenset({7001})))
    operator = application.browser().connect()
    application.store.change_key_value("last_event", lambda key_value: {"at": "yesterday"})
    assert operator.get("/status").status_code == 200


@pytest.mark.parametrize("path", ["/", "/me", "/connect/callback", "/strava/webhook/x", "/status"])
def test_a_site_that_is_not_set_up_says_what_is_missing_and_does_nothing_else(path: str) -> None:
    half = settings(secret_key="", strava_client_id="", public_url="https://footnote.example")
    answer = create_setup_app(half, Place.PLAIN).test_client().get(path)
    assert answer.status_code == (200 if path == "/" else 503)
    assert "SECRET_KEY" in answer.text
    assert "STRAVA_CLIENT_ID" in answer.text
    assert "STRAVA_CLIENT_SECRET" not in answer.text
    assert "client-secret" not in answer.text
    assert "footnote doctor" in answer.text


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("run-1a2b3c4d5e6f.herokuapp.com", "https://run-1a2b3c4d5e6f.herokuapp.com"),
        ("run.example.org:8443", "https://run.example.org:8443"),
        ("localhost:8000", "http://localhost:8000"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_a_site_that_is_not_set_up_says_where_it_was_opened_and_what_to_set(host: str, address: str) -> None:
    page = create_setup_app(settings(public_url="")).test_client().get("/", headers={"Host": host}).text
    assert f"<code>PUBLIC_URL={address}</code>" in page
    assert f"(<code>{host.partition(':')[0]}</code>)" in page


def test_a_site_that_is_opened_elsewhere_than_at_its_address_says_so() -> None:
    client = create_setup_app(settings(secret_key="", public_url="https://run.example.org")).test_client()
    page = client.get("/", headers={"Host": "run-1a2b.herokuapp.com"}).text
    assert "https://run-1a2b.herokuapp.com" in page
    assert "(<code>run.example.org</code>)" in page
    assert "PUBLIC_URL=" not in page
    assert "You opened" not in client.get("/", headers={"Host": "run.example.org"}).text


@pytest.mark.parametrize("host", ["<script>", "a b", "run.example.org/x", "[::1"])
def test_a_host_that_is_none_is_not_shown(host: str) -> None:
    answer = create_setup_app(settings(public_url="")).test_client().get("/", headers={"Host": host})
    assert "You opened" not in answer.text


@pytest.mark.parametrize("path", ["/", "/me", "/nowhere", "/static/footnote.css", "/strava/webhook/x"])
@pytest.mark.parametrize("host", ["x" * 300, f"{'a' * 64}.example.org", "a..b"])
def test_a_host_that_no_host_has_is_refused_and_no_fault_of_ours(host: str, path: str) -> None:
    for site in (Application().browser().client, create_setup_app(settings(public_url="")).test_client()):
        assert site.get(path, headers={"Host": host}).status_code == 400


def test_the_set_up_page_proposes_the_domain_a_key_and_lines_to_copy() -> None:
    client = create_setup_app(settings(public_url="", secret_key="")).test_client()
    pages = [client.get("/", headers={"Host": "shoes.example.org"}).text for _ in range(2)]
    keys = [re.search(r"SECRET_KEY=(\S{60,})", page) for page in pages]
    assert all(keys)
    assert keys[0][1] != keys[1][1]  # type: ignore[index]
    for page in pages:
        assert "PUBLIC_URL=https://shoes.example.org" in page
        assert 'href="https://www.strava.com/settings/api"' in page
    local = client.get("/", headers={"Host": "localhost:8000"}).text
    assert "PUBLIC_URL=http://localhost:8000" in local


def test_the_set_up_page_keeps_to_the_public_url_whatever_host_is_named() -> None:
    client = create_setup_app(settings(secret_key="", public_url="https://footnote.example")).test_client()
    page = client.get("/", headers={"Host": "evil.example"}).text
    assert "=https://evil" not in page
    assert "(<code>footnote.example</code>)" in page


@pytest.mark.parametrize(
    ("platform", "sets", "runs"),
    [
        (Place.HEROKU, "heroku config:set SECRET_KEY=", "heroku run python -m plugin doctor"),
        (Place.RENDER, "→ Environment → SECRET_KEY", "→ Shell: python -m plugin doctor"),
        (Place.FLY, "fly secrets set SECRET_KEY=", "fly ssh console -C"),
        (Place.DOCKER, ".env beside compose.yaml", "docker compose exec web python -m plugin doctor"),
        (Place.PLAIN, "into .env in the folder", "footnote doctor"),
    ],
)
def test_the_set_up_page_names_the_platforms_own_commands(platform: Place, sets: str, runs: str) -> None:
    page = create_setup_app(settings(secret_key=""), platform).test_client().get("/").text
    assert sets in page
    assert runs in page


def test_all_links_of_a_site_that_is_not_set_up_lead_somewhere() -> None:
    client = create_setup_app(settings(public_url="")).test_client()
    links = set(re.findall(r'href="(/[^"]*)"', client.get("/").text))
    assert "/privacy" in links
    for path in links:
        assert client.get(path).status_code == 200, path


def test_a_site_that_is_not_set_up_is_alive_and_takes_no_posts() -> None:
    client = create_setup_app(settings(public_url="")).test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/static/footnote.css").status_code == 200
    assert client.post("/connect").status_code >= 400
    assert client.post("/strava/webhook/x", data="{}").status_code >= 400


def test_an_operator_tries_again_and_drops_from_the_page() -> None:
    application = Application(settings=settings(operator_athletes="7001"))
    operator = application.browser().connect()
    application.inbox.forget(7001)
    for number in ("d-1", "d-2"):
        delivery = Delivery(id=number, runner_id=7001, run_id=5, why=JobKind.EVENT, received_at=NOW, due_at=NOW)
        application.inbox.keep(replace(delivery, run_id=int(number[-1])))
        application.inbox.park(number, reason="500 eight times")
    assert 'href="/status"' in operator.get("/me").text
    operator.post("/status/retry", {"id": "d-1"}, seen_on="/status")
    operator.post("/status/drop", {"id": "d-2"}, seen_on="/status")
    assert [(one.id, one.state) for one in application.inbox.everything()] == [("d-1", State.WAITING)]
    assert operator.post("/status/drop", {"id": "nobody"}, seen_on="/status").status_code == 404


def test_nobody_else_tries_again_or_drops() -> None:
    application = Application(settings=settings(operator_athletes="1"))
    browser = application.browser().connect()
    (kept,) = application.inbox.everything()
    assert browser.post("/status/drop", {"id": kept.id}, seen_on="/me").status_code == 404
    assert application.inbox.everything() == [kept]
    assert 'href="/status"' not in browser.get("/me").text


def test_times_on_the_operators_page_name_their_zone() -> None:
    application = Application(settings=settings(operator_athletes=frozenset({7001})))
    browser = application.browser()
    browser.connect()
    application.store.change_runner(7001, lambda was: replace(was, timezone="America/New_York"))
    assert "Times are in America/New_York." in browser.get("/status").text


@pytest.mark.parametrize(
    ("environ", "is_container", "place"),
    [
        ({"DYNO": "web.1"}, True, Place.HEROKU),
        ({"RENDER": "true"}, True, Place.RENDER),
        ({"FLY_APP_NAME": "notes"}, True, Place.FLY),
        ({"KOYEB_APP_NAME": "notes"}, True, Place.HOSTED),
        ({}, True, Place.DOCKER),
        ({}, False, Place.PLAIN),
    ],
)
def test_a_place_is_known_by_its_own_marks(environ: dict[str, str], is_container: bool, place: Place) -> None:
    assert place_of(environ, is_container=is_container) is place


def test_the_status_speaks_one_language_only() -> None:
    application = Application(settings=settings(operator_athletes=frozenset({7001})))
    operator = application.browser().connect()
    change(application, language="de")
    application.inbox.forget(7001)
    for number, why in enumerate(one for one in JobKind if one.is_known):
        application.inbox.keep(
            Delivery(id=f"d-{number}", runner_id=7001, run_id=number, why=why, received_at=NOW, due_at=NOW)
        )
    application.inbox.park(application.inbox.take(NOW).id, reason="")
    application.inbox.take(NOW)
    for found in Found:
        application.store.change_key_value("note_check", lambda _, found=found: {"found": found, "at": NOW.isoformat()})  # type: ignore[misc]
        page = operator.get("/status").text
        assert found not in page
    cells = re.findall(r'data-of="(?:Stand|Weshalb)">([^<]+)<', page)
    assert len(cells) == 2 * len([one for one in JobKind if one.is_known])
    assert {"wartet", "in Arbeit", "geparkt"} < set(cells)
    assert not set(cells) & {*State, *JobKind}
