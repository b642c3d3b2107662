"""One delivery: gather the facts, let the rules decide, have a channel tell. Decides nothing itself.

Read from `handle`. What Strava or a mail server fails at comes back as an error for `drain` to put off or park; what
is done is on record before the delivery is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from plugin.errors import NotThere, StravaError
from plugin.judging import Rulebook, judge, note_text, notice_text
from plugin.ledger import History, Soreness
from plugin.notice import Choice
from plugin.ports import Books, Delivery, Facts, Inbox, Listed, Look, Runner, Seen, Snapshot, Strava, Telling, Why
from plugin.recall import (
    book_for,
    facts_of,
    first_weekday,
    found_of,
    is_from_before,
    later_look,
    memory_of,
    needs_more,
    odometer_of,
    once_of,
    pair_after,
    reading_of,
    record_of,
    shoes_of,
    subject_of,
    was_told,
    with_reading,
)
from plugin.rounds import Rounds
from plugin.soreness import Lexicon
from plugin.telling import Teller, Words, is_public_safe
from plugin.training import NONE, Run
from plugin.wording import Voice

log = logging.getLogger("footnote.workflow")

ODOMETER_LATE = timedelta(minutes=10)
"""Strava adds a run to its pair within minutes; then the pair is read again."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A run as judged, ready to be told."""

    look: Look
    words: Words | None
    choice: Choice | None
    reading: Soreness | None


