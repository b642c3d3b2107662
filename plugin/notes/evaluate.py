"""One run, or a whole history, from facts to choice: the same for a live run, the preview and a replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from plugin.notes.allowance import allowance_on
from plugin.notes.choose_note import PastNotice, Record, choose
from plugin.notes.mentions import part_to_ask
from plugin.notes.note import Allowance, Choice, Note
from plugin.notes.rulebook import Rulebook
from plugin.rules import HIDDEN_BY_COMEBACK, RULES, comeback, recovery, soreness
from plugin.rules.notice import Family, Notice
from plugin.training.calendar import week_of
from plugin.training.history import History, Ledger, Memory, Soreness
from plugin.training.runs import Run

DAY = timedelta(days=1)
REMEMBERED_DAYS = 90
"""Longer than any quiet period; what is told once a pair is remembered for good."""
EXERCISE_DAYS = 60
"""So long the last exercise is remembered, as live: run records are kept for little longer."""
ASKED_LAST = (soreness, recovery)
"""soreness looks at load found on the same run; recovery speaks only beside nothing else."""


def find_notices(run: Run, ledger: Ledger, rulebook: Rulebook) -> list[Notice]:
    """Everything the rules find on `run`."""
    limits, found = rulebook.limits, []
    # Who may be coming back is judged by what was run before the break, and that is not known here.
    is_unsure = comeback.is_unsure(ledger, run.day, limits[comeback.NAME])
    for rule in RULES:
        if rule in ASKED_LAST or (is_unsure and rule.HIDDEN_BY_COMEBACK):
            continue
        if (one := rule.find(run, ledger, limits[rule.NAME])) is not None:
            found.append(one)
    if any(one.family == Family.LOAD for one in found):
        ledger = replace(ledger, memory=replace(ledger.memory, load_days=ledger.memory.load_days | {run.day}))
    for last in ASKED_LAST:
        if (one := last.find(run, ledger, limits[last.NAME])) is not None:
            found.append(one)
    return found


def evaluate(run: Run, ledger: Ledger, record: Record, rulebook: Rulebook, *, today: date | None = None) -> Choice:
    """All notices on `run` and at most one note. `today`: the day on which it is read, where it is not the run's own.

    Of a run that comes in late nothing is told of a week that is over, and what may be run next is as of today.
    """
    today = max(today or run.day, run.day)
    found = find_notices(run, ledger, rulebook)
    asks_for_break = any(one.rule in HIDDEN_BY_COMEBACK for one in found)
    choice = choose(
        found,
        record,
        rulebook.limits,
        rulebook.tips,
        is_coming_back=asks_for_break
        and comeback.active_break(ledger, run.day, rulebook.limits["comeback"]) is not None,
        sore=ledger.memory.sore_labels,
        allowance=_next_allowance(ledger, run, today, rulebook),
        is_week_over=_week(today, ledger) > _week(run.day, ledger),
    )
    if choice.note is None:
        return choice
    asks = part_to_ask(ledger.memory.reading, ledger.memory.soreness)
    return replace(choice, note=replace(choice.note, asks=asks))


def _next_allowance(ledger: Ledger, run: Run, today: date, rulebook: Rulebook) -> Allowance | None:
    """What may be run next: the day after the run, or from today on where the run comes in late."""
    if today == run.day:
        return allowance_on(ledger, run.day + DAY, rulebook.limits)
    now = ledger.history.as_of_now(memory=ledger.memory)
    return allowance_on(now, today + DAY if now.day_m(today, today) else today, rulebook.limits)


def _week(day: date, ledger: Ledger) -> date:
    return week_of(day, first_weekday=ledger.history.first_weekday)


def told_by(note: Note) -> list[PastNotice]:
    """What the record remembers of a note: its lines, the leader first."""
    return [
        PastNotice(
            rule=one.rule,
            family=one.family,
            level=one.level,
            day=one.day,
            start=one.start,
            leads=one is note.leader,
            once=one.once,
        )
        for one in note.told
    ]


def nothing_said(run: Run) -> Record:
    """A runner who asked for nothing."""
    return Record()


class _Past:
    """What a history has told so far. Forgets what no rule asks for, so that a run costs the same after ten years."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.told: list[PastNotice] = []
        self.once: dict[tuple[str, str], PastNotice] = {}
        self.long_ago: dict[tuple[str, str], PastNotice] = {}
        self.tallies: Counter[tuple[str, str]] = Counter()
        self.sore: tuple[Soreness, ...] = ()
        self.load_days: frozenset[date] = frozenset()
        self.told_on: date | None = None
        self.last_tip: str | None = None
        self.exercise: tuple[date, str] | None = None

    def memory(self, run: Run, reading: Soreness | None) -> Memory:
        if self.sore:
            self.sore = soreness.kept(self.sore, run.day, self.rulebook.limits[soreness.NAME])
        return Memory(soreness=self.sore, reading=reading, load_days=self.load_days, told_on=self.told_on)

    def record(self, run: Run, asked: Record) -> Record:
        return replace(
            asked,
            told=[*self.once.values(), *self.told],
            long_ago=self.long_ago,
            tallies=self.tallies,
            last_tip=self.last_tip,
            last_exercise=last_exercise([self.exercise] if self.exercise else [], run.day, self.rulebook),
        )

    def add(self, run: Run, choice: Choice, reading: Soreness | None) -> None:
        if any(one.notice.family == Family.LOAD for one in choice.verdicts):
            kept = (day for day in self.load_days if (run.day - day).days <= REMEMBERED_DAYS)
            self.load_days = frozenset({*kept, run.day})
        if choice.note is not None:
            self._add_note(run, choice.note)
        if reading is not None and (reading.labels or reading.cleared or reading.mentioned):
            limits = self.rulebook.limits[soreness.NAME]
            self.sore = (*self.sore, soreness.remember(reading, self.sore, limits))

    def _add_note(self, run: Run, note: Note) -> None:
        for notice, one in zip(note.told, told_by(note), strict=True):
            if notice.tally is not None:
                self.tallies[notice.rule, notice.tally] += 1
            if one.once is not None:
                self.once[one.rule, one.once] = one
            else:
                self.told.append(one)
        self.told = [one for one in self.told if (run.day - one.day).days <= REMEMBERED_DAYS]
        old = {key: one for key, one in self.once.items() if (run.day - one.day).days > REMEMBERED_DAYS}
        # A week's ramp cannot come again; a pair's crossing can.
        self.long_ago |= {key: one for key, one in old.items() if one.family != Family.LOAD}
        self.once = {key: one for key, one in self.once.items() if key not in old}
        self.told_on = max(run.day, self.told_on or run.day)
        if note.tip is not None:
            self.last_tip = note.tip
            if self.rulebook.is_foot_work(note.tip):
                self.exercise = (run.day, note.tip)


def last_exercise(tips: Iterable[tuple[date, str]], day: date, rulebook: Rulebook) -> str | None:
    """The foot work among tips told for a day (in order) that came last; None if it is too long ago."""
    exercises = [tip for told_on, tip in tips if rulebook.is_foot_work(tip) and (day - told_on).days <= EXERCISE_DAYS]
    return exercises[-1] if exercises else None


def evaluate_history(
    history: History,
    rulebook: Rulebook,
    readings: Mapping[str, Soreness] | None = None,
    asked_by: Callable[[Run], Record] = nothing_said,
) -> Iterator[tuple[Run, Ledger, Choice]]:
    """Every load run in order with its choice, each judged as of itself, nothing later known.

    `readings`: run id to what was read from its words; `asked_by`: what the runner had turned off, snoozed or dismissed
    as of a run, and what they answered to its note.
    """
    readings = readings or {}
    past = _Past(rulebook)
    for run in history.load:
        reading = readings.get(run.id)
        ledger = history.as_of(run, memory=past.memory(run, reading))
        choice = evaluate(run, ledger, past.record(run, asked_by(run)), rulebook)
        yield run, ledger, choice
        past.add(run, choice, reading)
