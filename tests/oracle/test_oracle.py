"""Two readings of the rules, one quick and one naive, must notice, tell and withhold the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from plugin.notes.evaluate import evaluate_history
from plugin.notes.rulebook import read_rulebook
from plugin.replay.imports import read
from plugin.replay.soreness_readings import read_lexicon, readings_of
from plugin.rules.notice import Notice
from plugin.training.history import History, Soreness
from plugin.training.runs import Run, Wear
from tests.oracle import naive
from tests.oracle.choosing import Found
from tests.paths import SHARED

BOOK = read_rulebook()
FILES = sorted(
    path
    for pattern in ("exports/*activities*.csv", "runners/*.csv", "api/*activities*.json")
    for path in SHARED.glob(pattern)
)

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
"""The key numbers of a notice: the naive reading's name to ours."""


def ours(notice: Notice) -> dict[str, Any]:
    return {name: notice.numbers[name] for name in NAMES[notice.rule].values()}


def theirs(found: Found) -> dict[str, Any]:
    numbers = {NAMES[found.rule][name]: value for name, value in found.numbers.items() if name in NAMES[found.rule]}
    if found.rule == "cadence":
        numbers = {"cadence": exactly(numbers["cadence"], "0.1"), "speed_m_s": exactly(numbers["speed_m_s"], "0.001")}
    if found.rule == "soreness":
        numbers = {"labels": tuple(sorted(numbers["labels"]))}
    return numbers


def exactly(value: Any, step: str) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(step))


def differences(runs: Iterable[Run], wear: Iterable[Wear], words: Mapping[str, Soreness]) -> list[str]:
    """What the two readings see differently, run by run."""
    history = History(runs, wear=wear)
    aside, evaluation = naive.replay(runs, wear, words)
    mine_aside = {id_: str(reason) for id_, reason in history.aside.items()}
    if mine_aside != aside:
        return [f"set aside: ours {mine_aside.items() - aside.items()}, naive {aside.items() - mine_aside.items()}"]
    found: list[str] = []
    for (run, ledger, choice), other in zip(evaluate_history(history, BOOK, words), evaluation, strict=True):
        mine = {
            (
                one.notice.rule,
                one.notice.level,
                one.withheld and str(one.withheld),
                str(sorted(ours(one.notice).items())),
            )
            for one in choice.verdicts
        }
        naively = {(one.rule, one.level, one.withheld, str(sorted(theirs(one).items()))) for one in other.found}
        if run.id != other.run.id or mine != naively:
            found.append(
                f"{run.day} {run.id}: ours {sorted(map(str, mine - naively))}, naive {sorted(map(str, naively - mine))}"
            )
        if ledger.session.distance_m != other.session_m:
            found.append(f"{run.day} {run.id}: session {ledger.session.distance_m}, naive {other.session_m}")
        leader = choice.note and choice.note.leader.rule
        if leader != (other.leader and other.leader.rule):
            found.append(f"{run.day} {run.id}: led by {leader}, naive {other.leader}")
        room = choice.allowance and naive.Room(choice.allowance.length_m, choice.allowance.week_m)
        if room != other.room:
            found.append(f"{run.day} {run.id}: allowed {room}, naive {other.room}")
    return found


@pytest.mark.skipif(not FILES, reason="../shared/data is absent")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_second_reading_of_the_rules_sees_a_real_history_alike(path: Path) -> None:
    archive = read(path, zone=ZoneInfo("Europe/Berlin"))
    words = readings_of(archive, read_lexicon()) if archive.words else {}
    assert differences(archive.runs, archive.wear, words) == []
