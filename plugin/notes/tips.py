"""One thing to do, fitted to what leads the note.

The tips are data (config/tips.toml), each with its part of the article and its evidence. A tip never harms what is sore
and never comes twice running.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugin.rules import recovery, soreness, worn_shoe
from plugin.rules.notice import CAUTION, PROFESSIONAL, Notice
from plugin.translations.voice import WARNINGS

FOOT_WORK = "recovery:footwork"
AFTER_TRAIL = "recovery:hilly"
PERSISTENT = "persistent"
REPLACE = "worn_shoe:replace"
OCCASIONS = frozenset(
    {"professional", PERSISTENT, REPLACE, FOOT_WORK, AFTER_TRAIL, "recovery:race", "recovery:long"}
    | {f"warning:{kind}" for kind in WARNINGS}
)
"""What a tip may fit beside rules and soreness labels."""

AFTER_A_RACE = frozenset({"recovery:race"})
AFTER_A_HARD_DAY = frozenset({"recovery:long"})
"""Also where foot work or rolling would harm what is sore."""


@dataclass(frozen=True, kw_only=True)
class Tip:
    """`fits`: rules, soreness labels, occasions such as `recovery:footwork`; `never_with`: labels on record, rules
    that say the same in the second line."""

    id: str
    words: str
    article: str
    evidence: str
    fits: frozenset[str]
    never_with: frozenset[str] = frozenset()
    is_exercise: bool = False


def pick(
    leader: Notice, beside: frozenset[str], tips: Sequence[Tip], last: str | None, last_exercise: str | None
) -> Tip | None:
    """A tip that fits the leader and harms nothing sore; it changes with the day and never repeats the last.

    `beside`: labels on record, and the rule of the note's second line.

    Foot work goes round: each exercise has its turn. After a trail the first that is free: rolling.
    """
    harmless = [
        tip
        for tip in tips
        if not tip.never_with & beside and not (tip.is_exercise and leader.level >= PROFESSIONAL) and tip.id != last
    ]
    for wanted in _wanted(leader):
        fitting = [tip for tip in harmless if tip.fits & wanted]
        if not fitting:
            continue
        if FOOT_WORK in wanted:
            return _next_in_turn(fitting, tips, last_exercise, leader)
        return fitting[0 if AFTER_TRAIL in wanted else leader.day.toordinal() % len(fitting)]
    return None


def _next_in_turn(fitting: Sequence[Tip], tips: Sequence[Tip], last: str | None, leader: Notice) -> Tip:
    order = [tip.id for tip in tips]
    if last not in order:
        return fitting[leader.day.toordinal() % len(fitting)]
    after = order.index(last)
    return next((tip for tip in fitting if order.index(tip.id) > after), fitting[0])


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
    if leader.rule == worn_shoe.NAME and leader.level >= CAUTION:
        return [frozenset({REPLACE})]
    return [AFTER_A_RACE if leader.numbers.get("is_race") else frozenset({leader.rule})]
