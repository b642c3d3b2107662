"""What a replay comes to, and what came before an injury beside what is usual."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from plugin.errors import BadSource
from plugin.replay.as_json import as_json
from plugin.replay.as_text import as_text
from plugin.replay.command import voice_of
from plugin.replay.conclusion import BEFORE, conclude
from tests.replay.histories import FIRST, replay_of, run

STEADY = [run(day, 8) for day in range(0, 200, 2)]
HURT = FIRST + timedelta(days=150)


def test_notes_a_month_count_the_whole_time() -> None:
    found = conclude(replay_of(run(0, 14), run(9, 20), run(300, 10)))
    assert found.notes == 1
    assert found.notes_a_month == found.notes / (Decimal(301) / Decimal("30.4375"))


def test_the_most_important_notes_are_the_gravest_in_the_order_of_their_days() -> None:
    replay = replay_of(run(0, 10), run(10, 12), run(25, 14), run(45, 40), run(70, 60), run(99, 130))
    levels = {one.run.id: one.note.leader.level for one in replay.noted if one.note}
    chosen = conclude(replay).most_important
    assert len(chosen) == 3
    assert [one.run.day for one in chosen] == sorted(one.run.day for one in chosen)
    least = min(levels[one.run.id] for one in chosen)
    assert all(levels[one] <= least for one in levels if one not in {run.run.id for run in chosen})


def test_the_window_is_the_28_days_before_and_not_the_day_itself() -> None:
    runs = [run(0, 5), run(121, 6), run(122, 7), run(149, 8), run(150, 9)]
    (injury,) = conclude(replay_of(*runs, injuries=[HURT])).injuries
    assert (injury.first_day, injury.day) == (HURT - BEFORE, HURT)
    assert (injury.run_days, injury.metres, injury.longest_m) == (2, Decimal(15000), Decimal(8000))


def test_usual_is_the_mean_of_all_other_days() -> None:
    (injury,) = conclude(replay_of(*STEADY, injuries=[HURT])).injuries
    assert injury.metres == Decimal(14 * 8000)
    assert injury.usual_metres is not None
    assert abs(injury.usual_metres - injury.metres) < Decimal(1000)


def test_where_hardly_anything_else_is_known_nothing_is_called_usual() -> None:
    runs = [run(day, 8) for day in range(0, 40, 2)]
    (injury,) = conclude(replay_of(*runs, injuries=[FIRST + timedelta(days=30)])).injuries
    assert (injury.usual_metres, injury.usual_notes, injury.usual_found) == (None, None, {})


def test_a_day_twice_is_one_and_json_tells_each(capsys: pytest.CaptureFixture[str]) -> None:
    replay = replay_of(*STEADY, injuries=[HURT, HURT, date(2030, 1, 1)])
    found = json.loads(as_json(replay))["injuries"]
    assert [one["day"] for one in found] == [HURT.isoformat(), "2030-01-01"]
    assert found[0]["run_days"] == 14
    assert found[1]["found"] == {}
    assert "The 28 days before 2030-01-01: no run." in as_text(replay)


@pytest.mark.parametrize(("language", "units", "words"), [("de", "km", "20,0 km"), ("en", "mi", "12.4 mi")])
def test_it_speaks_the_language_and_the_units_asked_for(language: str, units: str, words: str) -> None:
    text = as_text(replay_of(run(0, 14), run(9, 20), voice=voice_of(language, units)))
    assert words in text


def test_a_language_there_is_none_of_is_one_sentence() -> None:
    with pytest.raises(BadSource, match="no language 'tlh' here: take one of en, de"):
        voice_of("tlh", "km")
