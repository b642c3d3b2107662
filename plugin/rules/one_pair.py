"""one_pair: nearly every kilometre of four weeks in the same pair.

Source: the article ("rotate a few pairs in the week"); Malisoux 2015: several pairs in parallel, HR 0.61 (0.39-0.97),
observational.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from plugin.rules.notice import NOTE, Family, Notice
from plugin.rules.rule import metres, notice
from plugin.rules.telling import Telling
from plugin.training.history import Ledger
from plugin.training.runs import NONE, Run
from plugin.translations.voice import Voice, marked

NAME = "one_pair"
TITLE = marked("always the same pair")
DESCRIPTION = marked("Four weeks in which one pair did nearly all the running.")
FAMILY = Family.SHOE
RANK = 70
RACE_MATTERS = False
HIDDEN_BY_COMEBACK = False


@dataclass(frozen=True, kw_only=True)
class OnePairLimits:
    """`[one_pair]` in config/rules.toml."""

    quiet_days: int
    window_days: int
    runs: int
    total_m: Decimal
    named_share: Decimal
    pair_share: Decimal


LIMITS = OnePairLimits


def find(run: Run, ledger: Ledger, limits: OnePairLimits) -> Notice | None:
    """A notice if this run's pair carried at least 95 % of what was run in named pairs in 28 days."""
    first = run.day - timedelta(days=limits.window_days - 1)
    if run.shoe is None or not ledger.knows(first):
        return None
    runs = ledger.runs(first, run.day)
    total_m = sum((one.metres for one in runs), NONE)
    if len(runs) < limits.runs or total_m < limits.total_m:
        return None
    named = [one for one in runs if one.shoe is not None]
    named_m = sum((one.metres for one in named), NONE)
    pair_m = sum((one.metres for one in named if one.shoe == run.shoe), NONE)
    if len(named) < limits.named_share * len(runs) or pair_m < limits.pair_share * named_m:
        return None
    return notice(
        NAME,
        FAMILY,
        NOTE,
        run,
        shoe=ledger.shoe(run.shoe).name or run.shoe,
        runs=len(runs),
        total_m=total_m,
    )


def say(notice: Notice, voice: Voice, today: date) -> str:
    """How much of four weeks in one pair."""
    return voice.count(
        "Nearly all of your last {count} run ({total}) was in the {shoe}.",
        "Nearly all of your last {count} runs ({total}) were in the {shoe}.",
        int(str(notice.numbers["runs"])),
        total=voice.distance(metres(notice, "total_m")),
        shoe=voice.name(notice.numbers["shoe"]),
    )


def advise(notice: Notice, voice: Voice, telling: Telling) -> str:
    """What a second pair does."""
    return voice.say("A second pair, worn in turn, loads your feet a little differently each day.")
