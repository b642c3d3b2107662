"""What would stay silent on a day: the room a runner has, from the same functions that find the notices."""

from __future__ import annotations

from datetime import date

from plugin.notes.choice import Allowance
from plugin.rules import RuleLimits, comeback, long_run, ramp
from plugin.training.calendar import week_of
from plugin.training.history import Ledger


def allowance_on(ledger: Ledger, day: date, limits: RuleLimits) -> Allowance:
    """The ceilings for one run by itself on `day`, all runs of the ledger being earlier. Metres; None: no ceiling, or
    too little is known for one.

    While a break is active its ceiling stands in for the longest run's; the week's ceiling is the rest of the week that
    `day` is in.
    """
    if not ledger.history.load or comeback.is_unsure(ledger, day, limits["comeback"], tomorrow=True):
        return Allowance(day=day, length_m=None, week_m=None)
    pause = comeback.active_break(ledger, day, limits["comeback"], tomorrow=True)
    longest_m = long_run.longest(ledger, day, limits["long_run"], earlier=False)
    length_m = None
    if pause is not None:
        length_m = comeback.ceiling_m(pause, limits["comeback"])
    elif longest_m is not None:
        length_m = long_run.ceiling_m(longest_m, limits["long_run"])
    run_m, baseline_m = ramp.week_and_baseline(ledger, day, limits["ramp"])
    week_m = None if baseline_m is None else ramp.ceiling_m(baseline_m, limits["ramp"]) - run_m
    opens_week = day == week_of(day, first_weekday=ledger.history.first_weekday)
    return Allowance(day=day, length_m=length_m, week_m=week_m, opens_week=opens_week)
