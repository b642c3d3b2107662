"""Assigns feelings to body parts: those in the same clause, or a part named before; one exact spot on a bone."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from plugin.soreness.body_parts import (
    NamedParts,
    behind,
    beside,
    nearest,
    opens_with,
    places,
    right_behind,
    starts_with,
)
from plugin.soreness.clauses import FEELING_REACH, NOT_OWN, NOW, OVER, PAST, SHORT_REACH, Clause, Mark
from plugin.soreness.complaints import ABOVE, COVERS, FEET, MUSCLES, OURS, SOLE, SorePart
from plugin.soreness.context import Context
from plugin.soreness.tokens import SCORE

LONG_REACH = 14
_REACH = {
    "battered": SHORT_REACH,
    "voiced": SHORT_REACH,
    "fine": SHORT_REACH + 1,
    "stiff": SHORT_REACH,
    "rub": SHORT_REACH + 1,
    "nail": SHORT_REACH + 1,
}
_SAYS = dict.fromkeys(("hurt", "bad", "trouble_with", "felt", "voiced"), "pain")
_ONLY_WHERE_NOT_FINE = frozenset({"bad", "trouble_with", "felt"})
"""What says ill of a part in no plain words gives way to a "fine", and denied it is no all-clear."""
_INJURY = frozenset({"hurt", "stab", "swollen", "broken", "bad", "trouble_with", "voiced"})
_TIRED = frozenset({"stiff", "burn", "battered"})
_OF_MUSCLES = _TIRED | {"pain", "voiced"}
_STIFF_PARTS = frozenset({"fascia", "achilles", "shin", "arch", "ankle", "foot"})
_OF_WHAT_WAS_NAMED = frozenset({"hurt", "stab", "pain", "swollen", "nerve", "voiced"})
"""Feelings that a later clause may have without naming the part again: "by evening it was swollen"."""
_TELLING_PARTS = {
    "pinpoint": frozenset({"metatarsal", "midfoot", "shin"}),
    "hard_ground": frozenset({"heel_centre"}),
}


def feelings_beside_parts(context: Context, clause: Clause, number: int, cold: bool, has_named: bool) -> list[SorePart]:
    """The complaints of a clause that names body parts: each feeling goes to the part it belongs to."""
    here = places(clause)
    live: list[SorePart] = []
    grave = is_grave(context, clause)
    feelings = clause.of("sensations")
    if not feelings and context.waiting:
        feelings = [Mark(here[0].start, here[0].start, m.kind, m.name, m.state) for m in context.waiting]
        context.waiting = []
    for mark in feelings:
        place = place_of(clause, here, mark)
        if place is None:
            continue
        if mark.name in _ONLY_WHERE_NOT_FINE and (mark.state != NOW or _is_fine(clause, here, place)):
            continue
        for part in place.parts & OURS:
            if mark.name == "fine" or mark.state == OVER:
                if mark.state != NOT_OWN:
                    context.findings.praised |= {part} if mark.name == "fine" else set()
                    thought = mark.state == PAST and bool(clause.frames("thought"))
                    context.findings.thought |= {part} if thought else set()
                    context.findings.doubted |= {part} if thought or clause.frames("there") else set()
                    context.findings.clear(part, plainly=context.is_plain and mark.state != PAST)
            elif part in MUSCLES and not grave and _is_tired(clause, mark, part):
                continue
            elif mark.state == NOW and counts(mark.name, part, cold=cold, stopped=grave):
                complaint = context.findings.of(part, number)
                complaint.feels.add(_SAYS.get(mark.name, mark.name))
                if complaint not in live:
                    live.append(complaint)
    if has_named:
        return [one for one in live if not _spoken_for(context, one, clause)]
    return live


def in_part(clause: Clause) -> bool:
    return bool(clause.frames("partly") or clause.frames("there"))


def is_grave(context: Context, clause: Clause) -> bool:
    """Whether the run was stopped for it or a warning stands beside it, so that no muscle is just tired."""
    return context.stopped or any(
        mark.state == NOW and mark.name in _GRAVE and mark.end > mark.start for mark in clause.of("warnings")
    )


_GRAVE = frozenset({"night", "rest", "awake", "weight", "walk", "pop"})


def place_of(clause: Clause, here: Sequence[NamedParts], mark: Mark) -> NamedParts | None:
    """The parts a feeling belongs to, if any."""
    if mark.name == "bad":
        return beside(clause, here, mark)
    if mark.name in ("trouble_with", "felt"):
        place = behind(clause, here, mark)
        if mark.name == "felt" and place is not None and place.end < clause.end:
            return place if clause.words[place.end].is_a("felt_when") else None
        return place
    if mark.name == "fine":
        return fine_place(clause, here, mark)
    reach = _REACH.get(mark.name, FEELING_REACH)
    if reach == FEELING_REACH and len(here) == 1 and opens_with(clause, here[0]):
        reach = LONG_REACH  # the whole clause is about that part
    return right_behind(clause, here, mark) or _after_and(clause, here, mark) or nearest(here, mark, reach)


def _after_and(clause: Clause, here: Sequence[NamedParts], mark: Mark) -> NamedParts | None:
    """ "Blister on the heel and a nagging pain on the outside of my knee": the pain is the knee's."""
    located = any(frame.start == mark.end for frame in clause.frames("located"))
    for before, place in itertools.pairwise(here):
        joins = any(word.is_a("and") for word in clause.said(before.end, mark.start))
        if located and joins and before.end < mark.start and 0 <= place.start - mark.end <= FEELING_REACH:
            return place
    return None


