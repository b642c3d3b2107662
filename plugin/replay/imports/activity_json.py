"""A JSON list of Strava activities, summaries or details, as the API gives them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any

from plugin.errors import BadSource
from plugin.replay.imports.dates import as_utc, is_hidden, iso
from plugin.replay.imports.gathering import Gathering
from plugin.replay.imports.languages import Sports, fold
from plugin.replay.imports.numbers import clock_seconds, exact
from plugin.replay.imports.source import EXPECTED
from plugin.training.runs import Run, Wear

RACE, WORKOUT = 1, 3
"""Strava's workout types of runs."""
_DAY_S = 86_400


def activities_of(text: str, source: Path) -> list[Mapping[str, Any]]:
    """The activities of a JSON text, decimals exact; BadSource where it is no list of activities."""
    try:
        found = json.loads(text, parse_float=_decimal, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        what = str(error) if isinstance(error, json.JSONDecodeError) else "numbers or nesting beyond reason"
        raise BadSource(f"{source} is no whole JSON ({what}): expected {EXPECTED}.") from error
    if isinstance(found, dict):
        raise BadSource(f"{source} holds one JSON object: put the activities into a list, [ … ].")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadSource(f"{source} is JSON but no list of activities: expected {EXPECTED}.")
    if found and not any("start_date" in one or "start_date_local" in one for one in found):
        raise BadSource(f"{source} is a JSON list, but nothing in it has a start_date: expected {EXPECTED}.")
    return found


def gather(activities: list[Mapping[str, Any]], into: Gathering, zone: tzinfo | None, sports: Sports) -> None:
    """Read every activity into `into`. Starts are UTC where the list has them, days local as they stand."""
    for one in activities:
        start, local = _moments(one, zone)
        id_ = _id(one.get("id", one.get("run_id")))
        if not into.takes(id_, start, _text(one, "start_date") or _text(one, "start_date_local")):
            continue
        if start is None or local is None:
            continue
        distance_m = _amount(one, "distance")
        shoe = _text(one, "gear_id").strip() or None
        if shoe is not None:
            into.wear.append(Wear(shoe=shoe, id=id_, start=start, distance_m=distance_m))
        word = _text(one, "sport_type") or _text(one, "type")
        kind = sports.get(fold(word))
        if kind is None:
            into.other_sports[word] += 1
            continue
        into.runs.append(
            Run(
                id=id_,
                start=start,
                day=local.date(),
                sport=kind[0],
                distance_m=distance_m,
                moving_s=_seconds(one, "moving_time"),
                elapsed_s=_seconds(one, "elapsed_time"),
                shoe=shoe,
                climb_m=_amount(one, "total_elevation_gain"),
                cadence=_amount(one, "average_cadence"),
                is_race=one.get("workout_type") == RACE,
                is_workout=one.get("workout_type") == WORKOUT,
                is_treadmill=kind[1] or one.get("trainer") is True,
                is_flagged=one.get("flagged") is True,
                hour_is_hidden=is_hidden(local),
            )
        )
        into.add_words(id_, _text(one, "name"), _text(one, "description"), _text(one, "private_note"))


def _moments(one: Mapping[str, Any], zone: tzinfo | None) -> tuple[datetime | None, datetime | None]:
    """The start in UTC and on the runner's clock; where the list has only one of them, the other from it."""
    start, local = iso(_text(one, "start_date").strip()), iso(_text(one, "start_date_local").strip())
    if start is not None and ":" not in _text(one, "start_date") and local is not None:
        # A bare day tells no moment; the local start does.
        start = None
    clock = as_utc(local.replace(tzinfo=None)) if local is not None else None
    if start is None:
        return clock, clock
    start = as_utc(start)
    return start, clock or start.astimezone(_offset(one) or zone or UTC)


def _offset(one: Mapping[str, Any]) -> tzinfo | None:
    """The zone of an activity's `utc_offset`, in seconds."""
    seconds = _amount(one, "utc_offset")
    if seconds is None or abs(seconds) >= _DAY_S:
        return None
    return timezone(timedelta(seconds=int(seconds)))


def _seconds(one: Mapping[str, Any], key: str) -> Decimal | None:
    """Seconds, also where the list has them as a clock ("1:02:03", or running_page's "1970-01-01 01:02:03.000000")."""
    value = one.get(key)
    return clock_seconds(value) if isinstance(value, str) and ":" in value else _amount(one, key)


def _decimal(text: str) -> Decimal | None:
    return exact(text)


def _id(value: object) -> str:
    """Ids are whole numbers; some lists keep them as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _whole(value).strip() if isinstance(value, str) else ""


def _text(one: Mapping[str, Any], key: str) -> str:
    value = one.get(key)
    return _whole(value) if isinstance(value, str) else ""


def _whole(text: str) -> str:
    """JSON can hold halves of characters, which nothing can be written with."""
    return text if text.isascii() else text.encode("utf-8", errors="replace").decode("utf-8")


def _amount(one: Mapping[str, Any], key: str) -> Decimal | None:
    """A number as an exact decimal, also where the list has it as text; None where it is none."""
    value = one.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        return None
    return value if isinstance(value, Decimal) else exact(str(value))
