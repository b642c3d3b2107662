"""One run looked at: the facts as just seen, beside the list and the record, judged and put into words.

Reads Strava at most once (the further list that a long break needs) and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from plugin.activities.activity_cache import first_activity
from plugin.activities.fingerprint import facts_of, reading_of
from plugin.activities.lookback import needed_since
from plugin.activities.note_delivery import Words, can_be_silenced, is_public_safe, quiet_words
from plugin.activities.odometer import odometer_of, pair_after
from plugin.activities.past_notes import memory_of, not_for_me, record_of
from plugin.activities.runner_after_run import found_of, once_of
from plugin.notes.compose import note_text, notice_text, run_text, subject_of
from plugin.notes.evaluate import evaluate
from plugin.notes.note import Choice
from plugin.notes.rulebook import Rulebook
from plugin.notes.runner_choices import as_said, book_for, called_races, first_weekday, shoes_of
from plugin.ports import MOST_PAGES, ActivityDetail, ActivityList, Runner, RunRecord, Store, Strava
from plugin.soreness import Lexicon
from plugin.training.history import History, Odometer, Soreness, first_known_day
from plugin.training.runs import Run
from plugin.translations.voice import Voice


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """A run as judged, ready to be told. `once`: names of what this note tells once a pair."""

    run_record: RunRecord
    words: Words | None
    reading: Soreness | None
    once: tuple[str, ...] = ()


class RunEvaluator:
    """How a run is looked at; the same rules, tips and words as everywhere. `lexicon` reads the phrases when the first
    run is looked at: most commands look at none."""

    def __init__(
        self,
        *,
        store: Store,
        strava: Strava,
        rulebook: Rulebook,
        lexicon: Callable[[], Lexicon],
        voice_of: Callable[[Runner], Voice],
    ) -> None:
        self._store = store
        self._strava = strava
        self.rulebook = rulebook
        self._lexicon = lexicon
        self._voice_of = voice_of

    def reading(self, runner: Runner, detail: ActivityDetail) -> Soreness | None:
        """What the runner's own words say; None where they did not agree to it."""
        return reading_of(detail, runner, self._lexicon())

    def evaluate(
        self,
        runner: Runner,
        detail: ActivityDetail,
        run: Run,
        activity_list: ActivityList,
        before: RunRecord | None,
        now: datetime,
        *,
        recordings: frozenset[int] = frozenset(),
        urgent: bool,
    ) -> Evaluation:
        """The run as seen, judged as of itself; `before` is the record of an earlier look, `recordings` other uploads
        of the same run: what was told on those was told of this run, and silences nothing."""
        runner = replace(
            runner, told_once={name: one for name, one in runner.told_once.items() if one not in recordings}
        )
        called_race = before is not None and before.called_race
        run_records = [one for one in self._store.run_records(runner.id) if one.run_id not in recordings]
        races = called_races(run_records) | ({run.id} if called_race else set())
        run = replace(run, is_race=run.is_race or called_race)
        reading = self.reading(runner, detail)
        odometer, is_late = self._odometer(runner, detail, run, activity_list, before, now)
        shoes = shoes_of(runner)
        if detail.gear is not None:
            # A pair seen for the first time is spoken of by its name, too.
            shoes[detail.gear.id] = pair_after(runner.pairs.get(detail.gear.id), detail.gear, detail.id, now).shoe
        runs, reaches = self._runs(runner, run, activity_list, urgent=urgent)
        history = History(
            as_said(runner, runs, races),
            shoes=shoes,
            odometers={} if odometer is None else {run.id: odometer},
            first_weekday=first_weekday(runner),
            known_since=first_known_day(reaches),
        )
        run_record = RunRecord(
            runner_id=runner.id,
            run_id=detail.id,
            day=detail.day,
            looked_at=now,
            start=detail.start,
            facts=facts_of(detail, reading),
            called_race=called_race,
            judged_race=called_race,
            judged_without=not_for_me(runner, detail.id),
            odometer_is_late=is_late,
            aside=history.aside.get(run.id),
            reread_at=before.reread_at if before else None,
        )
        if run.id not in history.place:
            return Evaluation(run_record=run_record, words=None, reading=reading)
        rulebook = book_for(runner, self.rulebook)
        ledger = history.as_of(run, memory=memory_of(runner, run_records, detail, reading, rulebook))
        today = now.astimezone(runner.zone).date()
        record = replace(record_of(runner, run_records, detail, rulebook), called_race=called_race)
        choice = evaluate(run, ledger, record, rulebook, today=today)
        return self._in_words(runner, run_record, choice, reading, rulebook, today)

    def _in_words(
        self,
        runner: Runner,
        run_record: RunRecord,
        choice: Choice,
        reading: Soreness | None,
        rulebook: Rulebook,
        today: date,
    ) -> Evaluation:
        voice = self._voice_of(runner)
        texts = {one.notice.rule: notice_text(one.notice, voice, today) for one in choice.verdicts}
        note = choice.note
        run_record = replace(run_record, found=found_of(choice, texts), tip=note.tip if note else None)
        if note is None:
            line = run_text(choice, voice, rulebook, today, runner.settings.how_much)
            return Evaluation(run_record=run_record, words=quiet_words(line) if line else None, reading=reading)
        words = Words(
            text=note_text(note, voice, rulebook, today),
            subject=subject_of(note, voice, today),
            lead_rule=note.leader.rule,
            is_public_safe=is_public_safe(note),
            can_be_silenced=can_be_silenced(note),
            asks=note.asks or "",
        )
        return Evaluation(run_record=run_record, words=words, reading=reading, once=tuple(once_of(choice)))

    def _odometer(
        self,
        runner: Runner,
        detail: ActivityDetail,
        run: Run,
        activity_list: ActivityList,
        before: RunRecord | None,
        now: datetime,
    ) -> tuple[Odometer | None, bool]:
        """The pair's mileage. Until the later look Strava may still add the run; then its figure is taken as it is."""
        facts = before.facts if before else None
        is_included = False
        if before is not None and facts is not None and facts.shoe == run.shoe:
            later_look_is_over = before.reread_at is None or before.reread_at <= now
            is_included = not before.odometer_is_late or later_look_is_over
        pair = runner.pairs.get(run.shoe) if run.shoe else None
        return odometer_of(detail, pair, activity_list, now, is_included=is_included)

    def _runs(
        self, runner: Runner, run: Run, activity_list: ActivityList, *, urgent: bool
    ) -> tuple[list[Run], datetime | None]:
        """The list with this run as just seen, and how far back it reaches; further pages where a rule's window or a
        break begins before that."""
        runs = {one.id: one for one in activity_list.runs} | {run.id: run}
        reaches, pages = activity_list.reaches, activity_list.pages
        begins = first_activity(self._store.snapshot(runner.id)) if reaches is not None else None
        while reaches is not None and pages < MOST_PAGES:
            since = needed_since(runs.values(), run, reaches, self.rulebook)
            if since is None:
                break
            # A run far back is judged by what was run before it: what lies between it and the list tells nothing.
            until = min(reaches, run.start) + timedelta(seconds=1)
            older = self._strava.recent(
                runner.id, since=since, before=until, begins=begins, at_most=MOST_PAGES - pages, urgent=urgent
            )
            runs = {one.id: one for one in older.runs} | runs
            reaches, pages = older.reaches, pages + older.pages
        return list(runs.values()), reaches