def _is_tired(clause: Clause, mark: Mark, part: str) -> bool:
    """ "Quads wrecked", "hamstrings hurt, leg day": tired muscles, where no word of injury stands as well."""
    if mark.name in ("swollen", "stab", "broken"):
        return False
    if mark.name == "bad" and clause.frames("effort"):
        return True  # "calves in bits after yesterday's hill reps"
    same = {one.name for one in clause.of("sensations") if (one.start, one.end) == (mark.start, mark.end)}
    # "Screaming" is said of tired muscles, "grumpy" of a sore one.
    is_sore = mark.name == "bad" or (mark.name == "voiced" and part != "hip")
    tired = _TIRED | {"pain"} if is_sore else _TIRED
    return bool(clause.frames("muscle_work")) or (bool(same & tired) and "hurt" not in same)


def _is_fine(clause: Clause, here: Sequence[NamedParts], place: NamedParts) -> bool:
    fine = [mark for mark in clause.of("sensations") if mark.name == "fine" and mark.state == NOW]
    return any(fine_place(clause, here, mark) is place for mark in fine)


def fine_place(clause: Clause, here: Sequence[NamedParts], mark: Mark) -> NamedParts | None:
    """What is fine; not the knee of "all was fine and then my knee"."""
    place = right_behind(clause, here, mark) or nearest(here, mark, _REACH["fine"])
    turns = place is not None and any(mark.end <= turn.start < place.start for turn in clause.frames("then"))
    return None if turns else place


def _ends(clause: Clause, mark: Mark) -> bool:
    rest = clause.said(mark.end)
    return all(word.is_a("linking") or word.is_a("passing") for word in rest) or rest[0].is_a("felt_when")


def _spoken_for(context: Context, complaint: SorePart, clause: Clause) -> bool:
    """ "Blister on the heel, stings": the heel's stinging is the blister's."""
    covered: set[str] = set()
    here = places(clause)
    for mark in clause.of("conditions"):
        if mark.state != NOW:
            continue
        place = nearest(here, mark, FEELING_REACH) if mark.name == "blister" and len(here) > 1 else None
        covered |= COVERS.get(mark.name, FEET) & (
            place.parts if place else FEET | OURS
        )  # "blister on the heel, ball sore"
    if complaint.part not in covered:
        return False
    _into_named(context, complaint, clause)
    return True


