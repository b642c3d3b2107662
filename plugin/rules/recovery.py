"""recovery: a tip that comes alone. After a race or a very long run, and now and then foot work in steady training.

Source: the article (elevate and cool, roll, easy day by bike or pool; foot work a few times a week). Foot exercises
prevent over months (Taddei 2020: 14.0 % against 32.8 % injured); ice eases pain, no more. A note for a tip alone must
be rare, or steady runners are nagged: each occasion has its own period.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from plugin.rules.notice import TIP, Family, Notice
from plugin.rules.rule import metres, notice
from plugin.rules.telling import Telling
from plugin.training.history import Ledger
from plugin.training.runs import Run, Sport
from plugin.translations.voice import Voice, marked

NAME = "recovery"
TITLE = marked("recovery tips")
DESCRIPTION = marked("After a race or a very long run, and now and then foot work: one tip.")
FAMILY = Family.FORM
RANK = 90
RACE_MATTERS = True
HIDDEN_BY_COMEBACK = False


@dataclass(frozen=True, kw_only=True)
class RecoveryLimits:
    """`[recovery]` in config/rules.toml."""

    quiet_days: int
    race_quiet_days: int
    race_m: Decimal
    window_days: int
    share: Decimal
    long_m: Decimal
    climb_m_per_km: Decimal
    hilly_m: Decimal
    calm_days: int
    steady_days: int
    run_days: int
    foot_work_m: Decimal


LIMITS = RecoveryLimits


def find(run: Run, ledger: Ledger, limits: RecoveryLimits) -> Notice | None:
    """A tip for tired feet after a hard day; else foot work, if nothing was told lately and nothing is sore."""
    session = ledger.session
    is_race = session.is_race and session.distance_m >= limits.race_m
    is_hilly = run.sport == Sport.TRAIL and 1000 * (run.climb_m or 0) >= limits.climb_m_per_km * run.metres
    is_hilly = is_hilly and session.distance_m >= limits.hilly_m
    is_hard = is_race or is_hilly or _is_very_long(run, ledger, limits)
    if not is_hard and not _has_room_for_foot_work(run, ledger, limits):
        return None
    found = notice(
        NAME,
        FAMILY,
        TIP,
        run,
        session_m=session.distance_m,
        is_race=int(is_race),
        is_hilly=int(is_hilly),
        is_footwork=int(not is_hard),
    )
    return replace(found, quiet_days=limits.race_quiet_days) if is_race else found


def _is_very_long(run: Run, ledger: Ledger, limits: RecoveryLimits) -> bool:
    session_m = ledger.session.distance_m
    if session_m < limits.long_m:
        return False
    first = run.day - timedelta(days=limits.window_days)
    longest_m = ledger.longest_m(first, run.day, earlier=True) if ledger.knows(first) else None
    return longest_m is not None and session_m >= limits.share * longest_m


def _has_room_for_foot_work(run: Run, ledger: Ledger, limits: RecoveryLimits) -> bool:
    memory = ledger.memory
    if memory.has_weekly_exercise or ledger.session.distance_m < limits.foot_work_m:
        return False
    if memory.told_on is not None and (run.day - memory.told_on).days < limits.calm_days:
        return False
    if memory.sore_labels:
        return False
    first = run.day - timedelta(days=limits.steady_days - 1)
    return len(ledger.run_days(first, run.day)) >= limits.run_days


def occasion(notice: Notice) -> str:
    """`footwork`, `race`, `hilly` or `long`."""
    if notice.numbers.get("is_footwork"):
        return "footwork"
    if notice.numbers["is_race"]:
        return "race"
    return "hilly" if notice.numbers["is_hilly"] else "long"


def say(notice: Notice, voice: Voice, today: date) -> str:
    """The occasion."""
    what = occasion(notice)
    if what == "footwork":
        return voice.say("Two weeks without a note.")
    session = voice.distance(metres(notice, "session_m"))
    if what == "race":
        return voice.say("{session} on race day.", session=session)
    if what == "hilly":
        return voice.say("{session} on hilly trails.", session=session)
    return voice.say("{session}, one of your longest lately.", session=session)


def advise(notice: Notice, voice: Voice, telling: Telling) -> str:
    """What leads over to the tip."""
    what = occasion(notice)
    if what == "footwork":
        return voice.say("A good time for some foot work.")
    if what == "race":
        return voice.say("Well run; now your feet have earned a few easy days.")
    return voice.say("After a day like that your feet deserve some care.")
