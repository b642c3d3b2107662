"""A replay says what would have been said on the day, and why it would have kept the rest back."""

from __future__ import annotations

from plugin.notes.note import WithheldReason
from plugin.notes.rulebook import read_rulebook
from plugin.replay import play
from plugin.replay.years import years
from plugin.training.history import Soreness
from plugin.training.runs_set_aside import SetAsideReason
from tests.replay.histories import archive_of, jump, replay_of, run


def test_a_much_longer_run_gets_its_note_on_its_day() -> None:
    replay = replay_of(*jump())
    first, second, _third = replay.played
    assert first.note is None
    assert second.note is not None
    assert second.note.leader.rule == "long_run"
    assert second.session_m == 20_000
    assert "43 % longer" in (replay.note_of(second) or "")
    assert [one.longest_before_m for year in years(replay) for one in year.sessions] == [None, 14_000, 20_000]


def test_what_was_said_lately_is_kept_back_and_says_why() -> None:
    replay = replay_of(run(0, 14), run(9, 20), run(11, 24))
    kept = replay.played[2].kept_back
    assert (kept[0].notice.rule, kept[0].withheld) == ("long_run", WithheldReason.QUIET_PERIOD)
    assert replay.by_rule["long_run"].reasons == {"quiet period": 1}


def test_runs_set_aside_are_listed_with_their_reason_and_nothing_else() -> None:
    replay = replay_of(run(0, 14), run(1, None), run(2, 30, is_flagged=True))
    assert [one.aside for one in replay.played] == [None, SetAsideReason.NO_DISTANCE, SetAsideReason.FLAGGED]
    assert replay.played[2].session_m is None
    assert replay.played[2].verdicts == ()
    assert replay.by_rule["long_run"].found == 0


def test_later_runs_change_nothing_about_earlier_ones() -> None:
    short, long = replay_of(*jump()[:2]), replay_of(*jump())
    assert [replay.note_of(replay.played[1]) for replay in (short, long)] == [short.note_of(short.played[1])] * 2


def test_a_session_grows_with_its_runs() -> None:
    replay = replay_of(run(0, 2, hour=8, elapsed_s=600), run(0, 5, hour=8, id="later", elapsed_s=1800))
    assert [one.session_m for one in replay.played if one.aside is None]


def test_every_rule_is_counted_even_where_it_found_nothing() -> None:
    counted = replay_of().by_rule
    assert next(iter(counted)) == "soreness"
    assert len(counted) == 10
    assert all((one.found, one.told) == (0, 0) for one in counted.values())


def test_words_that_say_what_hurts_are_heard() -> None:
    runs = (run(0, 8), run(2, 8))
    heel = Soreness(run_id=runs[1].id, day=runs[1].day, labels=frozenset({"plantar_fasciitis"}))
    replay = play(archive_of(*runs), read_rulebook(), readings={heel.run_id: heel})
    assert replay.played[1].note is not None
    assert replay.played[1].note.leader.rule == "soreness"


def test_progress_is_told_after_each_run() -> None:
    seen: list[int] = []
    play(archive_of(*jump()), read_rulebook(), after_run=lambda: seen.append(1))
    assert len(seen) == 3
