"""Takes our notes out of the activities of a runner who leaves, some at a time, then deletes everything.

Where it got to is on record with each note, so a process that ends in between is followed by one that goes on. Strava
is asked within the runner's share of the rate windows, with a bounded number of tries; whatever cannot be taken out is
counted, and after a day at most everything is deleted all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from plugin.activities.intake import keep_if_known
from plugin.activities.leaving import MOST_TIME, end, still_there
from plugin.activities.note_delivery import NoteDelivery
from plugin.errors import Disconnected, FootnoteError, NotThere, NotTold, Refused, StravaClosed, StravaTrouble
from plugin.jobs.runner_shares import SHARE, RunnerShares
from plugin.ports import (
    Delivery,
    Inbox,
    JobKind,
    NoteStatus,
    Reason,
    Runner,
    RunRecord,
    StayReason,
    Store,
    Strava,
    new_delivery,
)

log = logging.getLogger("footnote.note_removal")

AT_ONCE = 5
"""Notes in one go, so that other runners' runs are not held up."""
MOST_TROUBLES = 3
"""Failures in one go after which Strava is left alone for a while."""
MOST_TRIES = 8
"""Goes in a row in which nothing could be done: some twenty minutes of an outage."""


class NoteRemoval:
    """One go at a time, with the runner's lock held."""

    def __init__(
        self,
        *,
        store: Store,
        inbox: Inbox,
        strava: Strava,
        note_delivery: NoteDelivery,
        forget: Callable[[int], object],
        shares: RunnerShares | None = None,
    ) -> None:
        """`forget` deletes everything of a runner. `shares`: None where they are not counted."""
        self._store = store
        self._inbox = inbox
        self._strava = strava
        self._note_delivery = note_delivery
        self._forget = forget
        self._shares = shares

    def run(self, delivery: Delivery, runner: Runner, now: datetime) -> None:
        """Take out some notes and ask for the next go; with none left, or none that can be reached, delete everything.
        Raises StravaClosed, or what went wrong where it is worth another try."""
        leaving = runner.leaving
        if leaving is None:
            log.info("skipped: the runner does not leave")
            return
        if now - leaving.asked_at < MOST_TIME:
            try:
                trouble, is_further = self._go(delivery, runner, now)
            except Disconnected:
                log.info("Strava no longer lets us in: the rest of the notes stays")
            else:
                if is_further and self._still_there(runner.id):
                    keep_if_known(self._store, self._inbox, new_delivery(runner.id, 0, JobKind.LEAVING, now, now))
                    return
                if trouble is not None and not is_further and delivery.tries + 1 < MOST_TRIES:
                    raise trouble
        end(self._store, self._note_delivery.channel_of, runner.id, now)
        self._forget(runner.id)

    def _go(self, delivery: Delivery, runner: Runner, now: datetime) -> tuple[FootnoteError | None, bool]:
        """The last failure that may pass, and whether any note is done with."""
        left = self._still_there(runner.id)
        # Notes that fail again and again must not keep the others from their turn.
        start = delivery.tries * MOST_TROUBLES % len(left) if left else 0
        troubles: list[FootnoteError] = []
        is_further = False
        for run_record in (left[start:] + left[:start])[:AT_ONCE]:
            self._take_share(runner.id, now)
            try:
                reason = self._take_out(runner, run_record, now)
            except (StravaTrouble, NotTold) as trouble:
                log.warning("a note could not be taken out: %s", trouble)
                troubles.append(trouble)
                if len(troubles) == MOST_TROUBLES:
                    break
                continue
            is_further = True
            if reason is not None:
                self._stays(runner.id, run_record.run_id, reason)
        return (troubles[-1] if troubles else None), is_further

    def _take_out(self, runner: Runner, run_record: RunRecord, now: datetime) -> StayReason | None:
        """One read, and one write where our block is there; why it stays, or None."""
        try:
            detail = self._strava.activity(runner.id, run_record.run_id, urgent=False)
        except NotThere:
            return StayReason.NOT_SHOWN
        except Refused:
            return StayReason.REFUSED
        if detail.runner_id != runner.id:
            return StayReason.NOT_SHOWN
        settled: RunRecord | None = run_record
        # The first time may find that a note which was being written has arrived.
        for _ in range(2):
            settled = self._note_delivery.deliver(runner, replace(run_record, facts=None, remark=""), detail, None, now)
            if settled is None or settled.telling is not NoteStatus.TOLD or settled.remark:
                break
        return StayReason.REFUSED if settled is not None and settled.telling is NoteStatus.TOLD else None

    def _take_share(self, runner_id: int, now: datetime) -> None:
        until = self._shares.take(runner_id, now) if self._shares is not None else None
        if until is not None:
            raise StravaClosed(SHARE, until, code=Reason.WINDOW_RESERVED)

    def _still_there(self, runner_id: int) -> list[RunRecord]:
        runner = self._store.runner(runner_id)
        if runner is None or runner.leaving is None:
            return []
        return still_there(runner.leaving, self._store.run_records(runner_id), self._note_delivery.channel_of)

    def _stays(self, runner_id: int, run_id: int, reason: StayReason) -> None:
        def change(was: Runner) -> Runner:
            if was.leaving is None:
                return was
            return replace(was, leaving=replace(was.leaving, stay={**was.leaving.stay, str(run_id): reason}))

        self._store.change_runner(runner_id, change)
