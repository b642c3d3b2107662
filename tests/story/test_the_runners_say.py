"""It was a race, snooze, not for me, turned off, paused: heard, and the note follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from plugin.notes.runner_choices import called_races
from plugin.ports import ChannelName, Dismissal, JobKind, NoteStatus
from plugin.summary.summarise import summarise
from plugin.web.hurts import Hurt, keep_hurt
from plugin.web.runner_answers import UNDONE, end_silence, it_was_a_race, it_was_no_run, not_for_me, snooze, undo
from tests.rules.examples import BOOK
from tests.story.stage import ANA, DAY, HOUR, Stage, voice_of

NEXT_YEAR = date(2027, 1, 1)
RED = "Could not hop on it, pinpoint pain on the bone, swollen and painful at night."


def say_race(stage: Stage, run: int) -> None:
    stage.store.change_run_record(ANA, run, lambda was: replace(was, called_race=True))
    stage.happens(run, JobKind.SAID)


def test_it_was_a_race_and_the_note_follows(stage):
    run = stage.too_long(private_note="mine")
    stage.happens(run)
    say_race(stage, run)
    assert "on race day" in stage.note(run)
    assert stage.private_note(run).startswith("mine\n\n")
    assert stage.strava.writes == 2
    stage.happens(run)
    stage.later(4 * HOUR)
    assert "on race day" in stage.note(run)
    assert stage.strava.writes == 2


def test_a_race_by_mail_changes_the_record_and_mails_nothing(empty):
    empty.connect(mail=True, channel=ChannelName.EMAIL)
    run = empty.too_long()
    empty.happens(run)
    say_race(empty, run)
    assert "on race day" in empty.run_record(run).text
    assert len(empty.post.notes) == 1


def test_a_race_said_while_the_later_look_is_under_way_is_heard(stage):
    run = stage.too_long()
    stage.happens(run)
    stage.store.change_run_record(ANA, run, lambda was: replace(was, called_race=True))
    stage.later(4 * HOUR)
    assert stage.run_record(run).judged_race
    assert "on race day" in stage.note(run)


@pytest.mark.parametrize("rule", ["long_run", "*"])
def test_a_snoozed_rule_is_quiet_through_its_last_day(stage, rule):
    stage.choose(snoozed={rule: stage.now.date() + DAY})
    run = stage.too_long()
    stage.happens(run)
    assert "long_run" not in stage.told(run)
    assert stage.withheld(run)["long_run"] == "snoozed"
    stage.later(2 * DAY)
    other = stage.record(30)
    stage.happens(other)
    assert "long_run" in stage.told(other)


def test_a_rule_turned_off_is_kept_back_with_its_reason(stage):
    stage.choose(rules_off=frozenset({"long_run"}))
    run = stage.too_long()
    stage.happens(run)
    assert stage.withheld(run)["long_run"] == "turned off"
    assert "long_run" not in stage.told(run)


def test_one_dismissal_silences_nothing(stage):
    stage.change_runner(dismissals=(Dismissal(rule="long_run", day=stage.now.date()),))
    run = stage.too_long()
    stage.happens(run)
    assert stage.note(run)


@pytest.mark.parametrize(
    ("first", "second", "is_quiet"),
    [(0, 0, True), (60, 0, True), (61, 0, False), (40, 29, True), (40, 30, False), (89, 29, True)],
)
def test_two_dismissals_within_sixty_days_are_thirty_days_of_quiet(stage, first, second, is_quiet):
    today = stage.now.date()
    days = [today - timedelta(days=ago) for ago in (first, second)]
    stage.change_runner(dismissals=tuple(Dismissal(rule="long_run", day=day) for day in days))
    run = stage.too_long()
    stage.happens(run)
    assert ("long_run" in stage.told(run)) is not is_quiet
    if is_quiet:
        assert stage.withheld(run)["long_run"] == "turned off"


def test_dismissals_of_one_rule_do_not_silence_another(stage):
    stage.change_runner(dismissals=(Dismissal(rule="ramp", day=stage.now.date()),) * 2)
    run = stage.too_long()
    stage.happens(run)
    assert "long_run" in stage.told(run)


@pytest.mark.parametrize(
    "silenced",
    [
        {"snoozed": {"*": NEXT_YEAR}},
        {"snoozed": {"soreness": NEXT_YEAR}},
        {"rules_off": frozenset({"soreness"})},
    ],
)
def test_see_a_professional_cannot_be_silenced(empty, silenced):
    empty.connect(reads_soreness=True, **silenced)
    empty.change_runner(dismissals=(Dismissal(rule="soreness", day=empty.now.date()),) * 2)
    empty.history()
    run = empty.record(8, description=RED)
    empty.happens(run)
    assert "have it looked at" in empty.note(run)


def test_only_soreness_reading_as_a_whole_can_be_turned_off(stage):
    stage.history()
    run = stage.record(8, description=RED)
    stage.happens(run)
    assert stage.private_note(run) == ""
    assert stage.runner().soreness == ()


def test_a_snooze_said_after_the_note_leaves_the_note(stage):
    run = stage.too_long()
    stage.happens(run)
    note = stage.private_note(run)
    stage.choose(snoozed={"*": stage.now.date() + 7 * DAY})
    stage.happens(run)
    stage.later(4 * HOUR)
    assert stage.private_note(run) == note
    assert stage.run_record(run).telling is NoteStatus.TOLD


def test_strict_ramp_is_the_article_to_the_letter(stage):
    stage.choose(strict_ramp=True)
    for days_ago, km in ((30, 30), (23, 30), (16, 30), (9, 10)):
        stage.record(km, days_ago=days_ago)
    stage.record(8, days_ago=1)
    run = stage.record(9)
    stage.happens(run)
    assert "ramp" in stage.told(run)
    stage.choose(strict_ramp=False)
    stage.happens(run, JobKind.SAID)
    assert stage.private_note(run) == ""


def test_the_note_speaks_the_runners_unit(empty):
    empty.connect(units="mi")
    run = empty.too_long()
    empty.happens(run)
    assert "12.4 mi is 43 % longer" in empty.note(run)


def test_a_run_that_turns_out_a_ride_loses_its_note_although_everything_is_paused(stage):
    run = stage.too_long(private_note="mine")
    stage.happens(run)
    stage.choose(paused=True)
    stage.strava.change(run, distance_m=stage.strava.activities[run].distance_m + 5000)
    stage.happens(run)
    assert "20.0 km" in stage.note(run)
    stage.strava.change(run, sport="Ride")
    stage.happens(run)
    assert stage.private_note(run) == "mine"


def says_no_run(stage, run, *, is_taken_back=False):
    """The button on the page, and what comes of it."""
    have = SimpleNamespace(store=stage.store, inbox=stage.inbox, wake=lambda: None)
    if is_taken_back:
        assert undo(have, stage.runner(), run, stage.now)
    else:
        assert it_was_no_run(have, stage.runner(), run, stage.now)
    stage.deliver()


def test_a_run_that_was_none_loses_its_note_and_gets_it_back_when_that_is_taken_back(stage):
    run = stage.too_long()
    stage.happens(run)
    note = stage.note(run)
    assert note
    says_no_run(stage, run)
    assert stage.note(run) is None
    assert stage.told(run) == set()
    says_no_run(stage, run, is_taken_back=True)
    assert stage.told(run) == {"long_run"}
    assert stage.note(run) == note


def test_a_run_that_was_none_is_no_yardstick_for_the_next(stage):
    first = stage.too_long(km=30, days_ago=1)
    stage.happens(first)
    says_no_run(stage, first)
    run = stage.record(20)
    stage.happens(run)
    assert "longest run of the last 30 days (14.0 km)" in stage.note(run)


def says_not_for_me(stage, run, rule):
    have = SimpleNamespace(store=stage.store, inbox=stage.inbox, wake=lambda: None)
    assert not_for_me(have, stage.runner(), run, rule, stage.now)
    stage.deliver()


def looked_back(stage, run):
    """What the page's look back says of the run, without its tip: that depends on the tips told before."""
    races = called_races(stage.store.run_records(ANA))
    snapshot = stage.store.snapshot(ANA)
    seen = summarise(stage.runner(), snapshot, stage.now.date(), BOOK, voice_of(stage.runner()), races)
    return next(one.text.split("\nTip: ")[0] for one in seen.said if one.run_id == str(run))


