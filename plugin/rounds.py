"""What is done for a runner without an event: the first list after connecting, the evening look, the Sunday digest.

Missed runs are not judged here: they become deliveries like any other, so that they are told once and safely.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

from plugin.digest import Digest, coming_due, end_of_week
from plugin.due import Hours, wants_digest
from plugin.errors import NotThere, NotTold, Refused, StravaTrouble
from plugin.figures import FIGURE_DAYS, pair_after
from plugin.judging import Rulebook
from plugin.letterbox import keep_if_known
from plugin.outlook import Outlook
from plugin.ports import Books, Delivery, Gear, Inbox, Listed, Look, Pair, Runner, Snapshot, State, Strava, Why
from plugin.recall import LOOKS_DAYS, first_weekday, later_look, sore_labels, zone_of
from plugin.rules import worn_shoe
from plugin.tips import Tip
from plugin.training import Run

log = logging.getLogger("footnote.rounds")

DAY = timedelta(days=1)
SEEN_AGAIN_DAYS = timedelta(days=3)
"""Runs this young are looked at by every sweep: missed ones, changed ones."""
FIRST_PAIRS = 8
PAIR_DAYS = timedelta(days=60)
STALE = FIGURE_DAYS - timedelta(days=1, hours=7)
"""A pair's figure is read again before it must go, and the purge comes some hours early."""


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
        hours: Hours | None = None,
    ) -> None:
        self._books = books
        self._inbox = inbox
        self._strava = strava
        self._book = book
        self._outlook = outlook
        self._post = post
        self._hours = hours or Hours()

    def go(self, delivery: Delivery, runner: Runner, now: datetime) -> None:
        """The piece of work that the delivery names."""
        if delivery.why == Why.PREVIEW:
            self.preview(runner, now)
        elif delivery.why == Why.DIGEST:
            self.digest(delivery, runner, now)
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
        # The day it was due: one caught up in the morning does not stand for tonight's.
        day = self._hours.last_evening(runner, now)

        def change(was: Runner) -> Runner:
            return replace(was, looked_on=max(day, was.looked_on or day), swept_on=max(day, was.swept_on or day))

        self._books.change_runner(runner.id, change)

    def sweep(self, runner: Runner, now: datetime) -> Listed:
        """One list: what no event brought, what changed without one, what is gone."""
        listed = self._strava.recent(runner.id, urgent=False)
        self._books.keep_snapshot(Snapshot(runner_id=runner.id, fetched_at=now, runs=listed.runs, wear=listed.wear))
        looks = {look.run_id: look for look in self._books.looks(runner.id)}
        self._ask_about_the_gone(runner, listed, looks.values(), now)
        if runner.settings.paused:
            return listed
        if any(one.why == Why.PREVIEW for one in self._inbox.of_runner(runner.id)):
            # The first list has not come through yet: what stood there when the runner connected is marked here.
            self._mark_old(runner, listed, now)
            looks = {look.run_id: look for look in self._books.looks(runner.id)}
        today = now.astimezone(zone_of(listed.timezone or runner.timezone)).date()
        young, since = today - SEEN_AGAIN_DAYS, _missed_since(runner, today)
        runs = sorted((run for run in listed.runs if run.id.isdigit()), key=lambda run: run.order)
        for number, run in enumerate(runs):
            look = looks.get(int(run.id))
            if look is None and run.day >= since:
                # The oldest comes first: what is told on it counts for those after it.
                self._ask(runner, int(run.id), Why.SWEEP, now, number - len(runs))
            elif look is None or run.day < young or look.is_old:
                continue
            elif runner.settings.reads_soreness or _has_changed(look, run, listed):
                self._ask(runner, int(run.id), Why.REREAD, now)
        run_ids = {run.id for run in runs}
        for look in looks.values():
            is_listed = look.day >= young and look.run_id in listed.sports
            if is_listed and look.facts is not None and look.facts.is_run and str(look.run_id) not in run_ids:
                self._ask(runner, look.run_id, Why.REREAD, now)
        return listed

    def _ask_about_the_gone(self, runner: Runner, listed: Listed, looks: Iterable[Look], now: datetime) -> None:
        """What the list should show and does not: Strava is asked whether it was deleted, before anything goes."""
        kept = {int(one.run_id): (one.day, None) for one in runner.soreness if one.run_id.isdigit()}
        for run_id, (day, start) in (kept | {look.run_id: (look.day, look.start) for look in looks}).items():
            if run_id not in listed.sports and _reaches(listed, day, start):
                self._ask(runner, run_id, Why.DELETED, now)

    def reread(self, runner: Runner, now: datetime) -> None:
        """Every run of the last three days is looked at once more, at once."""
        today = now.astimezone(zone_of(runner.timezone)).date()
        for look in self._books.looks(runner.id):
            if look.day >= today - SEEN_AGAIN_DAYS:
                self._ask(runner, look.run_id, Why.REREAD, now)

    def digest(self, delivery: Delivery, runner: Runner, now: datetime) -> None:
        """The week by mail, once. The intent is written first: a mail that may have left is not sent again."""
        zone = zone_of(runner.timezone)
        today = now.astimezone(zone).date()
        day = (delivery.event_time or delivery.received_at).astimezone(zone).date()
        if self._post is None or not wants_digest(runner) or (runner.digested_on or date.min) >= day:
            return
        listed = self._strava.recent(runner.id, urgent=False)
        snapshot = Snapshot(runner_id=runner.id, fetched_at=now, runs=listed.runs, wear=listed.wear)
        self._books.keep_snapshot(snapshot)
        seen = self._outlook(runner, snapshot, now)
        end = end_of_week(day, first_weekday(runner))
        # One that is caught up is still about the week it was due for.
        week = seen if end == today else self._outlook(runner, _until(snapshot, end), now - (today - end))
        digest = Digest(
            runner=runner,
            day=day,
            weeks=week.weeks,
            room=seen.room,
            pairs=coming_due(seen.pairs, day),
            exercise=self._exercise(runner, day),
        )
        before = runner.digested_on
        if self._books.change_runner(runner.id, lambda was: replace(was, digested_on=day)) is None:
            return
        try:
            self._post.digest(digest, now)
        except NotTold as wrong:
            log.warning("the digest was not sent for sure: %s", wrong)
            if wrong.for_good:
                self._books.change_runner(
                    runner.id, lambda was: replace(was, settings=replace(was.settings, email_bounced=True))
                )
            elif not wrong.may_have_left:
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
        asked = {one.run_id for one in self._inbox.of_runner(runner.id)}
        for pair_id, run in last_runs.items():
            pair = runner.pairs.get(pair_id)
            figure_at = pair.seen_at if pair is not None and pair.odometer_m is not None else None
            if figure_at is not None and now - figure_at <= STALE:
                continue
            if run.id.isdigit() and int(run.id) in asked:
                # Its own look reads the pair, and compares with the figure from before the run.
                continue
            self._read_pair(runner, pair_id, now, last_run=run)

    def _crossed_unseen(self, runner: Runner, pair: Pair, gear: Gear, run: Run, now: datetime) -> bool:
        if pair.odometer_m is None or now - run.start > SEEN_AGAIN_DAYS or runner.settings.paused:
            return False
        limits = self._book.limits[worn_shoe.NAME]
        figure_m = pair.start_m + gear.odometer_m
        crossed_m, _ = worn_shoe.highest(figure_m, *worn_shoe.shoe_limits(pair.shoe, limits), limits)
        return crossed_m is not None and pair.start_m + pair.odometer_m < crossed_m

    def _read_pair(self, runner: Runner, pair_id: str, now: datetime, *, last_run: Run | None = None) -> None:
        try:
            gear = self._strava.gear(runner.id, pair_id)
        except (NotThere, Refused, StravaTrouble) as trouble:
            log.info("a pair could not be read: %s", trouble)
            return
        pair = runner.pairs.get(pair_id)
        if last_run is not None and pair is not None and self._crossed_unseen(runner, pair, gear, last_run, now):
            # The run's own look finds the crossing, as long as the figure from before it is still there.
            self._ask(runner, int(last_run.id), Why.SAID, now)
            return

        def change(was: Runner) -> Runner:
            return replace(was, pairs={**was.pairs, pair_id: pair_after(was.pairs.get(pair_id), gear, None, now)})

        self._books.change_runner(runner.id, change)

    def _ask(self, runner: Runner, run_id: int, why: Why, now: datetime, place: int = 0) -> None:
        """`place`, not above 0, orders what is asked at once: the lower goes before."""
        due = now + timedelta(microseconds=place)
        keep_if_known(self._books, self._inbox, later_look(runner.id, run_id, why, now, due))


