"""The runner's setting, on the activity and in the mail: what stands on a run with nothing to warn of."""

from __future__ import annotations

from dataclasses import replace

from plugin.ports import HowMuch, NoteStatus
from tests.story.stage import ANA


def says(stage, how_much):
    stage.store.change_runner(ANA, lambda runner: replace(runner, settings=replace(runner.settings, how_much=how_much)))


def test_a_line_stands_on_every_run_for_who_asked_for_it(stage):
    stage.history()
    says(stage, HowMuch.EVERY_RUN)
    run = stage.record(10)
    stage.happens(run)
    assert stage.note(run).startswith("All quiet. ")
    assert stage.run_record(run).telling is NoteStatus.TOLD
    assert not any(one.told for one in stage.run_record(run).found)


def test_for_everybody_else_a_quiet_run_stays_bare(stage):
    stage.history()
    for how_much in (HowMuch.WARNINGS, HowMuch.WARNINGS_AND_TIPS):
        says(stage, how_much)
        run = stage.record(10)
        stage.happens(run)
        assert stage.private_note(run) == ""
