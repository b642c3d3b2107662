"""What the product makes of a history, in the oracle's words, so that the two can be held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from plugin.notes.choose_note import Record
from plugin.notes.evaluate import evaluate_history
from plugin.notes.rulebook import Rulebook, read_rulebook
from plugin.training.history import History, Soreness
from plugin.training.runs import Run, Shoe, ShoeKind, Wear
from tests.oracle import naive
from tests.oracle.known import Asked

BOOK = read_rulebook()
NAMES = {
    "long_run": {"L": "longest_m", "D": "session_m"},
    "ramp": {"A": "week_m", "B": "baseline_m"},
    "comeback": {"D": "session_m", "cap": "cap_m", "gap": "gap_days", "P": "longest_m", "k": "week"},
    "streak": {"streak": "streak_days"},
    "worn_shoe": {"pair": "shoe", "limit": "limit_m", "after": "shoe_m"},
    "one_pair": {"pair": "shoe", "runs": "runs"},
    "new_shoe": {"pair": "shoe", "own": "run_m"},
    "cadence": {"cadence": "cadence", "speed": "speed_m_s"},
    "soreness": {"labels": "labels"},
    "recovery": {},
}
"""The key numbers of a notice: the oracle's name to the product's."""
STEPS = {"cadence": "0.1", "speed": "0.001"}
"""What the product rounds."""


@dataclass(frozen=True)
class Seen:
    """A run as one of the two sees it.

    `found`: each notice's rule, level, why it is withheld, numbers. `leader`: the rule that leads the note. `room`:
    what is allowed next.
    """

    id: str
    session_m: Decimal
    found: frozenset[tuple[str, int, str | None, str]]
    leader: str | None
    room: tuple[Decimal | None, Decimal | None] | None


def by_the_product(
    runs: Iterable[Run], wear: Iterable[Wear], words: Mapping[str, Any] | None = None, asked: Asked | None = None
) -> tuple[dict[str, str], list[Seen]]:
    """Set aside (id to reason), and every run that is load, in order."""
    asked = asked or Asked()
    runs = list(runs)
    history = History(runs, wear=wear, shoes=_shoes(asked), first_weekday=asked.first_weekday)
    seen = []
    for run, ledger, choice in evaluate_history(history, _book(asked), _readings(runs, words or {}), _asked(asked)):
        found = frozenset(
            (
                one.notice.rule,
                one.notice.level,
                one.withheld and str(one.withheld),
                str([one.notice.numbers[name] for name in NAMES[one.notice.rule].values()]),
            )
            for one in choice.verdicts
        )
        room = choice.allowance
        leader = choice.note and choice.note.leader.rule
        seen.append(Seen(run.id, ledger.session.distance_m, found, leader, room and (room.length_m, room.week_m)))
    return {id_: str(reason) for id_, reason in history.aside.items()}, seen


def by_the_oracle(
    runs: Iterable[Run], wear: Iterable[Wear], words: Mapping[str, Any] | None = None, asked: Asked | None = None
) -> tuple[dict[str, str], list[Seen]]:
    aside, evaluations = naive.replay(runs, wear, words, asked=asked)
    seen = [
        Seen(
            one.run.id,
            one.session_m,
            frozenset((found.rule, found.level, found.withheld, str(_numbers(found))) for found in one.found),
            one.leader and one.leader.rule,
            one.room and (one.room.length_m, one.room.week_m),
        )
        for one in evaluations
    ]
    return aside, seen


def differences(
    runs: Iterable[Run], wear: Iterable[Wear], words: Mapping[str, Any] | None = None, asked: Asked | None = None
) -> list[str]:
    """What the two see differently, run by run."""
    runs, wear = list(runs), list(wear)
    aside, seen = by_the_product(runs, wear, words, asked)
    other_aside, other_seen = by_the_oracle(runs, wear, words, asked)
    if aside != other_aside:
        return [
            f"set aside: product {aside.items() - other_aside.items()}, oracle {other_aside.items() - aside.items()}"
        ]
    return [
        f"{one.id}: product {sorted(map(str, one.found - other.found))} {one.session_m} {one.leader} {one.room}, "
        f"oracle {sorted(map(str, other.found - one.found))} {other.session_m} {other.leader} {other.room}"
        for one, other in zip(seen, other_seen, strict=True)
        if one != other
    ]


def _numbers(found: Any) -> list[Any]:
    values = []
    for name in NAMES[found.rule]:
        value = found.numbers[name]
        if isinstance(value, Fraction):
            value = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(STEPS[name]))
        if isinstance(value, frozenset):
            value = tuple(sorted(value))
        values.append(value)
    return values


def _shoes(asked: Asked) -> dict[str, Shoe]:
    pairs = {*asked.kinds, *asked.limits_km}
    return {pair: _shoe(pair, asked) for pair in pairs}


def _shoe(pair: str, asked: Asked) -> Shoe:
    look, replace_ = (None if km is None else Decimal(1000) * km for km in asked.limits_km.get(pair, (None, None)))
    return Shoe(id=pair, kind=ShoeKind(asked.kinds.get(pair, "daily")), look_m=look, replace_m=replace_)


def _book(asked: Asked) -> Rulebook:
    ramp = replace(BOOK.limits["ramp"], strict=asked.strict)
    return replace(BOOK, limits={**BOOK.limits, "ramp": ramp})


def _readings(runs: list[Run], words: Mapping[str, Any]) -> dict[str, Soreness]:
    return {
        run.id: Soreness(
            run_id=run.id,
            day=run.day,
            labels=said.labels,
            cleared=said.cleared,
            cut_short=said.cut_short,
            shoe=run.shoe,
        )
        for run in runs
        if (said := words.get(run.id)) is not None
    }


def _asked(asked: Asked) -> Any:
    def on(_: date) -> Record:
        return Record(rules_off=asked.off, snoozed=asked.snoozed, dismissed=asked.dismissed)

    return on