def test_a_note_that_is_not_for_the_runner_goes_and_comes_back_when_that_is_taken_back(stage):
    run = stage.too_long(private_note="mine")
    stage.happens(run)
    note = stage.note(run)
    says_not_for_me(stage, run, "long_run")
    assert stage.private_note(run) == "mine"
    assert stage.withheld(run)["long_run"] == "not for me"
    assert looked_back(stage, run) == ""
    stage.later(4 * HOUR)
    assert stage.private_note(run) == "mine"
    have = SimpleNamespace(store=stage.store, inbox=stage.inbox, wake=lambda: None)
    assert undo(have, stage.runner(), run, stage.now, ("not-for-me",))
    stage.deliver()
    assert stage.note(run) == note


def test_what_follows_a_note_that_was_not_for_the_runner_says_why_it_comes(stage):
    run = stage.too_long(km=40)
    stage.happens(run)
    assert stage.note(run).startswith("Today's 40.0 km is 186 % longer")
    says_not_for_me(stage, run, "long_run")
    assert stage.note(run).startswith(
        "The other note is gone, since it wasn't for you. This one is about something else."
    )
    assert "40.0 km so far this week" in stage.note(run)
    assert looked_back(stage, run) == stage.note(run).split("\nTip: ")[0]


def test_what_follows_a_race_is_never_sterner_without_a_word(stage):
    run = stage.too_long(km=40)
    stage.happens(run)
    say_race(stage, run)
    assert stage.note(run).startswith(
        "Counted as a race, as you said. This is about something else. 40.0 km so far this"
    )
    assert looked_back(stage, run) == stage.note(run).split("\nTip: ")[0]


