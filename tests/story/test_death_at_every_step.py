"""The process dies at every call to any port in turn, before its effect and after it; the next one takes up the work.

Whatever the step: one note, or at most one mail; a record that says what is so; each told-once on its run.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plugin.ports import ChannelName, JobKind, NoteStatus
from tests.story.stage import ANA, HOUR, Died, Stage, every_death


def undisturbed(setting: Callable[[], tuple[Stage, int]]) -> tuple[Stage, int]:
    stage, run = setting()
    stage.deliver()
    stage.later(HOUR)
    return stage, run


def a_long_run() -> tuple[Stage, int]:
    """With a crossing, a sore heel and a tip: everything that is remembered."""
    stage = Stage()
    stage.connect(reads_soreness=True)
    stage.strava.add_pair("g1", "Ghost 15", km=395)
    run = stage.too_long(shoe="g1", description="Left heel sore the whole way")
    stage.event(run)
    return stage, run


def a_mailed_run() -> tuple[Stage, int]:
    stage = Stage()
    stage.connect(mail=True, channel=ChannelName.EMAIL)
    run = stage.too_long()
    stage.event(run)
    return stage, run


def a_run_cropped_after_its_note() -> tuple[Stage, int]:
    stage, run = a_long_run()
    stage.deliver()
    stage.strava.change(run, distance_m=stage.strava.activities[run].distance_m * 9 / 10)
    stage.event(run)
    return stage, run


def a_run_that_becomes_a_ride() -> tuple[Stage, int]:
    stage, run = a_long_run()
    stage.deliver()
    stage.strava.change(run, sport="Ride")
    stage.event(run)
    return stage, run


def a_run_that_is_deleted() -> tuple[Stage, int]:
    stage, run = a_long_run()
    stage.deliver()
    stage.strava.delete(run)
    stage.event(run, JobKind.DELETED)
    return stage, run


def a_private_note_that_does_not_stick() -> tuple[Stage, int]:
    stage = Stage()
    stage.connect(mail=True)
    stage.strava.ignores_private_note = True
    run = stage.too_long()
    stage.event(run)
    return stage, run


def as_remembered(stage: Stage, run: int) -> tuple[object, ...]:
    """What must not depend on whether somebody died."""
    runner, run_record = stage.runner(), stage.run_record(run)
    pairs = {name: (pair.odometer_m, pair.of_run, pair.before_m) for name, pair in runner.pairs.items()}
    return (
        runner.told_once,
        runner.soreness,
        pairs,
        run_record.telling,
        run_record.channel,
        run_record.text,
        run_record.tip,
        run_record.found,
        run_record.facts,
        run_record.mailed,
        bool(run_record.reread_at),
    )


@pytest.mark.parametrize("is_after", [False, True])
def test_a_note_stands_exactly_once_whenever_the_process_dies(is_after):
    calm, calm_run = undisturbed(a_long_run)
    assert calm.told(calm_run) == {"soreness", "long_run"} or calm.note(calm_run)
    for stage, run, where in every_death(a_long_run, is_after=is_after):
        assert stage.private_note(run) == calm.private_note(calm_run), where
        assert stage.strava.writes == 1, where
        assert as_remembered(stage, run) == as_remembered(calm, calm_run), where
        assert [one.why for one in stage.inbox.everything()] == [JobKind.REREAD], where


def test_a_run_is_written_once_even_if_others_came_between_the_death_and_the_next_look():
    for at in range(1, 500):
        stage, run = a_long_run()
        stage.mortal = True
        stage.build()
        stage.death.at, stage.death.is_after = at, True
        try:
            stage.deliver()
        except Died:
            pass
        else:
            break
        # A warm-up uploaded late changes what the same run would be told now: the session is longer.
        stage.record(3, at=stage.now - 20 * HOUR)
        stage.restart()
        stage.deliver()
        assert stage.strava.writes == 1, stage.death.where
        assert stage.run_record(run).telling is NoteStatus.TOLD, stage.death.where
        assert stage.run_record(run).text in stage.private_note(run), stage.death.where


@pytest.mark.parametrize("is_after", [False, True])
def test_at_most_one_mail_leaves_whenever_the_process_dies(is_after):
    unknown = 0
    for stage, run, where in every_death(a_mailed_run, is_after=is_after):
        run_record = stage.run_record(run)
        assert run_record.mailed, where
        if run_record.telling is NoteStatus.UNKNOWN:
            unknown += 1
            assert len(stage.post.notes) <= 1, where
            assert run_record.remark == "cut_off", where
        else:
            assert run_record.telling is NoteStatus.TOLD, where
            assert len(stage.post.notes) == 1, where
    assert unknown > 0


@pytest.mark.parametrize("is_after", [False, True])
def test_a_note_follows_changed_facts_whenever_the_process_dies(is_after):
    calm, calm_run = undisturbed(a_run_cropped_after_its_note)
    for stage, run, where in every_death(a_run_cropped_after_its_note, is_after=is_after):
        assert stage.private_note(run) == calm.private_note(calm_run), where
        assert stage.strava.writes == 2, where
        assert as_remembered(stage, run) == as_remembered(calm, calm_run), where


@pytest.mark.parametrize("is_after", [False, True])
def test_a_block_is_taken_out_of_a_ride_whenever_the_process_dies(is_after):
    for stage, run, where in every_death(a_run_that_becomes_a_ride, is_after=is_after):
        assert stage.private_note(run) == "", where
        assert stage.run_record(run).telling is NoteStatus.TAKEN_OUT, where
        assert stage.runner().told_once == {}, where
        assert stage.runner().soreness == (), where


@pytest.mark.parametrize("is_after", [False, True])
def test_nothing_is_kept_of_a_deleted_run_whenever_the_process_dies(is_after):
    for stage, run, where in every_death(a_run_that_is_deleted, is_after=is_after):
        assert str(run) not in repr(stage.store.__dict__), where
        assert stage.inbox.everything() == [], where


@pytest.mark.parametrize("is_after", [False, True])
def test_falling_back_ends_in_one_note_whenever_the_process_dies(is_after):
    for stage, run, where in every_death(a_private_note_that_does_not_stick, is_after=is_after):
        assert stage.private_note(run) == "", where
        assert len(stage.post.notes) <= 1, where
        assert stage.run_record(run).channel is ChannelName.EMAIL, where
        assert stage.run_record(run).telling in (NoteStatus.TOLD, NoteStatus.UNKNOWN), where
        assert {one.run_id for one in stage.runner().failures} == {run}, where
        assert stage.runner().failed_channels == frozenset(), where


@pytest.mark.parametrize("is_after", [False, True])
def test_a_block_taken_out_by_us_may_come_back_after_a_death(is_after):
    for stage, run, where in every_death(a_run_that_becomes_a_ride, is_after=is_after):
        stage.strava.change(run, sport="Run")
        stage.happens(run)
        assert stage.note(run), where


def test_many_deaths_in_a_row_end_in_one_note():
    stage, run = a_long_run()
    for at in range(1, 60):
        stage.mortal = True
        stage.death.at, stage.death.count, stage.death.where, stage.death.is_after = at, 0, "", at % 2 == 0
        stage.build()
        try:
            stage.deliver()
        except Died:
            stage.restart()
    stage.restart()
    stage.deliver()
    assert stage.private_note(run).count("— Footnote —") == 1
    assert stage.strava.writes <= 1
    assert stage.run_record(run).telling is NoteStatus.TOLD
    assert len(stage.store.run_records(ANA)) == 1


@pytest.mark.parametrize("is_after", [False, True])
def test_a_digest_leaves_at_most_once_whenever_the_process_dies(is_after):
    def setting() -> tuple[Stage, int]:
        stage = Stage()
        stage.connect(mail=True)
        stage.history()
        stage.event(0, JobKind.DIGEST)
        return stage, 0

    sent = set()
    for stage, _, where in every_death(setting, is_after=is_after):
        sent.add(len(stage.post.digests))
        assert len(stage.post.digests) <= 1, where
        assert stage.inbox.everything() == [], where
    assert 1 in sent


@pytest.mark.parametrize("is_after", [False, True])
def test_the_first_list_and_the_evening_are_done_whenever_the_process_dies(is_after):
    for why in (JobKind.PREVIEW, JobKind.SWEEP):

        def setting(why: JobKind = why) -> tuple[Stage, int]:
            stage = Stage()
            stage.connect(ago=4 * 24 * HOUR)
            stage.strava.add_pair("g1", "Ghost 15", km=100)
            run = stage.too_long(shoe="g1")
            stage.event(0, why)
            return stage, run

        for stage, run, where in every_death(setting, is_after=is_after):
            assert stage.inbox.everything() == [] or why is JobKind.SWEEP, where
            if why is JobKind.SWEEP:
                assert stage.private_note(run).count("— Footnote —") == 1, where
                assert stage.strava.writes == 1, where
