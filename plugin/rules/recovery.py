"""recovery: a tip after a hard day, only when nothing else is said.

Source: the article (elevate and cool, roll, easy day by bike or pool; foot work a few times a week). Foot exercises
prevent over months (Taddei 2020: 14.0 % against 32.8 % injured); ice eases pain, no more.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    window_days: int
    share: Decimal
    long_m: Decimal
    climb_m_per_km: Decimal
    calm_days: int


LIMITS = RecoveryLimits


def find(run: Run, ledger: Ledger, limits: RecoveryLimits) -> Notice | None:
    """A tip after a race, a long session or a hilly trail run. `is_calm`: nothing noticed for a week, so foot work."""
    session = ledger.session
    first = run.day - timedelta(days=limits.window_days)
    longest_m = ledger.longest_m(first, run.day, earlier=True) if ledger.knows(first) else None
    is_long = (
        longest_m is not None and session.distance_m >= limits.share * longest_m and session.distance_m >= limits.long_m
    )
    is_hilly = run.sport == Sport.TRAIL and 1000 * (run.climb_m or 0) >= limits.climb_m_per_km * run.metres
    if not (session.is_race or is_long or is_hilly):
        return None
    noticed = ledger.memory.noticed_on
    is_calm = noticed is None or (run.day - noticed).days >= limits.calm_days
    return notice(
        NAME,
        FAMILY,
        TIP,
        run,
        session_m=session.distance_m,
        is_race=int(session.is_race),
        is_hilly=int(is_hilly),
        is_calm=int(is_calm),
    )


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
        return voice.say("Two quiet weeks.")
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
        return voice.say("Nothing to warn of, and a good time for some foot work.")
    if what == "race":
        return voice.say("Well run; now your feet have earned a few easy days.")
    return voice.say("After a day like that your feet deserve some care.")
