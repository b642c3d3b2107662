"""One run, or a whole history, from facts to choice: the same for a live run, the preview and the replay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from plugin.notes.allowance import allowance_on
from plugin.notes.choice import Allowance, Choice
from plugin.notes.choose import PastNotice, Record, choose
from plugin.notes.rulebook import Rulebook
from plugin.rules import HIDDEN_BY_COMEBACK, RULES, comeback, recovery, soreness
from plugin.rules.notice import Family, Notice
from plugin.training.calendar import week_of
from plugin.training.history import History, Ledger, Memory, Soreness
from plugin.training.runs import Run

DAY = timedelta(days=1)
REMEMBERED_DAYS = 90
"""Longer than any quiet period; what is told once a pair is remembered for good."""


def find_notices(run: Run, ledger: Ledger, rulebook: Rulebook) -> list[Notice]:
    """Everything the rules find on `run`; soreness last, since it looks at load found on the same run."""
    found = []
    # Who may be coming back is judged by what was run before the break, and that is not known here.
    is_unsure = comeback.is_unsure(ledger, run.day, rulebook.limits[comeback.NAME])
    unknown = HIDDEN_BY_COMEBACK if is_unsure else frozenset()
    for rule in RULES:
        if rule.NAME not in (soreness.NAME, recovery.NAME) and rule.NAME not in unknown:
            one = rule.find(run, ledger, rulebook.limits[rule.NAME])
            if one is not None:
                found.append(one)
    if any(one.family == Family.LOAD for one in found):
        ledger = replace(ledger, memory=replace(ledger.memory, load_days=ledger.memory.load_days | {run.day}))
    if found:
        ledger = replace(ledger, memory=replace(ledger.memory, noticed_on=run.day))
    for last in (soreness, recovery):
        one = last.find(run, ledger, rulebook.limits[last.NAME])
        if one is not None:
            found.append(one)
            ledger = replace(ledger, memory=replace(ledger.memory, noticed_on=run.day))
    return found


def evaluate(run: Run, ledger: Ledger, record: Record, rulebook: Rulebook, *, today: date | None = None) -> Choice:
    """All notices on `run` and at most one note. `today`: the day on which it is read, where it is not the run's own.

    Of a run that comes in late nothing is told of a week that is over, and what may be run next is as of today.
    """
    today = max(today or run.day, run.day)
    found = find_notices(run, ledger, rulebook)
    asks_for_break = any(one.rule in HIDDEN_BY_COMEBACK for one in found)
    return choose(
        found,
        record,
        rulebook.limits,
        rulebook.tips,
        is_coming_back=asks_for_break
        and comeback.active_break(ledger, run.day, rulebook.limits["comeback"]) is not None,
        sore=frozenset(label for one in ledger.memory.all_soreness for label in one.labels),
        allowance=_next_allowance(ledger, run, today, rulebook),
        is_week_over=_week(today, ledger) > _week(run.day, ledger),
    )


def _next_allowance(ledger: Ledger, run: Run, today: date, rulebook: Rulebook) -> Allowance:
    """What may be run next: the day after the run, or from today on where the run comes in late."""
    if today == run.day:
        return allowance_on(ledger, run.day + DAY, rulebook.limits)
    now = ledger.history.as_of_now(memory=ledger.memory)
    return allowance_on(now, today + DAY if now.day_m(today, today) else today, rulebook.limits)


def _week(day: date, ledger: Ledger) -> date:
    return week_of(day, first_weekday=ledger.history.first_weekday)


def told_by(choice: Choice) -> list[PastNotice]:
    """What the record remembers of a choice."""
    note = choice.note
    if note is None:
        return []
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


def nothing_said(day: date) -> Record:
    """A runner who asked for nothing."""
    return Record()


def evaluate_history(
    history: History,
    rulebook: Rulebook,
    readings: Mapping[str, Soreness] | None = None,
    asked_by: Callable[[date], Record] = nothing_said,
) -> Iterator[tuple[Run, Ledger, Choice]]:
    """Every load run in order with its choice, each judged as of itself, nothing later known.

    `readings`: run id to what was read from its words; `asked_by`: what the runner had turned off, snoozed or dismissed
    as of a day. The record grows with what is told and forgets what no rule
    asks for any more, so that the time per run does not grow with the history.
    """
    readings = readings or {}
    told: list[PastNotice] = []
    crossed: dict[tuple[str, str], PastNotice] = {}
    long_ago: dict[tuple[str, str], PastNotice] = {}
    sore: tuple[Soreness, ...] = ()
    load_days: set[date] = set()
    noticed_on: date | None = None
    last_tip: str | None = None
    for run in history.load:
        if sore:
            sore = soreness.kept(sore, run.day, rulebook.limits["soreness"])
        reading = readings.get(run.id)
        memory = Memory(soreness=sore, reading=reading, load_days=frozenset(load_days), noticed_on=noticed_on)
        ledger = history.as_of(run, memory=memory)
        record = replace(asked_by(run.day), told=[*crossed.values(), *told], long_ago=long_ago, last_tip=last_tip)
        choice = evaluate(run, ledger, record, rulebook)
        yield run, ledger, choice
        for verdict in choice.verdicts:
            if verdict.notice.family == Family.LOAD:
                load_days = {day for day in load_days if (run.day - day).days <= REMEMBERED_DAYS} | {run.day}
            if verdict.notice.rule != recovery.NAME:
                noticed_on = run.day
        for one in told_by(choice):
            if one.once is not None:
                crossed[one.rule, one.once] = one
            else:
                told.append(one)
        if choice.note is not None:
            told = [one for one in told if (run.day - one.day).days <= REMEMBERED_DAYS]
            old = {key: one for key, one in crossed.items() if (run.day - one.day).days > REMEMBERED_DAYS}
            # A week's ramp cannot come again; a pair's crossing can.
            long_ago |= {key: one for key, one in old.items() if one.family != Family.LOAD}
            crossed = {key: one for key, one in crossed.items() if key not in old}
        if choice.note is not None:
            last_tip = choice.note.tip or last_tip
        if reading is not None and (reading.labels or reading.cleared):
            sore = (*sore, soreness.remember(reading, sore, rulebook.limits["soreness"]))
