"""What hurts in a clause: feelings beside a part, feelings for a part named before, one spot on a bone."""

from __future__ import annotations

from collections.abc import Iterable

from plugin.soreness.clauses import FEELING_REACH, NOT_OWN, NOW, OVER, SHORT_REACH, Clause, Mark
from plugin.soreness.complaints import BELOW_THE_KNEE, COVERS, FEET, SOLE, Complaint
from plugin.soreness.places import nearest, places, right_behind, starts_with
from plugin.soreness.thread import Thread

_REACH = {
    "battered": SHORT_REACH,
    "voiced": SHORT_REACH,
    "fine": SHORT_REACH + 1,
    "stiff": SHORT_REACH,
    "rub": SHORT_REACH + 1,
    "nail": SHORT_REACH + 1,
}
_SAYS = {"voiced": "pain"}
_STIFF_PARTS = frozenset({"fascia", "achilles", "shin", "arch", "ankle", "foot"})
_TELLING_PARTS = {
    "pinpoint": frozenset({"metatarsal", "midfoot", "shin"}),
    "hard_ground": frozenset({"heel_centre"}),
}


def feelings_beside_parts(thread: Thread, clause: Clause, number: int, cold: bool, has_named: bool) -> list[Complaint]:
    """The complaints of a clause that names body parts: each feeling goes to the part it belongs to."""
    here = places(clause)
    live: list[Complaint] = []
    taken: set[int] = set()
    feelings = clause.of("sensations")
    if not feelings and thread.waiting:
        feelings = [Mark(here[0].start, here[0].start, m.kind, m.name, m.state) for m in thread.waiting]
        thread.waiting = []
    for key_value in feelings:
        place = right_behind(clause, here, key_value) or nearest(
            here, key_value, _REACH.get(key_value.name, FEELING_REACH)
        )
        if place is None:
            continue
        taken.add(place.start)
        for part in place.parts & BELOW_THE_KNEE:
            if key_value.name == "fine":
                if key_value.state != NOT_OWN:
                    thread.found.clear_parts.add(part)
            elif key_value.state == OVER:
                thread.found.clear_parts.add(part)
            elif key_value.state == NOW and _counts(key_value.name, part, cold):
                complaint = thread.found.of(part, number)
                complaint.feels.add(_SAYS.get(key_value.name, key_value.name))
                if complaint not in live:
                    live.append(complaint)
    if has_named:
        return [one for one in live if not _spoken_for(thread, one, clause)]
    return live


def _spoken_for(thread: Thread, complaint: Complaint, clause: Clause) -> bool:
    """ "Blister on the heel, stings": the heel's stinging is the blister's."""
    covered: set[str] = set()
    for key_value in clause.of("conditions"):
        if key_value.state == NOW:
            covered |= COVERS.get(key_value.name, FEET)
    if complaint.part not in covered:
        return False
    _into_named(thread, complaint, clause)
    return True


def _into_named(thread: Thread, complaint: Complaint, clause: Clause) -> None:
    for key_value in clause.of("conditions"):
        if key_value.state == NOW and complaint.part in COVERS.get(key_value.name, FEET):
            named = thread.found.named(key_value.name, complaint.clause)
            named.feels |= complaint.feels
    if complaint in thread.found.complaints and not complaint.traits and not complaint.warnings:
        thread.found.complaints.remove(complaint)


def feelings_alone(thread: Thread, feelings: Iterable[Mark], clause: Clause, number: int) -> list[Complaint]:
    """The complaints of a clause without a part: its feelings go to the part named before, or wait for one."""
    live: list[Complaint] = []
    for key_value in feelings:
        if key_value.state != NOW or key_value.name == "fine":
            if key_value.state == OVER and thread.open:
                thread.found.clear_parts |= thread.open & BELOW_THE_KNEE
            continue
        if not starts_with(clause, key_value, thread.lexicon.light, thread.lexicon.passing):
            if key_value.name == "pebble" and not thread.open and clause.frames("as_if"):
                thread.waiting.append(key_value)
            continue
        if key_value.name == "swollen" and not thread.open and thread.topic:
            thread.topic[-1].feels.add("swollen")  # "Rolled my ankle, it's the size of a melon"
            continue
        if key_value.name == "swollen" and not thread.open and thread.named and "elsewhere" not in thread.named:
            swollen = [thread.found.of(part, number) for part in sorted(thread.named & BELOW_THE_KNEE)]
            for one in swollen:
                one.feels.add("swollen")
            live += swollen
            continue
        if not thread.open:
            if key_value.name not in ("pebble", "voiced") or (key_value.name == "pebble" and clause.frames("as_if")):
                thread.waiting.append(key_value)
            continue
        if "elsewhere" in thread.open:
            continue
        if key_value.name == "pebble" and thread.number == thread.opening and not clause.frames("as_if"):
            continue  # "Thought I'd broken my foot. It was a stone in my shoe."
        for part in thread.open & BELOW_THE_KNEE:
            if _counts(key_value.name, part, False):
                complaint = thread.found.of(part, number)
                complaint.feels.add(_SAYS.get(key_value.name, key_value.name))
                if complaint not in live:
                    live.append(complaint)
    return live


def one_spot(thread: Thread, clause: Clause, number: int) -> list[Complaint]:
    """One exact spot on a bone, or the middle of the heel on hard ground: no word of pain is needed."""
    added: list[Complaint] = []
    if any(key_value.name == "fine" or key_value.state != NOW for key_value in clause.of("sensations")):
        return added
    for key_value in clause.of("traits"):
        here = places(clause)
        place = nearest(here, key_value, FEELING_REACH) if key_value.state == NOW else None
        named = place.parts if place else frozenset() if here or key_value.state != NOW else thread.open
        parts = named & _TELLING_PARTS.get(key_value.name, frozenset())
        for part in sorted(parts):
            added.append(thread.found.of(part, number))
            added[-1].feels.add("pain")
    return added


def closer(thread: Thread, clause: Clause, number: int) -> list[Complaint]:
    """ "Foot sore at night, right over the third metatarsal": the same complaint, said more closely."""
    last = [one for one in thread.topic if one.clause == number - 1 and one.condition is None]
    named = {part for place in places(clause) for part in place.parts}
    if "fascia" in named and any(one.part in SOLE for one in last) and not clause.frames("no"):
        added = [thread.found.of("fascia", number)]  # "heel tender, classic plantar signs"
        added[0].feels.add("pain")
        return added
    opening = [*clause.frames("located"), *(m for m in clause.of("parts") if m.end - m.start > 1)]
    if not last or not any(key_value.start == clause.start for key_value in opening):
        return []
    added = []
    for part in sorted(places(clause)[0].parts & FEET):
        one = thread.found.of(part, number)
        for wider in last:
            one.feels |= wider.feels
            one.traits |= wider.traits
            one.warnings |= wider.warnings
        added.append(one)
    return added


def phantom_pebble(thread: Thread, number: int) -> None:
    """A pebble that is felt and not there is under the ball of the foot, where nothing else is named."""
    if any(key_value.name == "pebble" for key_value in thread.waiting) and not thread.topic and not thread.open:
        thread.found.of("forefoot", number).feels.add("pebble")


def _counts(feeling: str, part: str, cold: bool) -> bool:
    if feeling == "stiff":
        return part in _STIFF_PARTS
    if feeling == "rub" and part == "achilles":
        return True  # the shoe's edge at the back of the heel
    if feeling in ("battered", "rub", "pebble"):
        return part in FEET
    if feeling == "nail":
        return part == "toenail"
    return not (feeling == "nerve" and cold)
