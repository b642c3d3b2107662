"""ramp: this week against the weeks before.

Source: the article's 10 % rule, a convention (Buist 2008: no effect in 532 novices; Nielsen 2014: over 30 % against
under 10 % HR 1.59, 0.96-2.66, for some injuries). So a note, seldom more. The baseline is not fooled by a down week
(the best of four counts) nor by one freak week (at most 1.5 times the next best).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from plugin.rules.notice import CAUTION, NOTE, Family, Notice, Number
from plugin.rules.rule import metres, notice
from plugin.training.calendar import week_of
from plugin.training.history import Ledger
from plugin.training.runs import Metres, Run
from plugin.translations.voice import Voice, marked

NAME = "ramp"
TITLE = marked("weekly mileage growing fast")
DESCRIPTION = marked("A week well above the four weeks before it.")
FAMILY = Family.LOAD
RANK = 30
RACE_MATTERS = True
HIDDEN_BY_COMEBACK = True

USUAL = marked(
    "{week} so far this week; your usual top is {baseline}. That's past the 10 % rule of thumb: a guide, not a limit."
)
USUAL_AND_MUCH = marked(
    "{week} so far this week; your usual top is {baseline}, and this is {more} more. "
    "A few easy days now let feet and shins catch up."
)
LAST_WEEK = marked(
    "{week} so far this week; last week was {baseline}. That's past the 10 % rule of thumb: a guide, not a limit."
)
LAST_WEEK_AND_MUCH = marked(
    "{week} so far this week; last week was {baseline}, and this is {more} more. "
    "A few easy days now let feet and shins catch up."
)


@dataclass(frozen=True, kw_only=True)
class RampLimits:
    """`[ramp]` in config/rules.toml."""

    quiet_days: int
    weeks: int = field(metadata={"min": 2})
    ratio: Decimal
    step_m: Decimal
    freak_ratio: Decimal
    caution_ratio: Decimal
    caution_step_m: Decimal
    strict: bool


LIMITS = RampLimits


def find(run: Run, ledger: Ledger, limits: RampLimits) -> Notice | None:
    """A notice if the week so far is more than 10 % and more than 3 km above the baseline."""
    week_m, *before = ledger.weeks_m(run.day, limits.weeks)
    _, baseline_m = week_and_baseline(ledger, run.day, limits)
    if baseline_m is None or week_m <= ceiling_m(baseline_m, limits):
        return None
    much = week_m > limits.caution_ratio * baseline_m and week_m - baseline_m >= limits.caution_step_m
    level = CAUTION if much else NOTE
    week = week_of(run.day, first_weekday=ledger.history.first_weekday)
    once = f"{week.isoformat()}:{level}"
    against: dict[str, Number] = {"is_last_week": 1} if is_last_week(before, limits) else {}
    return notice(NAME, FAMILY, level, run, once=once, week_m=week_m, baseline_m=baseline_m, **against)


def week_and_baseline(ledger: Ledger, day: date, limits: RampLimits) -> tuple[Metres, Metres | None]:
    """The week of `day` so far, and the baseline it is held against; None with fewer than two weeks run, and where the
    weeks are not all known."""
    week_m, *before = ledger.weeks_m(day, limits.weeks)
    first = week_of(day, first_weekday=ledger.history.first_weekday) - timedelta(weeks=limits.weeks)
    return week_m, baseline(before, limits) if ledger.knows(first) else None


def baseline(weeks: Sequence[Metres], limits: RampLimits) -> Metres | None:
    """B from the weeks before, the nearest first: min(best, 1.5 × second best)."""
    best, second = sorted(weeks, reverse=True)[:2]
    if second <= 0:
        return None
    return weeks[0] if is_last_week(weeks, limits) else min(best, limits.freak_ratio * second)


def is_last_week(weeks: Sequence[Metres], limits: RampLimits) -> bool:
    """Whether the baseline is last week to the letter, as the runner asked for."""
    return limits.strict and weeks[0] > 0


def ceiling_m(baseline_m: Metres, limits: RampLimits) -> Metres:
    """The biggest week that stays silent."""
    return max(limits.ratio * baseline_m, baseline_m + limits.step_m)


def say(notice: Notice, voice: Voice) -> str:
    """Numbers first; a guide, not a limit. Held against last week alone it says so."""
    week, baseline_m = metres(notice, "week_m"), metres(notice, "baseline_m")
    said = (USUAL, USUAL_AND_MUCH) if "is_last_week" not in notice.numbers else (LAST_WEEK, LAST_WEEK_AND_MUCH)
    return voice.say(
        said[notice.level >= CAUTION],
        week=voice.distance(week),
        baseline=voice.distance(baseline_m),
        more=voice.more(week, baseline_m),
    )
