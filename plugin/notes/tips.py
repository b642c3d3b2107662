"""One thing to do, fitted to what leads the note. The tips are data (config/tips.toml), each with its part of the
article and its evidence; here is only how one is picked: never one that harms, never the same twice running."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from plugin.rules.notice import PROFESSIONAL, Notice

MOODS = frozenset({"professional", "recovery:calm", "recovery:hilly", "recovery:long"})
"""What a tip may fit beside rules and soreness labels."""


@dataclass(frozen=True, kw_only=True)
class Tip:
    """`fits`: rule names, soreness labels, or a rule's mood such as `recovery:calm`; `never_with`: labels on record."""

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
    for wanted in (_wanted(leader), _instead(leader)):
        if fitting := [tip for tip in harmless if tip.fits & wanted]:
            return fitting[day.toordinal() % len(fitting)]
    return None


def _instead(leader: Notice) -> frozenset[str]:
    """After a hard day there is always something to do: rest, where foot work would harm what is sore."""
    return frozenset({"recovery:long"}) if leader.rule == "recovery" else frozenset()


def _wanted(leader: Notice) -> frozenset[str]:
    if leader.level >= PROFESSIONAL:
        return frozenset({"professional"})
    labels = leader.numbers.get("labels")
    if isinstance(labels, tuple):
        return frozenset(labels)
    if leader.rule == "recovery":
        if leader.numbers["is_calm"]:
            return frozenset({"recovery:calm"})
        return frozenset({"recovery:hilly" if leader.numbers["is_hilly"] else "recovery:long"})
    if leader.numbers.get("is_race"):
        return frozenset({"recovery:long"})
    return frozenset({leader.rule})