class Workflow:
    """One runner's delivery at a time; `books.hold` keeps everybody else out meanwhile."""

    def __init__(
        self,
        *,
        books: Books,
        inbox: Inbox,
        strava: Strava,
        teller: Teller,
        book: Rulebook,
        lexicon: Lexicon,
        voice_of: Callable[[Runner], Voice],
        rounds: Rounds,
        reread: timedelta | None,
    ) -> None:
        self._books = books
        self._inbox = inbox
        self._strava = strava
        self._teller = teller
        self._book = book
        self._lexicon = lexicon
        self._voice_of = voice_of
        self._rounds = rounds
        self._reread = reread

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
            self._deleted(runner, delivery.run_id, now)
        elif runner.settings.paused:
            log.info("paused by the runner")
        else:
            self._look(runner, delivery, now)

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

    def _deleted(self, runner: Runner, run_id: int, now: datetime) -> None:
        """Believed only when Strava no longer shows the activity."""
        try:
            self._strava.activity(runner.id, run_id)
        except NotThere:
            self._forget_run(runner, run_id)
        else:
            log.info("a deletion that Strava does not know of")

    def _forget_run(self, runner: Runner, run_id: int) -> None:
        """Everything about that activity: the record of its note, what was read from it, its place in the cache."""
        self._books.change_look(runner.id, run_id, lambda _: None)
        self._books.change_runner(
            runner.id,
            lambda was: replace(
                was,
                soreness=tuple(one for one in was.soreness if one.run_id != str(run_id)),
                told_once={name: run for name, run in was.told_once.items() if run != run_id},
            ),
        )
        snapshot = self._books.snapshot(runner.id)
        if snapshot is not None:
            self._books.keep_snapshot(
                replace(
                    snapshot,
                    runs=tuple(run for run in snapshot.runs if run.id != str(run_id)),
                    wear=tuple(worn for worn in snapshot.wear if worn.id != str(run_id)),
                )
            )

    def _look(self, runner: Runner, delivery: Delivery, now: datetime) -> None:
        """One look at a run: a list, the activity in full, a judgement, at most one write."""
        urgent = delivery.why in (Why.EVENT, Why.SAID)
        before = self._books.look(runner.id, delivery.run_id)
        seen = None
        if delivery.why == Why.REREAD and before is not None:
            seen = self._strava.activity(runner.id, delivery.run_id, urgent=urgent)
            if self._is_unchanged(before, facts_of(seen, reading_of(seen, runner, self._lexicon))):
                self._look_again_later(runner, before, now)
                return
        listed = self._strava.recent(runner.id, urgent=urgent)
        self._keep_list(runner, listed, now)
        sport = listed.sports.get(delivery.run_id)
        if sport is not None and before is None and all(run.id != str(delivery.run_id) for run in listed.runs):
            log.info("no run: %s", sport)
            return
        # The activity comes last: what is written over is what was read a moment ago.
        seen = self._strava.activity(runner.id, delivery.run_id, urgent=urgent)
        if seen.runner_id != runner.id:
            log.warning("an activity of somebody else")
            return
        if seen.run is None:
            self._no_run(runner, before, seen, now)
            return
        is_old = (before.is_old if before else False) or is_from_before(runner, seen, seen.run)
        reading = reading_of(seen, runner, self._lexicon)
        facts = facts_of(seen, reading)
        if before is not None and delivery.why != Why.SAID and self._is_unchanged(before, facts):
            return
        judged = self._judge(runner, seen, listed, before, reading, now, urgent=urgent)
        if is_old:
            judged = replace(judged, words=None, look=replace(judged.look, is_old=True))
        # Remembered first: after a death in between, the same run is judged alike and what is told once stays so.
        self._remember(runner, judged, seen, now)
        if self._tell(runner, before, seen, judged, now) and judged.words is not None and judged.look.tip:
            self._books.change_runner(runner.id, lambda was: replace(was, last_tip=judged.look.tip))
        self._look_again_later(runner, judged.look, now)

    def _is_unchanged(self, before: Look, facts: Facts) -> bool:
        """Nothing to say anew: the look is complete, and what it saw is still so (or was too long ago to know)."""
        if before.telling == Telling.SENDING or before.odometer_is_late:
            return False
        if before.called_race and not before.judged_race:
            return False
        return before.facts == facts or (before.facts is None and was_told(before))

    def _no_run(self, runner: Runner, before: Look | None, seen: Seen, now: datetime) -> None:
        """A ride, or a run that became one: our block, if it carries one, is taken out."""
        if before is None:
            return
        look = replace(before, facts=facts_of(seen, None), looked_at=now, found=())
        if before.telling in (Telling.TOLD, Telling.SENDING):
            self._teller.change(runner, look, seen, None, now)
        else:
            self._books.change_look(runner.id, seen.id, lambda was: None if was is None else look)

    def _judge(
        self,
        runner: Runner,
        seen: Seen,
        listed: Listed,
        before: Look | None,
        reading: Soreness | None,
        now: datetime,
        *,
        urgent: bool,
    ) -> Judged:
        run = seen.run
        if run is None:
            raise ValueError("only runs are judged")
        called_race = before is not None and before.called_race
        if called_race:
            run = replace(run, is_race=True)
        book, voice = book_for(runner, self._book), self._voice_of(runner)
        pair = runner.pairs.get(run.shoe) if run.shoe else None
        later = (one.metres for one in listed.runs if one.shoe == run.shoe and one.order > run.order)
        odometer, is_late = odometer_of(seen, pair, sum(later, NONE), now)
        history = self._history(runner, run, listed, urgent=urgent)
        if odometer is not None:
            history.odometers = {run.id: odometer}
        looks = self._books.looks(runner.id)
        look = Look(
            runner_id=runner.id,
            run_id=seen.id,
            day=seen.day,
            looked_at=now,
            start=seen.start,
            facts=facts_of(seen, reading),
            called_race=called_race,
            judged_race=called_race,
            odometer_is_late=is_late,
            reread_at=before.reread_at if before else None,
        )
        if run.id not in history.place:
            return Judged(look=look, words=None, choice=None, reading=reading)
        ledger = history.as_of(run, memory=memory_of(runner, looks, seen, reading))
        choice = judge(run, ledger, record_of(runner, looks, seen), book)
        texts = {one.notice.rule: notice_text(one.notice, voice) for one in choice.verdicts}
        look = replace(look, found=found_of(choice, texts), tip=choice.note.tip if choice.note else None)
        words = None
        if choice.note is not None:
            words = Words(
                text=note_text(choice.note, voice, book),
                subject=subject_of(choice, texts, voice),
                lead_rule=choice.note.leader.rule,
                is_public_safe=is_public_safe(choice.note),
            )
        return Judged(look=look, words=words, choice=choice, reading=reading)

    def _history(self, runner: Runner, run: Run, listed: Listed, *, urgent: bool) -> History:
        """The list with this run as just seen; one further list where a break may hide before it, or the run does."""
        runs = {one.id: one for one in listed.runs}
        is_whole = listed.is_whole
        runs[run.id] = run
        if listed.oldest is not None and not is_whole and needs_more(runs.values(), run, listed.oldest, self._book):
            until = min(listed.oldest, run.start + timedelta(seconds=1))
            older = self._strava.recent(runner.id, before=until, urgent=urgent)
            runs = {one.id: one for one in older.runs} | runs
            is_whole = older.is_whole
        return History(
            runs.values(),
            shoes=shoes_of(runner),
            odometers={},
            first_weekday=first_weekday(runner),
            is_whole=is_whole,
        )

    def _tell(self, runner: Runner, before: Look | None, seen: Seen, judged: Judged, now: datetime) -> bool:
        """Have it told, changed or taken out; True if the record now stands as judged."""
        if before is not None and before.telling in (Telling.TOLD, Telling.UNKNOWN):
            return self._teller.change(runner, judged.look, seen, judged.words, now) is not None
        if before is not None and before.telling == Telling.REMOVED:
            look = replace(judged.look, telling=Telling.REMOVED, channel=before.channel)
            return self._books.change_look(runner.id, seen.id, lambda was: look) is not None
        if judged.words is not None:
            return self._teller.tell(runner, judged.look, seen, judged.words, now) is not None
        if before is not None and before.telling == Telling.SENDING:
            return self._teller.change(runner, judged.look, seen, None, now) is not None
        look = replace(judged.look, mailed=before.mailed if before else False)
        return self._books.change_look(runner.id, seen.id, lambda was: look) is not None

    def _remember(self, runner: Runner, judged: Judged, seen: Seen, now: datetime) -> None:
        """What later looks ask for: the pair's figure, what was read, what is told once, the zone."""

        def change(was: Runner) -> Runner:
            pairs, told_once = dict(was.pairs), dict(was.told_once)
            if seen.gear is not None:
                pairs[seen.gear.id] = pair_after(pairs.get(seen.gear.id), seen.gear, seen.id, now)
            if judged.choice is not None and judged.words is not None:
                told_once |= dict.fromkeys(once_of(judged.choice), seen.id)
            after = replace(was, pairs=pairs, told_once=told_once, timezone=seen.timezone or was.timezone)
            return with_reading(after, judged.reading, now.date(), self._book) if judged.reading else after

        self._books.change_runner(runner.id, change)

    def _look_again_later(self, runner: Runner, look: Look, now: datetime) -> None:
        """Shoes and words are corrected hours later, without an event: one more look, once a run."""
        if look.odometer_is_late:
            self._inbox.keep(later_look(runner.id, look.run_id, Why.REREAD, now, now + ODOMETER_LATE))
        due = look.reread_at or (now + self._reread if self._reread is not None else None)
        if due is None or due <= now:
            return

        def change(was: Look | None) -> Look | None:
            return None if was is None else replace(was, reread_at=due)

        if self._books.change_look(runner.id, look.run_id, change) is not None:
            self._inbox.keep(later_look(runner.id, look.run_id, Why.REREAD, now, due))

    def _keep_list(self, runner: Runner, listed: Listed, now: datetime) -> None:
        """The page is drawn from this list; it is a cache of seven days at most."""
        self._books.keep_snapshot(Snapshot(runner_id=runner.id, fetched_at=now, runs=listed.runs, wear=listed.wear))
