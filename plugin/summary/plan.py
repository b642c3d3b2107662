"""What the runner may run in the days to come, and what a run that is planned would get. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from plugin.notes.allowance import allowance_on
from plugin.notes.choose_note import Record
from plugin.notes.compose import note_text
from plugin.notes.evaluate import evaluate
from plugin.notes.note import Allowance
from plugin.notes.rulebook import Rulebook
from plugin.notes.runner_choices import as_said, book_for, first_weekday, heard, shoes_of
from plugin.ports import Runner, Snapshot
from plugin.rules.notice import TIP
from plugin.training.calendar import week_of
from plugin.training.history import History, Memory, first_known_day
from plugin.training.runs import Run, Sport
from plugin.translations.voice import Voice

DAY = timedelta(days=1)
DAYS = 7
PLANNED = "planned"
M_S = Decimal("2.8")
"""The speed of a planned run: no rule of load asks for it."""


@dataclass(frozen=True, kw_only=True)
class PlannedDay:
    """A day to come and its allowance if nothing else is run before it; None while soreness keeps it silent."""

    day: date
    allowance: Allowance | None


@dataclass(frozen=True, kw_only=True)
class PlannedRun:
    """A run that is planned: the note it would get; empty for none."""

    day: date
    metres: Decimal
    text: str
    allowance: Allowance | None
    """What the day allows if nothing else is run before it; None while soreness keeps it silent."""

    @property
    def is_beyond_allowance(self) -> bool:
        """Whether it is longer than what is suggested: advice is not enforced, so that alone brings no note."""
        allowed_m = self.allowance.next_run_m if self.allowance is not None else None
        return allowed_m is not None and self.metres > allowed_m


class Plan:
    """What lies ahead of one runner, as of the list of their runs; the history is built once for every question."""

    def __init__(self, runner: Runner, snapshot: Snapshot, rulebook: Rulebook, today: date) -> None:
        self._runner, self._snapshot = runner, snapshot
        self._rulebook = book_for(runner, rulebook)
        self._memory = Memory(soreness=heard(runner))
        self._ledger = _history(runner, snapshot).as_of_now(memory=self._memory)
        self._first = today + DAY if self._ledger.day_m(today, today) else today

    def allowance(self, day: date) -> Allowance | None:
        """What the day allows if nothing else is run before it; None while soreness keeps it silent.

        Of a week that is still to come no day has more left than the day that opens it: nothing is run in between.
        """
        allowance = allowance_on(self._ledger, day, self._rulebook.limits)
        opening_day = week_of(day, first_weekday=first_weekday(self._runner))
        if allowance is None or allowance.week_m is None or not self._first <= opening_day < day:
            return allowance
        opening = allowance_on(self._ledger, opening_day, self._rulebook.limits)
        if opening is None or opening.week_m is None:
            return allowance
        return replace(allowance, week_m=min(allowance.week_m, opening.week_m))

    def days_to_come(self) -> tuple[PlannedDay, ...]:
        """The next seven days, from today on where nothing was run yet today."""
        days = [self._first + number * DAY for number in range(DAYS)]
        return tuple(PlannedDay(day=day, allowance=self.allowance(day)) for day in days)

    def run(self, day: date, metres: Decimal, voice: Voice) -> PlannedRun:
        """What one run of this length on this day would get, whatever was told lately: quiet periods are not asked
        for."""
        seconds = metres / M_S
        # The last run of its day, by any clock.
        start = datetime.combine(day, time(23, 59), tzinfo=UTC)
        run = Run(
            id=PLANNED, start=start, day=day, sport=Sport.RUN, distance_m=metres, moving_s=seconds, elapsed_s=seconds
        )
        ledger = _history(self._runner, self._snapshot, run).as_of(run, memory=self._memory)
        choice = evaluate(run, ledger, Record(rules_off=self._runner.settings.rules_off), self._rulebook)
        # A tip that comes for want of anything else is no answer to "may I".
        is_warned = choice.note is not None and choice.note.leader.level > TIP
        text = note_text(choice.note, voice, self._rulebook, day) if choice.note is not None and is_warned else ""
        return PlannedRun(day=day, metres=metres, text=text, allowance=self.allowance(day))


def _history(runner: Runner, snapshot: Snapshot, *more: Run) -> History:
    return History(
        [*as_said(runner, snapshot.runs), *more],
        shoes=shoes_of(runner),
        first_weekday=first_weekday(runner),
        known_since=first_known_day(snapshot.reaches),
    )
