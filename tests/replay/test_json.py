"""The replay's JSON keeps the shape that others read."""

from __future__ import annotations

import json
from typing import Any

from plugin.replay import Replay
from plugin.replay.as_json import as_json
from tests.replay.histories import jump, replay_of, run


def shown(replay: Replay) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(as_json(replay))
    return found


def test_the_whole_shape() -> None:
    found = shown(replay_of(*jump("Ghost 15"), run(3, None), rows_read=9))
    assert list(found) == ["source", "set_aside", "runs", "summary", "injuries"]
    assert found["source"] == {"activities": 9, "runs": 4, "first_day": "2024-01-01", "last_day": "2024-01-12"}
    assert found["set_aside"] == [{"id": "308", "reason": "no distance"}]
    assert [one["id"] for one in found["runs"]] == ["008", "308", "908", "1108"]
    assert all(
        list(one) == ["id", "day", "distance_m", "session_m", "shoe", "allowance", "notices", "note"]
        for one in found["runs"]
    )
    long = found["runs"][2]
    assert (long["day"], long["distance_m"], long["session_m"]) == ("2024-01-10", 20000.0, 20000.0)
    assert long["shoe"] == "Ghost 15"
    notice = next(one for one in long["notices"] if one["rule"] == "long_run")
    assert list(notice) == ["rule", "level", "told", "withheld", "numbers", "text"]
    assert (notice["level"], notice["told"], notice["withheld"]) == (2, True, None)
    assert notice["numbers"] == {"longest_m": 14000.0, "session_m": 20000.0, "is_race": False}
    assert notice["text"] in long["note"]
    assert found["summary"]["by_rule"]["long_run"]["told"] == 2
    assert found["summary"]["notes"] == sum(1 for one in found["runs"] if one["note"] is not None)


def test_a_run_set_aside_has_no_session_no_notices_no_note() -> None:
    aside = shown(replay_of(run(0, None)))["runs"][0]
    assert aside == {
        "id": "008",
        "day": "2024-01-01",
        "distance_m": None,
        "session_m": None,
        "shoe": None,
        "allowance": None,
        "notices": [],
        "note": None,
    }


def test_an_empty_history_has_no_days() -> None:
    found = shown(replay_of())
    assert found["source"] == {"activities": 0, "runs": 0, "first_day": None, "last_day": None}
    assert (found["runs"], found["set_aside"], found["summary"]["notes"]) == ([], [], 0)


def test_what_is_kept_back_carries_its_reason() -> None:
    notices = shown(replay_of(run(0, 14), run(9, 20), run(11, 24)))["runs"][2]["notices"]
    assert ("long_run", False, "quiet period") in [(one["rule"], one["told"], one["withheld"]) for one in notices]
