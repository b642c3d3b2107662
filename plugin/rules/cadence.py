"""cadence: few steps a minute for the speed, seen over many ordinary runs.

Source: the article ("shorter stride, softer landing"). About 5 % more of the runner's own cadence unloads heel and
knee; there is no number that suits everybody, so none is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from plugin.rules.notice import NOTE, Family, Notice
from plugin.rules.rule import notice
from plugin.rules.telling import Telling
from plugin.training.history import Ledger
from plugin.training.runs import Run, Sport
from plugin.translations.voice import Voice, marked

NAME = "cadence"
TITLE = marked("steps per minute")
DESCRIPTION = marked("Few steps a minute for your speed, over many easy runs.")
FAMILY = Family.FORM
RANK = 80
RACE_MATTERS = True
HIDDEN_BY_COMEBACK = False
SORE = frozenset({"achilles", "shin", "metatarsalgia", "mortons_neuroma", "stress_fracture"})
"""Achilles, shin or forefoot soreness on record: more and quicker steps load these more."""


@dataclass(frozen=True, kw_only=True)
class CadenceLimits:
    """`[cadence]` in config/rules.toml. Speeds in m/s, cadence in steps a minute of both feet."""

    quiet_days: int
    window_days: int
    runs: int
    moving_s: Decimal
    slowest_m_s: Decimal
    fastest_m_s: Decimal
    climb_m_per_km: Decimal
    moving_share: Decimal
    leg_least: Decimal
    leg_most: Decimal
    base: Decimal
    slope: Decimal
    at_m_s: Decimal


LIMITS = CadenceLimits


def find(run: Run, ledger: Ledger, limits: CadenceLimits) -> Notice | None:
    """A notice if the median cadence of the ordinary runs of 60 days is low for their median speed."""
    first = run.day - timedelta(days=limits.window_days - 1)
    if not ledger.knows(first) or ledger.memory.sore_labels & SORE:
        return None
    runs = ledger.runs(first, run.day)
    # Whether a run is ordinary depends on that run alone, and it stands in the windows of sixty days.
    known: dict[str, Decimal | None] = ledger.history.remembered(NAME)
    for one in runs:
        if one.id not in known:
            known[one.id] = usable(one, limits)
    ordinary = [(2 * one.cadence, speed) for one in runs if one.cadence and (speed := known[one.id])]
    if len(ordinary) < limits.runs:
        return None
    cadence = median(steps for steps, _ in ordinary)
    speed = median(speed for _, speed in ordinary)
    if cadence >= limits.base + limits.slope * (speed - limits.at_m_s):
        return None
    return notice(NAME, FAMILY, NOTE, run, cadence=round(cadence, 1), speed_m_s=round(speed, 3), runs=len(ordinary))


def usable(run: Run, limits: CadenceLimits) -> Decimal | None:
    """The speed in m/s of an ordinary run on the flat whose cadence was counted per leg; None for any other."""
    if run.cadence is None or not limits.leg_least <= run.cadence <= limits.leg_most:
        return None
    if run.sport == Sport.TRAIL or run.is_race or run.is_workout or run.is_treadmill:
        return None
    if run.moving_s is None or run.moving_s < limits.moving_s:
        return None
    if run.elapsed_s and run.moving_s < limits.moving_share * run.elapsed_s:
        return None
    speed = run.metres / run.moving_s
    flat = 1000 * (run.climb_m or 0) < limits.climb_m_per_km * run.metres
    return speed if flat and limits.slowest_m_s <= speed <= limits.fastest_m_s else None


def say(notice: Notice, voice: Voice, today: date) -> str:
    """The runner's own figure."""
    return voice.count(
        "About {cadence} steps a minute over {count} easy run of the last two months.",
        "About {cadence} steps a minute over {count} easy runs of the last two months.",
        int(str(notice.numbers["runs"])),
        cadence=_steps(notice),
    )


def advise(notice: Notice, voice: Voice, telling: Telling) -> str:
    """A little more of their own: there is no number for everybody."""
    return voice.say(
        "For a few minutes of a run try about 5 % more of your own, some {more}: shorter, softer steps.",
        more=round(_steps(notice) * 1.05),
    )


def _steps(notice: Notice) -> int:
    return int(Decimal(str(notice.numbers["cadence"])).to_integral_value())
