from __future__ import annotations

import pytest
import requests

from plugin.sandbox.rate_limits import RateLimits, Windows


def test_headers_say_limit_and_usage_of_both_windows(connected):
    answer = connected.get("/athlete")
    assert answer.headers["X-RateLimit-Limit"] == "400,4000"
    assert answer.headers["X-ReadRateLimit-Limit"] == "200,2000"
    assert answer.headers["X-RateLimit-Usage"] == "1,1"
    assert connected.get("/athlete").headers["X-ReadRateLimit-Usage"] == "2,2"


@pytest.mark.parametrize("writes_are_reads", [True, False])
def test_a_write_counts_in_the_read_window_unless_told_otherwise(connected, newest, writes_are_reads):
    connected.behind("PUT", "/limits", turn=True, writes_are_reads=writes_are_reads)
    answer = connected.put(f"/activities/{newest['id']}", description="x")
    assert answer.headers["X-RateLimit-Usage"] == "1,1"
    assert answer.headers["X-ReadRateLimit-Usage"] == ("1,1" if writes_are_reads else "0,0")


def test_calls_past_the_limit_are_refused_and_count_too(connected):
    connected.behind("PUT", "/limits", read_quarter=2, turn=True)
    assert [connected.get("/athlete").status_code for _ in range(4)] == [200, 200, 429, 429]
    refused = connected.get("/athlete")
    assert refused.json() == {"errors": "Rate Limit Exceeded", "message": "Too Many Requests"}
    assert refused.headers["X-ReadRateLimit-Usage"] == "5,5"
    connected.behind("PUT", "/limits", turn=True)
    assert connected.get("/athlete").status_code == 200


def test_the_windows_turn_on_the_quarter_and_at_midnight_utc():
    now = [1_795_305_600.0 + 14 * 60]  # 2026-11-22 00:14 UTC
    windows = Windows(limits=RateLimits(overall_quarter=1, overall_day=2), seconds=lambda: now[0])
    assert windows.count(is_read=True)
    assert not windows.count(is_read=True)
    now[0] += 60
    assert windows.used()["overall_quarter"] == 0
    assert windows.used()["overall_day"] == 2
    assert not windows.count(is_read=False)
    now[0] += 24 * 3600
    assert windows.count(is_read=False)


def test_an_inactive_app_is_refused_every_call(connected, newest):
    connected.fault("inactive")
    for answer in (connected.get("/athlete"), connected.put(f"/activities/{newest['id']}", name="x")):
        assert answer.status_code == 403
        assert answer.json() == {"errors": [{"resource": "Application", "field": "Status", "code": "Inactive"}]}
    connected.behind("DELETE", "/faults", kind="inactive")
    assert connected.get("/athlete").status_code == 200


@pytest.mark.parametrize(("kind", "status"), [("rate_limited", 429), ("server_error", 500), ("unavailable", 503)])
def test_a_fault_lasts_as_many_calls_as_it_is_told(connected, kind, status):
    connected.fault(kind, count=2)
    assert [connected.get("/athlete").status_code for _ in range(3)] == [status, status, 200]


def test_a_fault_can_be_kept_to_a_path_a_method_and_a_later_call(connected, newest):
    path = f"/activities/{newest['id']}"
    connected.fault("server_error", path="/activities/", method="PUT", skip=1, count=1)
    assert connected.get(path).status_code == 200
    assert [connected.put(path, name=f"n{n}").status_code for n in range(3)] == [200, 500, 200]


def test_the_token_endpoint_fails_only_where_it_is_named(connected):
    connected.fault("server_error", count=1)
    assert connected.ask_token(grant_type="refresh_token", refresh_token="x").status_code == 400
    connected.fault("server_error", path="/oauth/token", count=1)
    assert connected.ask_token(grant_type="refresh_token", refresh_token="x").status_code == 500


def test_a_cut_connection_is_cut(connected):
    connected.fault("reset", count=1)
    with pytest.raises(requests.ConnectionError):
        connected.get("/athlete")
    assert connected.get("/athlete").status_code == 200


def test_half_an_answer_is_half_an_answer(connected):
    connected.fault("half", count=1)
    with pytest.raises(requests.RequestException):
        connected.get("/athlete")


