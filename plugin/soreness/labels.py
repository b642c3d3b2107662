"""From complaints to labels, and which labels are clear again.

Heel pain that stabs on the first steps points to the plantar fascia, a bruised centre of the heel on hard ground
to the fat pad, a sore heel alone to nothing in particular.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from plugin.soreness.complaints import ABOVE, COVERS, FEET, Findings, SorePart
from plugin.soreness.schema import LABELS

LABELS_OF_PART: Mapping[str, frozenset[str]] = {
    "heel": frozenset({"plantar_fasciitis", "fat_pad_syndrome", "foot_pain_unspecified"}),
    "heel_centre": frozenset({"fat_pad_syndrome", "foot_pain_unspecified"}),
    "arch": frozenset({"plantar_fasciitis", "foot_pain_unspecified"}),
    "fascia": frozenset({"plantar_fasciitis", "foot_pain_unspecified"}),
    "forefoot": frozenset({"metatarsalgia", "mortons_neuroma", "foot_pain_unspecified"}),
    "nerve_toes": frozenset({"mortons_neuroma", "foot_pain_unspecified"}),
    "toes": frozenset({"mortons_neuroma", "foot_pain_unspecified"}),
    "metatarsal": frozenset({"metatarsalgia", "stress_fracture", "foot_pain_unspecified"}),
    "midfoot": frozenset({"stress_fracture", "foot_pain_unspecified"}),
    "foot": LABELS - {"red_flag", "achilles", "shin", "blister"} - ABOVE,
    "ankle": frozenset({"foot_pain_unspecified"}),
    "achilles": frozenset({"achilles"}),
    "shin": frozenset({"shin"}),
    **{part: frozenset({part}) for part in ABOVE},
}
"""Which labels an all-clear of a part takes back. A red flag has no part of its own and is never taken back
by a word."""
_BONY = frozenset({"metatarsal", "midfoot", "shin", "foot", "ankle", "leg"})
"""Where one exact spot may be bone. A tender spot of the heel or a tendon is common, not alarming."""


def labels_of(found: Findings) -> frozenset[str]:
    _share_between_bones(found)
    labels: set[str] = {one.condition for one in found.complaints if one.condition}
    bare: set[str] = set()
    for one in found.complaints:
        if one.condition is None:
            named = _of_part(one)
            labels |= named
            if not named and one.part in FEET:
                bare.add(one.part)
        if red_kinds(one):
            labels.add("red_flag")
    if {"heel", "arch"} <= bare:
        labels.add("plantar_fasciitis")
    if found.red:
        labels.add("red_flag")
    if "mortons_neuroma" in labels and "metatarsalgia" in labels:
        front = [one for one in found.complaints if one.part in ("forefoot", "metatarsal")]
        if front and all(one.feels <= {"burn", "nerve"} for one in front):
            labels.discard("metatarsalgia")
    if "stress_fracture" in labels:
        labels.add("red_flag")
    covered = {part for label in labels for part in COVERS.get(label, ())}
    if bare - covered:
        labels.add("foot_pain_unspecified")
    return frozenset(labels)


def _share_between_bones(found: Findings) -> None:
    """ "Top of the foot swollen over the third metatarsal", "can't put weight on my foot, the 2nd met is so tender"."""
    unable = any("weight" in one.warnings and one.part in FEET for one in found.complaints)
    midfoot = [one for one in found.complaints if one.part == "midfoot" and one.condition is None]
    for one in found.complaints:
        if one.part != "metatarsal":
            continue
        for whole in midfoot[:1]:
            one.feels |= whole.feels
            one.traits |= whole.traits
            one.warnings |= whole.warnings
        if unable:
            one.warnings.add("weight")


def _of_part(complaint: SorePart) -> set[str]:
    """The labels the part's feelings and traits point to; none when it is just sore."""
    part, feels = complaint.part, complaint.feels
    if feels == {"rub"} or part == "toenail":
        return {"blister"}
    if part in ABOVE:
        return {part}
    labels = _READERS[part](complaint) if part in _READERS else set()
    if feels & {"rub"} and part in FEET:
        labels.add("blister")
    return labels


def _of_heel_or_arch(complaint: SorePart) -> set[str]:
    part, feels, traits = complaint.part, complaint.feels, complaint.traits
    if part == "heel" and traits >= {"bone", "pressed"}:
        return {"stress_fracture"}
    labels = set()
    bruised = bool(feels & {"bruise", "pebble"}) or "hard_ground" in traits
    padded = part == "heel_centre" or (part == "heel" and bruised)
    if padded:
        labels.add("fat_pad_syndrome")
    if "morning" in traits or (not padded and ("stab" in feels or "rolled" in traits)):
        labels.add("plantar_fasciitis")
    if part == "arch" and feels - {"rub", "nerve"}:
        labels.add("plantar_fasciitis")
    return labels


