from __future__ import annotations

import pytest
import requests

from plugin.sandbox import KIM, ROBIN

NOT_FOUND = {
    "message": "Resource Not Found",
    "errors": [{"resource": "Activity", "field": "", "code": "not found"}],
}


def test_the_list_is_newest_first_and_oldest_first_with_after(connected):
    rows = connected.get("/athlete/activities", per_page=200).json()
    starts = [row["start_date"] for row in rows]
    assert starts == sorted(starts, reverse=True)
    asked = 1_000_000_000
    assert [r["start_date"] for r in connected.get("/athlete/activities", after=asked, per_page=200).json()] == starts[
        ::-1
    ]


def test_the_list_comes_in_pages(connected):
    whole = [row["id"] for row in connected.get("/athlete/activities", per_page=200).json()]
    assert [row["id"] for row in connected.get("/athlete/activities").json()] == whole[:30]
    assert [row["id"] for row in connected.get("/athlete/activities", page=2).json()] == whole[30:60]
    assert connected.get("/athlete/activities", page=9).json() == []
    assert connected.get("/athlete/activities", per_page=201).status_code == 400
    assert connected.get("/athlete/activities", per_page="many").status_code == 400


def test_before_and_after_cut_the_list_out(app):
    who = app.behind("POST", "/athletes", firstname="Ada")["id"]
    for hour in (8, 12, 16):
        app.record(who, start_date=f"2026-03-01T{hour:02d}:00:00Z", distance=5000, quiet=True)
    app.connect(athlete=who)
    noon = 1772366400
    assert [r["start_date"][11:13] for r in app.get("/athlete/activities", after=noon).json()] == ["16"]
    assert [r["start_date"][11:13] for r in app.get("/athlete/activities", before=noon).json()] == ["08"]


def test_a_summary_has_no_texts_and_no_gear_object(connected, newest):
    connected.behind("PUT", f"/activities/{newest['id']}", description="d", private_note="p")
    row = connected.get("/athlete/activities", per_page=1).json()[0]
    assert not {"description", "private_note", "gear"} & set(row)
    assert row["gear_id"]


def test_a_detail_has_a_private_note_only_where_there_is_one(connected, newest):
    path = f"/activities/{newest['id']}"
    assert "private_note" not in connected.get(path).json()
    assert connected.put(path, private_note="mine").json()["private_note"] == "mine"
    assert connected.get(path).json()["private_note"] == "mine"
    assert "private_note" not in connected.put(path, private_note="").json()


def test_the_odometer_is_in_metres_and_goes_along_with_the_runs(connected, newest):
    before = connected.get(f"/gear/{newest['gear_id']}").json()["distance"]
    run = connected.record(distance=10_000.0, gear_id=newest["gear_id"])
    assert run["gear"]["distance"] == before + 10_000
    connected.behind("DELETE", f"/activities/{run['id']}")
    assert connected.get(f"/gear/{newest['gear_id']}").json()["distance"] == before


def test_local_time_is_a_wall_clock_with_a_false_z(app):
    run = app.record(start_date="2026-07-01T04:30:00Z")
    assert run["start_date_local"] == "2026-07-01T06:30:00Z"
    assert run["utc_offset"] == 7200.0
    assert run["timezone"] == "(GMT+01:00) Europe/Berlin"
    winter = app.record(start_date_local="2026-01-10T06:30:00", timezone="America/New_York")
    assert winter["start_date"] == "2026-01-10T11:30:00Z"
    assert winter["timezone"] == "(GMT-05:00) America/New_York"


def test_a_put_changes_only_what_it_names(connected, newest):
    path = f"/activities/{newest['id']}"
    before = connected.get(path).json()
    after = connected.put(path, description="two\nlines", no_such_field=1).json()
    assert after == before | {"description": "two\nlines"}
    assert connected.get(path).json() == after


def test_a_put_moves_a_run_to_another_pair_or_to_none(connected, newest):
    path = f"/activities/{newest['id']}"
    assert connected.put(path, gear_id="g21500311").json()["gear"]["name"] == "Pegasus 41"
    bare = connected.put(path, gear_id="none").json()
    assert bare["gear_id"] is None
    assert "gear" not in bare


