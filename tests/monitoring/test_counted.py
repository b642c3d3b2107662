"""Where things happen they are counted: by words from small sets, and once."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from plugin.channels import Mailer
from plugin.errors import Disconnected, NotThere, NotTold, Refused, StoreBroken, StravaClosed, StravaTrouble
from plugin.jobs.dispatcher import Dispatcher
from plugin.jobs.retry_policy import NOT_THERE_TRIES, TRIES
from plugin.ports import ChannelName, Delivery, JobKind, Runner, Tokens
from plugin.stores.memory import MemoryInbox, MemoryStore
from plugin.strava.client import StravaClient
from plugin.strava.http_session import kind_of
from tests.channels.fakes import NOW as MAIL_NOW
from tests.channels.fakes import PUBLIC_URL, a_message
from tests.channels.mailbox import Mailbox, served
from tests.channels.reading import KEYRING
from tests.monitoring.reading import Tallied
from tests.story.stage import DAY, HOUR, SETTLE, Stage
from tests.strava.scripted import answer, cut, scripted, silence
from tests.web.application import Application as Site

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Work:
    """Fails as it is told."""

    def __init__(self, trouble):
        self.trouble = trouble

    def handle(self, delivery, runner, now):
        if self.trouble is not None:
            raise self.trouble


@pytest.mark.parametrize(
    ("trouble", "tries", "outcome"),
    [
        (None, 0, "done"),
        (StravaClosed("full", NOW + timedelta(minutes=9)), 0, "closed"),
        (Disconnected("dead"), 0, "disconnected"),
        (Refused("no"), 0, "parked"),
        (NotThere("not yet"), 0, "again"),
        (NotThere("not yet"), NOT_THERE_TRIES - 1, "parked"),
        (StravaTrouble("500"), 3, "again"),
        (StravaTrouble("500"), TRIES - 1, "parked"),
        (NotTold("away", for_good=False), 0, "again"),
        (StoreBroken("full"), 0, "broken"),
        (ZeroDivisionError("a bug"), 0, "again"),
    ],
)
def test_a_delivery_is_counted_by_what_became_of_it(trouble, tries, outcome):
    counts, store, inbox = Tallied(), MemoryStore(), MemoryInbox()
    store.lock = lambda runner_id, *, purpose: nullcontext()
    store.enrol(Runner(id=7, connected_at=NOW), limit=1)
    inbox.keep(Delivery(id="d1", runner_id=7, run_id=1, why=JobKind.EVENT, received_at=NOW, due_at=NOW, tries=tries))
    dispatcher = Dispatcher(
        store=store, inbox=inbox, workflow=Work(trouble), runner_jobs=Work(trouble), mailer=None, counts=counts
    )
    dispatcher.process(inbox.take(NOW), NOW)
    assert counts.seen == {("worked", "event", outcome): 1}


def test_a_note_is_counted_once_by_its_rule_and_channel_from_when_its_event_came():
    counts = Tallied()
    stage = Stage(counts=counts)
    stage.connect()
    run = stage.too_long()
    came = stage.now
    stage.event(run)
    stage.later(SETTLE)
    told = {key: count for key, count in counts.seen.items() if key[0] == "told"}
    assert told == {("told", "long_run", "private_note"): 1}
    assert counts.since == [came]
    stage.strava.change(run, distance_m=Decimal(21000))
    stage.happens(run)
    stage.later(4 * HOUR)
    assert {key: count for key, count in counts.seen.items() if key[0] == "told"} == told


def test_a_run_with_nothing_to_say_counts_no_note():
    counts = Tallied()
    stage = Stage(counts=counts)
    stage.connect()
    stage.history()
    stage.happens(stage.record(10))
    assert {key[0] for key in counts.seen} == {"worked"}


def test_what_is_kept_back_is_counted_with_its_reason():
    counts = Tallied()
    stage = Stage(counts=counts)
    stage.connect(rules_off=frozenset({"long_run"}))
    stage.happens(stage.too_long())
    assert counts.seen["withheld", "long_run", "turned off"] == 1
    assert not any(key[:2] == ("told", "long_run") for key in counts.seen)


def test_a_run_that_the_sweep_finds_has_no_event_to_be_late_from():
    counts = Tallied()
    stage = Stage(counts=counts)
    stage.connect()
    stage.too_long()
    stage.evening()
    stage.later(DAY // 24)
    assert counts.seen["told", "long_run", "private_note"] == 1
    assert counts.since == [None]


# --- Strava -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "below", "kind"),
    [
        ("GET", "/activities/123456", "activity"),
        ("PUT", "/activities/123456", "write"),
        ("POST", "/activities/123456/comments", "comment"),
        ("GET", "/athlete", "athlete"),
        ("GET", "/athlete/activities?per_page=200&before=1700000000", "list"),
        ("GET", "/gear/g123", "gear"),
        ("GET", "/push_subscriptions", "subscription"),
        ("DELETE", "/push_subscriptions/77", "subscription"),
        ("POST", "/token", "token"),
        ("POST", "/revoke", "revoke"),
        ("GET", "/athletes/5/stats", "other"),
        ("GET", "", "other"),
    ],
)
def test_calls_are_told_apart_without_an_id(method, below, kind):
    assert kind_of(method, below) == kind


def live(server, counts, *, call_s=8.0):
    store, now = MemoryStore(), datetime.now(UTC)
    store.enrol(
        Runner(id=7, connected_at=now, tokens=Tokens(access="a", refresh="r", expires_at=now + 6 * HOUR)), limit=1
    )
    return StravaClient(
        client_id="1",
        client_secret="s",
        api_url=f"{server.url}/api/v3",
        oauth_url=f"{server.url}/oauth",
        store=store,
        clock=lambda: now,
        call_s=call_s,
        counts=counts,
    )


RUN = {"id": 5, "start_date": "2026-11-20T07:30:00Z", "start_date_local": "2026-11-20T08:30:00Z", "athlete": {"id": 7}}


def test_every_call_is_counted_by_its_answer():
    counts = Tallied()
    with scripted(answer(200, RUN)) as server:
        strava = live(server, counts)
        strava.activity(7, 5)
        strava.write(7, 5, field=ChannelName.PRIVATE_NOTE, text="hello")
        server.acts.append(answer(500, {}))
        with pytest.raises(StravaTrouble):
            strava.activity(7, 5)
        server.acts.append(cut)
        with pytest.raises(StravaTrouble):
            strava.write(7, 5, field=ChannelName.PRIVATE_NOTE, text="hello")
    assert counts.seen == {
        ("called", "activity", "200"): 1,
        ("called", "write", "200"): 1,
        ("called", "activity", "500"): 1,
        ("called", "write", "broken"): 1,
    }


def test_a_call_that_is_not_answered_in_time_is_counted_so():
    counts = Tallied()
    with scripted() as server:
        server.acts.append(silence(server))
        with pytest.raises(StravaTrouble):
            live(server, counts, call_s=0.3).activity(7, 5)
    assert counts.seen == {("called", "activity", "timeout"): 1}


def test_new_tokens_are_a_call_too():
    counts = Tallied()
    with scripted(answer(200, RUN)) as server:
        server.acts += [
            answer(401, {"errors": [], "message": "Authorization Error"}),
            answer(200, {"access_token": "b"}),
        ]
        live(server, counts).activity(7, 5)
    assert counts.seen == {
        ("called", "activity", "401"): 1,
        ("called", "token", "200"): 1,
        ("called", "activity", "200"): 1,
    }


# --- mails ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "drops", "outcome"),
    [
        ({}, False, "sent"),
        ({"RCPT": "550 5.1.1 unknown"}, False, "refused"),
        ({"DATA": "451 later"}, False, "again"),
        ({}, True, "unknown"),
    ],
)
def test_mails_are_counted_by_kind_and_outcome(answers, drops, outcome):
    counts, box = Tallied(), Mailbox(**answers)
    box.drops_after_data = drops
    with served(box) as port:
        post = Mailer(f"smtp://127.0.0.1:{port}", "note@example.org", PUBLIC_URL, KEYRING, counts=counts)
        if outcome == "sent":
            post.note(a_message(), MAIL_NOW)
        else:
            with pytest.raises(NotTold):
                post.note(a_message(), MAIL_NOW)
    assert counts.seen == {("mailed", "note", outcome): 1}


# --- the site ---------------------------------------------------------------------------------------------------------


def test_requests_are_counted_by_page_and_never_by_path():
    counts = Tallied()
    browser = Site(counts=counts).browser()
    browser.get("/")
    browser.get("/mail/snooze/a-token-nobody-may-see")
    browser.get("/no/such/page/7001")
    for quiet in ("/healthz", "/readyz", "/metrics", "/static/footnote.css"):
        browser.get(quiet)
    browser.client.open("/", method="PROPFIND")
    pages = {key[1:] for key in counts.seen}
    assert ("front", "GET", 200) in pages
    assert ("none", "GET", 404) in pages
    assert {page for page, *_ in pages} == {"front", "mail_link", "none"}
    assert {method for _, method, _ in pages} == {"GET", "other"}
