"""What a PUT on an activity changes; unknown fields are ignored, as Strava does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.sandbox.faults import Fault
from plugin.sandbox.model import SPORTS, Activity
from plugin.sandbox.request_gate import error_answer
from plugin.sandbox.world import World

TEXTS = {"name": "name", "description": "description", "private_note": "private_note"}
SWITCHES = ("commute", "trainer", "hide_from_home")


def saved_fields(
    world: World, activity: Activity, asked: Mapping[str, Any], faults: Mapping[str, Fault]
) -> dict[str, Any]:
    """The Activity fields to change. Raises ErrorAnswer (400) for a wrong type."""
    fields: dict[str, Any] = {}
    for theirs, ours in TEXTS.items():
        if theirs in asked:
            text = asked[theirs]
            if not (isinstance(text, str) or (text is None and theirs != "name")):
                raise error_answer(400, "Bad Request", "Activity", theirs, "invalid")
            fields[ours] = _shaped(text or "") if "reshaped" in faults else text or ""
    if fields.get("name", "x") == "":
        raise error_answer(400, "Bad Request", "Activity", "name", "invalid")
    for name in SWITCHES:
        if name in asked:
            if not isinstance(asked[name], bool):
                raise error_answer(400, "Bad Request", "Activity", name, "invalid")
            fields[name] = asked[name]
    sport = asked.get("sport_type", asked.get("type"))
    if sport is not None:
        if sport not in SPORTS:
            raise error_answer(400, "Bad Request", "Activity", "sport_type", "invalid")
        fields["sport_type"] = sport
    if "gear_id" in asked:
        fields["gear_id"] = _gear(world, activity, asked["gear_id"])
    if "note_ignored" in faults:
        fields.pop("private_note", None)
    return {} if "not_applied" in faults else fields


def _gear(world: World, activity: Activity, asked: object) -> str | None:
    if asked in ("none", None, ""):
        return None
    gear = world.gear.get(asked) if isinstance(asked, str) else None
    if gear is None or gear.athlete_id != activity.athlete_id:
        raise error_answer(400, "Bad Request", "Activity", "gear_id", "invalid")
    return gear.id


def _shaped(text: str) -> str:
    return text.strip().replace("\r\n", "\n").replace("\n", "\r\n")
