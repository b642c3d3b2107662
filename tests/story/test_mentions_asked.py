"""A part that was only mentioned is asked about in a note or mail that goes anyway, and never where others read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from plugin.ports import ChannelName, JobKind
from plugin.web.mentions import keep_answer
from plugin.web.settings_page import forget_words
from tests.story.stage import DAY, Stage

SHIN = "20 km with one eye on the shin."
QUESTION = "You mentioned your shin: sore, or fine?"


def a_stage(stage: Stage, **settings: Any) -> Stage:
    stage.connect(reads_soreness=True, **settings)
    stage.history()
    return stage


def web_of(stage: Stage) -> Any:
    return SimpleNamespace(
        channels=stage.channels, store=stage.store, inbox=stage.inbox, wake=lambda: None, clock=lambda: stage.now
    )


def test_a_note_that_goes_anyway_asks_and_none_goes_for_it(empty):
    a_stage(empty)
    short = empty.record(8, description=SHIN)
    empty.happens(short)
    assert empty.private_note(short) == ""
    empty.later(8 * DAY)
    long = empty.record(20, description=SHIN)
    empty.happens(long)
    assert empty.note(long).endswith(f"{QUESTION} One tap on your Footnote page answers.")
    assert empty.told(long) == {"long_run"}


def test_a_part_is_asked_about_once_in_a_week(empty):
    a_stage(empty)
    empty.happens(empty.record(8, description=SHIN))
    empty.later(2 * DAY)
    long = empty.record(20, description=SHIN)
    empty.happens(long)
    assert empty.note(long)
    assert QUESTION not in empty.note(long)


@pytest.mark.parametrize("is_sore", [True, False])
def test_the_answer_takes_the_question_out_and_counts_like_words(empty, is_sore):
    a_stage(empty)
    run = empty.record(20, description=SHIN)
    empty.happens(run)
    keep_answer(web_of(empty), empty.runner(), str(run), "shin", is_sore=is_sore)
    empty.deliver()
    assert QUESTION not in empty.note(run)
    assert ("soreness" in empty.told(run)) is is_sore


@pytest.mark.parametrize("channel", [ChannelName.DESCRIPTION, ChannelName.COMMENT])
def test_the_question_goes_nowhere_where_others_read(empty, channel):
    a_stage(empty, channel=channel, public_ok=True)
    run = empty.record(20, description=SHIN)
    empty.happens(run)
    assert QUESTION in empty.private_note(run)
    assert empty.description(run) == SHIN


def test_a_consent_withdrawn_takes_the_question_out(empty):
    a_stage(empty)
    run = empty.record(20, description=SHIN)
    empty.happens(run)
    assert QUESTION in empty.note(run)
    empty.choose(reads_soreness=False)
    forget_words(web_of(empty), empty.runner(), empty.now)
    empty.deliver()
    assert empty.note(run).startswith("Today's 20.0 km")
    assert QUESTION not in empty.note(run)


def test_the_weekly_mail_asks_where_no_note_did(empty):
    a_stage(empty, mail=True)
    run = empty.record(8, description=SHIN)
    empty.happens(run)
    empty.event(0, JobKind.DIGEST)
    empty.deliver()
    (digest,) = empty.post.digests
    assert (digest.mention.part, digest.mention.run_id) == ("shin", run)


def test_the_weekly_mail_does_not_ask_what_a_note_asked(empty):
    a_stage(empty, mail=True)
    run = empty.record(20, description=SHIN)
    empty.happens(run)
    empty.event(0, JobKind.DIGEST)
    empty.deliver()
    (digest,) = empty.post.digests
    assert digest.mention is None
