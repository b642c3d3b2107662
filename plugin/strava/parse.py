"""Strava's JSON parsed into values of ours. Required fields are read or the answer is refused, unknown fields are
ignored, and one unreadable activity does not spoil a list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from plugin.errors import StravaTrouble
from plugin.ports import MOST_TEXT, MOST_TITLE, ActivityDetail, ActivityList, ChannelName, Gear, Texts
from plugin.strava.json_fields import decimal_of, name_of, number_of, text_of, time_of, unreadable, zone_of
from plugin.training.runs import NONE, Run, Sport, Wear

HIDDEN_HOUR = time(0, 0, 1)
"""The local start time of an activity whose owner hides the hour; its day is right."""
SPORTS = {"run": Sport.RUN, "trailrun": Sport.TRAIL, "virtualrun": Sport.VIRTUAL}
RACE, WORKOUT = 1, 3
"""Strava's workout types of runs; 2 is a long run, 0 or null an ordinary one."""
MOST_ROWS = 200
"""Activities in one page of a list: Strava gives no more, and further ones are not read."""


def activity_detail(answer: Any, *, runner_id: int, run_id: int) -> ActivityDetail:
    """An activity in full. Its `runner_id` is the owner that Strava names, else the runner it was requested for.
    Raises StravaTrouble for anything but the activity requested."""
    if not isinstance(answer, dict) or number_of(answer.get("id")) != run_id:
        raise unreadable("an activity")
    start, day, is_hidden = _start(answer)
    description, private_note = text_of(answer, "description"), text_of(answer, "private_note")
    texts = Texts(
        title=told[:MOST_TITLE] if isinstance(told := answer.get("name"), str) else "",
        description=description[:MOST_TEXT],
        private_note=private_note[:MOST_TEXT],
        cut=frozenset(
            field
            for field, text in ((ChannelName.DESCRIPTION, description), (ChannelName.PRIVATE_NOTE, private_note))
            if len(text) > MOST_TEXT
        ),
    )
    owner = answer.get("athlete")
    owner_id = number_of(owner.get("id")) if isinstance(owner, dict) else None
    shoe = _shoe(answer)
    pair = answer.get("gear")
    return ActivityDetail(
        id=run_id,
        runner_id=owner_id or runner_id,
        run=_run(answer, run_id, start, day, is_hidden),
        distance_m=decimal_of(answer.get("distance")) or NONE,
        sport=_sport(answer),
        day=day,
        start=start,
        texts=texts,
        gear=gear(pair, shoe) if shoe is not None and isinstance(pair, dict) else None,
        timezone=zone_of(answer),
        is_private=answer.get("private") is True or answer.get("visibility") == "only_me",
    )


def activity_list(answer: Any) -> ActivityList:
    """A page of summaries; unreadable ones are left out. StravaTrouble if all are unreadable."""
    if not isinstance(answer, list):
        raise unreadable("the list of activities")
    answer = answer[:MOST_ROWS]
    runs: list[Run] = []
    wear: list[Wear] = []
    sports: dict[int, str] = {}
    starts: list[datetime] = []
    zones: dict[str, str] = {}
    for row in answer:
        number = number_of(row.get("id")) if isinstance(row, dict) else None
        if number is None or number in sports:
            continue
        try:
            start, day, is_hidden = _start(row)
        except StravaTrouble:
            continue
        sports[number] = _sport(row)
        starts.append(start)
        run = _run(row, number, start, day, is_hidden)
        if run is not None:
            runs.append(run)
            zone = zone_of(row)
            if zone is not None:
                zones[run.id] = zone
        shoe = _shoe(row)
        if shoe is not None:
            wear.append(Wear(shoe=shoe, id=str(number), start=start, distance_m=decimal_of(row.get("distance"))))
    if answer and not sports:
        raise unreadable("the list of activities")
    return ActivityList(
        runs=tuple(runs),
        wear=tuple(wear),
        sports=sports,
        reaches=min(starts, default=None),
        oldest=min(starts, default=None),
        zones=zones,
    )


def gear(answer: Any, gear_id: str) -> Gear:
    """A pair of shoes. Without a name it is called by its make, or its id."""
    if not isinstance(answer, dict):
        raise unreadable("a pair")
    made = " ".join(filter(None, (name_of(answer, "brand_name"), name_of(answer, "model_name"))))
    return Gear(
        id=gear_id,
        name=name_of(answer, "name") or name_of(answer, "nickname") or made or gear_id,
        odometer_m=max(NONE, decimal_of(answer.get("distance")) or NONE),
        is_retired=answer.get("retired") is True,
    )


def _run(row: Mapping[str, Any], number: int, start: datetime, day: date, is_hidden: bool) -> Run | None:
    sport = SPORTS.get(_folded(_sport(row)))
    if sport is None:
        return None
    workout = decimal_of(row.get("workout_type"))
    return Run(
        id=str(number),
        start=start,
        day=day,
        sport=sport,
        distance_m=decimal_of(row.get("distance")),
        moving_s=decimal_of(row.get("moving_time")),
        elapsed_s=decimal_of(row.get("elapsed_time")),
        shoe=_shoe(row),
        climb_m=decimal_of(row.get("total_elevation_gain")),
        cadence=decimal_of(row.get("average_cadence")),
        is_race=workout == RACE,
        is_workout=workout == WORKOUT,
        is_treadmill=row.get("trainer") is True,
        is_flagged=row.get("flagged") is True,
        hour_is_hidden=is_hidden,
    )


def _sport(row: Mapping[str, Any]) -> str:
    """`sport_type`, else the older and coarser `type`, else ""."""
    return next((word for word in (name_of(row, "sport_type"), name_of(row, "type")) if word), "")


@lru_cache(maxsize=512)
def _folded(sport: str) -> str:
    """For comparing: without case, accents, blanks, `_` and `-`."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", sport) if not unicodedata.combining(one))
    return re.sub(r"[\s_-]+", "", bare).casefold()


def _start(row: Mapping[str, Any]) -> tuple[datetime, date, bool]:
    """(start in UTC, the runner's local day, whether the hour is hidden). One of Strava's two times is enough."""
    start, local = time_of(row.get("start_date")), time_of(row.get("start_date_local"))
    offset = decimal_of(row.get("utc_offset"))
    ahead = timedelta(seconds=float(offset)) if offset is not None and abs(offset) <= 86_400 else None
    zone = zone_of(row)
    try:
        if start is None and local is not None:
            start = (
                local - ahead if ahead is not None else local.replace(tzinfo=ZoneInfo(zone or "UTC")).astimezone(UTC)
            )
        if start is not None and local is None:
            local = start + ahead if ahead is not None else start.astimezone(ZoneInfo(zone or "UTC"))
    except OverflowError:
        start = None
    if start is None or local is None:
        raise unreadable("an activity's start")
    return start, local.date(), local.time() == HIDDEN_HOUR


def _shoe(row: Mapping[str, Any]) -> str | None:
    """The id of the shoes; ids of bikes begin with `b`."""
    told = row.get("gear_id")
    return told if isinstance(told, str) and re.fullmatch(r"g[0-9A-Za-z]{1,40}", told) else None
