"""The sandbox's answers held against Strava's own description and against recorded answers."""

from __future__ import annotations

import json

import pytest
from stravalib import model, strava_model

TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}


def swagger_faults(shared, name, value):
    """Every place where the value is not of the type that Strava's description gives it. Null is allowed anywhere."""
    definitions = json.loads((shared / "strava-swagger.json").read_text())["definitions"]
    return list(_faults(definitions, {"$ref": f"#/definitions/{name}"}, value, name))


def _faults(definitions, schema, value, where):
    if value is None:
        return
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rsplit("/", 1)[1]]
    for part in schema.get("allOf", ()):
        yield from _faults(definitions, part, value, where)
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (kind in ("integer", "number") and isinstance(value, bool))):
        yield f"{where}: {value!r} is no {kind}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of those"
    elif isinstance(value, dict):
        for name, inner in schema.get("properties", {}).items():
            yield from _faults(definitions, inner, value.get(name), f"{where}.{name}")
    elif isinstance(value, list) and "items" in schema:
        for inner in value:
            yield from _faults(definitions, schema["items"], inner, f"{where}[]")


def recorded(shared, *names):
    return [json.loads((shared / "api" / name).read_text()) for name in names]


@pytest.fixture
def run(connected):
    return connected.record(description="words", private_note="mine", gear_id="g21500311", average_heartrate=144.0)


def test_a_list_is_as_strava_describes_and_answers_it(connected, shared):
    mine = connected.get("/athlete/activities", per_page=200).json()
    assert [f for row in mine for f in swagger_faults(shared, "SummaryActivity", row)] == []
    theirs = recorded(shared, "api05__activities-200.json")[0]
    always = set.intersection(*(set(row) for row in theirs))
    ever = set.union(*(set(row) for row in theirs))
    for row in mine:
        assert always <= set(row) <= ever


def test_a_detail_is_as_strava_describes_and_answers_it(connected, shared, run):
    mine = connected.get(f"/activities/{run['id']}").json()
    assert swagger_faults(shared, "DetailedActivity", mine) == []
    runs = recorded(shared, "api05__activity-detailed.json", "api07__activity-32500000000.json")
    more = recorded(shared, "api05__activity-created.json", "api07__activity-77500000000.json")
    always = set.intersection(*(set(answer) for answer in runs)) - {"elev_high", "elev_low"}
    ever = set.union(*(set(answer) for answer in [*runs, *more]))
    assert always - {"splits_standard"} <= set(mine) <= ever
    assert set(mine["gear"]) == set(runs[0]["gear"])
    assert set(mine["splits_metric"][0]) <= set(runs[0]["splits_metric"][0])


def test_gear_is_as_strava_describes_and_answers_it(connected, shared):
    theirs = {answer["id"][0]: answer for answer in recorded(shared, "api05__gear.json", "api05__gear-1.json")}
    for number in ("g21500311", "b9400127"):
        mine = connected.get(f"/gear/{number}").json()
        assert swagger_faults(shared, "DetailedGear", mine) == []
        assert set(mine) == set(theirs[number[0]])


def test_the_athlete_is_as_strava_describes_and_answers_it(app, shared):
    theirs = recorded(shared, "api05__athlete.json")[0]
    whole = app.connect(scopes="read,profile:read_all").get("/athlete").json()
    assert swagger_faults(shared, "DetailedAthlete", whole) == []
    assert set(whole) == set(theirs)
    plain = app.connect(tick="read").get("/athlete").json()
    assert swagger_faults(shared, "SummaryAthlete", plain) == []
    assert set(plain) < set(theirs)


def test_a_fault_is_as_strava_describes_it(connected, shared):
    assert swagger_faults(shared, "Fault", connected.get("/activities/1").json()) == []


def test_comments_are_as_strava_describes_them(connected, shared, run):
    connected.fault("partner")
    connected.call("POST", f"/activities/{run['id']}/comments", json={"text": "well run"})
    (mine,) = connected.get(f"/activities/{run['id']}/comments").json()
    assert swagger_faults(shared, "Comment", mine) == []


def test_the_description_check_does_see_a_wrong_type(connected, shared, newest):
    connected.fault("odd")
    assert swagger_faults(shared, "DetailedActivity", connected.get(f"/activities/{newest['id']}").json())


def test_stravalib_reads_every_answer(connected, run):
    for row in connected.get("/athlete/activities", per_page=200).json():
        model.SummaryActivity.model_validate(row)
    detail = model.DetailedActivity.model_validate(connected.get(f"/activities/{run['id']}").json())
    assert detail.gear.name == "Pegasus 41"
    model.DetailedAthlete.model_validate(connected.get("/athlete").json())
    strava_model.DetailedGear.model_validate(connected.get("/gear/g21500311").json())