@pytest.mark.parametrize(
    "fields",
    [{"name": 5}, {"name": ""}, {"sport_type": "Nap"}, {"gear_id": "g1"}, {"trainer": "true"}, {"private_note": []}],
)
def test_a_value_of_the_wrong_type_is_refused(connected, newest, fields):
    answer = connected.put(f"/activities/{newest['id']}", **fields)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == next(iter(fields))


def test_other_peoples_activities_are_not_found(connected):
    theirs = connected.record(KIM)
    for answer in (
        connected.get(f"/activities/{theirs['id']}"),
        connected.put(f"/activities/{theirs['id']}", name="x"),
    ):
        assert answer.status_code == 404
        assert answer.json() == NOT_FOUND
    assert connected.get(f"/gear/{theirs['gear_id']}").status_code == 404


def test_private_runs_need_the_scope_for_them(app):
    run = app.record(private=True)
    app.connect(tick="read,activity:read")
    assert run["visibility"] == "only_me"
    assert run["id"] not in [row["id"] for row in app.get("/athlete/activities").json()]
    assert app.get(f"/activities/{run['id']}").status_code == 404
    app.connect()
    assert run["id"] in [row["id"] for row in app.get("/athlete/activities").json()]
    assert app.get(f"/activities/{run['id']}").status_code == 200


def test_writing_needs_the_scope_for_it(app):
    run = app.record()
    app.connect(tick="read,activity:read,activity:read_all")
    answer = app.put(f"/activities/{run['id']}", description="x")
    assert answer.status_code == 401
    assert answer.json()["errors"] == [
        {"resource": "AccessToken", "field": "activity:write_permission", "code": "missing"}
    ]


def test_a_token_in_the_query_does_not_count(connected):
    answer = requests.get(f"{connected.strava.url}/api/v3/athlete", params={"access_token": connected.token})
    assert answer.status_code == 401


def test_units_need_the_whole_profile(app):
    assert "measurement_preference" not in app.connect().get("/athlete").json()
    whole = app.connect(scopes="read,profile:read_all").get("/athlete").json()
    assert whole["measurement_preference"] == "meters"
    assert [pair["name"] for pair in whole["shoes"]] == ["Pegasus 41", "Ghost 16", "Speedgoat 6"]
    assert "email" not in whole


def test_ordinary_apps_may_not_comment_and_partners_may(connected, newest):
    path = f"/activities/{newest['id']}/comments"
    assert connected.call("POST", path, json={"text": "hello"}).status_code == 401
    connected.fault("partner")
    assert connected.call("POST", path, json={"text": "hello"}).status_code == 201
    assert [c["text"] for c in connected.get(path).json()] == ["hello"]
    assert connected.get(f"/activities/{newest['id']}").json()["comment_count"] == 1


def test_an_unknown_path_is_a_fault_in_json(connected):
    answer = connected.get("/no/such/thing")
    assert answer.status_code == 404
    assert answer.json()["message"] == "Record Not Found"


def test_ids_are_longer_than_32_bits(newest):
    assert newest["id"] > 2**32


def test_a_history_moves_by_the_wall_clock(connected):
    before = connected.behind("GET", f"/athletes/{ROBIN}/activities")
    assert connected.behind("POST", f"/athletes/{ROBIN}/move", days=-42)["moved"] == len(before)
    after = connected.behind("GET", f"/athletes/{ROBIN}/activities")
    assert [a["start_date_local"][11:] for a in after] == [a["start_date_local"][11:] for a in before]
    assert after[-1]["start_date"] < before[-1]["start_date"]


def test_words_the_sandbox_does_not_know_are_laid_over_the_answer(connected):
    run = connected.record(name="Odd", suffer_score=None, mood="fine", average_cadence=172.0)
    seen = connected.get(f"/activities/{run['id']}").json()
    assert (seen["mood"], seen["suffer_score"], seen["average_cadence"]) == ("fine", None, 172.0)


@pytest.mark.parametrize(
    "fields",
    [{"distance": "far"}, {"sport_type": "Nap"}, {"start_date": "soon"}, {"gear_id": "g1"}, {"timezone": "Moon"}],
)
def test_what_cannot_be_recorded_is_said_in_a_sentence(app, fields):
    answer = requests.post(f"{app.strava.url}/sandbox/athletes/{ROBIN}/activities", json=fields)
    assert answer.status_code == 400
    assert next(iter(fields)) in answer.json()["message"]
