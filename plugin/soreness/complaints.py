"""What hurts so far while a text is read: a sore part with its feelings, traits and warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from plugin.soreness.schema import TABLES

ABOVE = frozenset({"knee", "calf", "thigh", "hip"})
"""Beyond the foot: only pain and injury count there, never tired muscles."""
MUSCLES = ABOVE - {"knee"}
FEET = TABLES["parts"] - ABOVE - {"achilles", "shin", "leg", "elsewhere"}
SOLE = frozenset({"heel", "heel_centre", "arch", "fascia"})
"""From the heel to the arch: what runners call by each other's names."""
OURS = FEET | ABOVE | {"achilles", "shin", "leg"}
"""All parts that a reading can complain of."""

COVERS: Mapping[str, frozenset[str]] = {
    "plantar_fasciitis": frozenset({"heel", "heel_centre", "arch", "fascia", "foot"}),
    "metatarsalgia": frozenset({"forefoot", "foot", "toes", "metatarsal"}),
    "fat_pad_syndrome": frozenset({"heel", "heel_centre", "foot"}),
    "stress_fracture": FEET,
    "mortons_neuroma": frozenset({"toes", "nerve_toes", "forefoot", "foot"}),
    "achilles": frozenset({"heel", "ankle"}),
    "shin": frozenset({"ankle"}),
    "blister": frozenset({"heel", "arch", "forefoot", "toes", "nerve_toes", "foot"}),
}
"""Where a label already says what hurts, so that the part's own bare soreness adds nothing."""


@dataclass(slots=True)
class SorePart:
    """A sore part, or a condition named without one."""

    part: str
    condition: str | None = None
    feels: set[str] = field(default_factory=set)
    traits: set[str] = field(default_factory=set)
    warnings: set[str] = field(default_factory=set)
    signs: set[str] = field(default_factory=set)
    """Hot, red, hard, …: one is nothing, two are a red flag."""
    clause: int = -1


@dataclass(slots=True)
class Findings:
    complaints: list[SorePart] = field(default_factory=list)
    clear_parts: set[str] = field(default_factory=set)
    praised: set[str] = field(default_factory=set)
    """Parts called fine in so many words, not just denied to hurt, whatever takes it back."""
    doubted: set[str] = field(default_factory=set)
    """Parts called fine only in one place, or only thought to be: whatever else is said takes it back."""
    thought: set[str] = field(default_factory=set)
    """Those of them that were only thought to be fine."""
    half_clear: set[str] = field(default_factory=set)
    """Parts and conditions called fine in part only: no all-clear, and nothing to ask about either."""
    mentioned: set[str] = field(default_factory=set)
    """The runner's own parts named, whatever is said of them."""
    clear_conditions: set[str] = field(default_factory=set)
    red: set[str] = field(default_factory=set)
    """Kinds of warning that belong to no part."""
    stopped: bool = False
    elsewhere: bool = False

    def clear(self, part: str, *, plainly: bool) -> None:
        (self.clear_parts if plainly else self.half_clear).add(part)

    def clear_condition(self, condition: str, *, plainly: bool) -> None:
        if plainly:
            self.clear_conditions.add(condition)

    def of(self, part: str, clause: int) -> SorePart:
        """The complaint of that part, begun if there is none."""
        for one in self.complaints:
            if one.part == part and one.condition is None:
                one.clause = clause
                return one
        self.complaints.append(SorePart(part, clause=clause))
        return self.complaints[-1]

    def named(self, condition: str, clause: int) -> SorePart:
        for one in self.complaints:
            if one.condition == condition:
                one.clause = clause
                return one
        self.complaints.append(SorePart("", condition, clause=clause))
        return self.complaints[-1]
