"""Soreness from the runner's own words: only with consent, never from our note, kept as labels for 28 days."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from plugin.ports import JobKind, NoteStatus
from plugin.training.history import Soreness
from plugin.web.settings_page import forget_words
from tests.story.stage import ANA, DAY, HOUR, Stage

HEEL = "Plantar fasciitis again: stabbing heel pain on the first steps this morning."
RED = "Could not hop on it, pinpoint pain on the bone, swollen and painful at night."


def sore(stage: Stage) -> Stage:
    stage.connect(reads_soreness=True)
    stage.history()
    return stage


def test_without_consent_no_word_is_read_or_kept(stage):
    stage.history()
    run = stage.record(8, description=HEEL)
    stage.happens(run)
    stage.evening()
    assert stage.private_note(run) == ""
    assert stage.runner().soreness == ()
    assert stage.run_record(run).facts.words == ""
    assert "steps" not in repr(stage.store.__dict__)


def test_with_consent_only_labels_day_and_pair_are_kept(empty):
    sore(empty)
    run = empty.record(8, description=HEEL)
    empty.happens(run)
    assert "You mention heel or arch pain." in empty.note(run)
    assert [one.labels for one in empty.runner().soreness] == [frozenset({"plantar_fasciitis"})]
    assert "stabbing" not in repr((empty.store.__dict__, empty.inbox.__dict__))


def test_our_own_note_does_not_set_it_off(empty):
    sore(empty)
    run = empty.record(8, description=HEEL)
    empty.happens(run)
    note = empty.private_note(run)
    empty.strava.change(run, description="")
    empty.later(4 * HOUR)
    assert empty.private_note(run) == ""
    assert empty.runner().soreness == ()
    other = empty.record(9, description=f"As last time:\n\n{note}\n\n{note}")
    empty.happens(other)
    assert empty.run_record(other).found == ()


def test_words_added_hours_later_are_seen_and_the_note_follows(empty):
    sore(empty)
    run = empty.record(8)
    empty.happens(run)
    assert empty.private_note(run) == ""
    empty.strava.change(run, private_note=HEEL)
    empty.later(3 * HOUR)
    assert empty.private_note(run).startswith(HEEL + "\n\n— Footnote —\nYou mention")


def test_words_added_on_the_next_day_are_seen_in_the_evening(empty):
    sore(empty)
    run = empty.record(8)
    empty.happens(run)
    empty.later(DAY)
    empty.strava.change(run, title="Ow: " + HEEL)
    empty.evening()
    assert "You mention" in empty.note(run)


def test_words_taken_back_take_the_note_out_and_the_memory_with_it(empty):
    sore(empty)
    run = empty.record(8, description=HEEL)
    empty.happens(run)
    empty.strava.change(run, description="Lovely.")
    empty.happens(run)
    assert empty.private_note(run) == ""
    assert empty.runner().soreness == ()


def test_it_is_remembered_for_28_days_and_then_gone(empty):
    sore(empty)
    empty.happens(empty.record(8, description=HEEL))
    empty.later(27 * DAY)
    empty.purge()
    assert empty.runner().soreness
    empty.later(3 * DAY)
    empty.purge()
    assert empty.runner().soreness == ()


def test_consent_taken_back_is_the_end_of_what_was_read(empty):
    sore(empty)
    run = empty.record(8, description=HEEL)
    empty.happens(run)
    empty.choose(reads_soreness=False)
    empty.purge()
    assert empty.runner().soreness == ()
    empty.happens(run)
    assert empty.private_note(run) == ""


def test_the_same_soreness_two_weeks_on_is_a_strong_caution(empty):
    sore(empty)
    empty.happens(empty.record(6, description=HEEL))
    empty.later(7 * DAY)
    empty.happens(empty.record(6, description=HEEL))
    empty.later(7 * DAY)
    run = empty.record(6, description=HEEL)
    empty.happens(run)
    assert "That's 14 days now" in empty.note(run)
    assert max(one.level for one in empty.run_record(run).found) == 3


def test_an_all_clear_in_between_ends_it(empty):
    sore(empty)
    empty.happens(empty.record(6, description=HEEL))
    empty.later(7 * DAY)
    empty.happens(empty.record(6, description="No heel pain at all today."))
    empty.later(8 * DAY)
    run = empty.record(6, description=HEEL)
    empty.happens(run)
    assert "days now" not in empty.note(run)
    assert empty.run_record(run).found[0].level < 4


def test_persistence_is_known_longer_than_the_readings_are_kept(empty):
    sore(empty)
    levels = []
    for _ in range(6):
        run = empty.record(6, description=HEEL)
        empty.happens(run)
        empty.purge()
        levels.append(max(one.level for one in empty.run_record(run).found))
        empty.later(13 * DAY)
    assert levels == [2, 2, 3, 3, 3, 3]


def test_with_more_load_than_usual_it_is_one_level_higher(empty):
    sore(empty)
    long = empty.record(20, at=empty.now - 50 * HOUR)
    empty.happens(long)
    run = empty.record(6, description=HEEL)
    empty.happens(run)
    assert max(one.level for one in empty.run_record(run).found if one.rule == "soreness") == 3
    assert "You've been running more lately too" in empty.note(run)


def test_a_red_flag_is_told_again_only_a_day_later(empty):
    sore(empty)
    first = empty.record(6, description=RED, at=empty.now - HOUR)
    empty.happens(first)
    assert "have it looked at" in empty.note(first)
    empty.later(10 * HOUR)
    second = empty.record(6, description=RED)
    empty.happens(second)
    assert empty.withheld(second) == {"soreness": "quiet period"}
    empty.later(15 * HOUR)
    third = empty.record(6, description=RED)
    empty.happens(third)
    assert "have it looked at" in empty.note(third)


def test_at_level_four_no_exercise_is_offered(empty):
    sore(empty)
    run = empty.record(6, description=RED)
    empty.happens(run)
    assert empty.run_record(run).tip in {"see_somebody", "write_it_down"}


def test_never_the_same_tip_twice_running(empty):
    sore(empty)
    tips = []
    for number in range(8):
        run = empty.record(6, description=HEEL)
        empty.happens(run)
        tips.append(empty.run_record(run).tip)
        empty.later(7 * DAY)
        assert number == 0 or tips[-1] != tips[-2]
    assert None not in tips


def test_the_pair_is_crossed_with_soreness_as_counts(empty):
    sore(empty)
    empty.strava.add_pair("g1", "Pegasus", km=10)
    for number in range(3):
        run = empty.record(5, shoe="g1", description=HEEL)
        empty.happens(run)
        if number < 2:
            empty.later(5 * DAY)
    found = next(one for one in empty.run_record(run).found if one.rule == "soreness")
    assert found.numbers["runs_in_pair"] == 3
    assert found.numbers["runs_sore"] == 3


def test_soreness_of_a_deleted_run_is_forgotten(empty):
    sore(empty)
    run = empty.record(8, description=HEEL)
    empty.happens(run)
    empty.strava.delete(run)
    empty.happens(run, JobKind.DELETED)
    assert empty.runner().soreness == ()
    assert empty.store.run_record(ANA, run) is None


@pytest.mark.parametrize(("days_ago", "is_told"), [(28, False), (29, True)])
def test_soreness_counts_for_28_days_before_the_run_whenever_the_last_purge_was(empty, days_ago, is_told):
    sore(empty)
    day = empty.now.date() - days_ago * DAY
    empty.change_runner(soreness=(Soreness(run_id="1", day=day, labels=frozenset({"achilles"})),))
    for number in range(5):
        run = empty.record(8, days_ago=4.3 - number, cadence=Decimal(70))
    empty.happens(run)
    assert ("cadence" in [found.rule for found in empty.run_record(run).found]) is is_told


def withdraws(stage: Stage) -> None:
    """The box is unticked at /me/settings."""
    stage.choose(reads_soreness=False)
    have: Any = SimpleNamespace(channels=stage.channels, store=stage.store, inbox=stage.inbox, wake=lambda: None)
    forget_words(have, stage.runner(), stage.now)
    assert "mention" not in repr(stage.store.__dict__)
    stage.deliver()


def test_a_consent_withdrawn_takes_the_note_off_the_activity(empty):
    sore(empty)
    run = empty.record(8, description=HEEL, private_note="Wet.")
    empty.happens(run)
    assert "heel" in empty.note(run)
    withdraws(empty)
    assert empty.private_note(run) == "Wet."
    assert (empty.run_record(run).telling, empty.run_record(run).text) == (NoteStatus.TAKEN_OUT, "")
    empty.price()
    empty.later(4 * HOUR)
    empty.evening()
    assert empty.private_note(run) == "Wet."
    assert "mention" not in repr(empty.store.__dict__)


def test_a_consent_withdrawn_is_heard_while_everything_is_paused(empty):
    sore(empty)
    run = empty.record(8, description=HEEL, private_note="Wet.")
    empty.happens(run)
    empty.choose(paused=True)
    withdraws(empty)
    assert empty.private_note(run) == "Wet."


def test_a_consent_withdrawn_leaves_the_rest_of_a_note(empty):
    sore(empty)
    run = empty.record(20, description=HEEL)
    empty.happens(run)
    assert empty.told(run) == {"long_run", "soreness"}
    withdraws(empty)
    assert empty.note(run).startswith("Today's 20.0 km")
    assert "heel" not in empty.note(run)
    assert empty.run_record(run).text == empty.note(run)


def test_a_consent_withdrawn_weeks_later_takes_an_old_note_off_too(empty):
    sore(empty)
    run = empty.record(8, description=HEEL)
    empty.happens(run)
    empty.later(20 * DAY)
    empty.purge()
    assert empty.run_record(run).text == ""
    withdraws(empty)
    assert empty.private_note(run) == ""


@pytest.mark.parametrize("own", ["", "My note.\n\n— Footnote —\nquoted from a friend\n— end of footnote —"])
def test_a_consent_withdrawn_touches_no_word_of_the_runners(empty, own):
    sore(empty)
    run = empty.record(8, description=HEEL, private_note=own)
    empty.happens(run)
    withdraws(empty)
    assert empty.private_note(run) == own
