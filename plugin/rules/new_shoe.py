"""new_shoe: a pair's first or second run is a long one.

Source: the article (wear what fits; ease in), and for minimalist pairs the common advice to start with a tenth.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from plugin.rules.notice import CAUTION, NOTE, Family, Notice
from plugin.rules.rule import metres, notice
from plugin.rules.telling import Telling
from plugin.training.calendar import week_of
from plugin.training.history import Ledger
from plugin.training.runs import NONE, Metres, Run, ShoeKind
from plugin.translations.voice import Voice, marked

NAME = "new_shoe"
TITLE = marked("a new pair on a long run")
DESCRIPTION = marked("A long run or a race in a pair that is new.")
FAMILY = Family.SHOE
RANK = 60
RACE_MATTERS = True
HIDDEN_BY_COMEBACK = False


@dataclass(frozen=True, kw_only=True)
class NewShoeLimits:
    """`[new_shoe]` in config/rules.toml."""

    quiet_days: int
    first_runs: int
    other_pair_days: int
    window_days: int
    floor_m: Decimal
    share: Decimal
    racer_floor_m: Decimal
    racer_share: Decimal
    minimalist_floor_m: Decimal
    minimalist_share: Decimal
    minimalist_weeks: int = field(metadata={"min": 1})
    race_m: Decimal
    race_worn_m: Decimal


LIMITS = NewShoeLimits


def find(run: Run, ledger: Ledger, limits: NewShoeLimits) -> Notice | None:
    """A notice on a pair's first two runs when the run is long for a new pair, or a race in a pair hardly worn."""
    if run.shoe is None or ledger.number_in_pair(run.shoe) > limits.first_runs:
        return None
    in_pair = ledger.runs_in_pair(run.shoe)
    if _was_worn_before(ledger, run, in_pair):
        return None
    worn_m = _worn_before_m(ledger, run)
    is_raced = run.is_race and run.metres >= limits.race_m and worn_m < limits.race_worn_m
    had_another = ledger.pair_was_used(run.shoe, in_pair[0].day - timedelta(days=limits.other_pair_days))
    kind = ledger.shoe(run.shoe).kind
    enough_m = enough(ledger, run, kind, limits)
    is_too_long = had_another and enough_m is not None and run.metres > enough_m
    if not is_raced and not is_too_long:
        return None
    is_bare = kind == ShoeKind.MINIMALIST and is_too_long
    return notice(
        NAME,
        FAMILY,
        CAUTION if is_bare else NOTE,
        run,
        once=run.shoe,
        shoe=ledger.shoe(run.shoe).name or run.shoe,
        run_m=run.metres,
        enough_m=NONE if enough_m is None else enough_m,
        number=len(in_pair),
        is_race=int(is_raced),
    )


def enough(ledger: Ledger, run: Run, kind: ShoeKind, limits: NewShoeLimits) -> Metres | None:
    """The longest first run in a pair of this kind that stays silent; None where the runs that it is measured by are
    not all known."""
    first_week = week_of(run.day, first_weekday=ledger.history.first_weekday) - timedelta(weeks=limits.minimalist_weeks)
    first_day = run.day - timedelta(days=limits.window_days)
    if not ledger.knows(first_week if kind == ShoeKind.MINIMALIST else first_day):
        return None
    if kind == ShoeKind.MINIMALIST:
        weeks = ledger.weeks_m(run.day, limits.minimalist_weeks)[1:]
        return max(limits.minimalist_floor_m, limits.minimalist_share * sum(weeks, NONE) / len(weeks))
    floor_m, share = limits.floor_m, limits.share
    if kind == ShoeKind.RACER:
        floor_m, share = limits.racer_floor_m, limits.racer_share
    longest_m = ledger.longest_m(first_day, run.day, earlier=True)
    return floor_m if longest_m is None else max(floor_m, share * longest_m)


def _worn_before_m(ledger: Ledger, run: Run) -> Metres:
    odometer = ledger.odometer(run)
    return NONE if odometer is None else max(NONE, odometer.after_m - run.metres)


def _was_worn_before(ledger: Ledger, run: Run, in_pair: list[Run]) -> bool:
    """Whether the pair was, or may have been, run in before the runs that are known: the odometer tells.

    What was walked in the pair just before this run is not in `before_m`: a pair walked in is new all the same."""
    if ledger.history.known_since is None:
        return False
    odometer = ledger.odometer(run)
    if odometer is None:
        return True
    earlier_m = sum((one.metres for one in in_pair if one.id != run.id), NONE)
    return odometer.before_m - earlier_m > 1000


def say(notice: Notice, voice: Voice, today: date) -> str:
    """How long, in which pair, how new it is."""
    shoe = voice.name(notice.numbers["shoe"])
    run = voice.distance(metres(notice, "run_m"))
    if notice.numbers["is_race"]:
        return voice.say("{run} raced in the {shoe}, hardly worn before.", run=run, shoe=shoe)
    if notice.numbers["number"] == 1:
        return voice.say("{run} in the {shoe} on its first run.", run=run, shoe=shoe)
    return voice.say("{run} in the {shoe} on its second run.", run=run, shoe=shoe)


def advise(notice: Notice, voice: Voice, telling: Telling) -> str:
    """Short runs first. No number: the one for next time is of the run or the week."""
    if notice.numbers["is_race"]:
        return voice.say("Check your feet for hot spots before you run in it again.")
    if notice.level >= CAUTION:
        return voice.say(
            "So little shoe asks a lot of calves and forefoot: very short runs first, a bit more each week."
        )
    return voice.say("That's long for a new pair: a few short runs in it first, in turn with the old one.")
