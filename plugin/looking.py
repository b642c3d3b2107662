"""One run looked at: the facts as just seen, beside the list and the record, judged and put into words.

Reads Strava at most once (the further list that a long break needs) and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from plugin.figures import odometer_of, pair_after
from plugin.judging import Rulebook, judge, note_text, notice_text
from plugin.ledger import History, Odometer, Soreness
from plugin.notice import Choice
from plugin.ports import Books, Listed, Look, Runner, Seen, Strava
from plugin.recall import (
    book_for,
    facts_of,
    first_weekday,
    memory_of,
    needs_more,
    reading_of,
    record_of,
    shoes_of,
    subject_of,
)
from plugin.remembering import found_of, once_of
from plugin.soreness import Lexicon
from plugin.telling import Words, can_be_silenced, is_public_safe
from plugin.training import Run
from plugin.wording import Voice


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A run as judged, ready to be told. `once`: names of what this note tells once a pair."""

    look: Look
    words: Words | None
    reading: Soreness | None
    once: tuple[str, ...] = ()


class Looking:
    """How a run is looked at; the same rules, tips and words as everywhere."""

    def __init__(
        self, *, books: Books, strava: Strava, book: Rulebook, lexicon: Lexicon, voice_of: Callable[[Runner], Voice]
    ) -> None:
        self._books = books
        self._strava = strava
        self.book = book
        self._lexicon = lexicon
        self._voice_of = voice_of

    def reading(self, runner: Runner, seen: Seen) -> Soreness | None:
        """What the runner's own words say; None where they did not agree to it."""
        return reading_of(seen, runner, self._lexicon)

    def judge(
        self,
        runner: Runner,
        seen: Seen,
        run: Run,
        listed: Listed,
        before: Look | None,
        now: datetime,
        *,
        urgent: bool,
    ) -> Judged:
        """The run as seen, judged as of itself; `before` is the record of an earlier look."""
        called_race = before is not None and before.called_race
        if called_race:
            run = replace(run, is_race=True)
        reading = self.reading(runner, seen)
        odometer, is_late = self._odometer(runner, seen, run, listed, before, now)
        shoes = shoes_of(runner)
        if seen.gear is not None:
            # A pair seen for the first time is spoken of by its name, too.
            shoes[seen.gear.id] = pair_after(runner.pairs.get(seen.gear.id), seen.gear, seen.id, now).shoe
        runs, is_whole = self._runs(runner, run, listed, urgent=urgent)
        history = History(
            runs,
            shoes=shoes,
            odometers={} if odometer is None else {run.id: odometer},
            first_weekday=first_weekday(runner),
            is_whole=is_whole,
        )
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
            return Judged(look=look, words=None, reading=reading)
        looks = self._books.looks(runner.id)
        book = book_for(runner, self.book)
        ledger = history.as_of(run, memory=memory_of(runner, looks, seen, reading, book))
        choice = judge(run, ledger, record_of(runner, looks, seen), book)
        return self._in_words(runner, look, choice, reading, book)

    def _in_words(self, runner: Runner, look: Look, choice: Choice, reading: Soreness | None, book: Rulebook) -> Judged:
        voice = self._voice_of(runner)
        texts = {one.notice.rule: notice_text(one.notice, voice) for one in choice.verdicts}
        note = choice.note
        look = replace(look, found=found_of(choice, texts), tip=note.tip if note else None)
        if note is None:
            return Judged(look=look, words=None, reading=reading)
        words = Words(
            text=note_text(note, voice, book),
            subject=subject_of(choice, texts, voice),
            lead_rule=note.leader.rule,
            is_public_safe=is_public_safe(note),
            can_be_silenced=can_be_silenced(note),
        )
        return Judged(look=look, words=words, reading=reading, once=tuple(once_of(choice)))

    def _odometer(
        self, runner: Runner, seen: Seen, run: Run, listed: Listed, before: Look | None, now: datetime
    ) -> tuple[Odometer | None, bool]:
        """The pair's mileage. Strava is waited for until the later look; then its figure is taken as it stands."""
        facts = before.facts if before else None
        is_included = False
        if before is not None and facts is not None and facts.shoe == run.shoe:
            later_look_is_over = before.reread_at is None or before.reread_at <= now
            is_included = not before.odometer_is_late or later_look_is_over
        pair = runner.pairs.get(run.shoe) if run.shoe else None
        return odometer_of(seen, pair, listed, now, is_included=is_included)

    def _runs(self, runner: Runner, run: Run, listed: Listed, *, urgent: bool) -> tuple[list[Run], bool]:
        """The list with this run as just seen, and whether there is nothing older; one further list where a break may
        hide before it, or the run does."""
        runs = {one.id: one for one in listed.runs}
        is_whole = listed.is_whole
        runs[run.id] = run
        if listed.oldest is not None and not is_whole and needs_more(runs.values(), run, listed.oldest, self.book):
            until = min(listed.oldest, run.start + timedelta(seconds=1))
            older = self._strava.recent(runner.id, before=until, urgent=urgent)
            runs = {one.id: one for one in older.runs} | runs
            is_whole = older.is_whole
        return list(runs.values()), is_whole
