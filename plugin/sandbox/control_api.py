"""JSON endpoints below /sandbox that control the sandbox, for tests and for trying things out.

Bodies and answers are JSON; a wrong body is 400 {"message": …}, an unknown id 404. Activity fields are Strava's words
(name, sport_type, distance in metres, moving_time and elapsed_time in seconds, start_date or start_date_local,
timezone, gear_id, description, private_note, private, workout_type, average_cadence, flagged, …); any other field is
merged into the API's answers about that activity unchanged.

    GET    /sandbox/state                        athletes (with gear, scopes granted), counts, limits, faults
    POST   /sandbox/athletes                     {firstname, lastname?, id?, timezone?, measurement?, shoes: [{name,
                                                 distance?, id?, primary?, retired?}], bikes: […], activities: […]}
                                                 → athlete with gear; activities are history: no events
    POST   /sandbox/athletes/ID/gear             {name, distance?, bike?, primary?, retired?} → gear
    PUT    /sandbox/gear/ID                      {distance?, name?, retired?, primary?}
    GET    /sandbox/athletes/ID/activities       details, oldest first, private notes included
    POST   /sandbox/athletes/ID/activities       records one (ends now unless it says when) and sends the event;
                                                 `quiet: true` sends none → detail
    POST   /sandbox/athletes/ID/history          {activities: […]}: many at once, no events → {"ids": […]}
    DELETE /sandbox/athletes/ID/activities       forgets them all, no events
    POST   /sandbox/athletes/ID/move             {days}: the whole history, by the wall clock, no events → {"moved": n}
    POST   /sandbox/athletes/ID/scenario/NAME    a button of the demo page → {"ids": […]}
    POST   /sandbox/athletes/ID/deauthorise      as if disconnected on Strava's settings page
    POST   /sandbox/athletes/ID/tokens           {scopes?: […]}: consent and exchange at once → token answer
    GET    /sandbox/activities/ID                the detail, private note included
    PUT    /sandbox/activities/ID                changes any field as its owner would; sends the events Strava would
    DELETE /sandbox/activities/ID
    POST   /sandbox/activities/ID/copy           a second device's recording of it: other fields as given → detail
    POST   /sandbox/activities/ID/reupload       {create_first?}: deleted and uploaded again, or the other way round
                                                 → the new detail
    POST   /sandbox/tokens/expire                {athlete?}: access tokens are over now → {"expired": n}
    PUT    /sandbox/tokens                       {life_seconds?, rotates?}
    GET|POST|DELETE /sandbox/faults              POST {kind, count?, skip?, chance?, path?, method?, seconds?} →
                                                 {"number": n};
                                                 DELETE {kind?|number?}: those or all
    GET|PUT /sandbox/limits                      {overall_quarter?, overall_day?, read_quarter?, read_day?, athletes?,
                                                 writes_are_reads?,
                                                 turn?: true, used?: {read_quarter: n, …}}
    GET|DELETE /sandbox/calls                    calls below /api/v3 and to the token endpoints, counts, reads, writes
    GET|DELETE /sandbox/events                   each delivery: event, state, results of the attempts
    POST   /sandbox/events                       sends an event as given, whatever it says
    PUT    /sandbox/push                         {retry_seconds}: the wait between attempts
    GET    /sandbox/subscription                 the subscription or null
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, Response, jsonify

from plugin.sandbox import json_shapes
from plugin.sandbox.context import here, typed
from plugin.sandbox.grants import SCOPES
from plugin.sandbox.make_activity import NotRecordable, activity_from, copy_of, our_fields, reuploaded
from plugin.sandbox.model import Activity, Athlete, Json
from plugin.sandbox.oauth import token_answer
from plugin.sandbox.request_gate import error_answer
from plugin.sandbox.scenarios import SCENARIOS
from plugin.sandbox.strava_api import not_found
from plugin.sandbox.switches_api import body, set_up_blueprint, subscription

control = Blueprint("control", __name__, url_prefix="/sandbox")
set_up_blueprint(control)


@control.get("/state")
def state() -> Response:
    sandbox = here()
    return jsonify(
        {
            "athletes": [_athlete(a) for a in sandbox.world.athletes.values()],
            "faults": sandbox.faults.active(),
            "limits": asdict(sandbox.windows.limits),
            "used": sandbox.windows.used(),
            "subscription": subscription(),
            "now": sandbox.world.now().isoformat(),
        }
    )


@control.post("/athletes")
def add_athlete() -> tuple[Response, int]:
    asked = body()
    world = here().world
    gear = [(False, g) for g in asked.pop("shoes", [])] + [(True, g) for g in asked.pop("bikes", [])]
    history = asked.pop("activities", [])
    if asked.get("id") in world.athletes:
        raise NotRecordable(f"id: {asked['id']} is taken")
    athlete = world.add_athlete(**asked)
    said = [(_add_gear(athlete.id, dict(words), is_bike), words.get("distance")) for is_bike, words in gear]
    _keep_history(athlete.id, history)
    for gear_id, distance in said:
        # The odometer is given as of now, so it is set after the history.
        if distance is not None:
            world.set_odometer(gear_id, float(distance))
    return jsonify(_athlete(athlete)), 201


@control.post("/athletes/<int:number>/gear")
def add_gear(number: int) -> tuple[Response, int]:
    asked = body()
    _known(number)
    gear_id = _add_gear(number, asked, bool(asked.pop("bike", False)))
    return jsonify(_gear(gear_id)), 201


@control.put("/gear/<gear_id>")
def change_gear(gear_id: str) -> Response:
    asked = body()
    world = here().world
    if gear_id not in world.gear:
        raise not_found()
    distance = asked.pop("distance", None)
    with world.lock:
        world.gear[gear_id] = replace(world.gear[gear_id], **asked)
        if distance is not None:
            world.set_odometer(gear_id, float(distance))
    return jsonify(_gear(gear_id))


@control.get("/athletes/<int:number>/activities")
def all_activities(number: int) -> Response:
    world = here().world
    return jsonify([json_shapes.detail(world, a) for a in world.activities_of(_known(number).id)])


@control.post("/athletes/<int:number>/activities")
def record(number: int) -> tuple[Response, int]:
    asked = typed(body())
    world = here().world
    quiet = asked.pop("quiet", False)
    activity = activity_from(world, _known(number).id, asked)
    if quiet:
        world.keep(activity)
    else:
        world.record(activity)
    return jsonify(json_shapes.detail(world, activity)), 201


@control.post("/athletes/<int:number>/history")
def add_history(number: int) -> tuple[Response, int]:
    ids = _keep_history(_known(number).id, body().get("activities", []))
    return jsonify({"ids": ids}), 201


@control.delete("/athletes/<int:number>/activities")
def forget_activities(number: int) -> Response:
    world = here().world
    for activity in world.activities_of(_known(number).id):
        world.forget(activity.id)
    return jsonify({})


@control.post("/athletes/<int:number>/move")
def move(number: int) -> Response:
    return jsonify({"moved": here().world.move_history(_known(number).id, int(body()["days"]))})


@control.post("/athletes/<int:number>/scenario/<name>")
def play(number: int, name: str) -> tuple[Response, int]:
    if name not in SCENARIOS:
        raise NotRecordable(f"there is no scenario {name!r}; there are: {', '.join(SCENARIOS)}")
    recorded = SCENARIOS[name].play(here().world, _known(number).id)
    return jsonify({"ids": [a.id for a in recorded]}), 201


@control.post("/athletes/<int:number>/deauthorise")
def deauthorise(number: int) -> Response:
    return jsonify({"was_connected": here().disconnect(_known(number).id)})


@control.post("/athletes/<int:number>/tokens")
def give_tokens(number: int) -> Response:
    scopes = body().get("scopes", ["read", "activity:read", "activity:read_all", "activity:write"])
    if not set(scopes) <= set(SCOPES):
        raise NotRecordable(f"scopes: there are {', '.join(SCOPES)}")
    grants = here().grants
    return jsonify(token_answer(grants.exchange(grants.promise(_known(number).id, scopes))))


@control.get("/activities/<int:number>")
def one(number: int) -> Response:
    return jsonify(json_shapes.detail(here().world, _found(number)))


@control.put("/activities/<int:number>")
def edit(number: int) -> Response:
    world = here().world
    found = _found(number)
    fields = our_fields(world, found.athlete_id, typed(body()))
    if "extra" in fields:
        fields["extra"] = {**found.extra, **fields["extra"]}
    return jsonify(json_shapes.detail(world, world.change(number, **fields)))


@control.post("/activities/<int:number>/copy")
def copy(number: int) -> tuple[Response, int]:
    world = here().world
    made = world.record(copy_of(world, _found(number), body()))
    return jsonify(json_shapes.detail(world, made)), 201


@control.post("/activities/<int:number>/reupload")
def reupload(number: int) -> tuple[Response, int]:
    world, found = here().world, _found(number)
    if not body().get("create_first"):
        world.delete(number)
        made = world.record(reuploaded(world, found))
    else:
        made = world.record(reuploaded(world, found))
        world.delete(number)
    return jsonify(json_shapes.detail(world, made)), 201


@control.delete("/activities/<int:number>")
def delete(number: int) -> Response:
    here().world.delete(_found(number).id)
    return jsonify({})


def _known(number: int) -> Athlete:
    athlete = here().world.athletes.get(number)
    if athlete is None:
        raise error_answer(404, "Resource Not Found", "Athlete", "id", "invalid")
    return athlete


def _found(number: int) -> Activity:
    found = here().world.activities.get(number)
    if found is None:
        raise not_found()
    return found


def _athlete(athlete: Athlete) -> Json:
    sandbox = here()
    return {
        "id": athlete.id,
        "firstname": athlete.firstname,
        "lastname": athlete.lastname,
        "timezone": athlete.timezone,
        "gear": [_gear(g.id) for g in sandbox.world.gear_of(athlete.id)],
        "activities": len(sandbox.world.activities_of(athlete.id)),
        "scopes": sorted(sandbox.grants.scopes_of(athlete.id)),
    }


def _gear(gear_id: str) -> Json:
    world = here().world
    return json_shapes.gear_summary(world.gear[gear_id], world.odometer_m(gear_id))


def _add_gear(athlete_id: int, words: dict[str, Any], is_bike: bool) -> str:
    distance = words.pop("distance", 0.0)
    if words.get("id") in here().world.gear:
        raise NotRecordable(f"id: {words['id']!r} is taken")
    gear = here().world.add_gear(athlete_id, bike=is_bike, **words)
    here().world.set_odometer(gear.id, float(distance))
    return gear.id


def _keep_history(athlete_id: int, rows: Iterable[Mapping[str, Any]]) -> list[int]:
    world = here().world
    kept = []
    with world.lock:
        for row in rows:
            activity = activity_from(world, athlete_id, row, is_history=True)
            world.keep(activity)
            kept.append(activity.id)
    return kept
