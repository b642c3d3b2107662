"""The weekly mail: the week beside what was usual, shoes coming due, one exercise."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from plugin.activities.activity_cache import SHOWN_DAYS, keep_list, read_list
from plugin.activities.past_notes import sore_labels, was_told
from plugin.errors import NotTold
from plugin.notes.mentions import Mention, open_mentions
from plugin.notes.rulebook import Rulebook
from plugin.notes.runner_choices import called_races, first_weekday, gets_weekly_mail
from plugin.ports import ChannelFailure, ChannelName, Delivery, HowMuch, Runner, RunRecord, Snapshot, Store, Strava
from plugin.summary.summarise import weekly_figures
from plugin.summary.weekly import Digest, coming_due, end_of_week

log = logging.getLogger("footnote.weekly_mail")


class DigestMailer(Protocol):
    """Sends the weekly mail."""

    def digest(self, digest: Digest, now: datetime) -> None:
        """To the runner's confirmed address; raises NotTold."""


class WeeklyMail:
    """Sends a runner's weekly mail once."""

    def __init__(
        self,
        *,
        store: Store,
        strava: Strava,
        rulebook: Rulebook,
        mailer: DigestMailer | None,
    ) -> None:
        self._store = store
        self._strava = strava
        self._rulebook = rulebook
        self._mailer = mailer

    def run(self, delivery: Delivery, runner: Runner, now: datetime) -> None:
        """The week by mail, once. The intent is written first: a mail that may have left is not sent again."""
        day = (delivery.event_time or delivery.received_at).astimezone(runner.zone).date()
        if self._mailer is None or not gets_weekly_mail(runner) or (runner.digested_on or date.min) >= day:
            return
        activity_list = read_list(self._store, self._strava, runner, now, days=SHOWN_DAYS, urgent=False)
        runner = keep_list(self._store, runner, activity_list, now)
        snapshot = self._store.snapshot(runner.id)
        if snapshot is None:
            return
        today = now.astimezone(runner.zone).date()
        run_records = self._store.run_records(runner.id)
        races = called_races(run_records)
        seen = weekly_figures(runner, snapshot, today, self._rulebook, races)
        end = end_of_week(day, first_weekday(runner))
        # One that is caught up is still about the week it was due for.
        week = seen if end == today else weekly_figures(runner, _until(snapshot, end), end, self._rulebook, races)
        if week.weeks[-1].metres is None:
            log.info("skipped: the list of activities does not reach the week")
            return
        digest = Digest(
            runner=runner,
            day=day,
            weeks=week.weeks,
            allowance=seen.allowance,
            pairs=coming_due(seen.pairs, day),
            exercise=self._exercise(runner, day),
            mention=_unasked(runner, today, run_records),
        )
        before = runner.digested_on
        if self._store.change_runner(runner.id, lambda was: replace(was, digested_on=day)) is None:
            return
        try:
            self._mailer.digest(digest, now)
        except NotTold as wrong:
            log.warning("weekly mail: sending failed: %s", wrong)
            if wrong.for_good:
                failure = ChannelFailure(channel=ChannelName.EMAIL, run_id=0, at=now)
                self._store.change_runner(
                    runner.id,
                    lambda was: replace(
                        was,
                        settings=replace(was.settings, email_bounced=True),
                        failures=(*was.failures, failure),
                    ),
                )
            elif not wrong.may_have_left:
                self._store.change_runner(runner.id, lambda was: replace(was, digested_on=before))
                raise

    def _exercise(self, runner: Runner, day: date) -> str:
        """One exercise a week; none that could harm what is sore, none for who wants warnings only."""
        if runner.settings.how_much == HowMuch.WARNINGS:
            return ""
        sore = sore_labels(runner)
        tips = [tip for tip in self._rulebook.foot_work if not tip.never_with & sore]
        return tips[day.toordinal() // 7 % len(tips)].words if tips else ""


def _unasked(runner: Runner, today: date, run_records: Iterable[RunRecord]) -> Mention | None:
    """The latest part to be asked about, of a run that got no note: a note asks itself."""
    noted = {one.run_id for one in run_records if was_told(one)}
    return next((one for one in open_mentions(runner, today) if one.run_id not in noted), None)


def _until(snapshot: Snapshot, day: date) -> Snapshot:
    """The list as of the end of that day."""
    runs = tuple(run for run in snapshot.runs if run.day <= day)
    return replace(snapshot, runs=runs)
