"""The pages of a runner: the feed with its buttons, an activity as owner and as follower see it, the edit form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from plugin.sandbox.context import here, typed
from plugin.sandbox.demo_world import start_over
from plugin.sandbox.make_activity import EASY_PACE_S_PER_KM, NotRecordable, activity_from, our_fields
from plugin.sandbox.model import Activity, Athlete
from plugin.sandbox.page_session import logged_in, refuse_other_origins
from plugin.sandbox.scenarios import SCENARIOS, make_room

pages = Blueprint("pages", __name__)
pages.before_request(lambda: refuse_other_origins() if request.method == "POST" else None)

PER_PAGE = 20
LOOK_AGAIN_S = "2"
NOTE_AWAITED = timedelta(minutes=1)
"""So long after a run was recorded its page looks again by itself for a note of a connected app."""
SPORTS_OFFERED = ("Run", "TrailRun", "VirtualRun", "Ride", "Walk", "Hike", "Swim", "Workout")
WORKOUTS = {0: "Nothing special", 1: "Race", 2: "Long run", 3: "Workout"}


@pages.app_context_processor
def _visitor() -> dict[str, Any]:
    sandbox = here()
    if not sandbox.world.athletes:
        return {"who": None, "everyone": []}
    return {"who": logged_in(), "everyone": list(sandbox.world.athletes.values())}


@pages.get("/")
def feed() -> str:
    world, who = here().world, logged_in()
    as_follower = request.args.get("as") == "follower"
    page = max(1, request.args.get("page", 1, type=int))
    shown = [a for a in reversed(world.activities_of(who.id)) if not (as_follower and a.private)]
    return render_template(
        "feed.html",
        activities=shown[(page - 1) * PER_PAGE : page * PER_PAGE],
        page=page,
        has_older=len(shown) > page * PER_PAGE,
        as_follower=as_follower,
        scenarios=SCENARIOS,
        pairs=_pairs(who),
        week_m=_this_week_m(who),
        others=_of_others(who),
        connected=bool(here().grants.scopes_of(who.id)),
        sports=SPORTS_OFFERED,
    )


@pages.post("/scenario/<name>")
def play(name: str) -> AnyResponse:
    if name not in SCENARIOS:
        abort(404)
    recorded = SCENARIOS[name].play(here().world, logged_in().id)
    return redirect(url_for("pages.activity", number=recorded[-1].id))


@pages.post("/record")
def record() -> AnyResponse:
    world, who = here().world, logged_in()
    words = typed(_form_words(request.form), as_browser=True)
    words["moving_time"] = words["elapsed_time"] = _minutes(request.form.get("minutes", ""), words["distance"])
    make_room(world, who.id, words["elapsed_time"])
    recorded = world.record(activity_from(world, who.id, words))
    return redirect(url_for("pages.activity", number=recorded.id))


@pages.post("/start-over")
def begin_again() -> AnyResponse:
    start_over(here().world)
    return redirect(url_for("pages.feed"))


@pages.post("/visitor")
def change_visitor() -> AnyResponse:
    answer = redirect(url_for("pages.feed"))
    answer.set_cookie("athlete", request.form.get("athlete", ""), samesite="Lax", httponly=True)
    return answer


@pages.get("/activities/<int:number>")
def activity(number: int) -> ResponseReturnValue:
    world = here().world
    found = world.activities.get(number) or abort(404)
    is_owner = found.athlete_id == logged_in().id and request.args.get("as") != "follower"
    if found.private and not is_owner:
        abort(404)
    gear = world.gear.get(found.gear_id or "")
    is_awaited = is_owner and not found.private_note and world.now() - found.recorded < NOTE_AWAITED
    is_awaited = is_awaited and bool(here().grants.scopes_of(found.athlete_id))
    page = render_template(
        "activity.html",
        a=found,
        owner=world.athletes[found.athlete_id],
        is_owner=is_owner,
        gear=gear,
        odometer_m=world.odometer_m(gear.id) if gear else 0.0,
        comments=[(world.athletes[c.athlete_id], c) for c in world.comments_on(number)],
        workout=WORKOUTS.get(found.workout_type or 0, ""),
        is_awaited=is_awaited,
    )
    return (page, 200, {"Refresh": LOOK_AGAIN_S}) if is_awaited else page


@pages.get("/activities/<int:number>/edit")
def edit(number: int) -> str:
    found = _own(number)
    return render_template("edit.html", a=found, pairs=_pairs(logged_in()), sports=SPORTS_OFFERED, workouts=WORKOUTS)


@pages.post("/activities/<int:number>/edit")
def save(number: int) -> AnyResponse:
    found = _own(number)
    world = here().world
    words = typed(_form_words(request.form), as_browser=True)
    fields = our_fields(world, found.athlete_id, words)
    if abs(fields["distance_m"] - found.distance_m) < 50:
        # The form shows one decimal of a kilometre: unchanged, it must not round what the watch measured.
        del fields["distance_m"]
    workout = request.form.get("workout_type", "")
    if workout.isdigit() and int(workout) != (found.workout_type or 0):
        fields["workout_type"] = int(workout)
    world.change(number, **fields)
    return redirect(url_for("pages.activity", number=number))


@pages.post("/activities/<int:number>/delete")
def delete(number: int) -> AnyResponse:
    here().world.delete(_own(number).id)
    return redirect(url_for("pages.feed"))


def _own(number: int) -> Activity:
    found = here().world.activities.get(number)
    if found is None or found.athlete_id != logged_in().id:
        abort(404)
    return found


def _pairs(who: Athlete) -> list[Any]:
    world = here().world
    return [replace(g, base_m=world.odometer_m(g.id)) for g in world.gear_of(who.id)]


def _of_others(who: Athlete) -> list[tuple[Athlete, Activity]]:
    """The newest activities of everyone else that are not private: what a follower comes upon."""
    world = here().world
    newest = sorted(world.activities.values(), key=lambda a: a.start, reverse=True)
    return [(world.athletes[a.athlete_id], a) for a in newest if a.athlete_id != who.id and not a.private][:5]


def _this_week_m(who: Athlete) -> float:
    world = here().world
    today = world.now().astimezone(ZoneInfo(who.timezone)).date()
    monday = today - timedelta(days=today.weekday())
    return sum(a.distance_m for a in world.activities_of(who.id) if a.is_run and a.local_start.date() >= monday)


def _form_words(form: Mapping[str, str]) -> dict[str, Any]:
    """A form's fields by Strava's names."""
    words: dict[str, Any] = {
        "sport_type": form.get("sport_type", "Run"),
        "description": form.get("description", ""),
        "private_note": form.get("private_note", ""),
        "private": "private" in form,
        "gear_id": form.get("gear_id") or None,
        "distance": _metres(form.get("distance_km", "")),
    }
    if form.get("name", "").strip():
        words["name"] = form["name"]
    return words


def _metres(text: str) -> float:
    try:
        kilometres = float(text.replace(",", "."))
    except ValueError:
        raise NotRecordable(f"{text!r} is no distance in kilometres") from None
    if not 0 <= kilometres <= 1000:
        raise NotRecordable(f"{text} km is no distance for a day")
    return round(kilometres * 1000, 1)


def _minutes(text: str, distance_m: float) -> int:
    """Seconds; empty: an easy pace."""
    try:
        return (
            round(float(text.replace(",", ".")) * 60) if text.strip() else round(distance_m * EASY_PACE_S_PER_KM / 1000)
        )
    except (ValueError, OverflowError):
        raise NotRecordable(f"{text!r} is no number of minutes") from None
