"""comeback: the first weeks after a break.

Source: the article (rest, then build up again) and the long_run evidence: after weeks off the longest run from before
is no measure any more. A share of it is, growing week by week. While a break is active, long_run and ramp are found
but not told: a comeback week is not called a ramp.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, pairwise

from plugin.rules.notice import CAUTION, NOTE, STRONG, Family, Notice
from plugin.rules.rule import metres, notice
from plugin.rules.telling import Telling, joined, next_time_text, run_number
from plugin.training.history import Ledger
from plugin.training.runs import Metres, Run, Session
from plugin.translations.voice import Voice, marked

NAME = "comeback"
TITLE = marked("coming back after a break")
DESCRIPTION = marked("The first weeks after two weeks or more without a run.")
FAMILY = Family.LOAD
RANK = 20
RACE_MATTERS = True
HIDDEN_BY_COMEBACK = False


@dataclass(frozen=True, kw_only=True)
class ComebackLimits:
    """`[comeback]` in config/rules.toml."""

    quiet_days: int
    gap_days: int
    active_days: int
    before_days: int
    run_days: int
    longest_days: int
    share_short: Decimal
    medium_days: int
    share_medium: Decimal
    long_days: int
    share_long: Decimal
    weekly_share: Decimal
    floor_m: Decimal
    ratio: Decimal
    step_m: Decimal
    caution_ratio: Decimal
    strong_weeks: int
    strong_m: Decimal
    short_m: Decimal


LIMITS = ComebackLimits


@dataclass(frozen=True, kw_only=True)
class Break:
    """A break still active: its length, the first day after it, the week since (1 is the first), what was run before.

    `cap_m`: what is enough in this week.
    """

    gap_days: int
    first_day: date
    week: int
    longest_m: Metres
    cap_m: Metres


def find(run: Run, ledger: Ledger, limits: ComebackLimits) -> Notice | None:
    """A notice if the session so far is more than 10 % and more than 1 km beyond what the comeback allows."""
    pause = active_break(ledger, run.day, limits)
    session = ledger.session
    if pause is None or session.distance_m <= ceiling_m(pause, limits):
        return None
    done_m = ledger.longest_m(pause.first_day, run.day, earlier=True)
    level = _level(session, pause, limits)
    if session.is_race or session.distance_m < limits.short_m or (done_m or 0) >= session.distance_m:
        level = min(level, NOTE)
    return notice(
        NAME,
        FAMILY,
        level,
        run,
        session_m=session.distance_m,
        cap_m=pause.cap_m,
        longest_m=pause.longest_m,
        gap_days=pause.gap_days,
        week=pause.week,
        is_race=int(session.is_race),
    )


def _level(session: Session, pause: Break, limits: ComebackLimits) -> int:
    as_before = session.distance_m >= pause.longest_m
    is_long = session.distance_m >= limits.strong_m and pause.gap_days >= limits.medium_days
    if as_before and is_long and pause.week <= limits.strong_weeks:
        return STRONG
    return CAUTION if as_before or session.distance_m > limits.caution_ratio * pause.cap_m else NOTE


def active_break(ledger: Ledger, day: date, limits: ComebackLimits, *, tomorrow: bool = False) -> Break | None:
    """The latest break still active on `day`; with `tomorrow`, as if a run on `day` were added. None where there is
    none, and where that cannot be known (`is_unsure`)."""
    for first, last in _gaps(ledger, day, limits, tomorrow=tomorrow):
        if last is None or not ledger.knows(_first_needed(last, limits)):
            return None
        if _counts(ledger, last, limits):
            return _break(ledger, last, first, (day - first).days // 7 + 1, limits)
    return None


def is_unsure(ledger: Ledger, day: date, limits: ComebackLimits, *, tomorrow: bool = False) -> bool:
    """Whether a break may be active on `day` that the runs known do not show."""
    if ledger.history.known_since is None:
        return False
    for _, last in _gaps(ledger, day, limits, tomorrow=tomorrow):
        if last is None or not ledger.knows(_first_needed(last, limits)):
            return True
        if _counts(ledger, last, limits):
            return False
    return False


def first_needed(ledger: Ledger, day: date, limits: ComebackLimits) -> date | None:
    """The day back to which runs must be known to tell whether a break is active on `day`; None if they are known."""
    for first, last in _gaps(ledger, day, limits, tomorrow=False):
        if last is None:
            # The last run before the break may be at any time before this.
            return _first_needed(first, limits)
        if not ledger.knows(needed := _first_needed(last, limits)):
            return needed
        if _counts(ledger, last, limits):
            return None
    return None


def _gaps(ledger: Ledger, day: date, limits: ComebackLimits, *, tomorrow: bool) -> Iterator[tuple[date, date | None]]:
    """Days without a run, enough of them for a break still active on `day`, the latest first: the first session day
    after them and the last before them, None where that is further back than runs are known."""
    days: Iterable[date | None] = chain([day] if tomorrow else [], ledger.last_session_days(), [None])
    for first, last in pairwise(days):
        since = (day - first).days if first is not None else limits.active_days
        if first is None or since > limits.active_days + 3:
            return
        if last is None:
            if ledger.history.known_since is not None and since < limits.active_days:
                yield first, None
        elif (first - last).days >= limits.gap_days and since < min((first - last).days, limits.active_days):
            yield first, last


def _first_needed(last: date, limits: ComebackLimits) -> date:
    return last - timedelta(days=max(limits.before_days, limits.longest_days) - 1)


def _counts(ledger: Ledger, last: date, limits: ComebackLimits) -> bool:
    """Whether enough was run up to `last` for the days after it to be a break."""
    return len(ledger.run_days(last - timedelta(days=limits.before_days - 1), last)) >= limits.run_days


def _break(ledger: Ledger, last: date, first: date, week: int, limits: ComebackLimits) -> Break:
    gap = (first - last).days
    longest_m = ledger.longest_m(last - timedelta(days=limits.longest_days - 1), last) or Decimal(0)
    share = limits.share_short
    if gap >= limits.long_days:
        share = limits.share_long
    elif gap >= limits.medium_days:
        share = limits.share_medium
    share = min(Decimal(1), share + limits.weekly_share * (week - 1))
    return Break(
        gap_days=gap, first_day=first, week=week, longest_m=longest_m, cap_m=max(limits.floor_m, share * longest_m)
    )


def ceiling_m(pause: Break, limits: ComebackLimits) -> Metres:
    """The longest session that stays silent while the break is active."""
    return max(limits.ratio * pause.cap_m, pause.cap_m + limits.step_m)


def say(notice: Notice, voice: Voice, today: date) -> str:
    """How long, how far into the comeback, after how many days off."""
    session = voice.distance(metres(notice, "session_m"))
    gap, week = int(str(notice.numbers["gap_days"])), int(str(notice.numbers["week"]))
    if notice.numbers["is_race"]:
        return voice.count(
            "{session} on race day, in week {week} after {count} day off.",
            "{session} on race day, in week {week} after {count} days off.",
            gap,
            session=session,
            week=week,
        )
    if notice.day == today and week == 1:
        return voice.count(
            "Today's {session} comes in your first week back after {count} day off.",
            "Today's {session} comes in your first week back after {count} days off.",
            gap,
            session=session,
        )
    if notice.day == today:
        return voice.count(
            "Today's {session} comes in week {week} after {count} day off.",
            "Today's {session} comes in week {week} after {count} days off.",
            gap,
            session=session,
            week=week,
        )
    return voice.count(
        "{day}'s {session} came in week {week} after {count} day off.",
        "{day}'s {session} came in week {week} after {count} days off.",
        gap,
        day=voice.day(notice.day, today),
        session=session,
        week=week,
    )


def advise(notice: Notice, voice: Voice, telling: Telling) -> str:
    """What is enough for now: one number."""
    number = run_number(telling, voice)
    if not telling.leads:
        return next_time_text(telling.next_time, voice)
    if notice.numbers["is_race"]:
        if number:
            return voice.say("Give it a few easy days, and keep the next run to {next} or less.", next=number)
        return joined(voice.say("Give it a few easy days."), next_time_text(telling.next_time, voice))
    as_before = ""
    if notice.level >= CAUTION and metres(notice, "session_m") >= metres(notice, "longest_m"):
        as_before = voice.say("That's as long as anything in the month before the break.")
    if notice.level >= STRONG:
        as_before = voice.say(
            "That's as long as anything in the month before the break, and a lot for feet that rested."
        )
    if number:
        what = voice.say("Legs come back faster than feet: keep the next run to {next} or less.", next=number)
    elif telling.next_time is not None:
        what = joined(voice.say("Legs come back faster than feet."), next_time_text(telling.next_time, voice))
    else:
        what = voice.say("Legs come back faster than feet: keep the next runs short and easy.")
    return joined(as_before, what)
