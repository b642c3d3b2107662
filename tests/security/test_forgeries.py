"""Whoever is not Strava, or not this browser: what they post, replay, steal or mix up changes nothing."""

from __future__ import annotations

import json
import random
import threading
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from plugin.activities.webhook_event import MOST_BYTES
from plugin.ports import JobKind, NoteStatus, RunRecord
from tests.story.stage import ANA, Stage
from tests.web.application import KEY, NOW, Application, other_runner, settings

EVENT = {"object_type": "activity", "object_id": 5, "aspect_type": "create", "owner_id": 7001, "subscription_id": 9}
LEAVES = {**EVENT, "object_type": "athlete", "object_id": 7001, "aspect_type": "update",
          "updates": {"authorized": "false"}}  # fmt: skip


def connected() -> Application:
    """One runner, and the subscription 9 on record; nothing waits."""
    application = Application()
    application.browser().connect()
    application.inbox.forget(7001)
    application.store.change_key_value("subscription", lambda _: {"id": 9})
    return application


@pytest.mark.parametrize(
    "change",
    [{"owner_id": 31337}, {"subscription_id": 8}, {"subscription_id": None}, {"owner_id": -1}],
)
def test_an_event_of_nobody_or_of_another_subscription_is_thanked_for_and_forgotten(change: dict[str, Any]) -> None:
    application = connected()
    for event in (EVENT, LEAVES, {**EVENT, "aspect_type": "delete"}):
        assert application.app.test_client().post(application.hook(), json={**event, **change}).status_code == 200
    assert application.inbox.everything() == []


def test_an_id_beyond_64_bits_is_no_event() -> None:
    application = connected()
    for change in ({"object_id": 2**70}, {"owner_id": 2**63}):
        assert application.app.test_client().post(application.hook(), json={**EVENT, **change}).status_code == 400
    assert application.inbox.everything() == []


def test_an_event_posted_a_thousand_times_is_one_piece_of_work() -> None:
    application = connected()
    client = application.app.test_client()
    assert {client.post(application.hook(), json=EVENT).status_code for _ in range(1000)} == {200}
    assert len(application.inbox.everything()) == 1


def test_no_secret_but_ours_opens_the_hook() -> None:
    application = connected()
    ours = application.keyring.webhook_secret
    for other in (ours[:-1], ours + "x", ours.swapcase(), KEY, "", "%00", "..", ours[:20] + "%2f" + ours[21:]):
        answer = application.app.test_client().post(f"/strava/webhook/{other}", json=EVENT)
        assert answer.status_code == 404, other
    assert application.inbox.everything() == []


def test_a_leaked_path_dies_with_its_key() -> None:
    """Rotation as docs/security.md tells it: old key beside the new one, then gone."""
    leaked = Application().hook()
    between = Application(settings=settings(secret_key="a newer key, long enough as well", secret_key_fallbacks=(KEY,)))
    after = Application(settings=settings(secret_key="a newer key, long enough as well"))
    assert between.hook() != leaked
    for application, status in ((between, 200), (after, 404)):
        assert application.app.test_client().post(leaked, json=EVENT).status_code == status
        assert application.app.test_client().post(application.hook(), json=EVENT).status_code == 200


def test_a_forged_deauthorisation_removes_nobody(stage: Stage) -> None:
    stage.event(0, JobKind.DEAUTHORISED)
    stage.deliver()
    assert stage.store.runner(ANA) is not None
    assert stage.strava.revoked == []


def test_a_true_deauthorisation_removes_everything(stage: Stage) -> None:
    stage.happens(stage.too_long())
    stage.strava.disconnect(ANA)
    stage.event(0, JobKind.DEAUTHORISED)
    stage.deliver()
    assert stage.store.runner(ANA) is None
    assert (stage.store.run_records(ANA), stage.store.snapshot(ANA), stage.inbox.of_runner(ANA)) == ([], None, [])


def test_a_forged_deletion_deletes_nothing(stage: Stage) -> None:
    run_id = stage.too_long()
    stage.happens(run_id)
    before, note = stage.run_record(run_id), stage.private_note(run_id)
    stage.happens(run_id, JobKind.DELETED)
    assert stage.run_record(run_id) == before
    assert stage.private_note(run_id) == note


def test_an_event_for_somebody_elses_activity_reads_and_writes_nothing_of_it(stage: Stage) -> None:
    stage.connect(8)
    stage.strava.shows_others = True
    stage.history()
    theirs = stage.record(30, runner_id=8)
    stage.happens(theirs, runner_id=ANA)
    assert stage.store.run_record(ANA, theirs) is None
    assert stage.private_note(theirs) == ""


