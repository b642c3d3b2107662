"""What is done for a runner without an event: the first list after connecting, the evening look, the Sunday digest.

Missed runs are not judged here: they become deliveries like any other, so that they are told once and safely.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

from plugin.digest import Digest
from plugin.errors import NotThere, NotTold, StravaTrouble
from plugin.judging import Rulebook
from plugin.outlook import Outlook
from plugin.ports import Books, Delivery, Inbox, Listed, Look, Runner, Snapshot, State, Strava, Why
from plugin.recall import FIGURE_DAYS, later_look, pair_after, sore_labels, zone_of
from plugin.rules import worn_shoe
from plugin.tips import Tip
from plugin.training import Run

log = logging.getLogger("footnote.rounds")

SEEN_AGAIN_DAYS = timedelta(days=3)
"""Runs this young are looked at by the sweep: missed ones, changed ones."""
FIRST_PAIRS = 8
PAIR_DAYS = timedelta(days=60)
STALE = FIGURE_DAYS - timedelta(days=1)
"""A pair's figure is read again before it must go."""


class DigestPost(Protocol):
    """Sends the weekly mail."""

    def digest(self, digest: Digest, now: datetime) -> None:
        """To the runner's confirmed address; raises NotTold."""


class Rounds:
    """Deliveries with run id 0: about the runner, not about one run."""

    def __init__(
        self,
        *,
        books: Books,
        inbox: Inbox,
        strava: Strava,
        book: Rulebook,
        outlook: Callable[[Runner, Snapshot, datetime], Outlook],
        post: DigestPost | None,
    ) -> None:
        self._books = books
        self._inbox = inbox
        self._strava = strava
        self._book = book
        self._outlook = outlook
        self._post = post

    def go(self, delivery: Delivery, runner: Runner, now: datetime) -> None:
        """The piece of work that the delivery names."""
        if delivery.why == Why.PREVIEW:
            self.preview(runner, now)
        elif delivery.why == Why.DIGEST:
            self.digest(runner, now)
        elif delivery.why == Why.SWEEP:
            self.evening(runner, now)
        elif delivery.why == Why.REREAD:
            self.reread(runner, now)

    def preview(self, runner: Runner, now: datetime) -> None:
        """Fill the page of somebody who has just connected: one list, then a read a pair."""
        listed = self._strava.recent(runner.id, urgent=False)
        snapshot = Snapshot(runner_id=runner.id, fetched_at=now, runs=listed.runs, wear=listed.wear, progress="shoes")
        self._books.keep_snapshot(snapshot)
        self._books.change_runner(runner.id, lambda was: replace(was, timezone=listed.timezone or was.timezone))
        self._mark_old(runner, listed, now)
        recent = sorted(listed.runs, key=lambda run: run.order, reverse=True)
        pairs = dict.fromkeys(run.shoe for run in recent if run.shoe and now - run.start <= PAIR_DAYS)
        for pair_id in list(pairs)[:FIRST_PAIRS]:
            self._read_pair(runner, str(pair_id), now)
        self._books.keep_snapshot(replace(snapshot, progress="done"))
        for parked in self._inbox.of_runner(runner.id):
            if parked.state == State.PARKED:
                self._inbox.retry(parked.id, now)

    def evening(self, runner: Runner, now: datetime) -> None:
        """The daily look: missed and changed runs become deliveries, pairs are read before their figures go stale."""
        listed = self.sweep(runner, now)
        self._look_at_pairs(runner, listed, now)
        today = now.astimezone(zone_of(runner.timezone)).date()
        self._books.change_runner(runner.id, lambda was: replace(was, looked_on=today, swept_on=today))

    def sweep(self, runner: Runner, now: datetime) -> Listed:
        """One list: what no event brought, what changed without one, what is gone."""
        listed = self._strava.recent(runner.id, urgent=False)
        self._books.keep_snapshot(Snapshot(runner_id=runner.id, fetched_at=now, runs=listed.runs, wear=listed.wear))
        if runner.settings.paused:
            return listed
        today = now.astimezone(zone_of(listed.timezone or runner.timezone)).date()
        looks = {look.run_id: look for look in self._books.looks(runner.id)}
        for run in listed.runs:
            if run.day < today - SEEN_AGAIN_DAYS or not run.id.isdigit():
                continue
            look = looks.get(int(run.id))
            if look is None:
                self._ask(runner, int(run.id), Why.SWEEP, now)
            elif runner.settings.reads_soreness or _has_changed(look, run, listed):
                self._ask(runner, int(run.id), Why.REREAD, now)
        for look in looks.values():
            if look.run_id not in listed.sports and look.day >= today - SEEN_AGAIN_DAYS and _reaches(listed, look):
                self._ask(runner, look.run_id, Why.DELETED, now)
        return listed

    def reread(self, runner: Runner, now: datetime) -> None:
        """Every run of the last three days is looked at once more, at once."""
        today = now.astimezone(zone_of(runner.timezone)).date()
        for look in self._books.looks(runner.id):
            if look.day >= today - SEEN_AGAIN_DAYS:
                self._ask(runner, look.run_id, Why.REREAD, now)

    def digest(self, runner: Runner, now: datetime) -> None:
        """The week by mail, once. The intent is written first: a mail that may have left is not sent again."""
        today = now.astimezone(zone_of(runner.timezone)).date()
        if self._post is None or not wants_digest(runner) or runner.digested_on == today:
            return
        listed = self._strava.recent(runner.id, urgent=False)
        snapshot = Snapshot(runner_id=runner.id, fetched_at=now, runs=listed.runs, wear=listed.wear)
        self._books.keep_snapshot(snapshot)
        seen = self._outlook(runner, snapshot, now)
        before = runner.digested_on
        self._books.change_runner(runner.id, lambda was: replace(was, digested_on=today))
        digest = Digest(
            runner=runner,
            day=today,
            weeks=seen.weeks,
            room=seen.room,
            pairs=tuple(pair for pair in seen.pairs if pair.retires_in_week_of is not None and not pair.is_retired),
            exercise=self._exercise(runner, today),
        )
        try:
            self._post.digest(digest, now)
        except NotTold as wrong:
            if wrong.may_have_left:
                log.warning("the digest may have left: %s", wrong)
            elif wrong.for_good:
                log.warning("the digest cannot be sent: %s", wrong)
            else:
                self._books.change_runner(runner.id, lambda was: replace(was, digested_on=before))
                raise

    def _exercise(self, runner: Runner, day: date) -> str:
        """One exercise a week, none where something is sore that it could harm."""
        sore = sore_labels(runner)
        tips: list[Tip] = [tip for tip in self._book.tips if "recovery:calm" in tip.fits and not tip.never_with & sore]
        return tips[day.toordinal() // 7 % len(tips)].words if tips else ""

    def _mark_old(self, runner: Runner, listed: Listed, now: datetime) -> None:
        """Runs that stood there when the runner connected are never written on, whatever happens to them later."""
        asked = {one.run_id for one in self._inbox.of_runner(runner.id)}
        for run in listed.runs:
            is_close = runner.connected_at - run.start < SEEN_AGAIN_DAYS
            if not run.id.isdigit() or not is_close or run.start > runner.connected_at or int(run.id) in asked:
                continue
            old = Look(
                runner_id=runner.id, run_id=int(run.id), day=run.day, looked_at=now, start=run.start, is_old=True
            )
            self._books.change_look(runner.id, old.run_id, lambda was, old=old: was or old)  # type: ignore[misc]

    def _look_at_pairs(self, runner: Runner, listed: Listed, now: datetime) -> None:
        """Pairs in use whose figure is about to go are read again; a limit crossed unseen is told on the last run."""
        last_runs: dict[str, Run] = {}
        for run in sorted(listed.runs, key=lambda run: run.order):
            if run.shoe and now - run.start <= PAIR_DAYS:
                last_runs[run.shoe] = run
        for pair_id, run in last_runs.items():
            pair = runner.pairs.get(pair_id)
            figure_at = pair.seen_at if pair is not None and pair.odometer_m is not None else None
            if figure_at is not None and now - figure_at <= STALE:
                continue
            if figure_at is None or not self._crossed_unseen(runner, pair_id, run, now):
                self._read_pair(runner, pair_id, now)

    def _crossed_unseen(self, runner: Runner, pair_id: str, run: Run, now: datetime) -> bool:
        pair = runner.pairs[pair_id]
        if pair.odometer_m is None or now - run.start > SEEN_AGAIN_DAYS or runner.settings.paused:
            return False
        figure = self._strava.gear(runner.id, pair_id).odometer_m
        limits = self._book.limits[worn_shoe.NAME]
        crossed_m, _ = worn_shoe.highest(pair.start_m + figure, *worn_shoe.shoe_limits(pair.shoe, limits), limits)
        if crossed_m is None or pair.start_m + pair.odometer_m >= crossed_m:
            return False
        self._ask(runner, int(run.id), Why.SAID, now)
        return True

    def _read_pair(self, runner: Runner, pair_id: str, now: datetime) -> None:
        try:
            gear = self._strava.gear(runner.id, pair_id)
        except (NotThere, StravaTrouble) as trouble:
            log.info("a pair could not be read: %s", trouble)
            return

        def change(was: Runner) -> Runner:
            return replace(was, pairs={**was.pairs, pair_id: pair_after(was.pairs.get(pair_id), gear, None, now)})

        self._books.change_runner(runner.id, change)

    def _ask(self, runner: Runner, run_id: int, why: Why, now: datetime) -> None:
        self._inbox.keep(later_look(runner.id, run_id, why, now, now))


def wants_digest(runner: Runner) -> bool:
    """Whether the weekly mail may go to this runner."""
    settings = runner.settings
    can_be_reached = bool(settings.email) and settings.email_confirmed and not settings.email_bounced
    return settings.digest and can_be_reached and not settings.paused


def _has_changed(look: Look, run: Run, listed: Listed) -> bool:
    facts = look.facts
    if facts is None or look.is_old:
        return False
    sport = listed.sports.get(look.run_id, facts.sport)
    return (facts.distance_m, facts.shoe, facts.day, facts.sport) != (run.metres, run.shoe, run.day, sport)


def _reaches(listed: Listed, look: Look) -> bool:
    """Whether the list would show the run of this look if it were still there."""
    return listed.is_whole or (listed.oldest is not None and look.start is not None and look.start >= listed.oldest)


def due_evening(runner: Runner, now: datetime, *, hour: int) -> date | None:
    """The runner's own day whose evening look is due, None if the last one was done. A missed one is caught up."""
    local = now.astimezone(zone_of(runner.timezone))
    hour = runner.settings.check_hour if runner.settings.check_hour is not None else hour
    day = local.date() if local.hour >= hour else local.date() - timedelta(days=1)
    done = runner.looked_on or runner.connected_at.astimezone(local.tzinfo).date() - timedelta(days=1)
    return day if done < day else None


def due_digest(runner: Runner, now: datetime, *, hour: int, weekday: int) -> date | None:
    """The day of the digest that is due, None if the last one was sent. A missed one is caught up within two days."""
    local = now.astimezone(zone_of(runner.timezone))
    hour = runner.settings.check_hour if runner.settings.check_hour is not None else hour
    day = local.date() if local.hour >= hour else local.date() - timedelta(days=1)
    late = (day.weekday() - weekday) % 7
    day -= timedelta(days=late)
    done = runner.digested_on or runner.connected_at.astimezone(local.tzinfo).date() - timedelta(days=1)
    return day if late <= 2 and done < day else None
