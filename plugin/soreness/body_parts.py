"""The body parts of a clause, and which of them a feeling belongs to.

A feeling belongs to the nearest part, so "quads sore, feet fine" says nothing about feet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugin.soreness.clauses import SHORT_REACH, Clause, Mark
from plugin.soreness.complaints import FEET


@dataclass(slots=True)
class NamedParts:
    """Body parts named together ("heel and arch") in one clause."""

    start: int
    end: int
    parts: frozenset[str]


def places(clause: Clause) -> list[NamedParts]:
    """The groups of body parts in a clause, left to right."""
    linked = {at for mark in clause.frames("link") for at in range(mark.start, mark.end)}
    found: list[NamedParts] = []
    for mark in clause.of("parts"):
        between = range(found[-1].end, mark.start) if found else range(0)
        joined = bool(found) and all(at in linked or clause.words[at].is_a("between_parts") for at in between)
        if joined and mark.start >= found[-1].start:
            found[-1] = NamedParts(found[-1].start, max(mark.end, found[-1].end), found[-1].parts | {mark.name})
        else:
            found.append(NamedParts(mark.start, mark.end, frozenset({mark.name})))
    return found


def nearest(place_list: Sequence[NamedParts], mark: Mark, reach: int) -> NamedParts | None:
    """The place a feeling belongs to: the closest one, the one before where it stands between two."""

    def gap(place: NamedParts) -> int:
        if mark.start >= place.end:
            return mark.start - place.end
        return max(0, place.start - mark.end)

    best = min(place_list, key=gap, default=None)
    return best if best is not None and gap(best) <= reach else None


def _joined(clause: Clause, start: int, end: int) -> bool:
    """Whether only words that join stand between: "is still really", "my left"."""
    said = {at for name in ("still", "copula") for mark in clause.frames(name) for at in range(mark.start, mark.end)}
    return all(
        at in said or not word.text or word.is_a("linking") or word.is_a("passing") or word.is_a("article")
        for at, word in enumerate(clause.words[start:end], start)
    )


def opens_with(clause: Clause, place: NamedParts) -> bool:
    """Whether a clause begins with the parts: "knee bad coming home"."""
    return all(word.is_a("passing") or word.is_a("article") for word in clause.words[clause.start : place.start])


def behind(clause: Clause, place_list: Sequence[NamedParts], mark: Mark) -> NamedParts | None:
    """The parts right behind a mark: "something wrong with my left foot"."""
    for place in place_list:
        if place.start >= mark.end and _joined(clause, mark.end, place.start):
            return place
    return None


def beside(clause: Clause, place_list: Sequence[NamedParts], mark: Mark) -> NamedParts | None:
    """The parts right behind a mark or right before it: "bad heel", "the heel is really bad"."""
    before = [place for place in place_list if place.end <= mark.start and _joined(clause, place.end, mark.start)]
    if before:
        said_of_it = any(before[-1].end <= frame.start < mark.start for frame in clause.frames("copula"))
        after = clause.said(mark.end, mark.end + 1)  # "feet funny how it went"
        ends = all(word.is_a("linking") or word.is_a("passing") or word.is_a("felt_when") for word in after)
        opens = not clause.words[mark.start].is_a("vague") and opens_with(clause, before[-1])
        if said_of_it or ends or opens or mark.end - mark.start > 1:
            return before[-1]
    return behind(clause, place_list, mark)


def right_behind(clause: Clause, place_list: Sequence[NamedParts], mark: Mark) -> NamedParts | None:
    """The place a feeling names itself: "can't hop on my left leg without pain in the shin"."""
    located = {frame.start for frame in clause.frames("located")}
    for place in place_list:
        near = 0 < place.start - mark.end < SHORT_REACH and mark.end in located
        if near and place.parts & (FEET | {"achilles", "shin"}):
            return place
    return None


def starts_with(clause: Clause, mark: Mark) -> bool:
    """Whether nothing before the mark could be what it is about: "it still hurts" yes, "the hill hurts"
    no."""
    covered = {at for m in clause.marks if not _could_be_the_subject(m) for at in range(m.start, m.end)}
    return all(
        at in covered or clause.words[at].is_a("light") or clause.words[at].is_a("passing") or not clause.words[at].text
        for at in range(clause.start, mark.start)
    )


def about_a_thing(clause: Clause, mark: Mark) -> bool:
    """Whether an article and a word that is none of ours stand right before the mark: "the bridge couldn't
    take my weight"."""
    at = mark.start - 2
    ours = {n for one in clause.of("parts", "sensations", "conditions") for n in range(one.start, one.end)}
    return at >= clause.start and clause.words[at].is_a("article") and at + 1 not in ours


def _could_be_the_subject(mark: Mark) -> bool:
    return mark.kind in ("parts", "abilities") or mark.name in ("run", "some_weeks", "not_so_long")