def test_a_lost_answer_leaves_the_deed_done(connected, newest):
    path = f"/activities/{newest['id']}"
    connected.fault("lost_answer", method="PUT", count=1)
    with pytest.raises(requests.ConnectionError):
        connected.put(path, private_note="kept")
    assert connected.get(path).json()["private_note"] == "kept"


def test_a_slow_answer_outlasts_a_patient_client(connected):
    connected.fault("slow", seconds=5, count=1)
    with pytest.raises(requests.Timeout):
        connected.http.get(
            f"{connected.strava.url}/api/v3/athlete",
            headers={"Authorization": f"Bearer {connected.token}"},
            timeout=0.2,
        )


def test_a_page_comes_instead_of_json(connected):
    connected.fault("html", count=1)
    answer = connected.get("/athlete")
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_a_private_note_is_taken_and_not_kept(connected, newest):
    path = f"/activities/{newest['id']}"
    connected.fault("note_ignored")
    answer = connected.put(path, private_note="gone", description="stays")
    assert answer.status_code == 200
    assert answer.json()["description"] == "stays"
    assert "private_note" not in answer.json()


def test_a_put_is_answered_and_not_applied(connected, newest):
    path = f"/activities/{newest['id']}"
    connected.fault("not_applied", count=1)
    assert connected.put(path, description="gone").json()["description"] is None
    assert connected.put(path, description="kept").json()["description"] == "kept"


def test_a_text_comes_back_reshaped(connected, newest):
    connected.fault("reshaped")
    answer = connected.put(f"/activities/{newest['id']}", description="one\ntwo\n\n")
    assert answer.json()["description"] == "one\r\ntwo"


def test_a_new_activity_is_not_there_for_some_calls(connected):
    connected.fault("not_found_yet", count=2)
    run = connected.record()
    assert [connected.get(f"/activities/{run['id']}").status_code for _ in range(3)] == [404, 404, 200]


def test_a_new_activity_is_not_there_for_some_seconds_and_older_ones_are(connected, newest):
    connected.fault("not_found_yet", seconds=600)
    run = connected.record()
    assert connected.get(f"/activities/{run['id']}").status_code == 404
    assert connected.get(f"/activities/{newest['id']}").status_code == 200


def test_an_odometer_can_lag_behind_the_run(connected):
    before = connected.get("/gear/g21500311").json()["distance"]
    connected.fault("odometer_late", seconds=600, count=1)
    run = connected.record(distance=9000.0, gear_id="g21500311")
    path = f"/activities/{run['id']}"
    assert [connected.get(path).json()["gear"]["distance"] for _ in range(2)] == [before, before + 9000]


def test_an_unknown_fault_is_refused_with_the_names_of_all(app):
    answer = requests.post(f"{app.strava.url}/sandbox/faults", json={"kind": "gremlins"})
    assert answer.status_code == 400
    assert "note_ignored" in answer.json()["message"]


def test_the_log_says_what_was_called_and_written_and_no_tokens(connected, newest):
    connected.behind("DELETE", "/calls")
    connected.get("/athlete")
    connected.put(f"/activities/{newest['id']}", description="x")
    connected.ask_token(grant_type="refresh_token", refresh_token=connected.refresh_token)
    log = connected.behind("GET", "/calls")
    assert (log["reads"], log["writes"]) == (1, 1)
    assert log["counts"]["PUT /api/v3/activities/{id}"] == 1
    assert log["calls"][1]["wrote"] == {"description": "x"}
    assert [c["status"] for c in log["calls"]] == [200, 200, 200]
    assert connected.token not in str(log)
    assert connected.refresh_token not in str(log)


def test_the_log_holds_no_secret_of_the_app(connected, callback):
    connected.subscribe(callback.url)
    url = f"{connected.strava.url}/api/v3/push_subscriptions"
    requests.get(url, params={"client_id": "12345", "client_secret": "sandbox-secret"})
    log = connected.behind("GET", "/calls")
    assert [c["method"] for c in log["calls"]][-2:] == ["POST", "GET"]
    assert "sandbox-secret" not in str(log)
