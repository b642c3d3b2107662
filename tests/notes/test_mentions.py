"""Which mentioned part a note asks about, the same live and in a history."""

from __future__ import annotations

from datetime import date, timedelta

from plugin.notes.mentions import part_to_ask
from plugin.training.history import Soreness

DAY = date(2026, 11, 20)


def words(days_ago: int = 0, **found) -> Soreness:
    return Soreness(run_id=str(100 - days_ago), day=DAY - timedelta(days=days_ago), **found)


SHIN = frozenset({"shin"})


def test_a_part_that_was_only_mentioned_is_asked_about():
    assert part_to_ask(words(mentioned=SHIN), ()) == "shin"
    assert part_to_ask(words(), ()) is None
    assert part_to_ask(None, ()) is None


def test_nothing_is_asked_beside_a_complaint_or_after_an_answer():
    assert part_to_ask(words(mentioned=SHIN, labels=frozenset({"achilles"})), ()) is None
    assert part_to_ask(words(mentioned=SHIN, answers={"shin": False}), ()) is None


def test_a_part_named_in_the_week_before_is_not_asked_about_again():
    assert part_to_ask(words(mentioned=SHIN), [words(6, mentioned=SHIN)]) is None
    assert part_to_ask(words(mentioned=SHIN), [words(7, mentioned=SHIN)]) == "shin"
    assert part_to_ask(words(mentioned=SHIN | {"heel"}), [words(1, mentioned=SHIN)]) == "heel"
    assert part_to_ask(words(mentioned=SHIN), [words(mentioned=SHIN)]) == "shin"
