"""One delivery: gather the facts, let the rules decide, have a channel tell. Decides nothing itself.

Read from `handle`. What Strava or a mail server fails at comes back as an error for `drain` to put off or park; what
is done is on record before the delivery is.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from plugin.counting import Counts, Uncounted
from plugin.errors import NotThere, StravaError
from plugin.letterbox import keep_if_known
from plugin.looking import Judged, Looking
from plugin.ports import Books, Delivery, Inbox, Listed, Look, Runner, Seen, Snapshot, Strava, Telling, Why
from plugin.recall import facts_of, is_from_before, later_look, was_told
from plugin.remembering import list_without, remembered, without_run
from plugin.rounds import Rounds
from plugin.telling import Teller
from plugin.traces import TRACES, trace_key, trace_of, traced

log = logging.getLogger("footnote.workflow")

ODOMETER_LATE = timedelta(minutes=10)
"""Strava adds a run to its pair within minutes; then the pair is read again, once, and at the later look."""
TRACE_DAYS = timedelta(days=2)
"""A privacy toggle can come as delete and create: so long a note that has left is known not to be told again."""


class Workflow:
    """One runner's delivery at a time; `books.hold` keeps everybody else out meanwhile."""

    def __init__(
        self,
        *,
        books: Books,
        inbox: Inbox,
        strava: Strava,
        teller: Teller,
        looking: Looking,
        rounds: Rounds,
        reread: timedelta | None,
        counts: Counts | None = None,
    ) -> None:
        self._books = books
        self._inbox = inbox
        self._strava = strava
        self._teller = teller
        self._looking = looking
        self._rounds = rounds
        self._reread = reread
        self._counts = counts or Uncounted()

    def handle(self, delivery: Delivery, now: datetime) -> None:
        """Do what the delivery asks for. Returns when it is done and on record; raises what `drain` understands."""
        runner = self._books.runner(delivery.runner_id)
        if runner is None:
            log.info("nobody there: the runner has left")
            return
        if delivery.why == Why.DEAUTHORISED:
            if not self._strava.is_authorised(runner.id):
                self.forget(runner.id)
            return
        if delivery.run_id == 0:
            self._rounds.go(delivery, runner, now)
            return
        if delivery.why == Why.DELETED:
            self._deleted(runner, delivery, now)
        elif runner.settings.paused and delivery.why not in (Why.EVENT, Why.SAID):
            log.info("paused by the runner")
        elif delivery.why == Why.REREAD and self._books.look(runner.id, delivery.run_id) is None:
            log.info("nothing on record to look at again")
        else:
            try:
                if runner.settings.paused:
                    self._while_paused(runner, delivery, now)
                else:
                    self._look(runner, delivery, now)
            except NotThere:
                if self._books.look(runner.id, delivery.run_id) is None:
                    raise
                # Not the moment after its creation, when Strava may not show it yet: it was there before.
                log.info("an activity that was looked at before is gone")
                self._forget_run(runner, delivery, now)

    def forget(self, runner_id: int) -> bool:
        """Give the authorisation back and delete everything; True if there was somebody."""
        runner = self._books.runner(runner_id)
        if runner is None:
            return False
        if runner.tokens is not None:
            try:
                self._strava.revoke(runner.tokens)
            except StravaError as trouble:
                log.warning("Strava did not take the authorisation back: %s", trouble)
        self._books.forget(runner_id)
        self._inbox.forget(runner_id)
        log.info("a runner and everything kept of them is gone")
        return True

    def _deleted(self, runner: Runner, delivery: Delivery, now: datetime) -> None:
        """Believed only when Strava no longer shows the activity."""
        try:
            self._strava.activity(runner.id, delivery.run_id)
        except NotThere:
            self._forget_run(runner, delivery, now)
        else:
            log.info("a deletion that Strava does not know of")

    def _forget_run(self, runner: Runner, delivery: Delivery, now: datetime) -> None:
        """Everything about that activity: the record of its note, what was read from it, its place in the cache,
        whatever else waits for it."""
        run_id = delivery.run_id
        look = self._books.look(runner.id, run_id)
        trace = trace_of(look, now + TRACE_DAYS) if look is not None else None
        if trace is not None:
            self._books.change_mark(TRACES, lambda was: {**was, trace_key(runner.id, run_id): trace})
        self._books.change_look(runner.id, run_id, lambda _: None)
        self._books.change_runner(runner.id, lambda was: without_run(was, run_id))
        snapshot = self._books.snapshot(runner.id)
        if snapshot is not None:
            self._books.keep_snapshot(list_without(snapshot, run_id))
        for other in self._inbox.of_runner(runner.id):
            if other.run_id == run_id and other.id != delivery.id:
                self._inbox.drop(other.id)

    def _look(self, runner: Runner, delivery: Delivery, now: datetime) -> None:
        """One look at a run: a list, the activity in full, a judgement, at most one write."""
        urgent = delivery.why in (Why.EVENT, Why.SAID)
        before = self._books.look(runner.id, delivery.run_id)
        # What Strava has just made is new even if it already stood in the first list: events are slower than lists.
        is_marked = before is not None and before.is_old and not delivery.is_new
        is_news = delivery.why == Why.SAID or (before is not None and before.is_old and delivery.is_new)
        is_complete = before is not None and not is_news and _is_complete(before)
        if before is not None and is_complete and before.facts is not None:
            # Most second looks find nothing new: that costs one read.
            seen = self._read(runner, delivery, urgent=urgent)
            if seen is None or self._is_unchanged(runner, before, seen):
                self._look_again_later(runner, before, now)
                return
        listed = self._strava.recent(runner.id, urgent=urgent)
        self._keep_list(runner, listed, now)
        sport = listed.sports.get(delivery.run_id)
        if sport is not None and before is None and all(run.id != str(delivery.run_id) for run in listed.runs):
            log.info("no run: %s", sport)
            return
        # The activity comes last: what is written over is what was read a moment ago.
        seen = self._read(runner, delivery, urgent=urgent)
        if seen is None:
            return
        if seen.run is None:
            self._no_run(runner, before, seen, now)
            return
        if before is not None and is_complete and self._is_unchanged(runner, before, seen):
            self._look_again_later(runner, before, now)
            return
        judged = self._looking.judge(runner, seen, seen.run, listed, before, now, urgent=urgent)
        trace = self._books.mark(TRACES).get(trace_key(runner.id, seen.id)) if before is None else None
        known = before or traced(trace, judged.look, now)
        is_marked = is_marked or (before is None and known is not None and known.is_old)
        if is_marked or ((known is None or known.is_old) and is_from_before(runner, seen, seen.run, now)):
            judged = replace(judged, words=None, once=(), look=replace(judged.look, is_old=True))
        # Remembered first: after a death in between, the same run is judged alike and what is told once stays so.
        book = self._looking.book
        self._books.change_runner(runner.id, lambda was: remembered(was, seen, judged.reading, judged.once, now, book))
        settled = self._teller.settle(runner, judged.look, seen, judged.words, now, traced=known)
        self._count(delivery, judged, settled, now)
        if settled is not None:
            self._look_again_later(runner, judged.look, now)

    def _while_paused(self, runner: Runner, delivery: Delivery, now: datetime) -> None:
        """Nothing new is said; a note that stands follows what the runner says of it (a race, a consent withdrawn), and
        is taken out of what turned out to be no run."""
        before = self._books.look(runner.id, delivery.run_id)
        if before is None or not was_told(before):
            log.info("paused by the runner")
            return
        if delivery.why == Why.SAID:
            self._look(runner, delivery, now)
            return
        seen = self._read(runner, delivery, urgent=True)
        if seen is not None and seen.run is None:
            self._no_run(runner, before, seen, now)

    def _count(self, delivery: Delivery, judged: Judged, settled: Look | None, now: datetime) -> None:
        for found in judged.look.found:
            if found.withheld is not None:
                self._counts.withheld(found.rule, found.withheld)
        # A note that was changed later keeps the moment it was first told: it is one note.
        if settled is not None and settled.telling == Telling.TOLD and settled.told_at == now and judged.words:
            since = delivery.received_at if delivery.why == Why.EVENT else None
            self._counts.told(judged.words.lead_rule, str(settled.channel), since=since)

    def _read(self, runner: Runner, delivery: Delivery, *, urgent: bool) -> Seen | None:
        """The activity in full; None if it is not the runner's."""
        seen = self._strava.activity(runner.id, delivery.run_id, urgent=urgent)
        if seen.runner_id != runner.id:
            log.warning("an activity of somebody else")
            return None
        return seen

    def _is_unchanged(self, runner: Runner, before: Look, seen: Seen) -> bool:
        """Nothing to say anew: what the look saw is still so (or was too long ago to know)."""
        if before.facts is None:
            return was_told(before)
        return before.facts == facts_of(seen, self._looking.reading(runner, seen))

    def _no_run(self, runner: Runner, before: Look | None, seen: Seen, now: datetime) -> None:
        """A ride, or a run that became one: our block, if it carries one, is taken out."""
        if before is None:
            return
        self._books.change_runner(runner.id, lambda was: without_run(was, seen.id))
        look = replace(
            before, facts=facts_of(seen, None), looked_at=now, found=(), tip=None, odometer_is_late=False, remark=""
        )
        self._teller.settle(runner, look, seen, None, now)

    def _look_again_later(self, runner: Runner, look: Look, now: datetime) -> None:
        """Shoes and words are corrected hours later, without an event: one more look, once a run."""
        if look.odometer_is_late and look.reread_at is None:
            self._ask(later_look(runner.id, look.run_id, Why.REREAD, now, now + ODOMETER_LATE))
        due = look.reread_at or (now + self._reread if self._reread is not None and not look.is_old else None)
        if due is None or due <= now:
            return

        def change(was: Look | None) -> Look | None:
            return None if was is None else replace(was, reread_at=due)

        if self._books.change_look(runner.id, look.run_id, change) is not None:
            self._ask(later_look(runner.id, look.run_id, Why.REREAD, now, due))

    def _ask(self, delivery: Delivery) -> None:
        keep_if_known(self._books, self._inbox, delivery)

    def _keep_list(self, runner: Runner, listed: Listed, now: datetime) -> None:
        """The page is drawn from this list; it is a cache of seven days at most."""
        self._books.keep_snapshot(Snapshot(runner_id=runner.id, fetched_at=now, runs=listed.runs, wear=listed.wear))


def _is_complete(look: Look) -> bool:
    """Whether the look was told to its end, with the pair's mileage in and the runner's say heard."""
    is_heard = look.judged_race or not look.called_race
    return look.telling != Telling.SENDING and not look.odometer_is_late and is_heard
