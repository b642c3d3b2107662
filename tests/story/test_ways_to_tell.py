"""The runner's channel, and what happens where it turns out not to work: private note, email, page; never public."""

from __future__ import annotations

from decimal import Decimal

import pytest

from plugin.errors import NotTold, Refused, StravaTrouble
from plugin.ports import ChannelName, NoteStatus
from tests.story.stage import ANA, DAY, HOUR, MINUTE, Stage

READS = frozenset({"read", "activity:read", "activity:read_all"})
HEEL = "Sharp heel pain on the first steps, and after."


def test_a_private_note_that_does_not_stick_on_two_runs_is_mailed_and_so_are_the_next(empty):
    empty.connect(mail=True)
    empty.strava.ignores_private_note = True
    for count in (1, 2):
        run = empty.too_long()
        empty.happens(run)
        assert empty.run_record(run).channel is ChannelName.EMAIL
        assert (len(empty.post.notes), empty.strava.writes) == (count, count)
        assert empty.runner().failed_channels == ({ChannelName.PRIVATE_NOTE} if count == 2 else frozenset())
        empty.later(2 * DAY)
    empty.happens(empty.record(50))
    assert (len(empty.post.notes), empty.strava.writes) == (3, 2)


def test_a_channel_that_closed_opens_again_after_a_week(empty):
    empty.connect(mail=True)
    empty.strava.ignores_private_note = True
    for km in (20, 30):
        empty.happens(empty.record(km))
        empty.later(DAY)
    empty.strava.mend()
    empty.later(7 * DAY)
    run = empty.record(60)
    empty.happens(run)
    assert empty.run_record(run).channel is ChannelName.PRIVATE_NOTE
    assert empty.runner().failed_channels == frozenset()


def test_two_failures_more_than_a_week_apart_close_nothing(empty):
    empty.connect(mail=True)
    empty.strava.ignores_private_note = True
    for km in (20, 40):
        empty.happens(empty.record(km))
        empty.later(8 * DAY)
    assert empty.runner().failed_channels == frozenset()


def test_one_run_that_fails_twice_closes_nothing(empty):
    empty.connect()
    run = empty.too_long()
    empty.strava.fail(Refused("no"), on="write", times=2)
    empty.happens(run)
    empty.strava.change(run, distance_m=Decimal(25_000))
    empty.happens(run)
    assert empty.runner().failed_channels == frozenset()


def test_an_answer_without_the_field_decides_nothing(empty):
    empty.connect(mail=True)
    empty.strava.shows_no_field = True
    run = empty.too_long()
    empty.happens(run)
    assert empty.run_record(run).channel is ChannelName.PRIVATE_NOTE
    assert empty.note(run)
    assert empty.post.notes == []
    assert empty.runner().failures == ()


def test_without_an_address_the_page_is_what_is_left(stage):
    stage.strava.ignores_private_note = True
    run = stage.too_long()
    stage.happens(run)
    assert stage.run_record(run).channel is ChannelName.PAGE
    assert stage.run_record(run).telling is NoteStatus.TOLD
    assert "20.0 km" in stage.run_record(run).text


@pytest.mark.parametrize("settings", [{"email_confirmed": False}, {"email_bounced": True}, {"email": None}])
def test_an_address_that_is_not_confirmed_or_has_bounced_gets_nothing(empty, settings):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    empty.choose(**settings)
    run = empty.too_long()
    empty.happens(run)
    assert empty.post.notes == []
    assert empty.run_record(run).channel is ChannelName.PAGE


def test_where_the_operator_has_no_mail_server_the_page_is_what_is_left():
    stage = Stage(has_post=False)
    stage.connect(mail=True, channel=ChannelName.EMAIL)
    run = stage.too_long()
    stage.happens(run)
    assert stage.run_record(run).channel is ChannelName.PAGE


def test_a_missing_write_scope_means_email(empty):
    empty.connect(mail=True, scopes=READS)
    run = empty.too_long()
    empty.happens(run)
    assert empty.run_record(run).channel is ChannelName.EMAIL
    assert empty.strava.writes == 0


def test_a_missing_write_scope_without_an_address_means_the_page(empty):
    empty.connect(scopes=READS)
    run = empty.too_long()
    empty.happens(run)
    assert empty.run_record(run).channel is ChannelName.PAGE
    assert empty.strava.writes == 0