def test_a_thousand_malformed_events_are_each_answered_and_none_is_kept() -> None:
    application, dice = connected(), random.Random(7)
    client = application.app.test_client()
    odd = [None, True, -1, 0, 2**80, 1.5, "", "activity", "delete", "\0", "' OR 1=1", [], {}, [[]], {"a": {}}, "7001"]
    for number in range(1000):
        event: dict[str, Any] = dict(EVENT)
        for name in dice.sample(sorted(event), dice.randint(1, 3)):
            event[name] = dice.choice(odd)
        event["owner_id"] = dice.choice([*odd, 31337])
        body = json.dumps(event).encode()
        if number % 3 == 0:
            body = body[: dice.randrange(len(body))] + dice.randbytes(dice.randrange(5))
        if number % 100 == 0:
            body = b"[" * MOST_BYTES
        assert client.post(application.hook(), data=body).status_code in (200, 400)
    assert application.inbox.everything() == []


def test_who_leaves_while_events_pour_in_is_gone_all_the_same() -> None:
    for _ in range(10):
        application = connected()
        browser = application.browser().connect()
        token = browser.token("/me/settings")
        start = threading.Barrier(5)

        def pour(application: Application = application, start: threading.Barrier = start) -> None:
            client = application.app.test_client()
            start.wait()
            for number in range(20):
                client.post(application.hook(), json={**EVENT, "object_id": number + 1})

        threads = [threading.Thread(target=pour) for _ in range(4)]
        for thread in threads:
            thread.start()
        start.wait()
        assert browser.client.post("/me/disconnect", data={"csrf_token": token}).status_code == 200
        for thread in threads:
            thread.join()
        assert application.store.runner(7001) is None
        assert application.store.change_run_record(7001, 5, lambda _: _a_look()) is None
        # One that slipped in between finds nobody when it is handled; the workflow says so and is done with it.
        assert all(one.runner_id == 7001 for one in application.inbox.everything())


def _a_look() -> RunRecord:
    return RunRecord(runner_id=7001, run_id=5, day=NOW.date(), looked_at=NOW)


# --- connecting -------------------------------------------------------------------------------------------------------


def test_a_code_slipped_to_another_browser_connects_nobody() -> None:
    """The classic: the attacker stops before the callback and has the victim open it."""
    application = Application()
    attackers = application.browser().leave_for_strava()["state"]
    victim = application.browser()
    victim.get("/")
    assert victim.come_back(attackers).status_code == 400
    victims_own = victim.leave_for_strava()["state"]
    assert victim.come_back(attackers).status_code == 400
    assert application.strava.codes == []
    assert victim.come_back(victims_own).status_code == 303


def test_a_state_is_good_once_and_for_an_hour() -> None:
    application = Application()
    browser = application.browser()
    state = browser.leave_for_strava()["state"]
    assert browser.come_back(state).status_code == 303
    # A reload of the finished answer leads to the page, and no code is exchanged again; for anybody else it is used up.
    assert browser.come_back(state).headers["Location"].endswith("/me")
    assert application.browser().come_back(state).status_code == 400
    late = application.browser()
    state = late.leave_for_strava()["state"]
    application.clock.now = NOW.replace(hour=13, minute=1)
    assert late.come_back(state).status_code == 400
    assert len(application.strava.codes) == 1


def test_a_token_for_one_purpose_is_none_for_another() -> None:
    application = Application()
    browser = application.browser().connect()
    state = browser.leave_for_strava()["state"]
    link = application.keyring.sign_link("snooze", {"r": 7001})
    for action in ("unsubscribe", "confirm", "race", "not-for-me", "snooze"):
        assert browser.client.post(f"/mail/{action}/{state}").status_code == 403
        if action != "snooze":
            assert browser.client.post(f"/mail/{action}/{link}").status_code == 403
    assert browser.come_back(link).status_code == 400


def test_two_runners_in_two_browsers_are_never_mixed_up() -> None:
    application = Application()
    first, second = application.browser(), application.browser()
    states = [browser.leave_for_strava()["state"] for browser in (first, second)]
    application.strava.runner_id = 7002
    second.come_back(states[1])
    application.strava.runner_id = 7001
    first.come_back(states[0])
    for browser, runner_id in ((first, 7001), (second, 7002)):
        assert json.loads(browser.get("/me/export").data)["runner"]["id"] == runner_id


def test_connecting_leads_to_strava_whatever_the_form_says() -> None:
    application = Application()
    answer = application.browser().post(
        "/connect",
        {"agree": "1", "next": "https://evil.example", "redirect_uri": "https://evil.example", "state": "x"},
        query_string={"next": "//evil.example", "redirect_uri": "https://evil.example"},
        seen_on="/",
    )
    where = urlsplit(answer.headers["Location"])
    assert (where.hostname, where.path) == ("localhost", "/oauth/authorize")
    assert parse_qs(where.query)["redirect_uri"] == ["http://localhost:8000/connect/callback"]
    assert "evil" not in answer.headers["Location"]


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "/%2f%2fevil.example", "/me//settings", "", "http:x"]
)
def test_no_path_makes_the_site_send_a_browser_elsewhere(path: str) -> None:
    client = Application().app.test_client()
    answer = client.get("/", environ_overrides={"PATH_INFO": path, "HTTP_HOST": "evil.example"})
    assert answer.headers.get("Location", "/") == "/"
    assert "evil" not in answer.text.replace(path or "evil", "")


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_planted_before_login_is_worth_nothing_after_it() -> None:
    application = Application()
    attacker, victim = application.browser(), application.browser()
    attacker.get("/")
    planted = attacker.client.get_cookie("fn")
    assert planted is not None
    victim.client.set_cookie("fn", planted.value)
    victim.connect()
    after = victim.client.get_cookie("fn")
    assert after is not None
    assert after.value != planted.value
    assert attacker.get("/me").status_code == 303