def test_a_race_that_the_runner_named_is_one_when_looked_back_on(stage):
    run = stage.too_long()
    stage.happens(run)
    say_race(stage, run)
    assert "20.0 km on race day" in stage.note(run)
    assert looked_back(stage, run) == stage.note(run).split("\nTip: ")[0]


def site(stage):
    """What the page's answers work with."""
    return SimpleNamespace(store=stage.store, inbox=stage.inbox, wake=lambda: None)


@pytest.mark.parametrize("other", [it_was_a_race, it_was_no_run, None])
@pytest.mark.parametrize("at_once", [True, False])
def test_undo_takes_back_a_snooze_beside_another_answer_and_the_note_comes_back(stage, other, at_once):
    run = stage.too_long(private_note="mine")
    stage.happens(run)
    note = stage.note(run)
    snooze(site(stage), stage.runner(), "long_run", stage.now)
    if other is not None:
        assert other(site(stage), stage.runner(), run, stage.now)
    else:
        stage.event(run, JobKind.SAID)
    stage.deliver()
    assert stage.note(run) != note
    # Nothing is found on what was no run: its snooze can be taken back once the run counts again.
    times = 2 if other is it_was_no_run else 1
    for what in [UNDONE] * times if at_once else [(one,) for one in UNDONE]:
        assert undo(site(stage), stage.runner(), run, stage.now, what)
        stage.deliver()
    assert stage.runner().settings.snoozed == {}
    assert stage.note(run) == note


@pytest.mark.parametrize("rule", ["long_run", "*"])
def test_when_a_snooze_is_ended_the_runs_of_the_last_days_get_their_notes(stage, rule):
    snooze(site(stage), stage.runner(), rule, stage.now)
    run = stage.too_long()
    stage.happens(run)
    assert stage.withheld(run)["long_run"] == "snoozed"
    stage.later(2 * DAY)
    end_silence(site(stage), stage.runner(), rule, stage.now)
    stage.deliver()
    assert "long_run" in stage.told(run)
    assert "20.0 km" in stage.note(run)


def test_when_a_snooze_is_ended_what_it_did_not_silence_is_not_read_again(stage):
    run = stage.too_long()
    stage.happens(run)
    snooze(site(stage), stage.runner(), "long_run", stage.now)
    end_silence(site(stage), stage.runner(), "long_run", stage.now)
    assert stage.waiting(JobKind.SAID) == []


def says_it_hurts(stage, run, **said):
    """The drawn foot on the page, and what comes of it."""
    have = SimpleNamespace(store=stage.store, inbox=stage.inbox, wake=lambda: None)
    keep_hurt(have, stage.runner(), Hurt(**said), run, stage.now)
    stage.deliver()


def test_what_hurts_is_said_without_words_and_the_note_follows(stage):
    run = stage.record(8)
    stage.happens(run)
    assert stage.note(run) is None
    says_it_hurts(stage, run, place="shin", side="left", score=5)
    assert stage.told(run) == {"soreness"}
    assert "shin" in stage.note(run)
    says_it_hurts(stage, run, place="shin", side="left", score=0)
    assert stage.note(run) is None


@pytest.mark.parametrize(
    ("side", "words"),
    [("left", "left heel"), ("right", "right heel"), ("both", "heel, both sides"), ("", "heel")],
)
def test_what_hurts_comes_back_as_it_was_said(stage, side, words):
    run = stage.record(8)
    stage.happens(run)
    says_it_hurts(stage, run, place="heel", side=side, score=6)
    assert f"You said this hurts: {words}, 6 of 10." in stage.note(run)
    assert "You mention" not in stage.note(run)
    says_it_hurts(stage, run, place="shin", side=side, score=6)
    assert f"You said this hurts: {words.replace('heel', 'shin')}, 6 of 10." in stage.note(run)


def test_what_words_say_beside_what_was_tapped_is_said_too(stage):
    stage.choose(reads_soreness=True)
    run = stage.record(8, description="My Achilles hurts and the heel hurts.")
    stage.happens(run)
    says_it_hurts(stage, run, place="heel", side="left", score=6)
    assert "You said this hurts: left heel, 6 of 10. You mention a sore Achilles." in stage.note(run)


def test_a_high_score_says_to_have_it_looked_at(stage):
    run = stage.record(8)
    stage.happens(run)
    says_it_hurts(stage, run, place="heel", side="", score=8)
    assert [found.level for found in stage.run_record(run).found if found.rule == "soreness"] == [4]
