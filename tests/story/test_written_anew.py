"""Other units or another language: the notes of the last days are written anew, within the budget, and nothing else."""

from __future__ import annotations

import pytest

from plugin.activities.rewrite_notes import ask_to_rewrite_notes
from plugin.errors import StravaClosed
from plugin.notes.block import block_in
from plugin.ports import ChannelName, JobKind, NoteStatus
from plugin.summary.said_again import said_again
from plugin.translations.voice import voice_in
from tests.story.stage import ANA, DAY, HOUR, MINUTE, Stage

OWN = "Legs heavy.\r\n\r\nSunny."


def ask(stage: Stage, **settings: object) -> int:
    """As the settings form does it."""
    stage.choose(**settings)
    return ask_to_rewrite_notes(stage.store, stage.inbox, ANA, stage.now)


def test_a_note_of_the_last_days_is_in_miles_afterwards_and_says_the_same(stage):
    run = stage.too_long(private_note=OWN)
    stage.happens(run)
    before, told_at = stage.run_record(run), stage.run_record(run).told_at
    assert "20.0\u00a0km" in stage.note(run).replace(" km", "\u00a0km")
    stage.price()
    assert ask(stage, units="mi") == 1
    stage.later(MINUTE)
    note = stage.note(run)
    assert "12.4" in note
    assert "mi" in note
    assert "km" not in note
    assert "43 %" in note
    assert stage.private_note(run).startswith(OWN)
    assert stage.price() == (2, 1)
    after = stage.run_record(run)
    assert (after.tip, after.told_at, {one.rule for one in after.found if one.told}) == (
        before.tip, told_at, {one.rule for one in before.found if one.told},
    )  # fmt: skip
    assert not after.judge_again


def test_a_note_whose_words_are_gone_stays_as_it_is(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.later(7 * DAY)
    stage.purge()
    text = stage.private_note(run)
    stage.price()
    assert ask(stage, units="mi") == 0
    stage.deliver()
    assert stage.private_note(run) == text
    assert stage.price() == (0, 0)


def test_a_mail_that_has_left_is_not_sent_again_and_its_page_follows(empty):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    run = empty.too_long()
    empty.happens(run)
    assert len(empty.post.notes) == 1
    assert ask(empty, units="mi") == 1
    empty.later(MINUTE)
    assert len(empty.post.notes) == 1
    assert "mi" in empty.run_record(run).text


def test_a_note_that_the_runner_deleted_does_not_come_back(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.strava.change(run, private_note="")
    assert ask(stage, units="mi") == 1
    stage.later(MINUTE)
    assert stage.private_note(run) == ""
    assert stage.run_record(run).telling is NoteStatus.REMOVED


def test_it_waits_for_the_rate_window_and_survives_a_restart(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.strava.closed = StravaClosed("full", stage.now + 10 * MINUTE)
    ask(stage, units="mi")
    stage.later(MINUTE)
    stage.restart()
    assert "km" in stage.note(run)
    stage.later(HOUR)
    assert "km" not in stage.note(run)


def test_they_are_second_looks_that_come_after_every_new_run(stage):
    run = stage.too_long()
    stage.happens(run)
    ask(stage, units="mi")
    assert [one.run_id for one in stage.waiting(JobKind.REREAD)].count(run) >= 1
    new = stage.record(5)
    stage.event(new)
    stage.now += 3 * MINUTE
    assert stage.inbox.take(stage.now).run_id == new


@pytest.mark.parametrize("rule", ["long_run", "ramp"])
def test_what_was_noticed_is_said_in_the_language_of_the_page_from_its_numbers(stage, rule):
    run = stage.too_long(30)
    stage.happens(run)
    record = stage.run_record(run)
    (found,) = [one for one in record.found if one.rule == rule]
    assert said_again(found, record, voice_in("en"), timezone="UTC") == found.text
    german = said_again(found, record, voice_in("de", "mi"), timezone="UTC")
    assert german != found.text
    assert "mi" in german
    assert "km" not in german
    assert "," in german
    assert block_in(stage.private_note(run))
