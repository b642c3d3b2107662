"""The sandbox's data in the JSON shapes of Strava's answers.

The keys are those of recorded answers: a summary (resource_state 2) has no description, private note or gear object;
a detail (3) has them, `private_note` only where there is one. Distances in metres, times in seconds, `start_date_local`
a local wall clock with a false Z.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from plugin.sandbox.model import Activity, ActivityComment, Athlete, GearItem, Json
from plugin.sandbox.world import World


def fault(message: str, resource: str = "", field: str = "", code: str = "") -> Json:
    errors = [{"resource": resource, "field": field, "code": code}] if resource else []
    return {"message": message, "errors": errors}


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def zone_label(name: str) -> str:
    """ "(GMT+01:00) Europe/Berlin": the offset of standard time, in summer too."""
    january = datetime(2026, 1, 15, tzinfo=ZoneInfo(name))
    july = datetime(2026, 7, 15, tzinfo=ZoneInfo(name))
    offset = min(january.utcoffset() or UTC.utcoffset(None), july.utcoffset() or UTC.utcoffset(None))
    minutes = int(offset.total_seconds() // 60)
    return f"(GMT{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}) {name}"


def summary(activity: Activity, comment_count: int = 0) -> Json:
    a = activity
    local = a.local_start
    offset = local.utcoffset()
    speed = a.distance_m / a.moving_s if a.moving_s > 0 else 0.0
    answer: Json = {
        "resource_state": 2,
        "athlete": {"id": a.athlete_id, "resource_state": 1},
        "name": a.name,
        "distance": a.distance_m,
        "moving_time": a.moving_s,
        "elapsed_time": a.elapsed_s,
        "total_elevation_gain": a.climb_m,
        "type": a.older_type,
        "sport_type": a.sport_type,
        "workout_type": a.workout_type,
        "id": a.id,
        "start_date": stamp(a.start),
        "start_date_local": local.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "timezone": zone_label(a.timezone),
        "utc_offset": offset.total_seconds() if offset else 0.0,
        "location_city": None,
        "location_state": None,
        "location_country": None,
        "achievement_count": 0,
        "kudos_count": 0,
        "comment_count": comment_count,
        "athlete_count": 1,
        "photo_count": 0,
        "map": {"id": f"a{a.id}", "summary_polyline": "", "resource_state": 2},
        "trainer": a.trainer,
        "commute": a.commute,
        "manual": a.manual,
        "private": a.private,
        "visibility": "only_me" if a.private else a.visibility,
        "flagged": a.flagged,
        "gear_id": a.gear_id,
        "start_latlng": [],
        "end_latlng": [],
        "average_speed": round(speed, 3),
        "max_speed": round(speed * 1.34, 3),
        "has_heartrate": a.heartrate is not None,
        "heartrate_opt_out": False,
        "display_hide_heartrate_option": a.heartrate is not None,
        "elev_high": None,
        "elev_low": None,
        "upload_id": None if a.manual else a.id + 733,
        "upload_id_str": None if a.manual else str(a.id + 733),
        "external_id": None if a.manual else f"sandbox_{a.id}.fit",
        "from_accepted_tag": False,
        "pr_count": 0,
        "total_photo_count": 0,
        "has_kudoed": False,
    }
    if a.cadence is not None:
        answer["average_cadence"] = a.cadence
    if a.heartrate is not None:
        answer |= {
            "average_heartrate": a.heartrate,
            "max_heartrate": round(a.heartrate + 21),
            "suffer_score": 31.0,
        }
    if a.sport_type == "Swim":
        del answer["workout_type"]
    return answer | {k: v for k, v in a.extra.items() if k not in DETAIL_ONLY}


DETAIL_ONLY = {"description", "private_note", "gear", "calories", "laps", "splits_metric"}


def detail(world: World, activity: Activity, odometer_m: float | None = None) -> Json:
    """A detailed activity. `odometer_m` replaces the gear's own figure."""
    a = activity
    comment_count = len(world.comments_on(a.id))
    answer = summary(a, comment_count) | {
        "resource_state": 3,
        "map": {"id": f"a{a.id}", "polyline": "", "summary_polyline": "", "resource_state": 3},
        "description": a.description,
        "calories": round(a.distance_m * 0.068, 1) if a.is_run else round(a.distance_m * 0.022, 1),
        "perceived_exertion": None,
        "prefer_perceived_exertion": None,
        "segment_efforts": [],
        "splits_metric": splits(a) if a.is_run else [],
        "laps": [],
        "best_efforts": [],
        "photos": {},
        "stats_visibility": [],
        "hide_from_home": a.hide_from_home,
        "device_name": "Sandbox Watch",
        "embed_token": f"{a.id:040x}",
        "similar_activities": {},
        "available_zones": (["heartrate"] if a.heartrate is not None else []) + ["pace"],
    }
    gear = world.gear.get(a.gear_id) if a.gear_id else None
    if gear is not None:
        answer["gear"] = gear_summary(gear, world.odometer_m(gear.id) if odometer_m is None else odometer_m)
    if a.private_note:
        answer["private_note"] = a.private_note
    return answer | dict(a.extra)


