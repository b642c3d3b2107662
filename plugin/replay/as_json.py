"""The replay as JSON, in a shape that does not change between versions. Distances are metres, days ISO dates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson

from plugin.notes.note import Allowance, Verdict
from plugin.replay.conclusion import Conclusion, Injury, conclude
from plugin.replay.output import escaped
from plugin.replay.play import Played, Replay
from plugin.rules.notice import Notice, Number


def as_json(replay: Replay) -> bytes:
    """One JSON object, UTF-8, ending in a line break."""
    content = orjson.dumps(_whole(replay, conclude(replay)), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return escaped(content.decode()).encode()


def _whole(replay: Replay, conclusion: Conclusion) -> dict[str, Any]:
    first, last = replay.days or (None, None)
    return {
        "source": {
            "activities": replay.archive.rows_read,
            "runs": len(replay.played),
            "first_day": first,
            "last_day": last,
        },
        "set_aside": [{"id": one.run.id, "reason": one.aside} for one in replay.aside],
        "runs": [_run(one, replay) for one in replay.played],
        "summary": {
            "notes": conclusion.notes,
            "notes_a_month": round(float(conclusion.notes_a_month), 2),
            "most_important": [one.run.id for one in conclusion.most_important],
            "by_rule": {
                rule: {"found": counted.found, "told": counted.told} for rule, counted in replay.by_rule.items()
            },
        },
        "injuries": [_injury(one) for one in conclusion.injuries],
    }


def _injury(one: Injury) -> dict[str, Any]:
    """`usual`: the runner's own figures in 28 days outside such windows."""
    return {
        "day": one.day,
        "first_day": one.first_day,
        "run_days": one.run_days,
        "distance_m": float(one.metres),
        "longest_m": float(one.longest_m),
        "notes": one.notes,
        "found": one.found,
        "usual": {
            "distance_m": None if one.usual_metres is None else round(float(one.usual_metres), 1),
            "notes": None if one.usual_notes is None else round(float(one.usual_notes), 2),
            "found": {rule: round(float(number), 2) for rule, number in one.usual_found.items()},
        },
    }


def _run(one: Played, replay: Replay) -> dict[str, Any]:
    return {
        "id": one.run.id,
        "day": one.run.day,
        "distance_m": _plain(one.run.distance_m),
        "session_m": _plain(one.session_m),
        "shoe": one.run.shoe,
        "allowance": _allowance(one.allowance),
        "notices": [_notice(verdict, replay) for verdict in one.verdicts],
        "note": replay.note_of(one),
    }


def _allowance(allowance: Allowance | None) -> dict[str, Any] | None:
    if allowance is None:
        return None
    return {"length_m": _plain(allowance.length_m), "week_m": _plain(allowance.week_m)}


def _notice(verdict: Verdict, replay: Replay) -> dict[str, Any]:
    return {
        "rule": verdict.notice.rule,
        "level": verdict.notice.level,
        "told": verdict.told,
        "withheld": verdict.withheld,
        "numbers": _numbers(verdict.notice),
        "text": replay.say(verdict),
    }


def _numbers(notice: Notice) -> dict[str, Any]:
    """The rule's facts; those that are a yes or no by their name become true or false."""
    return {name: bool(value) if name.startswith("is_") else _plain(value) for name, value in notice.numbers.items()}


def _plain(value: Number | None) -> float | int | str | list[str] | None:
    if isinstance(value, Decimal):
        return float(value)
    return list(value) if isinstance(value, tuple) else value