def _of_toes(complaint: SorePart) -> set[str]:
    part, feels = complaint.part, complaint.feels
    if part == "toes" and complaint.traits >= {"bone", "pinpoint"}:
        return {"stress_fracture"}
    nerve = feels & {"nerve"} or (part == "nerve_toes" and feels & {"burn", "stab"})
    return {"mortons_neuroma"} if nerve else set()


def _of_bones(complaint: SorePart) -> set[str]:
    """Metatarsals and the top of the foot: a spot, a break, no weight on it."""
    is_metatarsal = complaint.part == "metatarsal"
    broken = complaint.traits & {"pinpoint", "bone"} or complaint.feels & {"broken"}
    broken = broken or complaint.warnings & {"weight", "walk"}
    if is_metatarsal:
        broken = broken or complaint.traits & {"pressed"}
        broken = broken or complaint.feels & {"stab", "swollen"}
        broken = broken or complaint.warnings & {"night", "rest", "awake", "worse"}
    if broken:
        return {"stress_fracture"}
    return {"metatarsalgia"} if is_metatarsal else set()


def _of_foot(complaint: SorePart) -> set[str]:
    if "pebble" in complaint.feels:
        return {"metatarsalgia"}
    return {"stress_fracture"} if "bone" in complaint.traits else set()


_READERS: Mapping[str, Callable[[SorePart], set[str]]] = {
    "fascia": lambda complaint: {"plantar_fasciitis"},
    "achilles": lambda complaint: {"achilles"},
    "shin": lambda complaint: {"shin"},
    **dict.fromkeys(("heel", "heel_centre", "arch"), _of_heel_or_arch),
    "forefoot": lambda complaint: {"mortons_neuroma" if complaint.feels <= {"nerve"} else "metatarsalgia"},
    **dict.fromkeys(("toes", "nerve_toes"), _of_toes),
    **dict.fromkeys(("metatarsal", "midfoot"), _of_bones),
    "foot": _of_foot,
}


_KINDS = {
    "night": "night",
    "awake": "night",
    "rest": "rest",
    "weight": "weight",
    "walk": "weight",
    "pop": "pop",
    "infection": "infection",
    "festering": "infection",
    "worse": "worse",
}
"""What each row of `[warnings]` is kept as."""


def red_kinds(complaint: SorePart) -> set[str]:
    """The kinds of warning of a complaint; any of them makes it a red flag."""
    feels, warnings = complaint.feels, complaint.warnings
    kinds = {_KINDS[warning] for warning in warnings if warning in _KINDS}
    if warnings & {"lasting", "weeks"} and "nerve" in feels:
        kinds.add("numb")
    if "swollen" in feels:
        kinds.add("swelling")
    if len(complaint.signs) > 1:
        kinds.add("infection")
    if complaint.condition == "stress_fracture" or ("broken" in feels and complaint.part in FEET | {"shin", "leg"}):
        kinds.add("diagnosed")
    spot = "pinpoint" in complaint.traits or complaint.traits >= {"bone", "pressed"}
    if (spot and complaint.part in _BONY) or ("pressed" in complaint.traits and complaint.part == "metatarsal"):
        kinds.add("bone")
    return kinds


def warnings_of(found: Findings) -> frozenset[str]:
    kinds = {kind for one in found.complaints for kind in red_kinds(one)} | found.red
    if any("weeks" in one.warnings for one in found.complaints):
        kinds.add("weeks")
    return frozenset(kinds)


_ASKED_AS = {
    "heel_centre": "heel",
    "heel": "heel",
    "ankle": "ankle",
    "shin": "shin",
    "achilles": "achilles",
    **dict.fromkeys(("foot", "arch", "fascia", "forefoot", "midfoot", "metatarsal"), "foot"),
}


_SORE = {"shin": "shin", "achilles": "achilles"}


def labels_of_part(part: str) -> frozenset[str]:
    """What a mentioned part is called where the runner answers that it is sore."""
    return frozenset({_SORE.get(part, "foot_pain_unspecified")})


def cleared_of_part(part: str) -> frozenset[str]:
    """What is clear where the runner answers that a mentioned part is fine."""
    return LABELS_OF_PART[part]


def mentioned_of(found: Findings, labels: frozenset[str]) -> frozenset[str]:
    """Parts named of which neither a complaint nor an all-clear was read. Where something hurts nothing is asked."""
    if labels:
        return frozenset()
    return frozenset(_ASKED_AS[part] for part in found.mentioned - found.clear_parts if part in _ASKED_AS)


def cleared_of(found: Findings, labels: frozenset[str]) -> frozenset[str]:
    sore: set[str] = set(labels)
    for one in found.complaints:
        sore |= LABELS_OF_PART.get(one.part, frozenset())
    clear = set(found.clear_conditions)
    for part in found.clear_parts:
        clear |= LABELS_OF_PART.get(part, frozenset())
    return frozenset(clear - sore)
