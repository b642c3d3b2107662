"""What public reports say of the real Strava, each as a fault of the sandbox."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import requests

from plugin.sandbox import KIM, KINDS, ROBIN

SECRET = {"client_id": "12345", "client_secret": "sandbox-secret"}


def subscriptions(app):
    return requests.get(f"{app.strava.url}/api/v3/push_subscriptions", params=SECRET)


def timed(call):
    began = time.monotonic()
    call()
    return time.monotonic() - began


def test_a_list_takes_as_long_as_it_has_rows(connected):
    connected.fault("slow_lists", seconds=4.0)
    short, long = (timed(lambda rows=rows: connected.get("/athlete/activities", per_page=rows)) for rows in (5, 60))
    assert short < long
    assert long >= 4.0 * 60 / 200


def test_a_page_is_short_although_more_follow_and_none_is_lost(connected):
    whole = [one["id"] for one in connected.get("/athlete/activities", per_page=200).json()]
    connected.fault("short_pages")
    pages = [connected.get("/athlete/activities", per_page=30, page=page).json() for page in range(1, 9)]
    assert {len(page) for page in pages[:3]} == {21}
    assert [one["id"] for page in pages for one in page] == whole
    assert pages[-1] == []


def test_without_activity_scopes_a_list_may_be_empty_instead_of_refused(app):
    app.connect(scopes="read")
    assert app.get("/athlete/activities").status_code == 401
    app.fault("empty_list")
    answer = app.get("/athlete/activities")
    assert (answer.status_code, answer.json()) == (200, [])


def test_a_bot_check_is_a_page_with_403(connected):
    connected.fault("html_403", count=1)
    answer = connected.get("/athlete")
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (403, "text/html")
    assert connected.get("/athlete").status_code == 200


def test_a_moved_host_is_another_and_sees_who_follows_with_a_token(connected):
    connected.fault("moved")
    answer = connected.get("/athlete")
    assert answer.status_code == 301
    assert answer.headers["Location"].startswith("http://localhost:")
    connected.behind("DELETE", "/calls")
    connected.http.get(answer.headers["Location"], headers={"Authorization": f"Bearer {connected.token}"})
    (call,) = connected.behind("GET", "/calls")["calls"]
    assert (call["path"], call["athlete_id"]) == ("/elsewhere/api/v3/athlete", ROBIN)


@pytest.mark.parametrize(
    ("kind", "in_answer", "in_detail", "is_kept"),
    [
        (None, True, True, True),
        ("put_without_field", False, True, True),
        ("note_hidden", False, False, True),
        ("note_ignored", False, False, False),
    ],
)
def test_a_private_note_is_kept_and_shown_in_four_ways(connected, newest, kind, in_answer, in_detail, is_kept):
    path = f"/activities/{newest['id']}"
    if kind:
        connected.fault(kind)
    assert ("private_note" in connected.put(path, private_note="mine").json()) is in_answer
    assert ("private_note" in connected.get(path).json()) is in_detail
    assert (connected.behind("GET", path).get("private_note") == "mine") is is_kept


def test_a_young_code_is_refused_and_works_a_moment_later(app):
    app.fault("young_code", seconds=0.5)
    code = app.consent()["code"]
    refused = app.ask_token(grant_type="authorization_code", code=code)
    assert refused.status_code == 400
    assert refused.json()["errors"] == [{"resource": "AuthorizationCode", "field": "code", "code": "invalid"}]
    app.until(lambda: app.ask_token(grant_type="authorization_code", code=code).status_code == 200)


def test_consent_is_not_asked_again_unless_forced(app):
    app.connect(tick="read,activity:read")
    asked = {
        "client_id": "12345",
        "redirect_uri": "http://localhost:9/back",
        "response_type": "code",
        "scope": "read,activity:read,activity:write",
        "state": "x",
    }
    url = f"{app.strava.url}/oauth/authorize"
    cookies = {"athlete": str(ROBIN)}
    assert requests.get(url, params=asked, cookies=cookies, allow_redirects=False).status_code == 200
    app.fault("old_scopes")
    back = requests.get(url, params=asked, cookies=cookies, allow_redirects=False)
    assert "scope=read%2Cactivity%3Aread&" in back.headers["Location"] + "&"
    forced = requests.get(url, params=asked | {"approval_prompt": "force"}, cookies=cookies, allow_redirects=False)
    assert forced.status_code == 200


def test_a_full_app_is_said_on_stravas_own_page(app):
    app.fault("athlete_limit_page")
    asked = {"client_id": "12345", "redirect_uri": "http://localhost:9/b", "response_type": "code", "scope": "read"}
    form = {"decision": "allow", "athlete": str(KIM), "scope": ["read"]}
    answer = requests.post(f"{app.strava.url}/oauth/authorize", params=asked, data=form, allow_redirects=False)
    assert answer.status_code == 403
    assert "Limit of connected athletes exceeded" in answer.text


def test_another_programs_subscription_is_in_the_way_until_it_is_deleted(connected, callback):
    connected.fault("foreign_subscription")
    (there,) = subscriptions(connected).json()
    assert there["callback_url"].startswith("https://home.example/")
    assert connected.subscribe(callback.url).json()["errors"][0]["code"] == "already exists"
    connected.record()
    url = f"{connected.strava.url}/api/v3/push_subscriptions/{there['id']}"
    assert requests.delete(url, params=SECRET).status_code == 204
    assert connected.subscribe(callback.url).status_code == 201
    assert callback.events == []


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("callback_refused", "GET to callback URL does not return 200"),
        ("callback_not_verifiable", "not verifiable"),
    ],
)
def test_a_subscription_is_refused_with_its_reason(app, callback, kind, code):
    app.fault(kind)
    answer = app.subscribe(callback.url)
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"resource": "PushSubscription", "field": "callback url", "code": code}]


def test_an_unknown_client_id_is_400(app):
    url = f"{app.strava.url}/api/v3/push_subscriptions"
    answer = requests.get(url, params=SECRET | {"client_id": "1"})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"resource": "Application", "field": "client_id", "code": "invalid"}]


def test_push_subscriptions_have_counters_of_their_own(connected):
    connected.behind("PUT", "/limits", turn=True)
    asked = [subscriptions(connected).headers["X-RateLimit-Usage"] for _ in range(2)]
    assert asked == ["1,1", "2,2"]
    assert connected.get("/athlete").headers["X-RateLimit-Usage"] == "1,1"


def test_what_the_athlete_types_keeps_its_line_breaks(connected, newest):
    path = f"/activities/{newest['id']}"
    connected.fault("crlf")
    connected.behind("PUT", path, description="one\ntwo", private_note="a\r\nb")
    detail = connected.get(path).json()
    assert (detail["description"], detail["private_note"]) == ("one\r\ntwo", "a\r\nb")


def test_events_may_be_signed_and_carry_ids_as_words(connected, callback):
    connected.subscribe(callback.url)
    connected.fault("signed")
    connected.fault("id_in_words")
    connected.record()
    (event,) = callback.wait_for(1)
    assert event["subscription_id"] == str(connected.behind("GET", "/subscription")["id"])
    assert callback.signatures[0].startswith("t=")


def test_a_fault_may_happen_now_and_then(connected):
    connected.fault("html_403", chance=0.5)
    statuses = {connected.get("/athlete").status_code for _ in range(40)}
    assert statuses == {200, 403}


@pytest.mark.parametrize("chance", [0, -1, 1.5])
def test_an_impossible_chance_is_refused(connected, chance):
    answer = connected.http.post(f"{connected.strava.url}/sandbox/faults", json={"kind": "slow", "chance": chance})
    assert answer.status_code == 400


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_is_switched_on_from_its_page_and_by_json(connected, kind):
    page = f"{connected.strava.url}/faults"
    assert connected.http.post(page, data={"do": "on", "kind": kind}).status_code == 200
    connected.fault(kind)
    on = connected.behind("GET", "/faults")["on"]
    assert [one["kind"] for one in on] == [kind, kind]
    assert all(one["seconds"] == KINDS[kind].seconds for one in on)


def test_a_run_is_recorded_by_a_second_device(connected):
    run = connected.record(distance=10_000.0, private_note="mine")
    copy = connected.behind("POST", f"/activities/{run['id']}/copy", average_cadence=83.0)
    assert copy["id"] != run["id"]
    assert 0 < run["distance"] - copy["distance"] < 200
    assert datetime.fromisoformat(copy["start_date"]) - datetime.fromisoformat(run["start_date"]) == timedelta(
        seconds=4
    )
    assert "private_note" not in copy


@pytest.mark.parametrize("create_first", [True, False])
def test_a_run_is_uploaded_again_in_either_order(connected, callback, create_first):
    connected.subscribe(callback.url)
    run = connected.record(private_note="mine")
    again = connected.behind("POST", f"/activities/{run['id']}/reupload", create_first=create_first)
    aspects = [(one["aspect_type"], one["object_id"]) for one in callback.wait_for(3)]
    assert set(aspects) == {("create", run["id"]), ("create", again["id"]), ("delete", run["id"])}
    assert "private_note" not in again
    assert connected.get(f"/activities/{run['id']}").status_code == 404


def test_odd_recordings_and_many_walks_are_a_button_each(connected):
    play = f"/athletes/{ROBIN}/scenario/"
    one = {
        name: connected.get(f"/activities/{connected.behind('POST', play + name)['ids'][-1]}").json()
        for name in ("clock-jump", "no-moving-time", "treadmill", "tomorrow")
    }
    assert one["clock-jump"]["elapsed_time"] == 1168 * 3600
    assert one["no-moving-time"]["moving_time"] == 0
    assert one["treadmill"]["timezone"].endswith("America/Los_Angeles")
    assert datetime.fromisoformat(one["tomorrow"]["start_date"]) > datetime.now(UTC)
    connected.behind("POST", play + "walks")
    page = connected.get("/athlete/activities", per_page=200).json()
    reach = datetime.now(UTC) - datetime.fromisoformat(page[-1]["start_date"])
    assert len(page) == 200
    assert reach < timedelta(days=13)