def test_writes_that_strava_refuses_close_the_channel_for_this_runner_alone(empty):
    empty.connect(7)
    empty.connect(8)
    run, other = empty.too_long(runner_id=7), empty.too_long(runner_id=8)
    empty.strava.fail(Refused("no"), on="write")
    empty.happens(run, runner_id=7)
    empty.happens(other, runner_id=8)
    empty.later(DAY)
    empty.strava.fail(Refused("no"), on="write")
    empty.happens(empty.record(40, runner_id=7), runner_id=7)
    assert empty.runner(7).failed_channels == {ChannelName.PRIVATE_NOTE}
    assert empty.run_record(run, 7).channel is ChannelName.PAGE
    assert empty.run_record(other, 8).channel is ChannelName.PRIVATE_NOTE
    assert empty.runner(8).failed_channels == frozenset()


def test_an_answer_that_is_lost_after_the_write_is_looked_up_and_not_written_twice(stage):
    run = stage.too_long()
    stage.event(run)
    real = stage.strava.write

    def lost(*given: object, **named: object) -> None:
        stage.strava.write = real
        real(*given, **named)
        raise StravaTrouble("the answer was lost")

    stage.strava.write = lost
    stage.deliver()
    stage.later(MINUTE)
    assert stage.run_record(run).telling is NoteStatus.TOLD
    assert stage.run_record(run).told_at is not None
    assert stage.strava.writes == 1


def test_the_description_is_written_only_after_the_runners_yes(empty):
    empty.connect(channel=ChannelName.DESCRIPTION, public_ok=False)
    run = empty.too_long()
    empty.happens(run)
    assert empty.description(run) == ""
    assert empty.note(run)


def test_the_description_is_written_after_the_runners_yes(empty):
    empty.connect(channel=ChannelName.DESCRIPTION, public_ok=True)
    run = empty.too_long(description="With Ben.")
    empty.happens(run)
    assert empty.description(run).startswith("With Ben.\n\n— Footnote —\nToday's 20.0 km")
    assert empty.private_note(run) == ""


def test_a_description_that_fails_becomes_private_and_never_the_other_way(empty):
    empty.connect(channel=ChannelName.DESCRIPTION, public_ok=True, mail=True)
    run = empty.too_long()
    empty.strava.fail(Refused("no"), on="write")
    empty.happens(run)
    assert empty.note(run)
    assert empty.description(run) == ""


def test_a_private_note_that_fails_never_becomes_public(empty):
    empty.connect(public_ok=True)
    empty.strava.ignores_private_note = True
    run = empty.too_long()
    empty.happens(run)
    assert empty.description(run) == ""
    assert empty.strava.comments == []


def test_a_yes_taken_back_takes_the_next_change_out_of_the_description(empty):
    empty.connect(channel=ChannelName.DESCRIPTION, public_ok=True)
    run = empty.too_long(description="With Ben.")
    empty.happens(run)
    empty.choose(public_ok=False, channel=ChannelName.PRIVATE_NOTE)
    empty.strava.change(run, distance_m=Decimal(25000))
    empty.happens(run)
    assert empty.description(run) == "With Ben."
    assert "25.0 km" in empty.note(run)


def test_a_comment_is_written_only_where_the_operator_turned_it_on(empty):
    empty.strava.is_partner = True
    empty.connect(channel=ChannelName.COMMENT, public_ok=True)
    run = empty.too_long()
    empty.happens(run)
    assert empty.strava.comments == []
    assert empty.note(run)


def test_a_comment_is_written_once_and_does_not_follow():
    stage = Stage(comments=True)
    stage.strava.is_partner = True
    stage.connect(channel=ChannelName.COMMENT, public_ok=True)
    run = stage.too_long()
    stage.happens(run)
    for metres in (25000, 14000, 26000):
        stage.strava.change(run, distance_m=Decimal(metres))
        stage.happens(run)
    assert len(stage.strava.comments) == 1
    assert stage.private_note(run) == ""


def test_a_comment_that_strava_refuses_becomes_a_private_note():
    stage = Stage(comments=True)
    stage.connect(channel=ChannelName.COMMENT, public_ok=True)
    run = stage.too_long()
    stage.happens(run)
    assert stage.strava.comments == []
    assert stage.note(run)