def copy_of(application: Application, browser: Any) -> Any:
    """What somebody has who read the cookie."""
    cookie = browser.client.get_cookie("fn")
    assert cookie is not None
    thief = application.browser()
    thief.client.set_cookie("fn", cookie.value)
    return thief


def test_a_stolen_session_ends_when_its_runner_signs_out() -> None:
    application = Application()
    browser = application.browser().connect()
    thief = copy_of(application, browser)
    assert thief.get("/me").status_code == 200
    browser.post("/sign-out", seen_on="/me")
    assert thief.get("/me").status_code == 303
    assert thief.client.post("/me/disconnect").status_code == 400
    assert application.browser().connect().get("/me").status_code == 200


def test_a_stolen_session_ends_when_its_runner_leaves_even_if_they_come_again() -> None:
    application = Application()
    browser = application.browser().connect()
    thief = copy_of(application, browser)
    browser.post("/me/disconnect", seen_on="/me/settings")
    application.clock.now = NOW.replace(hour=14)
    application.browser().connect()
    assert thief.get("/me").status_code == 303


def test_a_session_made_up_without_the_key_is_none() -> None:
    application, other = (
        Application(),
        Application(settings=settings(secret_key="the attacker's own key, long enough too")),
    )
    forged = copy_of(other, other.browser().connect())
    cookie = forged.client.get_cookie("fn")
    assert cookie is not None
    application.browser().connect()
    thief = application.browser()
    thief.client.set_cookie("fn", cookie.value)
    assert thief.get("/me").status_code == 303


# --- mail links -------------------------------------------------------------------------------------------------------


def test_a_scanner_that_opens_every_link_in_a_mail_does_nothing() -> None:
    application = connected()
    application.store.change_run_record(7001, 5, lambda _: replace(_a_look(), telling=NoteStatus.TOLD))
    before, scanner = (application.runner(), application.store.run_records(7001)), application.app.test_client()
    for action in ("confirm", "unsubscribe", "snooze", "race", "not-for-me"):
        link = application.link(action, r=7001, u=5, k="ramp", e="ada@example.org")
        for method in ("GET", "HEAD", "OPTIONS"):
            assert scanner.open(link, method=method).status_code == 200
    assert (application.runner(), application.store.run_records(7001)) == before
    assert application.inbox.everything() == []


def test_a_link_followed_a_hundred_times_costs_strava_one_look() -> None:
    application = connected()
    application.store.change_run_record(7001, 5, lambda _: replace(_a_look(), telling=NoteStatus.TOLD))
    link, client = application.link("race", r=7001, u=5), application.app.test_client()
    run_records = 0
    for _ in range(100):
        assert client.post(link).status_code == 200
        for one in application.inbox.everything():
            run_records += 1
            application.inbox.drop(one.id)
            application.store.change_run_record(7001, 5, lambda was: was and replace(was, judged_race=True))
    assert run_records == 1


def test_a_link_of_one_runner_is_none_of_anothers() -> None:
    application = connected()
    other_runner(application)
    before = application.store.runner(7002)
    for action in ("unsubscribe", "snooze", "race", "not-for-me", "confirm"):
        application.app.test_client().post(application.link(action, r=7001, u=5, k="ramp", e="x@example.org"))
    assert application.store.runner(7002) == before


# --- floods -----------------------------------------------------------------------------------------------------------


def statuses(application: Application, addresses: list[str], path: str = "/mail/race/x", **headers: str) -> list[int]:
    client = application.app.test_client()
    return [client.get(path, headers=headers, environ_overrides={"REMOTE_ADDR": one}).status_code for one in addresses]


def test_an_ipv6_household_is_one_caller_however_many_addresses_it_uses() -> None:
    application = Application(limits_floods=True)
    assert statuses(application, [f"2001:db8:1:2::{number:x}" for number in range(310)])[-1] == 429
    assert statuses(application, ["2001:db8:1:3::1"]) == [403]


def test_the_metrics_token_cannot_be_guessed_by_trying() -> None:
    application = Application(settings=settings(metrics_token="metrics-secret"), limits_floods=True)
    tries = statuses(application, ["198.51.100.7"] * 310, "/metrics", Authorization="Bearer guess")
    assert tries.count(401) == 300
    assert tries[-1] == 429


def test_forged_forwarding_headers_buy_no_further_tries() -> None:
    application = Application(limits_floods=True)
    tried = [
        status
        for number in range(310)
        for status in statuses(
            application, ["198.51.100.7"], **{"X-Forwarded-For": f"203.0.{number}.1", "X-Real-IP": "1.2.3.4"}
        )
    ]
    assert tried[-1] == 429