def _until(snapshot: Snapshot, day: date) -> Snapshot:
    """The list as it stood at the end of that day."""
    runs = tuple(run for run in snapshot.runs if run.day <= day)
    return replace(snapshot, runs=runs)


def _has_changed(look: Look, run: Run, listed: Listed) -> bool:
    facts = look.facts
    if facts is None or look.is_old:
        return False
    sport = listed.sports.get(look.run_id, facts.sport)
    return (facts.distance_m, facts.shoe, facts.day, facts.sport) != (run.metres, run.shoe, run.day, sport)


def _missed_since(runner: Runner, today: date) -> date:
    """The first day whose runs are looked for: three days back, and as far as before the last sweep where tokens or
    server were away for longer. Never before the runner connected, nor so far that records are gone."""
    connected = runner.connected_at.astimezone(zone_of(runner.timezone)).date()
    swept = connected if runner.swept_on is None else runner.swept_on + DAY - SEEN_AGAIN_DAYS
    return min(today - SEEN_AGAIN_DAYS, max(swept, connected, today - LOOKS_DAYS))


def _reaches(listed: Listed, day: date, start: datetime | None) -> bool:
    """Whether the list would show a run of then if it were still there. A local day may be one ahead of UTC's."""
    if listed.oldest is None or listed.is_whole:
        return listed.is_whole
    return day > listed.oldest.date() + DAY if start is None else start >= listed.oldest
