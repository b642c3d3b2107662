"""soreness: levels, repetition, all-clears, load."""

from datetime import timedelta

import pytest

from plugin.rules import soreness
from plugin.training.history import Memory, Soreness
from tests.rules.examples import BOOK, MONDAY, found, history_of, run

LIMITS = BOOK.limits["soreness"]


def sore(day, *labels, cleared=(), shoe=None, run_id=None):
    day = MONDAY + timedelta(days=day)
    return Soreness(
        run_id=run_id or f"s{day}", day=day, labels=frozenset(labels), cleared=frozenset(cleared), shoe=shoe
    )


def level(day, labels, *earlier, load_days=(), shoe=None):
    one = run(day, 8, shoe=shoe)
    reading = sore(day, *labels, run_id=one.id, shoe=shoe)
    remembered = []
    for before in earlier:
        remembered.append(soreness.remember(before, tuple(remembered), LIMITS))
    load = frozenset(MONDAY + timedelta(days=day) for day in load_days)
    memory = Memory(soreness=tuple(remembered), reading=reading, load_days=load)
    notice = found("soreness", one, memory=memory)
    return None if notice is None else notice.level


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("blister", 1),
        ("foot_pain_unspecified", 1),
        ("plantar_fasciitis", 2),
        ("shin", 2),
        ("stress_fracture", 4),
        ("red_flag", 4),
    ],
)
def test_each_label_has_its_level(label, expected):
    assert level(0, [label]) == expected


def test_nothing_read_nothing_said():
    assert level(0, []) is None


def test_a_sore_foot_again_within_two_weeks_is_a_caution():
    assert level(14, ["foot_pain_unspecified"], sore(0, "blister")) == 2
    assert level(15, ["foot_pain_unspecified"], sore(0, "blister")) == 1


def test_the_same_label_for_two_weeks_is_for_a_professional():
    assert level(14, ["achilles"], sore(0, "achilles")) == 4
    assert level(13, ["achilles"], sore(0, "achilles")) == 2
    assert level(14, ["achilles"], sore(0, "shin")) == 2


def test_an_all_clear_in_between_starts_anew():
    assert level(14, ["achilles"], sore(0, "achilles"), sore(7, cleared=["achilles"])) == 2


def test_four_weeks_without_a_word_start_anew():
    assert level(28, ["achilles"], sore(0, "achilles")) == 4
    assert level(29, ["achilles"], sore(0, "achilles")) == 2


def test_the_beginning_is_remembered_when_the_first_reading_is_forgotten():
    first, second = sore(0, "achilles"), sore(12, "achilles")
    kept = soreness.remember(second, (first,), LIMITS)
    assert soreness.chain_start("achilles", (kept,), MONDAY + timedelta(days=32), 28) == MONDAY


def test_recent_load_raises_a_caution_by_one_and_never_to_the_professional():
    assert level(10, ["shin"], load_days=[0]) == 3
    assert level(15, ["shin"], load_days=[0]) == 2
    assert level(10, ["blister"], load_days=[9]) == 1


def test_counts_not_causes_are_crossed_with_the_pair():
    runs = [run(number, 8, shoe="Pegasus") for number in range(5)]
    earlier = tuple(sore(number, "plantar_fasciitis", shoe="Pegasus" if number else "Ghost") for number in range(4))
    reading = sore(4, "plantar_fasciitis", shoe="Pegasus", run_id=runs[-1].id)
    notice = found("soreness", *runs, history=history_of(*runs), memory=Memory(soreness=earlier, reading=reading))
    assert (notice.numbers["runs_in_pair"], notice.numbers["runs_sore"]) == (4, 5)
