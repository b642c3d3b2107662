"""long_run: one run much longer than anything of the last 30 days.

Source: Frandsen 2025 (BJSM 59:1203; 5 205 runners, 588 071 runs): a session more than 10 % beyond the longest of the
last 30 days goes with more overuse injuries. Observational, all body sites; the bands are not told apart in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from plugin.rules.notice import CAUTION, NOTE, STRONG, Family, Notice
from plugin.rules.rule import metres, notice
from plugin.rules.telling import Telling, joined, next_time_text, run_number
from plugin.training.history import Ledger
from plugin.training.runs import Metres, Run
from plugin.translations.voice import Voice, marked

NAME = "long_run"
TITLE = marked("a run much longer than lately")
DESCRIPTION = marked("One run much longer than your longest of the last 30 days.")
FAMILY = Family.LOAD
RANK = 10
RACE_MATTERS = True
HIDDEN_BY_COMEBACK = True


@dataclass(frozen=True, kw_only=True)
class LongRunLimits:
    """`[long_run]` in config/rules.toml."""

    quiet_days: int
    window_days: int
    floor_m: Decimal
    ratio: Decimal
    step_m: Decimal
    caution_ratio: Decimal
    strong_ratio: Decimal
    short_m: Decimal


LIMITS = LongRunLimits


def find(run: Run, ledger: Ledger, limits: LongRunLimits) -> Notice | None:
    """A notice if the session so far is more than 10 % and more than 1 km longer than any of the last 30 days."""
    longest_m = longest(ledger, run.day, limits, earlier=True)
    session = ledger.session
    if longest_m is None or session.distance_m < limits.floor_m:
        return None
    if session.distance_m <= max(limits.ratio * longest_m, longest_m + limits.step_m):
        return None
    level = STRONG
    if session.distance_m <= limits.caution_ratio * longest_m:
        level = NOTE
    elif session.distance_m <= limits.strong_ratio * longest_m:
        level = CAUTION
    if session.is_race or session.distance_m < limits.short_m:
        level = min(level, NOTE)
    return notice(
        NAME,
        FAMILY,
        level,
        run,
        longest_m=longest_m,
        session_m=session.distance_m,
        is_race=int(session.is_race),
    )


def longest(ledger: Ledger, day: date, limits: LongRunLimits, *, earlier: bool) -> Metres | None:
    """L: the longest session of the last 30 days as of `day`; `earlier` leaves out the run's own. None where there is
    none, or where the runs of those days are not all known."""
    first = day - timedelta(days=limits.window_days)
    return ledger.longest_m(first, day, earlier=earlier) if ledger.knows(first) else None


def ceiling_m(longest_m: Metres, limits: LongRunLimits) -> Metres:
    """The longest session that stays silent."""
    return max(limits.floor_m, limits.ratio * longest_m, longest_m + limits.step_m)


def say(notice: Notice, voice: Voice, today: date) -> str:
    """How long, by how much longer, than what."""
    session_m, longest_m = metres(notice, "session_m"), metres(notice, "longest_m")
    session, longest = voice.distance(session_m), voice.distance(longest_m)
    more = voice.more(session_m, longest_m)
    if notice.numbers["is_race"]:
        return voice.say(
            "{session} on race day, {more} longer than your longest run of the 30 days before ({longest}).",
            session=session,
            more=more,
            longest=longest,
        )
    if notice.day == today:
        return voice.say(
            "Today's {session} is {more} longer than your longest run of the last 30 days ({longest}).",
            session=session,
            more=more,
            longest=longest,
        )
    return voice.say(
        "{day}'s {session} was {more} longer than your longest run of the 30 days before ({longest}).",
        day=voice.day(notice.day, today),
        session=session,
        more=more,
        longest=longest,
    )


def advise(notice: Notice, voice: Voice, telling: Telling) -> str:
    """What jumps go with, an easy day or two, the number for next time."""
    number = run_number(telling, voice)
    if not telling.leads:
        return next_time_text(telling.next_time, voice)
    if notice.numbers["is_race"]:
        if number:
            return voice.say("Give it a few easy days, and keep the next run to {next} or less.", next=number)
        return joined(voice.say("Give it a few easy days."), next_time_text(telling.next_time, voice))
    if notice.level >= STRONG:
        why = voice.say("That's a big jump, and jumps like this go with more overuse injuries on average.")
        if number:
            what = voice.say(
                "Take two or three days easy or off, however good you feel, and keep the next run to {next} or less.",
                next=number,
            )
        else:
            what = joined(
                voice.say("Take two or three days easy or off, however good you feel."),
                next_time_text(telling.next_time, voice),
            )
        return joined(why, what)
    why = voice.say("Jumps like this go with more overuse injuries on average.")
    if number:
        return joined(why, voice.say("Take an easy day or two, and keep the next run to {next} or less.", next=number))
    return joined(why, voice.say("Take an easy day or two."), next_time_text(telling.next_time, voice))
