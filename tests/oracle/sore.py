"""Soreness: from the labels that were read to a level. The reading of words is not covered here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.oracle.facts import days, order
from tests.oracle.rules import Finding

NAMED = {"plantar_fasciitis", "metatarsalgia", "fat_pad_syndrome", "achilles", "mortons_neuroma", "shin"}
BEYOND_THE_FOOT = {"knee", "calf", "thigh", "hip"}
AGAINST_CADENCE = {"achilles", "shin", "metatarsalgia", "mortons_neuroma", "stress_fracture"}
"""Achilles, shin, forefoot."""


@dataclass
class Word:
    """What one run's words said: labels that hold, labels that an all-clear took away, whether it cut the run short."""

    run: Any
    labels: frozenset[str]
    cleared: frozenset[str]
    cut_short: bool = False


def soreness(run: Any, words: list[Word], load_days: list[date]) -> Finding | None:
    """`words` in order, up to and with this run's own. `load_days`: days on which a load rule found something."""
    own = next((word for word in words if word.run.id == run.id), None)
    if own is None or not own.labels:
        return None
    d = run.day
    labels = set(own.labels) | ({"red_flag"} if "stress_fracture" in own.labels else set())
    level = max(level_of(label, own, words) for label in labels)
    if any(label != "blister" and persists(label, run, words) for label in labels):
        level = max(level, 3)
    if 2 <= level < 4 and any(d - days(14) <= day <= d for day in load_days):
        level = min(level + 1, 3)
    return level, {"labels": frozenset(labels)}


def level_of(label: str, own: Word, words: list[Word]) -> int:
    d = own.run.day
    lately = {read for word in words if d - days(14) <= word.run.day <= d - days(1) for read in word.labels}
    if label == "blister":
        return 1
    if label == "foot_pain_unspecified":
        return 2 if lately or own.cut_short else 1
    if label in BEYOND_THE_FOOT:
        return 2 if label in lately or own.cut_short else 1
    if label in NAMED:
        return 2
    assert label in ("stress_fracture", "red_flag"), label
    return 4


def persists(label: str, run: Any, words: list[Word]) -> bool:
    """The label on days at least 14 apart, between them no all-clear and no 28 days without a word."""
    spoken = run.day
    earlier = [one for one in words if order(one.run) < order(run) and one.run.day <= run.day]
    for word in sorted(earlier, key=lambda one: (one.run.day, order(one.run)), reverse=True):
        if label in word.labels:
            if (spoken - word.run.day).days - 1 >= 28:
                return False
            spoken = word.run.day
            if (run.day - spoken).days >= 14:
                return True
        elif label in word.cleared:
            return False
    return False


def on_record(words: list[Word], d: date) -> set[str]:
    """Labels read in the last 28 days and not cleared since."""
    labels: set[str] = set()
    for word in words:
        labels -= word.cleared
        if (d - word.run.day).days <= 28:
            labels |= word.labels
    return labels
