"""How much is said on a run is the runner's: warnings, warnings and tips, or a line on every run."""

from __future__ import annotations

from plugin.notes.choose_note import Record
from plugin.notes.compose import run_text
from plugin.notes.evaluate import evaluate_history
from plugin.ports import HowMuch
from plugin.rules.notice import TIP
from plugin.training.history import Soreness
from plugin.translations.voice import Voice
from tests.rules.examples import BOOK, history_of, run

RUNS = [
    *(run(7 * week + day, km) for week in range(4) for day, km in ((1, 8), (3, 8), (5, 14))),
    run(29, 8),
    run(31, 20),
    run(36, 8),
    run(40, 16, is_race=True),
]


def played(how_much, *, readings=None):
    """Day of each run to what is said on it, and the notices told."""
    said = {}
    asked = Record(how_much=how_much)
    for one, _ledger, choice in evaluate_history(history_of(*RUNS), BOOK, readings, asked_by=lambda run: asked):
        text = run_text(choice, Voice(), BOOK, one.day, how_much)
        said[one.day] = (text, [verdict.notice for verdict in choice.verdicts if verdict.told])
    return said


def test_warnings_come_without_tips():
    texts = [text for text, _ in played(HowMuch.WARNINGS).values()]
    assert any("43 % longer" in text for text in texts)
    assert not any("Tip: " in text for text in texts)
    assert not any(notice.level == TIP for _, told in played(HowMuch.WARNINGS).values() for notice in told)


def test_warnings_and_tips_is_what_a_runner_gets_who_chose_nothing():
    said = played(HowMuch.WARNINGS_AND_TIPS)
    assert any("Tip: " in text for text, _ in said.values())
    assert any(notice.level == TIP for _, told in said.values() for notice in told)
    assert any(text == "" for text, _ in said.values())
    assert Record().how_much == HowMuch.WARNINGS_AND_TIPS


def test_a_line_on_every_run_changes_no_note():
    usual, every = played(HowMuch.WARNINGS_AND_TIPS), played(HowMuch.EVERY_RUN)
    assert {day: text for day, (text, _) in usual.items() if text}.items() <= {
        day: text for day, (text, _) in every.items()
    }.items()
    lines = [every[day][0] for day, (text, _) in usual.items() if not text]
    assert lines
    assert all(line == "" or line.startswith("All quiet. ") for line in lines)
    assert any("Your next run can be up to 15.4 km" in line for line in lines)


def test_no_line_stands_beside_soreness():
    quiet = RUNS[7]
    assert played(HowMuch.EVERY_RUN)[quiet.day][0].startswith("All quiet. ")
    reading = Soreness(run_id=quiet.id, day=quiet.day, labels=frozenset({"blister"}))
    assert "All quiet" not in played(HowMuch.EVERY_RUN, readings={quiet.id: reading})[quiet.day][0]
