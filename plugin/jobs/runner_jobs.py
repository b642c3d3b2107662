"""Deliveries with run id 0: about the runner, not about one run."""

from __future__ import annotations

from datetime import datetime

from plugin.jobs.evening_and_weekly_hours import Hours
from plugin.jobs.evening_sweep import EveningSweep
from plugin.jobs.first_sync import FirstSync
from plugin.jobs.note_removal import NoteRemoval
from plugin.jobs.push_test_note import PushTestNotes
from plugin.jobs.shoe_mileage import PairReader
from plugin.jobs.weekly_mail import DigestMailer, WeeklyMail
from plugin.notes.rulebook import Rulebook
from plugin.ports import Delivery, Inbox, JobKind, Runner, Store, Strava


class RunnerJobs:
    """Routes a delivery about a runner to the job that does it."""

    def __init__(
        self,
        *,
        store: Store,
        inbox: Inbox,
        strava: Strava,
        rulebook: Rulebook,
        mailer: DigestMailer | None,
        note_removal: NoteRemoval,
        push_test_notes: PushTestNotes,
        hours: Hours,
    ) -> None:
        pairs = PairReader(store=store, inbox=inbox, strava=strava, rulebook=rulebook)
        self._first_sync = FirstSync(store=store, inbox=inbox, strava=strava, pairs=pairs)
        self._sweep = EveningSweep(store=store, inbox=inbox, strava=strava, pairs=pairs, hours=hours)
        self._note_removal = note_removal
        self._push_test_notes = push_test_notes
        self._weekly_mail = WeeklyMail(store=store, strava=strava, rulebook=rulebook, mailer=mailer)

    def run(self, delivery: Delivery, runner: Runner, now: datetime) -> None:
        """Do the piece of work that the delivery names."""
        if delivery.why == JobKind.PREVIEW:
            self._first_sync.run(runner, now)
        elif delivery.why == JobKind.DIGEST:
            self._weekly_mail.run(delivery, runner, now)
        elif delivery.why == JobKind.SWEEP:
            self._sweep.run(runner, now)
        elif delivery.why == JobKind.REREAD:
            self._sweep.reread(runner, now)
        elif delivery.why == JobKind.LEAVING:
            self._note_removal.run(delivery, runner, now)
        elif delivery.why == JobKind.TEST_NOTE:
            self._push_test_notes.run(runner, now)
