"""Where it hurts: the body parts of a clause, and which of them a feeling belongs to.

Feelings go to the body part beside them, so "quads sore, feet fine" says nothing about feet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugin.soreness.clauses import SHORT_REACH, Clause, Mark
from plugin.soreness.complaints import FEET


@dataclass(slots=True)
class Place:
    """Body parts named together ("heel and arch") in one clause."""

    start: int
    end: int
    parts: frozenset[str]


def places(clause: Clause) -> list[Place]:
    """The groups of body parts in a clause, left to right."""
    linked = {at for key_value in clause.frames("link") for at in range(key_value.start, key_value.end)}
    found: list[Place] = []
    for key_value in clause.of("parts"):
        between = range(found[-1].end, key_value.start) if found else range(0)
        joined = bool(found) and all(at in linked or clause.words[at].text in _BETWEEN for at in between)
        if joined and key_value.start >= found[-1].start:
            found[-1] = Place(found[-1].start, max(key_value.end, found[-1].end), found[-1].parts | {key_value.name})
        else:
            found.append(Place(key_value.start, key_value.end, frozenset({key_value.name})))
    return found


_BETWEEN = frozenset(
    [
        "at",
        "near",
        "over",
        "around",
        "the",
        "my",
        "a",
        "an",
        "both",
        "left",
        "right",
        "l",
        "r",
        "der",
        "die",
        "das",
        "den",
        "la",
        "le",
        "les",
        "el",
        "los",
        "las",
        "il",
        "lo",
        "i",
        "de",
        "het",
        "mijn",
        "du",
        "del",
    ]
)


def nearest(place_list: Sequence[Place], key_value: Mark, reach: int) -> Place | None:
    """The place a feeling belongs to: the closest one, the one before where it stands between two."""

    def gap(place: Place) -> int:
        if key_value.start >= place.end:
            return key_value.start - place.end
        return max(0, place.start - key_value.end)

    best = min(place_list, key=gap, default=None)
    return best if best is not None and gap(best) <= reach else None


def right_behind(clause: Clause, place_list: Sequence[Place], key_value: Mark) -> Place | None:
    """The place a feeling names itself: "can't hop on my left leg without pain in the shin"."""
    located = {frame.start for frame in clause.frames("located")}
    for place in place_list:
        near = 0 < place.start - key_value.end < SHORT_REACH and key_value.end in located
        if near and place.parts & (FEET | {"achilles", "shin"}):
            return place
    return None


def starts_with(clause: Clause, key_value: Mark, light: frozenset[str], passing: frozenset[str]) -> bool:
    """Whether nothing before the mark could be what it is about: "it still hurts" yes, "the hill hurts"
    no."""
    covered = {at for m in clause.marks if not _could_be_the_subject(m) for at in range(m.start, m.end)}
    return all(
        at in covered or clause.words[at].text in light or clause.words[at].text in passing or not clause.words[at].text
        for at in range(clause.start, key_value.start)
    )


def about_a_thing(clause: Clause, key_value: Mark) -> bool:
    """Whether an article and a word that is none of ours stand right before the mark: "the bridge couldn't
    take my weight"."""
    at = key_value.start - 2
    ours = {n for one in clause.of("parts", "sensations", "conditions") for n in range(one.start, one.end)}
    return at >= clause.start and clause.words[at].text in _ARTICLES and at + 1 not in ours


_ARTICLES = frozenset(["the", "a", "an", "this", "that", "der", "die", "das", "le", "la", "il", "el", "de", "het"])


def _could_be_the_subject(key_value: Mark) -> bool:
    return key_value.kind in ("parts", "abilities") or key_value.name in ("run", "some_weeks", "not_so_long")
