"""The runner reads other units or another language from now on: the notes of the last days are written anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from plugin.activities.intake import keep_if_known
from plugin.activities.odometer import FIGURE_DAYS
from plugin.ports import Inbox, JobKind, NoteStatus, RunRecord, Store, new_delivery


def ask_to_rewrite_notes(store: Store, inbox: Inbox, runner_id: int, now: datetime) -> int:
    """Have every run judged again whose note can still be changed: its words are kept seven days. Returns how many.

    They are second looks, which leave a reserve of Strava's rate windows to new runs; the newest comes first. What went
    by mail is not sent again.
    """
    runs = [one for one in store.run_records(runner_id) if _can_be_said_anew(one, now)]
    for place, one in enumerate(sorted(runs, key=lambda run: (run.day, run.run_id), reverse=True)):

        def change(was: RunRecord | None) -> RunRecord | None:
            return None if was is None else replace(was, judge_again=True)

        if store.change_run_record(runner_id, one.run_id, change) is not None:
            due = now + timedelta(microseconds=place)
            keep_if_known(store, inbox, new_delivery(runner_id, one.run_id, JobKind.REREAD, now, due))
    return len(runs)


def _can_be_said_anew(run_record: RunRecord, now: datetime) -> bool:
    return bool(run_record.text) and run_record.telling is NoteStatus.TOLD and is_judged_anew(run_record, now)


def is_judged_anew(run_record: RunRecord, now: datetime) -> bool:
    """Whether a change of mind reaches the run: its facts are still kept, and it is one of the last days."""
    return run_record.facts is not None and not run_record.is_old and now - run_record.looked_at < FIGURE_DAYS
