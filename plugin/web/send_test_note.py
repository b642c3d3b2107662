"""A test note to the channel that the runner chose, so that they see it before a run brings a real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Flask, current_app, flash, request
from flask.typing import ResponseReturnValue

from plugin.activities.note_state import arrived, is_in_field
from plugin.errors import FootnoteError
from plugin.notes.example_note import TEST_SUBJECT, TEST_TEXT
from plugin.ports import ActivityDetail, Channel, ChannelName, Message, NoteStatus, Runner, RunRecord
from plugin.web.dependencies import Dependencies, parts
from plugin.web.login import runner_only, to_page
from plugin.web.push_page import ask_for_test_note, may_test
from plugin.web.template_filters import today_of
from plugin.web.wording import _, channel_name


def register(app: Flask) -> None:
    """One button."""
    app.add_url_rule("/me/test", "test_note", runner_only(test_note), methods=["POST"])


def test_note(runner: Runner) -> ResponseReturnValue:
    """Tell a test note now, at most three an hour, and say what came of it."""
    have, now = parts(), parts().clock()
    is_of_push = request.form.get("by") == ChannelName.PUSH
    channel = have.channels.get(ChannelName.PUSH if is_of_push else runner.settings.channel)
    if channel is not None and channel.is_offered and channel.is_left_to_worker and runner.settings.push is not None:
        ask_for_test_note(have, runner, now)
        return to_page("/me/push")
    if channel is None or not channel.can_tell(runner):
        flash(_("Your notes can't go there yet: see what is missing in the settings."), "wrong")
        return to_page("/me")
    if not may_test(have, runner):
        return to_page("/me")
    try:
        said = _tell(have, runner, channel, now)
    except FootnoteError as wrong:
        current_app.logger.warning("a test note was not told: %s", type(wrong).__name__)
        flash(_("The test note did not get through. Try again in a few minutes, or choose another way."), "wrong")
    else:
        flash(said)
    return to_page("/me")


def _tell(have: Dependencies, runner: Runner, channel: Channel, now: datetime) -> str:
    text = _(TEST_TEXT)
    message = Message(
        runner=runner,
        run_id=0,
        day=today_of(runner, now),
        text=text,
        before=None,
        was="",
        subject=_(TEST_SUBJECT),
        can_be_silenced=False,
    )
    if not channel.is_on_activity:
        channel.tell(message, now)
        return _("A test note is on its way: %(where)s.", where=channel_name(channel.name))
    run_id = _newest(have, runner)
    if not is_in_field(channel) or run_id is None:
        return _("There is no run yet that a test note could be written on. Your next run will show it.")
    before = have.store.run_record(runner.id, run_id)
    is_failed_test = before is not None and before.telling is NoteStatus.SENDING and before.text == text
    if before is not None and before.text and not is_failed_test:
        return _("Your newest run has a note already: that is what notes look like there.")
    detail = have.strava.activity(runner.id, run_id)
    # Strava may have kept an earlier test note although its answer was lost.
    if before is None or not arrived(before, channel, detail):
        _keep(have, runner, channel, detail, text, now)
        channel.tell(replace(message, run_id=run_id, before=detail), now)
    have.store.change_run_record(runner.id, detail.id, lambda was: _arrived(was, text, now))
    return _(
        "A test note is on your newest run now: %(where)s. You can delete it there.", where=channel_name(channel.name)
    )


def _newest(have: Dependencies, runner: Runner) -> int | None:
    snapshot = have.store.snapshot(runner.id)
    runs = [run for run in snapshot.runs if run.id.isdigit()] if snapshot else []
    return int(max(runs, key=lambda run: run.start).id) if runs else None


def _keep(
    have: Dependencies, runner: Runner, channel: Channel, detail: ActivityDetail, text: str, now: datetime
) -> None:
    """The intent, on record before the note is written: if writing fails, a real note still goes there."""

    def change(was: RunRecord | None) -> RunRecord:
        record = was or RunRecord(
            runner_id=runner.id, run_id=detail.id, day=detail.day, start=detail.start, looked_at=now, is_old=True
        )
        return replace(record, telling=NoteStatus.SENDING, channel=channel.name, text=text, told_at=None)

    have.store.change_run_record(runner.id, detail.id, change)


def _arrived(was: RunRecord | None, text: str, now: datetime) -> RunRecord | None:
    """The record of the written test note: a real note takes its place, and one that the runner deletes stays out."""
    if was is None or was.telling is not NoteStatus.SENDING or was.text != text:
        return was
    return replace(was, telling=NoteStatus.TOLD, told_at=now)
