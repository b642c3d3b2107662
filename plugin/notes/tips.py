"""One thing to do, fitted to what leads the note. The tips are data (config/tips.toml), each with its part of the
article and its evidence; here is only how one is picked: never one that harms, never the same twice running."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from plugin.rules import recovery, soreness
from plugin.rules.notice import PROFESSIONAL, Notice
from plugin.translations.voice import WARNINGS

PERSISTENT = "persistent"
OCCASIONS = frozenset(
    {"professional", PERSISTENT, "recovery:footwork", "recovery:hilly", "recovery:race", "recovery:long"}
    | {f"warning:{kind}" for kind in WARNINGS}
)
"""What a tip may fit beside rules and soreness labels."""

AFTER_A_RACE = frozenset({"recovery:race"})
AFTER_A_HARD_DAY = frozenset({"recovery:long"})
"""Also where foot work or rolling would harm what is sore."""


@dataclass(frozen=True, kw_only=True)
class Tip:
    """`fits`: rules, soreness labels, occasions such as `recovery:footwork`; `never_with`: labels on record."""

    id: str
    words: str
    article: str
    evidence: str
    fits: frozenset[str]
    never_with: frozenset[str] = frozenset()
    is_exercise: bool = False


def pick(leader: Notice, sore: frozenset[str], tips: Sequence[Tip], last: str | None, day: date) -> Tip | None:
    """A tip that fits the leader and harms nothing sore; it changes with the day and never repeats the last."""
    harmless = [
        tip
        for tip in tips
        if not tip.never_with & sore and not (tip.is_exercise and leader.level >= PROFESSIONAL) and tip.id != last
    ]
    for wanted in _wanted(leader):
        if fitting := [tip for tip in harmless if tip.fits & wanted]:
            return fitting[day.toordinal() % len(fitting)]
    return None


def _wanted(leader: Notice) -> list[frozenset[str]]:
    """What the tip should fit, the best first."""
    if leader.rule == soreness.NAME:
        labels, kinds = (frozenset(soreness.texts(leader, name)) for name in ("labels", "warnings"))
        of_kind = frozenset(f"warning:{kind}" for kind in kinds)
        if leader.level >= PROFESSIONAL:
            return [of_kind, frozenset({"professional"})]
        return [frozenset({PERSISTENT}) if leader.numbers.get("is_persistent") else of_kind, labels]
    if leader.rule == recovery.NAME:
        return [frozenset({f"recovery:{recovery.occasion(leader)}"}), AFTER_A_HARD_DAY]
    return [AFTER_A_RACE if leader.numbers.get("is_race") else frozenset({leader.rule})]
