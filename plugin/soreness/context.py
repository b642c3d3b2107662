"""What a reading remembers from clause to clause: the parts spoken of, and feelings that have no part yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from plugin.soreness.clauses import Clause, Mark
from plugin.soreness.complaints import Findings, SorePart
from plugin.soreness.lexicon import Lexicon


@dataclass(slots=True)
class Context:
    """State while the texts of one run are read, clause by clause."""

    lexicon: Lexicon
    findings: Findings
    number: int = 0
    """Of the clause, through all texts."""
    stopped: bool = False
    """Whether the sentence says that the run was stopped or cut short."""
    is_plain: bool = True
    """Whether nothing in the sentence takes an all-clear half back."""
    last_parts: frozenset[str] = frozenset()
    """The runner's own parts last named in this text: a later sentence may go on about them."""
    over: frozenset[str] = frozenset()
    """The conditions last named in this text, where they were said to be over."""
    heard: bool = False
    """Whether the sentence before told of a pop and not of what popped."""
    pending: tuple[str, int] = ("", -1)
    """A red flag that nothing took yet, and its clause: "feverish, blister throbbing"."""
    opening: int = 0
    """Of the first clause of the sentence."""
    topic: list[SorePart] = field(default_factory=list)
    """The complaints last spoken of: "It aches at night" belongs to them."""
    open: frozenset[str] = frozenset()
    """Parts last named in this sentence, to take a feeling that follows: "outer foot, sharp on landing"."""
    named: frozenset[str] = frozenset()
    """Parts last named in this sentence, those called fine among them: "foot fine at noon, by evening it was
    double the size"."""
    waiting: list[Mark] = field(default_factory=list)
    """Feelings that no part has taken yet: "sharp pain, right heel", "Like a nail. Left heel." """
    traits: set[str] = field(default_factory=set)
    """Traits no complaint has taken yet: "First steps this morning. Heel not happy." """


def names_a_place(clause: Clause) -> bool:
    """Whether a sentence opens with a body part and hardly more: "Left heel.", "Heel, as usual"."""
    parts = clause.of("parts")
    return bool(parts) and clause.end - clause.start <= 4 and not clause.soreness()
