"""What a runner may do next: one run's length, and what the week has left. Note, page, mail and replay all ask here."""

from __future__ import annotations

from datetime import date, timedelta

from plugin.notes.note import Allowance
from plugin.rules import RuleLimits, comeback, long_run, ramp, soreness
from plugin.training.calendar import week_of
from plugin.training.history import Ledger
from plugin.training.runs import Metres, Run

DAY = timedelta(days=1)
TOO_MUCH_DAYS = 7
"""What was too long on a day is no yardstick for so many days."""


def allowance_on(ledger: Ledger, day: date, limits: RuleLimits) -> Allowance | None:
    """The allowance of `day`, all runs of the ledger being earlier; None while soreness keeps it silent.

    Of a run of exactly this length, in a week with room for it, long_run, comeback and ramp tell nothing.
    """
    # What hurts on the day itself, before its run, counts as what hurt the day before.
    if any(soreness.is_sore(ledger.memory.all_soreness, one, limits[soreness.NAME]) for one in (day - DAY, day)):
        return None
    if not ledger.history.load or comeback.is_unsure(ledger, day, limits[comeback.NAME], tomorrow=True):
        return Allowance(day=day, length_m=None, week_m=None)
    opens_week = day == week_of(day, first_weekday=ledger.history.first_weekday)
    return Allowance(
        day=day,
        length_m=_length_m(ledger, day, limits),
        week_m=_week_m(ledger, day, limits[ramp.NAME], opens_week=opens_week),
        opens_week=opens_week,
    )


def _length_m(ledger: Ledger, day: date, limits: RuleLimits) -> Metres | None:
    pause = comeback.active_break(ledger, day, limits[comeback.NAME], tomorrow=True)
    if pause is not None:
        return pause.cap_m
    yesterday = day - DAY
    first = yesterday - timedelta(days=limits[long_run.NAME].window_days - 1)
    recent = day - timedelta(days=TOO_MUCH_DAYS)
    if not ledger.knows(first):
        return None
    longest_m = ledger.longest_m(first, recent - DAY)
    for session, runs in ledger.session_runs(recent, yesterday):
        if longest_m is not None and session.distance_m <= longest_m:
            continue
        too_long = [was_too_long(run, ledger, limits) for run in runs]
        if None in too_long:
            return None
        if not any(too_long):
            longest_m = session.distance_m
    return None if longest_m is None else long_run.ceiling_m(longest_m, limits[long_run.NAME])


def _week_m(ledger: Ledger, day: date, limits: ramp.RampLimits, *, opens_week: bool) -> Metres | None:
    week_m, baseline_m = ramp.week_and_baseline(ledger, day, limits)
    if baseline_m is None:
        return None
    left_m = ramp.ceiling_m(baseline_m, limits) - week_m
    if not opens_week:
        return left_m
    ended = week_of(day - DAY, first_weekday=ledger.history.first_weekday)
    if not ledger.knows(ended - timedelta(weeks=limits.weeks)):
        return None
    # A week that was too big must not raise the next one.
    ended_baseline_m = ramp.found_against(ledger, day - DAY, limits)
    return left_m if ended_baseline_m is None else min(left_m, ramp.ceiling_m(ended_baseline_m, limits))


def was_too_long(run: Run, ledger: Ledger, limits: RuleLimits) -> bool | None:
    """Whether long_run or comeback finds something on a load run that the ledger knows; None where too little is known.

    Computed from the runs and not read from stored notices: so it holds for runs from before the runner connected too,
    and live and replay agree.
    """
    known: dict[str, bool | None] = ledger.history.remembered("too_long")
    if run.id not in known:
        known[run.id] = _was_too_long(run, Ledger(ledger.history, ledger.history.place[run.id]), limits)
    return known[run.id]


def _was_too_long(run: Run, ledger: Ledger, limits: RuleLimits) -> bool | None:
    first = run.day - timedelta(days=limits[long_run.NAME].window_days)
    if not ledger.knows(first) or comeback.is_unsure(ledger, run.day, limits[comeback.NAME]):
        return None
    return any(rule.find(run, ledger, limits[rule.NAME]) is not None for rule in (long_run, comeback))
