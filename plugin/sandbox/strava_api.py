"""The part of Strava's API that Footnote uses, below /api/v3: athlete, activities, gear, comments."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, g, jsonify, request

from plugin.sandbox import json_shapes
from plugin.sandbox.context import here
from plugin.sandbox.model import Activity, Json
from plugin.sandbox.put_activity import saved_fields
from plugin.sandbox.request_gate import bearer, error_answer

api = Blueprint("api", __name__, url_prefix="/api/v3")

READS = ("activity:read", "activity:read_all")
MOST_PER_PAGE = 200


@api.get("/athlete")
def athlete() -> Response:
    tokens = bearer("read", "profile:read_all")
    world = here().world
    who = world.athletes[tokens.athlete_id]
    whole = "profile:read_all" in tokens.scopes
    return jsonify(json_shapes.athlete_detail(world, who) if whole else json_shapes.athlete_summary(who))


@api.get("/athlete/activities")
def activities() -> Response:
    tokens = bearer() if "empty_list" in g.faults else bearer(*READS)
    world = here().world
    page, per_page = _number("page", 1), _number("per_page", 30)
    before, after = _moment("before"), _moment("after")
    if page < 1 or not 1 <= per_page <= MOST_PER_PAGE:
        field, code = ("page", "invalid") if page < 1 else ("per page", "limit exceeded")
        raise error_answer(400, "Bad Request", "Application", field, code)
    shown = [
        a
        for a in world.activities_of(tokens.athlete_id)
        if ("activity:read_all" in tokens.scopes or not a.private)
        and (before is None or a.start < before)
        and (after is None or a.start > after)
    ]
    if after is None:
        shown.reverse()
    if not tokens.scopes & set(READS):
        shown = []
    rows = max(1, per_page * 7 // 10) if "short_pages" in g.faults else per_page
    part = shown[(page - 1) * rows : page * rows]
    if slow := g.faults.get("slow_lists"):
        time.sleep(slow.lasts_s * len(part) / MOST_PER_PAGE)
    return jsonify([_odd(json_shapes.summary(a, len(world.comments_on(a.id)))) for a in part])


@api.get("/activities/<int:number>")
def activity(number: int) -> Response:
    bearer(*READS)
    found = _own(number)
    late = g.faults.get("not_found_yet")
    if late and (late.count is not None or _age(found) < timedelta(seconds=late.lasts_s)):
        raise not_found()
    answer = _odd(_detail(found))
    if "note_hidden" in g.faults:
        answer.pop("private_note", None)
    return jsonify(answer)


@api.put("/activities/<int:number>")
def save(number: int) -> Response:
    bearer("activity:write")
    found = _own(number)
    asked = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(asked, dict):
        raise error_answer(400, "Bad Request", "Activity", "body", "invalid")
    sandbox = here()
    fields = saved_fields(sandbox.world, found, asked, g.faults)
    try:
        saved = sandbox.world.change(number, **fields)
    except KeyError:
        # Its owner deleted it during this call.
        raise not_found() from None
    if "echo" in g.faults:
        sandbox.push.tell("activity", number, "update", found.athlete_id)
    answer = _detail(saved)
    hidden = {"private_note"} if "note_hidden" in g.faults else set()
    if "put_without_field" in g.faults:
        hidden |= {"private_note", "description"}
    return jsonify({key: value for key, value in answer.items() if key not in hidden})


@api.get("/gear/<number>")
def gear(number: str) -> Response:
    tokens = bearer()
    world = here().world
    found = world.gear.get(number)
    if found is None or found.athlete_id != tokens.athlete_id:
        raise error_answer(404, "Record Not Found", "Gear", "id", "invalid")
    return jsonify(json_shapes.gear_detail(found, world.odometer_m(number)))


@api.get("/activities/<int:number>/comments")
def comments(number: int) -> Response:
    bearer(*READS)
    _own(number)
    world = here().world
    return jsonify([json_shapes.comment_answer(c, world.athletes[c.athlete_id]) for c in world.comments_on(number)])


@api.post("/activities/<int:number>/comments")
def comment(number: int) -> tuple[Response, int]:
    tokens = bearer("activity:write")
    _own(number)
    if "partner" not in g.faults:
        raise error_answer(401, "Authorization Error", "Application", "comments", "unauthorized")
    asked = (request.get_json(silent=True) if request.is_json else request.form.to_dict()) or {}
    text = asked.get("text")
    if not isinstance(text, str) or not text.strip():
        raise error_answer(400, "Bad Request", "Comment", "text", "invalid")
    world = here().world
    written = world.comment(number, tokens.athlete_id, text)
    return jsonify(json_shapes.comment_answer(written, world.athletes[tokens.athlete_id])), 201


def not_found() -> Exception:
    return error_answer(404, "Resource Not Found", "Activity", "", "not found")


def _own(number: int) -> Activity:
    """The activity, if it belongs to the token's athlete and the scopes show it; else 404."""
    sandbox = here()
    tokens = bearer()
    found = sandbox.world.activities.get(number)
    if found is None or found.athlete_id != tokens.athlete_id:
        raise not_found()
    if found.private and "activity:read_all" not in tokens.scopes:
        raise not_found()
    return found


def _age(activity: Activity) -> timedelta:
    return here().world.now() - activity.recorded


def _detail(activity: Activity) -> Json:
    world = here().world
    late = g.faults.get("odometer_late")
    odometer = None
    if late and activity.gear_id in world.gear:
        young = timedelta(seconds=late.lasts_s)
        odometer = world.odometer_m(activity.gear_id or "", without=lambda a: _age(a) < young)
    return json_shapes.detail(world, activity, odometer)


def _odd(answer: Json) -> Json:
    """Values that break a strict parser: a number as text, null for a list, an undocumented object."""
    if "odd" not in g.faults:
        return answer
    return answer | {
        "workout_type": "0",
        "average_cadence": str(answer.get("average_cadence", "84.0")),
        "start_latlng": None,
        "kudos_count": "many",
        "weather": {"sky": "clear", "temperature": [11.5, "C"]},
        "utc_offset": str(answer["utc_offset"]),
    }


def _number(name: str, default: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        raise error_answer(400, "Bad Request", "Application", name, "invalid") from None


def _moment(name: str) -> datetime | None:
    seconds = _number(name, -1) if request.args.get(name) else None
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise error_answer(400, "Bad Request", "Application", name, "invalid") from None