@pytest.mark.parametrize("channel", [ChannelName.DESCRIPTION, ChannelName.COMMENT])
def test_soreness_is_never_told_where_others_read(channel):
    stage = Stage(comments=True)
    stage.strava.is_partner = True
    stage.connect(channel=channel, public_ok=True, reads_soreness=True)
    stage.history()
    run = stage.record(10, description=HEEL)
    stage.happens(run)
    assert stage.description(run) == HEEL
    assert stage.strava.comments == []
    assert "heel" in stage.note(run)


def test_soreness_without_a_private_note_is_mailed_and_still_not_public():
    stage = Stage()
    stage.connect(channel=ChannelName.DESCRIPTION, public_ok=True, reads_soreness=True, mail=True)
    stage.strava.ignores_private_note = True
    stage.history()
    run = stage.record(10, description=HEEL)
    stage.happens(run)
    assert stage.description(run) == HEEL
    assert len(stage.post.notes) == 1


def test_a_public_note_that_comes_to_speak_of_soreness_moves_to_the_private_note(empty):
    empty.connect(channel=ChannelName.DESCRIPTION, public_ok=True, reads_soreness=True)
    run = empty.too_long()
    empty.happens(run)
    assert "20.0 km" in empty.description(run)
    empty.strava.change(run, title=HEEL)
    empty.happens(run)
    assert empty.description(run) == ""
    assert "heel" in empty.note(run)


def test_a_mail_subject_never_speaks_of_soreness(empty):
    empty.connect(mail=True, channel=ChannelName.EMAIL, reads_soreness=True)
    empty.history()
    empty.happens(empty.record(10, description=HEEL))
    assert [message.subject for message in empty.post.notes] == ["A note on your run"]


def test_a_dead_mail_server_is_tried_again_and_loses_nothing(empty):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    run = empty.too_long()
    empty.post.trouble = NotTold("puts us off", for_good=False)
    empty.happens(run)
    assert empty.run_record(run).telling is NoteStatus.NOTHING
    empty.later(MINUTE)
    assert empty.post.notes == []
    empty.post.trouble = None
    empty.later(HOUR)
    assert len(empty.post.notes) == 1
    assert empty.run_record(run).telling is NoteStatus.TOLD


def test_a_mail_dropped_after_its_text_may_have_left_and_is_not_sent_again(empty):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    run = empty.too_long()
    empty.post.trouble = NotTold("dropped after DATA", for_good=False, may_have_left=True)
    empty.happens(run)
    empty.post.trouble = None
    empty.strava.change(run, distance_m=Decimal(25000))
    empty.happens(run)
    empty.later(4 * HOUR)
    assert empty.post.notes == []
    assert empty.run_record(run).telling is NoteStatus.UNKNOWN
    assert empty.run_record(run).remark == "not_told: dropped after DATA"
    assert empty.parked() == []


def test_an_address_that_bounces_for_good_is_turned_off_and_the_note_stands_on_the_page(empty):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    run = empty.too_long()
    empty.post.trouble = NotTold("no such mailbox", for_good=True)
    empty.happens(run)
    assert empty.runner().settings.email_bounced
    assert empty.run_record(run).channel is ChannelName.PAGE
    assert empty.run_record(run).remark == "not_told: no such mailbox"
    assert empty.parked() == []


def test_page_only_writes_and_sends_nothing(empty):
    empty.connect(mail=True, channel=ChannelName.PAGE)
    run = empty.too_long()
    empty.happens(run)
    assert empty.strava.writes == 0
    assert empty.post.notes == []
    assert "20.0 km" in empty.run_record(run).text
    assert len(empty.store.run_records(ANA)) == 1


def test_until_the_address_is_confirmed_the_private_note_goes_on(empty):
    empty.connect(9, channel=ChannelName.EMAIL, until_confirmed=ChannelName.PRIVATE_NOTE, email="zoe@example.org")
    run = empty.too_long(runner_id=9)
    empty.happens(run, runner_id=9)
    assert empty.run_record(run, 9).channel is ChannelName.PRIVATE_NOTE
    empty.choose(9, email_confirmed=True, until_confirmed=None)
    other = empty.record(40, runner_id=9)
    empty.happens(other, runner_id=9)
    assert [message.run_id for message in empty.post.notes] == [other]
