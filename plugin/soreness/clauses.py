"""A text cut into clauses, and the phrases found in them.

A clause ends at a comma, an emoji, a colon or a word of contrast ("but", "aber", "mais"), and after LONGEST_CLAUSE
words, so that the work grows no faster than the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from plugin.soreness.tokens import COMMA, DASH, JOINED, SENTENCE, Word

LONGEST_CLAUSE = 40
NEGATION_REACH = 7
"""Words from "no" to what it negates: "no more of that awful stabbing heel"."""
FEELING_REACH = 7
"""Words between a feeling and its body part: "pain under the ball of the foot", "the foot has been
hurting"."""
SHORT_REACH = 3
"""The same for words that mean soreness only right beside a foot: "trashed feet", "heel fine"."""

NOW, OVER, PAST, NOT_OWN = "now", "over", "past", "not own"
"""OVER is denied or healed, so the part may be clear; what was at another time says nothing of now."""


@dataclass(slots=True)
class Mark:
    """A phrase found in the text: where, what, and whether it holds."""

    start: int
    end: int
    kind: str
    name: str
    state: str = NOW


@dataclass(slots=True)
class Clause:
    """A stretch of words that is negated, past or somebody else's together."""

    start: int
    end: int
    parting: int
    sentence: int
    words: Sequence[Word]
    marks: list[Mark] = field(default_factory=list)

    def said(self, start: int | None = None, end: int | None = None) -> Sequence[Word]:
        """The words from `start` to `end`, never beyond the clause."""
        return self.words[self.start if start is None else start : self.end if end is None else min(end, self.end)]

    def of(self, *kinds: str) -> list[Mark]:
        return [mark for mark in self.marks if mark.kind in kinds]

    def frames(self, name: str) -> list[Mark]:
        return [mark for mark in self.marks if mark.kind == "frames" and mark.name == name]

    def soreness(self) -> list[Mark]:
        """The marks that can say that something hurts (or, for "fine", that it does not)."""
        return self.of("sensations", "conditions", "warnings")


def cut(words: Sequence[Word], marks: list[Mark]) -> list[Clause]:
    others = {m.end for m in marks if m.kind == "frames" and m.name in ("other", "names")}
    contrasts = {
        mark.start
        for mark in marks
        if mark.kind == "frames"
        and mark.start not in others  # "she's got"
        and not (mark.start and words[mark.start - 1].is_a("of"))  # "o lado de fora do joelho"
        and (mark.name == "contrast" or (mark.name == "contrast_after_comma" and words[mark.start].parting >= COMMA))
    }
    inside = {at for mark in marks for at in range(mark.start + 1, mark.end)}
    clauses: list[Clause] = []
    sentence = -1
    for at, word in enumerate(words):
        if word.parting == SENTENCE or not clauses:
            sentence += 1
        parting = max(word.parting, DASH if at in contrasts else JOINED)
        long = bool(clauses) and at - clauses[-1].start >= LONGEST_CLAUSE and at not in inside
        if parting > JOINED or long or not clauses:
            clauses.append(Clause(at, at + 1, parting or DASH, sentence, words))
        clauses[-1].end = at + 1
    n = 0
    for mark in marks:
        while mark.start >= clauses[n].end:
            n += 1
        clauses[n].marks.append(mark)
    return clauses


def sentences(clauses: Sequence[Clause]) -> Iterator[list[Clause]]:
    """The clauses, sentence by sentence."""
    run: list[Clause] = []
    for clause in clauses:
        if run and run[-1].sentence != clause.sentence:
            yield run
            run = []
        run.append(clause)
    if run:
        yield run
