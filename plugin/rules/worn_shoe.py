"""worn_shoe: a pair has gone the kilometres its kind is given.

Source: the article ("replace worn ones without sentiment"). 500-800 km is a convention: no injury threshold is known,
so the words ask to look first and to replace later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from plugin.rules.notice import CAUTION, NOTE, Family, Notice
from plugin.rules.rule import metres, notice
from plugin.rules.telling import Telling
from plugin.training.history import Ledger
from plugin.training.runs import Metres, Run, Shoe
from plugin.translations.voice import Voice, marked

NAME = "worn_shoe"
TITLE = marked("worn shoes")
DESCRIPTION = marked("A pair that has reached the kilometres its kind is given.")
FAMILY = Family.SHOE
RANK = 40
RACE_MATTERS = False
HIDDEN_BY_COMEBACK = False


@dataclass(frozen=True, kw_only=True)
class WornShoeLimits:
    """`[worn_shoe]` in config/rules.toml. `kinds`: kind to (look closely, replace) in km, or nothing at all."""

    quiet_days: int
    every_km: Decimal = field(metadata={"min": 1})
    most_told: int
    kinds: Mapping[str, tuple[Decimal, ...]] = field(metadata={"lengths": (0, 2)})


LIMITS = WornShoeLimits


def find(run: Run, ledger: Ledger, limits: WornShoeLimits) -> Notice | None:
    """A notice when this run carries its pair across a limit; the highest one crossed."""
    odometer = ledger.odometer(run)
    if run.shoe is None or odometer is None:
        return None
    shoe = ledger.shoe(run.shoe)
    if shoe.is_retired:
        return None  # the runner asked to hear no more of it
    look_m, replace_m = shoe_limits(shoe, limits)
    crossed_m, level = highest(odometer.after_m, look_m, replace_m, limits)
    if crossed_m is None or odometer.before_m >= crossed_m:
        return None
    found = notice(
        NAME,
        FAMILY,
        level,
        run,
        once=f"{run.shoe}:{crossed_m.normalize():f}",
        shoe=shoe.name or run.shoe,
        shoe_m=odometer.after_m,
        limit_m=crossed_m,
    )
    return replace(found, tally=run.shoe) if level >= CAUTION else found


def tally_of(once: str, shoe: Shoe, limits: WornShoeLimits) -> str | None:
    """The tally that a crossing told long ago belongs to, by its `once`; None for one of looking closely."""
    shoe_id, _, crossed = once.rpartition(":")
    _, replace_m = shoe_limits(shoe, limits)
    return shoe_id if replace_m is not None and Decimal(crossed) >= replace_m else None


def shoe_limits(shoe: Shoe, limits: WornShoeLimits) -> tuple[Metres | None, Metres | None]:
    """(look closely, replace) in metres for a pair; the runner's own win over the kind's.

    Where only one is the runner's own, the kind's gives way to it: there is no look after replacing, and a look that
    comes later than the kind's end has replacing come after it, at the kind's own distance.
    """
    kind = [kilometres * 1000 for kilometres in limits.kinds.get(shoe.kind, ())]
    look_m, replace_m = (kind[0], kind[1]) if len(kind) == 2 else (None, None)
    if shoe.look_m is not None and look_m is not None and replace_m is not None and shoe.look_m >= replace_m:
        replace_m += shoe.look_m - look_m
    look_m = shoe.look_m if shoe.look_m is not None else look_m
    replace_m = shoe.replace_m if shoe.replace_m is not None else replace_m
    if look_m is not None and replace_m is not None and look_m >= replace_m:
        look_m = None
    return look_m, replace_m


def highest(
    after_m: Metres, look_m: Metres | None, replace_m: Metres | None, limits: WornShoeLimits
) -> tuple[Metres | None, int]:
    """The highest limit at or below the mileage, and its level."""
    if replace_m is not None and after_m >= replace_m:
        every_m = limits.every_km * 1000
        return replace_m + (after_m - replace_m) // every_m * every_m, CAUTION
    if look_m is not None and after_m >= look_m:
        return look_m, NOTE
    return None, NOTE


def say(notice: Notice, voice: Voice, today: date) -> str:
    """The pair by its name, and its kilometres."""
    return voice.say(
        "Your {shoe} has {mileage} on it.",
        shoe=voice.name(notice.numbers["shoe"]),
        mileage=voice.whole(metres(notice, "shoe_m")),
    )


def advise(notice: Notice, voice: Voice, telling: Telling) -> str:
    """Look first, replace later."""
    if notice.level >= CAUTION:
        return voice.say("Foam gives out before it looks worn: time for the next pair.")
    return voice.say("Look closely at sole and foam; no need to bin it yet.")