def splits(activity: Activity) -> list[Json]:
    """One entry per kilometre and one for the rest, at an even pace: the sandbox has no streams."""
    if activity.distance_m <= 0 or activity.moving_s <= 0:
        return []
    pace = activity.moving_s / activity.distance_m
    rows: list[Json] = []
    left = activity.distance_m
    while left > 0 and len(rows) < 200:
        part = min(1000.0, left)
        seconds = round(part * pace)
        rows.append(
            {
                "distance": round(part, 1),
                "elapsed_time": seconds,
                "elevation_difference": 0.0,
                "moving_time": seconds,
                "split": len(rows) + 1,
                "average_speed": round(1 / pace, 2),
                "average_grade_adjusted_speed": round(1 / pace, 2),
                "pace_zone": 2,
            }
        )
        left -= part
    return rows


def gear_summary(gear: GearItem, odometer_m: float) -> Json:
    return {
        "id": gear.id,
        "primary": gear.primary,
        "name": gear.name,
        "nickname": "" if gear.is_shoes else gear.name,
        "resource_state": 2,
        "retired": gear.retired,
        "distance": round(odometer_m),
        "converted_distance": round(odometer_m / 1000, 1),
    }


def gear_detail(gear: GearItem, odometer_m: float) -> Json:
    brand, _, model = gear.name.partition(" ")
    answer = gear_summary(gear, odometer_m) | {
        "resource_state": 3,
        "brand_name": brand,
        "model_name": model or brand,
        "description": None,
    }
    return answer | ({"notification_distance": 0} if gear.is_shoes else {"frame_type": 3, "weight": None})


def athlete_summary(athlete: Athlete) -> Json:
    """No email and no units: Strava never sends an email address, and units only with profile:read_all."""
    return {
        "id": athlete.id,
        "username": None,
        "resource_state": 2,
        "firstname": athlete.firstname,
        "lastname": athlete.lastname,
        "bio": None,
        "city": athlete.city,
        "state": None,
        "country": athlete.country,
        "sex": athlete.sex,
        "premium": True,
        "summit": True,
        "created_at": stamp(athlete.joined),
        "updated_at": stamp(athlete.joined),
        "badge_type_id": 1,
        "weight": None,
        "profile_medium": "avatar/athlete/medium.png",
        "profile": "avatar/athlete/large.png",
        "friend": None,
        "follower": None,
    }


def athlete_detail(world: World, athlete: Athlete) -> Json:
    unretired = [g for g in world.gear_of(athlete.id) if not g.retired]
    return athlete_summary(athlete) | {
        "resource_state": 3,
        "blocked": False,
        "can_follow": False,
        "follower_count": 1,
        "friend_count": 1,
        "mutual_friend_count": 0,
        "athlete_type": 1,
        "date_preference": "%d/%m/%Y",
        "measurement_preference": athlete.measurement,
        "clubs": [],
        "postable_clubs_count": 0,
        "ftp": None,
        "bikes": [gear_summary(g, world.odometer_m(g.id)) for g in unretired if not g.is_shoes],
        "shoes": [gear_summary(g, world.odometer_m(g.id)) for g in unretired if g.is_shoes],
    }


def comment_answer(comment: ActivityComment, athlete: Athlete) -> Json:
    return {
        "id": comment.id,
        "activity_id": comment.activity_id,
        "post_id": None,
        "resource_state": 2,
        "text": comment.text,
        "mentions_metadata": None,
        "created_at": stamp(comment.written),
        "athlete": {
            "resource_state": 2,
            "firstname": athlete.firstname,
            "lastname": athlete.lastname[:1] + ".",
        },
        "cursor": f"c{comment.id}",
    }