def _into_named(context: Context, complaint: SorePart, clause: Clause) -> None:
    for mark in clause.of("conditions"):
        if mark.state == NOW and complaint.part in COVERS.get(mark.name, FEET):
            named = context.findings.named(mark.name, complaint.clause)
            named.feels |= complaint.feels
    if complaint in context.findings.complaints and not complaint.traits and not complaint.warnings:
        context.findings.complaints.remove(complaint)


def feelings_alone(context: Context, feelings: Iterable[Mark], clause: Clause, number: int) -> list[SorePart]:
    """The complaints of a clause without a part: its feelings go to the part named before, or wait for one."""
    live: list[SorePart] = []
    for mark in feelings:
        if mark.state == OVER and mark.name not in {*_ONLY_WHERE_NOT_FINE, "fine"}:
            for part in context.open & OURS:
                context.findings.clear(part, plainly=context.is_plain)
        elif mark.state == NOW and mark.name != "fine":
            live += [one for one in _feeling_alone(context, mark, clause, number) if one not in live]
    return live


def _feeling_alone(context: Context, mark: Mark, clause: Clause, number: int) -> list[SorePart]:
    goes_on = _is_held_against(context, clause, mark) or starts_with(clause, mark) or _goes_on(clause, mark)
    if not goes_on:
        if mark.name == "pebble" and not context.open and clause.frames("as_if"):
            context.waiting.append(mark)
        return []
    if not context.open:
        return _of_earlier_sentences(context, mark, clause, number)
    if mark.name == "bad" and starts_with(clause, mark) and in_part(clause):
        half_fine = context.last_parts & context.findings.half_clear
        return _add(context, (half_fine or context.open) & OURS, "pain", number)
    if mark.name in _ONLY_WHERE_NOT_FINE and not _ends(clause, mark):
        return []  # "= bad idea"
    if mark.name == "pebble" and context.number == context.opening and not clause.frames("as_if"):
        return []  # "Thought I'd broken my foot. It was a stone in my shoe."
    return [] if "elsewhere" in context.open else _counting(context, context.open, mark, clause, number)


def _of_earlier_sentences(context: Context, mark: Mark, clause: Clause, number: int) -> list[SorePart]:
    """A feeling of a sentence that names no part: it goes to the one named last, or waits."""
    if context.last_parts and _is_of_the_last(clause, mark):
        return _counting(context, context.last_parts, mark, clause, number)
    if mark.name == "swollen" and context.topic:
        context.topic[-1].feels.add("swollen")  # "Rolled my ankle, it's the size of a melon"
        return []
    if mark.name == "swollen" and context.named and "elsewhere" not in context.named:
        return _add(context, context.named & OURS, "swollen", number)
    if mark.name == "bad" and starts_with(clause, mark) and in_part(clause):  # "great uphill, awful going down"
        return _add(context, context.last_parts & context.findings.half_clear & OURS, "pain", number)
    waits = mark.name != "voiced" and (mark.name != "pebble" or bool(clause.frames("as_if")))
    if waits and mark.name not in _ONLY_WHERE_NOT_FINE:
        context.waiting.append(mark)
    return []


def _counting(context: Context, parts: frozenset[str], mark: Mark, clause: Clause, number: int) -> list[SorePart]:
    """The parts of which the feeling is a complaint."""
    grave = is_grave(context, clause)
    sore = {part for part in parts & OURS if counts(mark.name, part, cold=False, stopped=grave)}
    return _add(context, sore, _SAYS.get(mark.name, mark.name), number)


def _add(context: Context, parts: Iterable[str], feeling: str, number: int) -> list[SorePart]:
    added = [context.findings.of(part, number) for part in sorted(parts)]
    for one in added:
        one.feels.add(feeling)
    return added


