"""Comments: off unless the operator says so, posted once, never twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugin.channels.comment import Comment
from plugin.channels.page import Page
from plugin.errors import NotTold, Refused, StravaClosed, StravaTrouble
from tests.channels.fakes import NOTE, NOW, FakeFields, a_message, a_runner


def test_a_comment_is_the_note_without_the_blocks_delimiters():
    strava = FakeFields()
    Comment(strava, enabled=True).tell(a_message(), NOW)
    assert strava.comments == [NOTE]


def test_comments_are_closed_unless_turned_on():
    strava = FakeFields()
    assert not Comment(strava, enabled=False).can_tell(a_runner())
    assert Comment(strava, enabled=True).can_tell(a_runner())
    assert not Comment(strava, enabled=True).can_tell(replace(a_runner(), scopes=frozenset({"read"})))
    with pytest.raises(NotTold):
        Comment(strava, enabled=False).tell(a_message(), NOW)
    assert strava.comments == []


def test_an_app_that_may_not_comment_is_told_so_for_good():
    with pytest.raises(NotTold) as told:
        Comment(FakeFields(fails=Refused("401")), enabled=True).tell(a_message(), NOW)
    assert told.value.for_good


def test_a_comment_whose_answer_is_lost_is_not_posted_again():
    with pytest.raises(NotTold) as told:
        Comment(FakeFields(fails=StravaTrouble("reset")), enabled=True).tell(a_message(), NOW)
    assert told.value.may_have_left
    assert not told.value.for_good


def test_a_closed_rate_window_is_waited_for():
    with pytest.raises(StravaClosed):
        Comment(FakeFields(fails=StravaClosed("429", NOW)), enabled=True).tell(a_message(), NOW)


def test_soreness_is_never_a_comment():
    strava = FakeFields()
    with pytest.raises(NotTold):
        Comment(strava, enabled=True).tell(a_message(is_public_safe=False), NOW)
    assert strava.comments == []


def test_a_run_that_has_its_comment_gets_no_second_one():
    strava = FakeFields()
    Comment(strava, enabled=True).tell(a_message("Changed.", was=NOTE), NOW)
    Comment(strava, enabled=True).tell(a_message("", was=NOTE), NOW)
    assert strava.comments == []


def test_the_page_is_always_open():
    assert Page().can_tell(replace(a_runner(), scopes=frozenset()))
    assert Page().tell(a_message(), NOW) is None
