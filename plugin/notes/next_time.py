"""The one number for next time that a note says: of the next run, or of the week, or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from plugin.notes.note import Allowance
from plugin.rules import comeback, long_run, ramp
from plugin.rules.notice import CAUTION, Family, Notice
from plugin.rules.rule import metres
from plugin.rules.telling import NextTime, Scope
from plugin.training.calendar import week_of
from plugin.translations.voice import Voice, read_off

TOO_LONG = frozenset({long_run.NAME, comeback.NAME})
"""Rules that say that the run was too long."""
HARDLY_ANYTHING_M = Decimal(2000)
"""Less than this is no run to plan: no number is said."""
WEEK = timedelta(days=7)


def next_time(allowance: Allowance | None, told: Sequence[Notice], voice: Voice, today: date) -> NextTime | None:
    """What the note says of next time, read on `today`; `told` are the notices in it.

    Never longer than the run where the note says that it was too long, never more than the week has left. Where the
    week allows no more than the run's length does, as the runner reads both, the week is named.
    """
    if allowance is None or any(one.family == Family.SORENESS and one.level >= CAUTION for one in told):
        return None
    week = week_of(allowance.day, first_weekday=voice.first_weekday)
    is_of_next_week = week > today
    next_week = week + WEEK
    days_left = (next_week - allowance.day).days
    too_long = [metres(one, "session_m") for one in told if one.rule in TOO_LONG]
    length_m, week_m = allowance.length_m, allowance.week_m
    if length_m is not None:
        length_m = min([length_m, *too_long])
    if week_m is not None and week_m < HARDLY_ANYTHING_M:
        return NextTime(scope=Scope.FULL, next_week=next_week, days_left=days_left)
    is_of_weeks = any(one.rule == ramp.NAME for one in told) and not too_long
    if week_m is not None and (is_of_weeks or length_m is None or _reads_no_more(week_m, length_m, voice)):
        if too_long and week_m > min(too_long):
            return None
        scope = Scope.NEXT_WEEK if is_of_next_week else Scope.WEEK
        return NextTime(scope=scope, metres=week_m, next_week=next_week, days_left=days_left)
    if length_m is None or length_m < HARDLY_ANYTHING_M:
        return None
    return NextTime(
        scope=Scope.RUN, metres=length_m, next_week=next_week, days_left=days_left, is_of_next_week=is_of_next_week
    )


def _reads_no_more(week_m: Decimal, length_m: Decimal, voice: Voice) -> bool:
    return read_off(week_m, voice.units) <= read_off(length_m, voice.units)
