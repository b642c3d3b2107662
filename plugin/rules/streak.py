"""streak: more run days in a row than is usual for this runner.

Source: the article ("a few days off"). Somebody who runs nearly every day is used to it and is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from plugin.rules.notice import CAUTION, NOTE, Family, Notice
from plugin.rules.rule import notice
from plugin.rules.telling import Telling
from plugin.training.history import Ledger
from plugin.training.runs import Run
from plugin.translations.voice import Voice, marked

NAME = "streak"
TITLE = marked("days without rest")
DESCRIPTION = marked("More run days in a row than is usual for you.")
FAMILY = Family.LOAD
RANK = 50
RACE_MATTERS = False
HIDDEN_BY_COMEBACK = False
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class StreakLimits:
    """`[streak]` in config/rules.toml."""

    quiet_days: int
    run_day_m: Decimal
    window_days: int
    daily_days: int
    often_days: int
    often_streak: int
    above_usual: int
    least: int
    most: int


LIMITS = StreakLimits


def find(run: Run, ledger: Ledger, limits: StreakLimits) -> Notice | None:
    """A notice when this run makes its day the T-th or 2T-th run day in a row."""
    start = run.day - timedelta(days=limits.window_days - 1)
    if not ledger.knows(start):
        return None
    metres = ledger.day_m(start, run.day)
    today_m = metres[run.day]
    if not today_m - run.metres < limits.run_day_m <= today_m:
        return None
    run_days = {day for day, day_m in metres.items() if day_m >= limits.run_day_m}
    if len(run_days) >= limits.daily_days:
        return None
    first = run.day
    while first - DAY in run_days:
        first -= DAY
    streak = (run.day - first).days + 1
    usual = _longest_in_a_row(run_days, start, first - DAY)
    threshold = min(max(usual + limits.above_usual, limits.least), limits.most)
    if len(run_days) >= limits.often_days:
        threshold = limits.often_streak
    # A streak no longer than usual is not worth a note.
    threshold = max(threshold, usual + 1)
    level = {threshold: NOTE, 2 * threshold: CAUTION}.get(streak)
    if level is None:
        return None
    return notice(NAME, FAMILY, level, run, streak_days=streak, usual_days=usual)


def _longest_in_a_row(run_days: set[date], first: date, last: date) -> int:
    longest = row = 0
    day = first
    while day <= last:
        row = row + 1 if day in run_days else 0
        longest = max(longest, row)
        day += DAY
    return longest


def say(notice: Notice, voice: Voice, today: date) -> str:
    """The count beside the usual."""
    days, usual = int(str(notice.numbers["streak_days"])), int(str(notice.numbers["usual_days"]))
    if notice.day != today:
        return voice.count(
            "{count} run day in a row up to {day}.",
            "{count} run days in a row up to {day}.",
            days,
            day=voice.day(notice.day, today),
        )
    if usual > 1:
        return voice.count(
            "{count} run day in a row, after {usual} at most in the weeks before.",
            "{count} run days in a row, after {usual} at most in the weeks before.",
            days,
            usual=usual,
        )
    return voice.count(
        "{count} run day in a row, more than you're used to.",
        "{count} run days in a row, more than you're used to.",
        days,
    )


def advise(notice: Notice, voice: Voice, telling: Telling) -> str:
    """A rest day."""
    if notice.day != telling.read_on:
        return voice.say("A day without running is training too.")
    if notice.level >= CAUTION:
        return voice.say(
            "That's long enough for feet and shins: take tomorrow off, and the day after if anything aches."
        )
    return voice.say("A day without running is training too: make it tomorrow.")
