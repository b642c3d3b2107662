"""The note follows the facts: changed where it stands, taken out when it no longer holds, the runner's text kept."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from plugin.notes.block import CLOSE, OPEN
from plugin.ports import ChannelName, JobKind, NoteStatus
from tests.story.stage import ANA, DAY, HOUR, Stage


def noted(stage: Stage, **more: object) -> int:
    run = stage.too_long(**more)
    stage.happens(run)
    assert stage.note(run)
    stage.price()
    return run


def test_a_cropped_run_has_its_note_changed_in_place(stage):
    run = noted(stage, private_note="Felt fine.")
    before = stage.private_note(run)
    stage.strava.change(run, distance_m=Decimal(18000), private_note=before + "\nSlept well.")
    stage.happens(run)
    after = stage.private_note(run)
    assert after.startswith(f"Felt fine.\n\n{OPEN}\nToday's 18.0 km is 29 % longer")
    assert after.endswith(f"{CLOSE}\nSlept well.")
    assert stage.strava.writes == 1


def test_a_note_that_no_longer_holds_is_taken_out(stage):
    run = noted(stage, private_note="Felt fine.")
    stage.strava.change(run, distance_m=Decimal(14000))
    stage.happens(run)
    assert stage.private_note(run) == "Felt fine."
    assert stage.run_record(run).telling is NoteStatus.TAKEN_OUT
    assert stage.run_record(run).text == ""


def test_a_note_that_holds_again_comes_back(stage):
    run = noted(stage)
    note = stage.private_note(run)
    for metres in (14000, 20000):
        stage.strava.change(run, distance_m=Decimal(metres))
        stage.happens(run)
    assert stage.private_note(run) == note


def test_a_new_title_alone_is_no_fact(stage):
    run = noted(stage)
    stage.strava.change(run, title="Lunch run, 30 km really")
    stage.happens(run)
    assert stage.price() == (1, 0)


def test_a_corrected_day_is_a_fact(stage):
    run = noted(stage)
    kept = stage.strava.activities[run]
    stage.strava.change(run, day=kept.day - 2 * DAY, start=kept.start - 2 * DAY)
    stage.happens(run)
    assert stage.run_record(run).day == (kept.day - 2 * DAY)
    assert stage.note(run)


def test_a_corrected_pair_has_the_note_follow_and_the_first_pair_may_cross_later(stage):
    stage.strava.add_pair("g1", "Ghost 15", km=490)
    stage.strava.add_pair("g2", "Pegasus", km=100)
    stage.history()
    run = stage.record(12, shoe="g1")
    stage.happens(run)
    assert "Your Ghost 15 has 502 km on it." in stage.note(run)
    stage.strava.change(run, shoe="g2")
    stage.later(4 * HOUR)
    assert stage.private_note(run) == ""
    stage.later(2 * DAY)
    other = stage.record(11, shoe="g1")
    stage.happens(other)
    assert "Your Ghost 15 has 501 km on it." in stage.note(other)


def test_a_run_that_becomes_a_ride_loses_the_block(stage):
    run = noted(stage, private_note="Felt fine.")
    stage.strava.change(run, sport="Ride")
    stage.happens(run)
    assert stage.private_note(run) == "Felt fine."
    assert stage.price()[1] == 1
    stage.happens(run)
    assert stage.strava.writes == 0


def test_a_ride_that_becomes_a_run_is_judged(stage):
    stage.history()
    run = stage.record(20, sport="Ride")
    stage.happens(run)
    stage.strava.change(run, sport="Run")
    stage.happens(run)
    assert stage.note(run)


def test_a_run_that_becomes_a_ride_and_a_run_again_carries_its_note_again(stage):
    run = noted(stage)
    note = stage.private_note(run)
    for sport in ("Ride", "Run"):
        stage.strava.change(run, sport=sport)
        stage.happens(run)
    assert stage.private_note(run) == note


def test_a_run_that_became_a_ride_without_an_event_loses_its_block_in_the_evening(stage):
    run = noted(stage)
    stage.later(4 * HOUR)
    stage.strava.change(run, sport="Walk")
    stage.evening()
    assert stage.private_note(run) == ""


@pytest.mark.parametrize(
    "changes",
    [
        [{"distance_m": Decimal(25000)}],
        [{"distance_m": Decimal(14000)}, {"distance_m": Decimal(28000)}],
        [{"sport": "Ride"}, {"sport": "Run"}],
        [{"sport": "TrailRun"}],
    ],
)
def test_a_block_that_the_runner_deleted_is_never_put_back(stage, changes):
    run = noted(stage)
    stage.strava.change(run, private_note="My own words.")
    for change in changes:
        stage.strava.change(run, **change)
        stage.happens(run)
    stage.later(4 * HOUR)
    stage.evening()
    assert stage.private_note(run) == "My own words."
    assert stage.run_record(run).telling is NoteStatus.REMOVED
    assert stage.strava.writes == 0


def test_a_deleted_block_is_not_put_back_when_it_was_a_race_either(stage):
    run = noted(stage)
    stage.strava.change(run, private_note="")
    stage.store.change_run_record(ANA, run, lambda was: replace(was, called_race=True))
    stage.happens(run, JobKind.SAID)
    assert stage.private_note(run) == ""


def test_a_block_that_only_lost_its_end_counts_as_deleted(stage):
    run = noted(stage)
    broken = stage.private_note(run).replace(CLOSE, "")
    stage.strava.change(run, private_note=broken, distance_m=Decimal(25000))
    stage.happens(run)
    assert stage.private_note(run) == broken


def test_a_mail_is_not_sent_twice_for_a_change_but_the_record_follows(empty):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    run = empty.too_long()
    empty.happens(run)
    for metres in (25000, 14000, 26000):
        empty.strava.change(run, distance_m=Decimal(metres))
        empty.happens(run)
    assert len(empty.post.notes) == 1
    assert "26.0 km" in empty.run_record(run).text
    assert empty.strava.writes == 0


def test_a_run_told_by_mail_is_not_written_on_after_the_channel_was_changed(empty):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    run = empty.too_long()
    empty.happens(run)
    empty.choose(channel=ChannelName.PRIVATE_NOTE)
    for metres in (14000, 26000):
        empty.strava.change(run, distance_m=Decimal(metres))
        empty.happens(run)
    assert empty.private_note(run) == ""


def test_a_note_stays_where_it_stands_after_the_channel_was_changed(stage):
    run = noted(stage)
    stage.choose(channel=ChannelName.DESCRIPTION, public_ok=True)
    stage.strava.change(run, distance_m=Decimal(25000))
    stage.happens(run)
    assert "25.0 km" in stage.note(run)
    assert stage.description(run) == ""


@pytest.mark.parametrize(
    "text",
    [
        "one\r\ntwo\r\n",
        "  blanks before and after  ",
        "\n\nlines before and after\n\n\n",
        "half a block: — Footnote —",
        f"{OPEN}\nhalf a block without an end",
        f"a quotation\n{OPEN}\nsomething of mine\n{CLOSE}\nand on",
        f"{OPEN}\nnothing but a quotation\n{CLOSE}",
        "🦶 ñ \u202e right to left \u202c é",
    ],
)
def test_the_runners_text_survives_note_change_and_removal_to_the_letter(stage, text):
    run = noted(stage, private_note=text)
    assert stage.private_note(run).startswith(text + f"\n\n{OPEN}\nToday's 20.0 km")
    stage.strava.change(run, distance_m=Decimal(25000))
    stage.happens(run)
    assert stage.private_note(run).startswith(text + f"\n\n{OPEN}\nToday's 25.0 km")
    stage.strava.change(run, distance_m=Decimal(10000))
    stage.happens(run)
    assert stage.private_note(run) == text


def test_line_breaks_that_strava_turned_are_still_our_block(stage):
    run = noted(stage, private_note="mine")
    turned = stage.private_note(run).replace("\n", "\r\n")
    stage.strava.change(run, private_note=turned, distance_m=Decimal(10000))
    stage.happens(run)
    assert stage.private_note(run) == "mine"


def test_a_word_the_runner_added_to_our_note_does_not_make_a_second_block(stage):
    run = noted(stage)
    stage.strava.change(run, private_note=stage.private_note(run).replace("Today's", "Hm! Today's"))
    stage.strava.change(run, distance_m=Decimal(25000))
    stage.happens(run)
    assert stage.private_note(run).count(OPEN) == 1


def test_a_title_edited_ten_days_later_writes_nothing(stage):
    run = noted(stage)
    note = stage.private_note(run)
    stage.later(10 * DAY)
    stage.purge()
    stage.happens(run)
    assert stage.private_note(run) == note


def test_a_title_edited_three_months_later_writes_nothing(stage):
    run = noted(stage)
    note = stage.private_note(run)
    stage.later(95 * DAY)
    stage.purge()
    assert stage.store.run_records(ANA) == []
    stage.happens(run)
    assert stage.private_note(run) == note


def test_words_that_change_are_a_fact_only_for_those_who_agreed(stage):
    run = noted(stage)
    stage.strava.change(run, description="Heel pain the whole way.")
    stage.later(4 * HOUR)
    assert stage.price() == (1, 0)
    stage.choose(reads_soreness=True)
    stage.evening()
    assert "You mention" in stage.note(run)
    assert "This isn't a diagnosis." in stage.note(run)