def _is_held_against(context: Context, clause: Clause, mark: Mark) -> bool:
    """ "Calf ok in the warm-up, but at the first rep it let go": what follows "but" is about that part."""
    half_fine = bool(context.last_parts & context.findings.half_clear) and mark.name in _OF_WHAT_WAS_NAMED
    return half_fine and any(frame.start == clause.start for frame in clause.frames("contrast"))


def _is_of_the_last(clause: Clause, mark: Mark) -> bool:
    """Whether a feeling without a part may be that of the part named before; "it hurt to breathe" is not."""
    if mark.name not in _OF_WHAT_WAS_NAMED:
        return False
    tells = bool(clause.of("abilities", "traits", "within"))
    following = clause.said(mark.end, mark.end + 2)
    to_do = bool(following) and following[0].is_a("to_do") and not following[-1].is_a("article")  # "to the road"
    return tells or not to_do


def _goes_on(clause: Clause, mark: Mark) -> bool:
    """Whether the clause goes on about what was spoken of: "untaped it's sore", "optrekken doet nog zeer"."""
    around = clause.said(clause.start, mark.end + 2)
    is_score = clause.words[mark.start].text == SCORE
    return is_score or around[0].is_a("then_words") or any(word.is_a("still_words") for word in around)


def one_spot(context: Context, clause: Clause, number: int) -> list[SorePart]:
    """One exact spot on a bone, or the middle of the heel on hard ground: no word of pain is needed."""
    added: list[SorePart] = []
    if any(mark.name == "fine" or mark.state != NOW for mark in clause.of("sensations")):
        return added
    for mark in clause.of("traits"):
        here = places(clause)
        place = nearest(here, mark, FEELING_REACH) if mark.state == NOW else None
        named = place.parts if place else frozenset() if here or mark.state != NOW else context.open
        parts = named & _TELLING_PARTS.get(mark.name, frozenset())
        for part in sorted(parts):
            added.append(context.findings.of(part, number))
            added[-1].feels.add("pain")
    return added


def closer(context: Context, clause: Clause, number: int) -> list[SorePart]:
    """ "Foot sore at night, right over the third metatarsal": the same complaint, said more closely."""
    last = [one for one in context.topic if one.clause == number - 1 and one.condition is None]
    named = {part for place in places(clause) for part in place.parts}
    if "fascia" in named and any(one.part in SOLE for one in last) and not clause.frames("no"):
        added = [context.findings.of("fascia", number)]  # "heel tender, classic plantar signs"
        added[0].feels.add("pain")
        return added
    opening = [*clause.frames("located"), *(m for m in clause.of("parts") if m.end - m.start > 1)]
    if not last or not any(mark.start == clause.start for mark in opening):
        return []
    added = []
    for part in sorted(places(clause)[0].parts & FEET):
        one = context.findings.of(part, number)
        for wider in last:
            one.feels |= wider.feels
            one.traits |= wider.traits
            one.warnings |= wider.warnings
        added.append(one)
    return added


def phantom_pebble(context: Context, number: int) -> None:
    """A pebble that is felt and not there is under the ball of the foot, where nothing else is named."""
    if any(mark.name == "pebble" for mark in context.waiting) and not context.topic and not context.open:
        context.findings.of("forefoot", number).feels.add("pebble")


def counts(feeling: str, part: str, *, cold: bool, stopped: bool) -> bool:
    """Whether the feeling is a complaint of that part.

    Of calf, thigh and hip only pain and injury are, and tired muscles where the run was stopped for them; of a knee
    what is sore is as well.
    """
    if part in ABOVE:
        if feeling in _OF_MUSCLES and stopped:
            return True
        return feeling in _INJURY or (feeling == "pain" and part == "knee")
    if feeling == "stiff":
        return part in _STIFF_PARTS
    if feeling == "rub" and part == "achilles":
        return True  # the shoe's edge at the back of the heel
    if feeling in ("battered", "rub", "pebble"):
        return part in FEET
    if feeling == "nail":
        return part == "toenail"
    if feeling == "felt":
        return part not in ("toes", "toenail") and not cold
    return not (feeling == "nerve" and cold)
