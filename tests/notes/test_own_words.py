"""What is read of a run's texts."""

from datetime import date

from plugin.notes.own_words import with_answers
from plugin.training.history import Soreness


def test_an_answer_to_a_mention_counts_like_words_as_long_as_the_words_stand() -> None:
    mention = Soreness(run_id="1", day=date(2026, 3, 1), mentioned=frozenset({"shin", "heel"}))
    answered = with_answers(mention, {"shin": True, "heel": False})
    assert answered.labels == {"shin"}
    assert "plantar_fasciitis" in answered.cleared
    assert with_answers(mention, answered.answers) == answered
    changed = Soreness(run_id="1", day=date(2026, 3, 1), labels=frozenset({"achilles"}))
    assert with_answers(changed, answered.answers) == changed
