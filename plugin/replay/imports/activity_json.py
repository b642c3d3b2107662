"""A JSON list of Strava activities, summaries or details, as the API gives them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
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
MOST_OF_ONE = 2_000_000
"""Characters of one activity; one with all its laps and segments has some 200 000."""


def activities_of(pieces: Iterator[str], source: Path) -> Iterator[Mapping[str, Any]]:
    """The activities of a JSON text, one at a time, decimals exact; BadSource where it is no list of activities.

    A parsed list needs many times the memory of its text: never more than one activity is held."""
    text = _Text(pieces)
    try:
        if text.next_sign() == "{":
            raise BadSource(f"{source} holds one JSON object: put the activities into a list, [ … ].")
        yield from _dated(_elements(text, source), source)
        if text.next_sign():
            raise text.wrong("more text after the list")
    except (ValueError, RecursionError) as error:
        what = str(error) if isinstance(error, _NoJSON) else "numbers or nesting beyond reason"
        raise BadSource(f"{source} is no whole JSON ({what}): expected {EXPECTED}.") from error


def _elements(text: _Text, source: Path) -> Iterator[Mapping[str, Any]]:
    text.place += 1
    if text.next_sign() == "]":
        text.place += 1
        return
    while True:
        one = text.value()
        if not isinstance(one, dict):
            raise BadSource(f"{source} is JSON but no list of activities: expected {EXPECTED}.")
        yield one
        sign = text.next_sign()
        text.place += 1
        if sign == "]":
            return
        if sign != ",":
            raise text.wrong("a comma is missing")
        text.next_sign()


def _dated(activities: Iterator[Mapping[str, Any]], source: Path) -> Iterator[Mapping[str, Any]]:
    """The activities; BadSource at the end if there are some and none of them has a start."""
    is_empty, is_dated = True, False
    for one in activities:
        is_empty, is_dated = False, is_dated or "start_date" in one or "start_date_local" in one
        yield one
    if not is_empty and not is_dated:
        raise BadSource(f"{source} is a JSON list, but nothing in it has a start_date: expected {EXPECTED}.")


_DECODER = json.JSONDecoder(parse_float=exact, parse_constant=lambda _: None)


class _NoJSON(ValueError):
    """Where and why the text is none."""


class _Text:
    """JSON read from pieces of text, of which no more is held than one value needs."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces, self._held, self._before = pieces, "", 0
        self.place = 0

    def next_sign(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            while self.place < len(self._held):
                if (sign := self._held[self.place]) not in " \t\r\n":
                    return sign
                self.place += 1
            if not self._read_on():
                return ""

    def value(self) -> Any:
        """The value that begins here."""
        while True:
            try:
                value, self.place = _DECODER.raw_decode(self._held, self.place)
                return value
            except json.JSONDecodeError as error:
                if len(self._held) - self.place > MOST_OF_ONE:
                    raise self.wrong(f"broken, or one activity is longer than {MOST_OF_ONE} characters") from error
                if not self._read_on():
                    self.place = error.pos
                    raise self.wrong(error.msg) from error

    def wrong(self, why: str) -> _NoJSON:
        return _NoJSON(f"{why}, at character {self._before + self.place}")

    def _read_on(self) -> bool:
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._before += self.place
        self._held, self.place = self._held[self.place :] + piece, 0
        return True


def gather(activities: Iterable[Mapping[str, Any]], into: Gathering, zone: tzinfo | None, sports: Sports) -> None:
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
