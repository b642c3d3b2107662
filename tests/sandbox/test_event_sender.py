from __future__ import annotations

import pytest
import requests

from plugin.sandbox import KIM, ROBIN

SECRET = {"client_id": "12345", "client_secret": "sandbox-secret"}


@pytest.fixture
def pushed(connected, callback):
    """The callback of a connected app that has subscribed."""
    assert connected.subscribe(callback.url).status_code == 201
    return callback


def settled(app, number):
    """All deliveries that have come to an end, once there are so many."""
    ended = []

    def enough():
        ended[:] = [d for d in app.behind("GET", "/events")["events"] if d["state"] != "waiting"]
        return len(ended) >= number

    app.until(enough)
    return ended


def test_a_subscription_is_shown_and_deleted(connected, callback):
    url = f"{connected.strava.url}/api/v3/push_subscriptions"
    assert requests.get(url, params=SECRET).json() == []
    number = connected.subscribe(callback.url).json()["id"]
    (shown,) = requests.get(url, params=SECRET).json()
    assert (shown["id"], shown["callback_url"], shown["application_id"]) == (number, callback.url, 12345)
    assert requests.delete(f"{url}/{number + 1}", params=SECRET).status_code == 404
    assert requests.delete(f"{url}/{number}", params=SECRET).status_code == 204
    assert requests.get(url, params=SECRET).json() == []


def test_a_second_subscription_is_refused(pushed, connected):
    answer = connected.subscribe(pushed.url)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "already exists"


def test_a_callback_that_does_not_echo_the_challenge_is_refused(app, callback):
    callback.challenge = lambda challenge: "something else"
    answer = app.subscribe(callback.url)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["resource"] == "PushSubscription"
    assert app.behind("GET", "/subscription") is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/nobody", "ftp://x/y", "x", "http://h/" + 255 * "l"])
def test_a_callback_that_cannot_be_called_is_refused(app, url):
    assert app.subscribe(url).status_code == 400


def test_only_the_app_itself_sees_its_subscription(app):
    url = f"{app.strava.url}/api/v3/push_subscriptions"
    assert requests.get(url, params=SECRET | {"client_secret": "guess"}).status_code == 401


def test_a_recorded_run_is_told_of(pushed, connected):
    run = connected.record()
    (event,) = pushed.wait_for(1)
    assert event == {
        "aspect_type": "create",
        "event_time": event["event_time"],
        "object_id": run["id"],
        "object_type": "activity",
        "owner_id": ROBIN,
        "subscription_id": connected.behind("GET", "/subscription")["id"],
        "updates": {},
    }
    assert isinstance(event["event_time"], int)


def test_title_type_and_privacy_are_told_as_words(pushed, connected):
    path = f"/activities/{connected.record(quiet=True)['id']}"
    connected.behind("PUT", path, name="Up the hill", sport_type="Walk", private=True)
    updates = [e["updates"] for e in pushed.wait_for(2)]
    assert {"title": "Up the hill", "type": "Walk"} in updates
    assert {"private": "true"} in updates


def test_texts_gear_and_distance_are_never_told(pushed, connected, newest):
    path = f"/activities/{newest['id']}"
    connected.behind("PUT", path, description="d", private_note="p", gear_id="g21500311", distance=1234.5)
    connected.put(path, private_note="from the app")
    connected.behind("PUT", path, name="The end")
    (event,) = pushed.wait_for(1)
    assert event["updates"] == {"title": "The end"}
    assert len(connected.behind("GET", "/events")["events"]) == 1


def test_an_app_can_be_told_of_its_own_write(pushed, connected, newest):
    connected.fault("echo", count=1)
    connected.put(f"/activities/{newest['id']}", private_note="x")
    (event,) = pushed.wait_for(1)
    assert (event["aspect_type"], event["updates"]) == ("update", {})


def test_a_deleted_run_is_told_of(pushed, connected, newest):
    connected.behind("DELETE", f"/activities/{newest['id']}")
    (event,) = pushed.wait_for(1)
    assert (event["aspect_type"], event["object_id"]) == ("delete", newest["id"])


def test_parting_is_told_of(pushed, connected):
    assert connected.behind("POST", f"/athletes/{ROBIN}/deauthorise")["was_connected"]
    (event,) = pushed.wait_for(1)
    assert (event["object_type"], event["aspect_type"]) == ("athlete", "update")
    assert event["object_id"] == event["owner_id"] == ROBIN
    assert event["updates"] == {"authorized": "false"}
    assert connected.get("/athlete").status_code == 401


def test_nothing_is_told_of_people_who_let_nobody_in(pushed, connected):
    connected.record(KIM)
    connected.record(ROBIN)
    (event,) = pushed.wait_for(1)
    assert event["owner_id"] == ROBIN


def test_without_the_private_scope_hiding_a_run_is_its_end(app, callback):
    app.connect(tick="read,activity:read")
    app.subscribe(callback.url)
    hidden = app.record(private=True)
    shown = app.record()
    callback.wait_for(1)
    app.behind("PUT", f"/activities/{shown['id']}", private=True)
    callback.wait_for(2)
    app.behind("PUT", f"/activities/{shown['id']}", private=False)
    told = [(e["aspect_type"], e["object_id"]) for e in callback.wait_for(3)]
    assert told == [("create", shown["id"]), ("delete", shown["id"]), ("create", shown["id"])]
    assert hidden["id"] not in [number for _, number in told]


def test_an_event_is_tried_three_times_and_then_it_is_gone(pushed, connected):
    pushed.answers = [500, 503, 500]
    connected.record()
    (delivery,) = settled(connected, 1)
    assert delivery["state"] == "given up"
    assert delivery["results"] == [500, 503, 500]


def test_an_event_that_is_taken_the_second_time_is_not_sent_again(pushed, connected):
    pushed.answers = [500]
    connected.record()
    (delivery,) = settled(connected, 1)
    assert (delivery["state"], delivery["results"]) == ("taken", [500, 200])


def test_a_redirect_is_no_answer(pushed, connected):
    pushed.answers = [302, 302, 302]
    connected.record()
    assert settled(connected, 1)[0]["results"] == [302, 302, 302]


def test_an_event_can_be_lost(pushed, connected):
    connected.fault("lost_event", count=1)
    connected.record()
    second = connected.record()
    (event,) = pushed.wait_for(1)
    assert event["object_id"] == second["id"]
    assert [d["state"] for d in settled(connected, 2)] == ["lost on purpose", "taken"]


def test_an_event_can_come_twice(pushed, connected):
    connected.fault("twice", count=1)
    connected.record()
    first, second = pushed.wait_for(2)
    assert first == second


def test_events_can_come_in_the_wrong_order(pushed, connected):
    connected.fault("out_of_order", count=1)
    run = connected.record()
    connected.behind("PUT", f"/activities/{run['id']}", name="Later")
    assert [e["aspect_type"] for e in pushed.wait_for(2)] == ["update", "create"]


def test_any_event_can_be_forged(pushed, connected):
    connected.behind("POST", "/events", object_type="activity", nonsense=True)
    assert pushed.wait_for(1) == [{"object_type": "activity", "nonsense": True}]
