"""soreness: levels, repetition, all-clears, load."""

from datetime import timedelta

import pytest

from plugin.rules import soreness
from plugin.training.history import Memory, Soreness
from tests.rules.examples import BOOK, MONDAY, found, history_of, run

LIMITS = BOOK.limits["soreness"]


def sore(day, *labels, cleared=(), shoe=None, run_id=None, **more):
    day = MONDAY + timedelta(days=day)
    return Soreness(
        run_id=run_id or f"s{day}", day=day, labels=frozenset(labels), cleared=frozenset(cleared), shoe=shoe, **more
    )


def level(day, labels, *earlier, load_days=(), shoe=None, **more):
    one = run(day, 8, shoe=shoe)
    reading = sore(day, *labels, run_id=one.id, shoe=shoe, **more)
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
        ("knee", 1),
        ("calf", 1),
        ("thigh", 1),
        ("hip", 1),
        ("plantar_fasciitis", 2),
        ("shin", 2),
        ("stress_fracture", 4),
        ("red_flag", 4),
    ],
)
def test_each_label_has_its_level(label, expected):
    assert level(0, [label]) == expected


def test_weeks_by_the_runners_own_word_are_a_strong_caution_and_no_red_flag():
    assert level(0, ["foot_pain_unspecified"], warnings=frozenset({"weeks"})) == 3


def test_nothing_read_nothing_said():
    assert level(0, []) is None


def test_a_sore_foot_again_within_two_weeks_is_a_caution():
    assert level(14, ["foot_pain_unspecified"], sore(0, "blister")) == 2
    assert level(15, ["foot_pain_unspecified"], sore(0, "blister")) == 1


def test_a_sore_knee_is_a_caution_only_after_a_sore_knee():
    assert level(14, ["knee"], sore(0, "knee")) == 3
    assert level(13, ["knee"], sore(0, "knee")) == 2
    assert level(13, ["knee"], sore(0, "shin")) == 1


def test_a_run_cut_short_for_it_is_a_caution():
    assert level(0, ["calf"], cut_short=True) == 2
    assert level(0, ["foot_pain_unspecified"], cut_short=True) == 2
    assert level(0, ["blister"], cut_short=True) == 1


@pytest.mark.parametrize(("score", "expected"), [(1, 1), (3, 1), (4, 2), (6, 2), (7, 4), (10, 4)])
def test_a_number_from_the_runner_decides_by_itself(score, expected):
    assert level(0, ["achilles"], score=score) == expected


def test_the_same_label_for_two_weeks_is_a_strong_caution_and_no_red_flag():
    assert level(14, ["achilles"], sore(0, "achilles")) == 3
    assert level(13, ["achilles"], sore(0, "achilles")) == 2
    assert level(14, ["achilles"], sore(0, "shin")) == 2
    assert level(14, ["foot_pain_unspecified"], sore(0, "foot_pain_unspecified")) == 3


def test_a_blister_is_never_persistent():
    assert level(14, ["blister"], sore(0, "blister")) == 1


def test_the_words_get_what_was_read_and_how_long_it_has_gone_on():
    one = run(20, 8)
    reading = sore(20, "stress_fracture", run_id=one.id, warnings=frozenset({"swelling", "night"}))
    memory = Memory(soreness=(soreness.remember(sore(3, "stress_fracture"), (), LIMITS),), reading=reading)
    numbers = found("soreness", one, memory=memory).numbers
    assert numbers["labels"] == ("red_flag", "stress_fracture")
    assert numbers["warnings"] == ("night", "swelling")
    assert (numbers["is_persistent"], numbers["days"]) == (1, 17)


def test_an_all_clear_in_between_starts_anew():
    assert level(14, ["achilles"], sore(0, "achilles"), sore(7, cleared=["achilles"])) == 2


def test_four_weeks_without_a_word_start_anew():
    assert level(28, ["achilles"], sore(0, "achilles")) == 3
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
    assert notice.numbers["shoe_m"] == 40_000


@pytest.mark.parametrize(
    ("read", "expected"), [(("achilles",), True), (("blister",), False), (("knee",), False), (("red_flag",), True)]
)
def test_soreness_from_a_caution_on_silences_the_allowance_for_a_week(read, expected):
    known = (soreness.remember(sore(0, *read), (), LIMITS),)
    days = [MONDAY + timedelta(days=number) for number in (0, 6, 7)]
    assert [soreness.is_sore(known, day, LIMITS) for day in days] == [expected, expected, False]


def test_soreness_that_lasts_silences_it_however_long_ago_it_began():
    began = sore(0, "knee")
    later = soreness.remember(sore(20, "knee"), (began,), LIMITS)
    assert soreness.is_sore((later,), later.day, LIMITS)
