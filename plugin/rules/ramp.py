"""ramp: this week against the weeks before.

Source: the article's 10 % rule, a convention (Buist 2008: no effect in 532 novices; Nielsen 2014: over 30 % against
under 10 % HR 1.59, 0.96-2.66, for some injuries). So a note, seldom more. A down week does not lower the baseline (the
best of four counts), one freak week does not raise it (at most 1.5 times the next best).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from plugin.rules.notice import CAUTION, NOTE, Family, Notice, Number
from plugin.rules.rule import metres, notice
from plugin.rules.telling import Telling, joined, next_time_text
from plugin.training.calendar import week_of
from plugin.training.history import Ledger
from plugin.training.runs import Metres, Run
from plugin.translations.voice import Voice, marked

NAME = "ramp"
TITLE = marked("weekly mileage growing fast")
DESCRIPTION = marked("A week well above the four weeks before it.")
FAMILY = Family.LOAD
HARDLY_RUN_M = Decimal(500)
TENTH_MORE = Decimal("1.1")
"""Over last week: the 10 % rule of thumb to the letter."""
RANK = 30
RACE_MATTERS = True
HIDDEN_BY_COMEBACK = True


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
    """A notice if the week so far is more than 10 % and more than 3 km above the baseline, and above last week."""
    week_m, *before = ledger.weeks_m(run.day, limits.weeks)
    _, baseline_m = week_and_baseline(ledger, run.day, limits)
    if baseline_m is None or not is_ramp(week_m, baseline_m, before[0], limits):
        return None
    much = week_m > limits.caution_ratio * baseline_m and week_m - baseline_m >= limits.caution_step_m
    level = CAUTION if much else NOTE
    week = week_of(run.day, first_weekday=ledger.history.first_weekday)
    once = f"{week.isoformat()}:{level}"
    against: dict[str, Number] = {"is_last_week": 1} if is_last_week(before, limits) else {}
    weeks = {f"w{number}_m": metres for number, metres in enumerate(before, start=1)}
    return notice(NAME, FAMILY, level, run, once=once, week_m=week_m, baseline_m=baseline_m, **weeks, **against)


def is_ramp(week_m: Metres, baseline_m: Metres, last_week_m: Metres, limits: RampLimits) -> bool:
    # The baseline may be below last week (a freak one), and a week no bigger than the last is no ramp.
    return week_m > max(ceiling_m(baseline_m, limits), last_week_m)


def found_against(ledger: Ledger, day: date, limits: RampLimits) -> Metres | None:
    """The baseline of the week of `day` if that week, as far as it is known, is a ramp; else None."""
    week_m, last_week_m = ledger.weeks_m(day, 1)
    _, baseline_m = week_and_baseline(ledger, day, limits)
    if baseline_m is None or not is_ramp(week_m, baseline_m, last_week_m, limits):
        return None
    return baseline_m


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
    """The week that is allowed: a bigger one is a ramp unless it is no bigger than the last."""
    return max(limits.ratio * baseline_m, baseline_m + limits.step_m)


def say(notice: Notice, voice: Voice, today: date) -> str:
    """The week so far beside the weeks that were really run, the newest last."""
    week = voice.distance(metres(notice, "week_m"))
    is_over = week_of(today, first_weekday=voice.first_weekday) != week_of(
        notice.day, first_weekday=voice.first_weekday
    )
    before = voice.weeks(_weeks_run(notice))
    if is_over:
        return voice.say("{week} that week, after weeks of {before}.", week=week, before=before)
    if "is_last_week" in notice.numbers:
        last = voice.distance(metres(notice, "baseline_m"))
        return voice.say("{week} so far this week, after {last} last week.", week=week, last=last)
    if notice.day != today:
        day = voice.day(notice.day, today)
        return voice.say("{week} this week up to {day}, after weeks of {before}.", week=week, day=day, before=before)
    return voice.say("{week} so far this week, after weeks of {before}.", week=week, before=before)


def _weeks_run(notice: Notice) -> list[Metres]:
    """The weeks before, the newest last, from the first one that is not rounded to 0 on."""
    weeks = [metres(notice, name) for name in sorted(notice.numbers, reverse=True) if re.fullmatch(r"w\d+_m", name)]
    while weeks and weeks[0] < HARDLY_RUN_M:
        weeks.pop(0)
    return weeks


def advise(notice: Notice, voice: Voice, telling: Telling) -> str:
    """A guide, not a limit; or, well past it, some easy days."""
    if not telling.leads:
        return next_time_text(telling.next_time, voice)
    if notice.level >= CAUTION:
        why = voice.say("That's a big step up: a few easy days now let feet and shins catch up.")
        return joined(why, next_time_text(telling.next_time, voice))
    if metres(notice, "week_m") > TENTH_MORE * metres(notice, "w1_m"):
        why = voice.say("That's past the {rise} rule of thumb: a guide, not a limit.", rise="10 %")
    else:
        why = voice.say("That's a second big week running: worth a second look.")
    return joined(why, next_time_text(telling.next_time, voice) or voice.say("Keep the next few days easy."))
