"""The replay in a terminal."""

from __future__ import annotations

from decimal import Decimal

from plugin.replay.as_text import WIDTH, as_text
from tests.replay.histories import jump, replay_of, run


def test_each_note_stands_under_its_run() -> None:
    text = as_text(replay_of(*jump("Ghost 15")))
    assert "2024-01-10 Wed · 20.0 km · Ghost 15\n    Today's 20.0 km is 43 % longer" in text
    assert max(len(line) for line in text.splitlines()) <= WIDTH


def test_rules_and_months_are_counted() -> None:
    text = as_text(replay_of(*jump(), run(40, 10)))
    assert "long_run               2        2" in text
    assert "2024      2    0    .    ." in text


def test_what_was_set_aside_is_said() -> None:
    text = as_text(replay_of(run(0, 14), run(1, None), run(2, None)))
    assert "Set aside, neither counted nor noticed: 2 without a distance." in text


def test_it_begins_with_the_verdict_and_the_three_that_mattered_most() -> None:
    lines = as_text(replay_of(*jump(), run(11, 31), run(20, 33), run(29, 45), run(60, 10))).splitlines()
    assert "notes a month" in lines[1]
    assert lines[2].startswith("What they are about: a run much longer than lately (")
    assert "The three that mattered most:" in lines
    assert lines.index("The three that mattered most:") < lines.index("Every note, by date:")


def test_an_empty_history_is_one_sentence_and_a_table() -> None:
    assert as_text(replay_of()).startswith("runs.csv: 0 activities, no run.")


def test_silence_is_said_and_promises_no_list() -> None:
    text = as_text(replay_of(run(0, 10), run(2, 10)))
    assert "\nNo note would have been told.\n" in text
    assert "would have been told:" not in text


def test_a_session_is_told_only_where_it_reads_as_another_distance() -> None:
    jog = run(9, "0.04", hour=7, moving_s=Decimal(2900), elapsed_s=Decimal(3000))
    text = as_text(replay_of(run(0, 14), jog, run(9, 20, hour=8)))
    assert "· 20.0 km\n" in text
    assert "session" not in text
    assert "· 20.0 km · session 26.0 km" in as_text(replay_of(run(0, 14), run(9, 6, hour=7), run(9, 20, hour=8)))


def test_a_pairs_name_cannot_break_a_line() -> None:
    assert "· Ghost 15" in as_text(replay_of(*jump("Ghost\n15")))
