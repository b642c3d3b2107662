"""From weighed clauses to a reading: which label a sore part earns, which red flags hold, what is clear
again.

One complaint is one body part with its feelings and traits. Heel pain that stabs on the first steps points to
the plantar fascia, a bruised centre of the heel on hard ground to the fat pad, a sore heel alone to nothing
in particular.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .grammar import (
    FEELING_REACH,
    NOT_OWN,
    NOW,
    OVER,
    SHORT_REACH,
    Clause,
    Mark,
    clauses_of,
    nearest,
    places,
    sentences,
    starts_with,
)
from .lexicon import LABELS, Lexicon

FEET = frozenset(
    [
        "heel",
        "heel_centre",
        "arch",
        "fascia",
        "forefoot",
        "nerve_toes",
        "toes",
        "toenail",
        "metatarsal",
        "midfoot",
        "foot",
        "ankle",
    ]
)
BELOW_THE_KNEE = FEET | {"achilles", "shin", "leg"}

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
    "foot": LABELS - {"red_flag", "achilles", "shin", "blister"},
    "ankle": frozenset({"foot_pain_unspecified"}),
    "achilles": frozenset({"achilles"}),
    "shin": frozenset({"shin"}),
}
"""Which labels an all-clear of a part takes back. A red flag has no part of its own and is never taken back
by a word."""

_COVERS: Mapping[str, frozenset[str]] = {
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

_REACH = {
    "battered": SHORT_REACH,
    "fine": SHORT_REACH + 1,
    "stiff": SHORT_REACH,
    "rub": SHORT_REACH + 1,
    "nail": SHORT_REACH + 1,
}
_STIFF_PARTS = frozenset({"achilles", "shin", "arch", "ankle", "foot"})
_BONY = frozenset({"metatarsal", "midfoot", "shin", "foot", "ankle", "leg"})
"""Where one exact spot may be bone. A tender spot of the heel or a tendon is common, not alarming."""
_TELLING_PARTS = {
    "pinpoint": frozenset({"metatarsal", "midfoot", "shin"}),
    "hard_ground": frozenset({"heel_centre"}),
}
_NEEDS_PAIN = frozenset({"night", "rest", "weeks", "lasting", "festering", "inflamed"})
"""Red flags that say something only of a part that already hurts (or is numb): a run can be at night too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the runner's own words say about today."""

    labels: frozenset[str] = frozenset()
    """What hurts now; see LABELS."""
    cleared: frozenset[str] = frozenset()
    """Labels whose body part was mentioned only as fine, painless or healed: an all-clear."""


@dataclass(slots=True)
class _Complaint:
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
class _Found:
    complaints: list[_Complaint] = field(default_factory=list)
    clear_parts: set[str] = field(default_factory=set)
    clear_conditions: set[str] = field(default_factory=set)
    red: bool = False
    elsewhere: bool = False

    def of(self, part: str, clause: int) -> _Complaint:
        """The complaint of that part, begun if there is none."""
        for one in self.complaints:
            if one.part == part and one.condition is None:
                one.clause = clause
                return one
        self.complaints.append(_Complaint(part, clause=clause))
        return self.complaints[-1]

    def named(self, condition: str, clause: int) -> _Complaint:
        for one in self.complaints:
            if one.condition == condition:
                one.clause = clause
                return one
        self.complaints.append(_Complaint("", condition, clause=clause))
        return self.complaints[-1]


def read_words(texts: Sequence[str], lexicon: Lexicon) -> Reading:
    """What hurts now, and what is clear again, in the runner's own words.

    `texts` are the title, the description and the private note, in any order and number, without Footnote's
    own note: its tips would be read as complaints. Reads any text without raising; says nothing about an
    empty one.
    """
    found = _Found()
    reader = _Reader(lexicon, found)
    for text in texts:
        reader.read(text)
    labels = _labels(found)
    return Reading(labels=labels, cleared=_cleared(found, labels))


class _Reader:
    """Goes through the texts, clause by clause, and remembers what they are about."""

    def __init__(self, lexicon: Lexicon, found: _Found) -> None:
        self.lexicon = lexicon
        self.found = found
        self.number = 0
        """Of the clause, through all texts."""
        self.topic: list[_Complaint] = []
        """The complaints last spoken of: "It aches at night" belongs to them."""
        self.open: frozenset[str] = frozenset()
        """Parts last named in this sentence, to take a feeling that follows: "outer foot, sharp on
        landing"."""
        self.waiting: list[Mark] = []
        """Feelings of this sentence that no part has taken yet: "sharp pain, right heel"."""
        self.traits: set[str] = set()
        """Traits no complaint has taken yet: "First steps this morning. Heel not happy." """

    def read(self, text: str) -> None:
        self.traits = set()  # "Morning Run" above says nothing of the heel below
        last_words = 0
        last_open: frozenset[str] = frozenset()
        for sentence in sentences(clauses_of(text, self.lexicon)):
            self.open = last_open if last_words <= 6 else frozenset()
            self.waiting = []
            carried, self.traits = self.traits, set()
            leftover = carried
            cold = any(mark.name == "cold" for clause in sentence for mark in clause.of("traits"))
            for clause in sentence:
                self.number += 1
                live = self._clause(clause, self.number, cold)
                if live:
                    for one in live:
                        one.traits |= leftover
                    leftover = set()
            self._phantom_pebble(self.number)
            self._red_without_a_part(sentence)
            last_words = sentence[-1].end - sentence[-1].start
            last_open = self.open

    def _clause(self, clause: Clause, number: int, cold: bool) -> list[_Complaint]:
        here = places(clause)
        feelings = clause.of("sensations")
        live: list[_Complaint] = []
        named = [m for m in clause.of("conditions") if not self._elsewhere(m, clause)]
        for mark in named:
            if mark.state == NOW:
                live.append(self.found.named(mark.name, number))
            elif mark.state == OVER:
                self.found.clear_conditions.add(mark.name)
        if here:
            live += self._feelings_beside_parts(clause, number, cold, bool(live))
        else:
            live += self._feelings_alone(feelings, clause, number)
        live += self._one_spot(clause, number) if not live else []
        live += self._closer(clause, number) if here and not live and not feelings else []
        live += self._warnings(clause, number, live)
        traits = {mark.name for mark in clause.of("traits") if mark.state == NOW}
        takers = live or ([] if here else self.topic)
        for one in takers:
            one.traits |= traits
        if not takers:
            self.traits |= traits
        elif self.traits and live:
            for one in live:
                one.traits |= self.traits
            self.traits = set()
        aside = any(mark.start == clause.start for mark in clause.frames("aside"))
        if here and not (aside and self.open):
            self.open = frozenset(part for place in here for part in place.parts) - self._fine_parts(clause)
            self.found.elsewhere |= "elsewhere" in self.open
        if live:
            self.topic = live
        elif here and not any(p.parts & BELOW_THE_KNEE for p in here):
            self.topic = []
        return live

    def _elsewhere(self, condition: Mark, clause: Clause) -> bool:
        """Blisters on the hands and fractured ribs are not ours."""
        place = nearest(places(clause), condition, SHORT_REACH)
        return (
            place is not None
            and place.parts == {"elsewhere"}
            and condition.name in ("blister", "stress_fracture")
        )

    def _fine_parts(self, clause: Clause) -> frozenset[str]:
        here = places(clause)
        fine: set[str] = set()
        for mark in clause.of("sensations"):
            if mark.name == "fine" and (place := nearest(here, mark, SHORT_REACH + 1)):
                fine |= place.parts
        return frozenset(fine)

    def _feelings_beside_parts(
        self, clause: Clause, number: int, cold: bool, has_named: bool
    ) -> list[_Complaint]:
        here = places(clause)
        live: list[_Complaint] = []
        taken: set[int] = set()
        feelings = clause.of("sensations")
        if not feelings and self.waiting:
            feelings = [Mark(here[0].start, here[0].start, m.kind, m.name, m.state) for m in self.waiting]
            self.waiting = []
        for mark in feelings:
            place = nearest(here, mark, _REACH.get(mark.name, FEELING_REACH))
            if place is None:
                continue
            taken.add(place.start)
            for part in place.parts & BELOW_THE_KNEE:
                if mark.name == "fine":
                    if mark.state != NOT_OWN:
                        self.found.clear_parts.add(part)
                elif mark.state == OVER:
                    self.found.clear_parts.add(part)
                elif mark.state == NOW and _counts(mark.name, part, cold):
                    complaint = self.found.of(part, number)
                    complaint.feels.add(mark.name)
                    if complaint not in live:
                        live.append(complaint)
        if has_named:
            return [one for one in live if not self._spoken_for(one, clause)]
        return live

    def _spoken_for(self, complaint: _Complaint, clause: Clause) -> bool:
        """ "Blister on the heel, stings": the heel's stinging is the blister's."""
        covered: set[str] = set()
        for mark in clause.of("conditions"):
            if mark.state == NOW:
                covered |= _COVERS.get(mark.name, FEET)
        if complaint.part not in covered:
            return False
        self._into_named(complaint, clause)
        return True

    def _into_named(self, complaint: _Complaint, clause: Clause) -> None:
        for mark in clause.of("conditions"):
            if mark.state == NOW and complaint.part in _COVERS.get(mark.name, FEET):
                named = self.found.named(mark.name, complaint.clause)
                named.feels |= complaint.feels
        if complaint in self.found.complaints and not complaint.traits and not complaint.warnings:
            self.found.complaints.remove(complaint)

    def _feelings_alone(self, feelings: Iterable[Mark], clause: Clause, number: int) -> list[_Complaint]:
        live: list[_Complaint] = []
        for mark in feelings:
            if mark.state != NOW or mark.name == "fine":
                if mark.state == OVER and self.open:
                    self.found.clear_parts |= self.open & BELOW_THE_KNEE
                continue
            if not starts_with(clause, mark, self.lexicon.light, self.lexicon.passing):
                if mark.name == "pebble" and not self.open and clause.frames("as_if"):
                    self.waiting.append(mark)
                continue
            if mark.name == "swollen" and not self.open and self.topic:
                self.topic[-1].feels.add("swollen")  # "Rolled my ankle, it's the size of a melon"
                continue
            if not self.open:
                if mark.name != "pebble" or clause.frames("as_if"):
                    self.waiting.append(mark)
                continue
            if "elsewhere" in self.open:
                continue
            for part in self.open & BELOW_THE_KNEE:
                if _counts(mark.name, part, False):
                    complaint = self.found.of(part, number)
                    complaint.feels.add(mark.name)
                    if complaint not in live:
                        live.append(complaint)
        return live

    def _one_spot(self, clause: Clause, number: int) -> list[_Complaint]:
        """One exact spot on a bone, or the middle of the heel on hard ground: no word of pain is needed."""
        added: list[_Complaint] = []
        if any(mark.name == "fine" or mark.state != NOW for mark in clause.of("sensations")):
            return added
        for mark in clause.of("traits"):
            here = places(clause)
            place = nearest(here, mark, FEELING_REACH) if mark.state == NOW else None
            named = place.parts if place else frozenset() if here or mark.state != NOW else self.open
            parts = named & _TELLING_PARTS.get(mark.name, frozenset())
            for part in sorted(parts):
                added.append(self.found.of(part, number))
                added[-1].feels.add("pain")
        return added

    def _closer(self, clause: Clause, number: int) -> list[_Complaint]:
        """ "Foot sore at night, right over the third metatarsal": the same complaint, said more closely."""
        last = [one for one in self.topic if one.clause == number - 1 and one.condition is None]
        opening = [*clause.frames("located"), *(m for m in clause.of("parts") if m.end - m.start > 1)]
        if not last or not any(mark.start == clause.start for mark in opening):
            return []
        added: list[_Complaint] = []
        for part in sorted(places(clause)[0].parts & FEET):
            one = self.found.of(part, number)
            for wider in last:
                one.feels |= wider.feels
                one.traits |= wider.traits
                one.warnings |= wider.warnings
            added.append(one)
        return added

    def _phantom_pebble(self, number: int) -> None:
        """A pebble that is felt and not there is under the ball of the foot, where nothing else is named."""
        if any(mark.name == "pebble" for mark in self.waiting) and not self.topic and not self.open:
            self.found.of("forefoot", number).feels.add("pebble")

    def _sign(self, clause: Clause, mark: Mark, parts: frozenset[str], takers: list[_Complaint]) -> None:
        """Heat or redness of a blister, a calf or a foot."""
        if not starts_with(clause, mark, self.lexicon.light, self.lexicon.passing) and not places(clause):
            return
        word = clause.words[mark.start].text
        takers = [one for one in (*takers, *self.topic) if one.condition == "blister" or one.part in FEET | {"leg"}]
        for one in takers or [self.found.of(part, self.number) for part in sorted(parts & {"leg"})]:
            one.signs.add(word)

    def _red_without_a_part(self, sentence: Sequence[Clause]) -> None:
        """ "Pain kept me awake", "a crack and then I couldn't walk", "it gets worse every run": nothing is
        named, but none of it is harmless."""
        if self.found.elsewhere:
            return
        if any(clause.of("parts") for clause in sentence):
            self._heard_before_it_is_named(sentence)
            return
        said = {
            mark.name
            for clause in sentence
            for mark in clause.of("sensations", "warnings", "traits")
            if mark.state == NOW
        }
        hurts = bool(said & {"pain", "stab"})
        if (
            (hurts and said & {"awake", "rest", "walk"})
            or {"bone", "night"} <= said
            or ("pop" in said and (hurts or said & {"walk", "weight"}))
            or any(self._grows_by_itself(clause) for clause in sentence)
        ):
            self.found.red = True

    def _heard_before_it_is_named(self, sentence: Sequence[Clause]) -> None:
        """ "Heard a pop, the leg gave way": one sentence, and the part follows."""
        heard = any(
            mark.name == "pop" and mark.state == NOW and mark.end - mark.start > 1
            for clause in sentence
            if not clause.of("parts")
            for mark in clause.of("warnings")
        )
        if heard and any(one.clause > self.number - len(sentence) for one in self.found.complaints):
            self.found.red = True

    def _grows_by_itself(self, clause: Clause) -> bool:
        """ "It gets worse every run"; not "my pacing gets worse every run"."""
        return any(
            mark.name == "worse"
            and mark.state == NOW
            and starts_with(clause, mark, self.lexicon.light, self.lexicon.passing)
            for mark in clause.of("warnings")
        ) and bool(clause.frames("from_run_to_run"))

    def _warnings(self, clause: Clause, number: int, live: list[_Complaint]) -> list[_Complaint]:
        """Red flags go to what the clause complains of, to its part, or to what was spoken of before."""
        added: list[_Complaint] = []
        here = places(clause)
        for mark in clause.of("warnings"):
            if mark.state != NOW or (mark.name == "pop" and any(m.name == "blister" for m in clause.marks)):
                continue
            place = nearest(here, mark, FEELING_REACH + 3)
            if place is not None and not place.parts & BELOW_THE_KNEE:
                continue
            takers = live or ([] if here else self.topic)
            spoken_of = not live and not here
            if mark.name == "inflamed":
                self._sign(clause, mark, place.parts if place else self.open, takers)
                continue
            if spoken_of and not starts_with(clause, mark, self.lexicon.light, self.lexicon.passing):
                takers = [] if mark.name in _NEEDS_PAIN | {"worse"} else takers  # "Ran at night"
            if mark.name == "infection" and not live:
                takers = [one for one in self.topic if one.condition == "blister"] or takers
            if mark.name == "pop" and takers and all(one.condition == "blister" for one in takers):
                continue
            if not takers and mark.name not in _NEEDS_PAIN:
                parts = place.parts if place else self.open
                if mark.name in ("worse", "awake") and not place:
                    continue
                if mark.name == "infection" and not parts:
                    continue
                for part in parts & BELOW_THE_KNEE:
                    complaint = self.found.of(part, number)
                    complaint.feels.add("pain")
                    added.append(complaint)
                if not parts and mark.name == "weight" and not self.found.elsewhere:
                    self.found.red = True
                takers = added
            for one in takers:
                one.warnings.add(mark.name)
        return added


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


def _labels(found: _Found) -> frozenset[str]:
    labels: set[str] = {one.condition for one in found.complaints if one.condition}
    bare: set[str] = set()
    unable = any("weight" in one.warnings and one.part in FEET for one in found.complaints)
    for one in found.complaints:
        if unable and one.part == "metatarsal":
            one.warnings.add("weight")  # "can't put weight on my foot, the 2nd met is so tender"
        if one.condition is None:
            named = _labels_of(one)
            labels |= named
            if not named and one.part in FEET:
                bare.add(one.part)
        if _is_red(one):
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
    covered: set[str] = set()
    for label in labels:
        covered |= _COVERS.get(label, frozenset())
    if bare - covered:
        labels.add("foot_pain_unspecified")
    return frozenset(labels)


def _labels_of(complaint: _Complaint) -> set[str]:
    """The labels the part's feelings and traits point to; none when it is just sore."""
    part, feels, traits = complaint.part, complaint.feels, complaint.traits
    labels: set[str] = set()
    if feels == {"rub"}:
        return {"blister"}
    if part == "toenail":
        return {"blister"}
    if part == "fascia":
        labels.add("plantar_fasciitis")
    if part == "achilles" or part == "shin":
        labels.add(part)
    elif part in ("heel", "heel_centre", "arch"):
        padded = part == "heel_centre" or (
            part == "heel" and bool(feels & {"bruise", "pebble"} or "hard_ground" in traits)
        )
        if padded:
            labels.add("fat_pad_syndrome")
        if "morning" in traits or (not padded and ("stab" in feels or "rolled" in traits)):
            labels.add("plantar_fasciitis")
        if part == "arch" and feels & {"stiff", "burn"}:
            labels.add("plantar_fasciitis")
    elif part == "forefoot":
        labels.add("mortons_neuroma" if feels <= {"nerve"} else "metatarsalgia")
    elif part in ("toes", "nerve_toes"):
        if feels & {"nerve"} or (part == "nerve_toes" and feels & {"burn", "stab"}):
            labels.add("mortons_neuroma")
    elif part in ("metatarsal", "midfoot"):
        if (
            traits & {"pinpoint", "bone"}
            or feels & {"broken"}
            or complaint.warnings & {"weight"}
            or (
                part == "metatarsal"
                and (feels & {"stab", "swollen"} or complaint.warnings & {"night", "rest", "awake", "worse"})
            )
        ):
            labels.add("stress_fracture")
        elif part == "metatarsal":
            labels.add("metatarsalgia")
    elif part == "foot" and "pebble" in feels:
        labels.add("metatarsalgia")
    elif part == "foot" and "bone" in traits and traits & {"pinpoint"}:
        labels.add("stress_fracture")
    if feels & {"rub"} and part in FEET:
        labels.add("blister")
    return labels


def _is_red(complaint: _Complaint) -> bool:
    feels, warnings = complaint.feels, complaint.warnings
    if warnings & {"weight", "walk", "pop", "infection", "worse", "weeks", "night", "rest", "awake", "festering"}:
        return True
    if "lasting" in warnings and "nerve" in feels:
        return True
    if feels & {"swollen"} or len(complaint.signs) > 1:
        return True
    if "broken" in feels and complaint.part in FEET | {"shin", "leg"}:
        return True
    return "pinpoint" in complaint.traits and complaint.part in _BONY


def _cleared(found: _Found, labels: frozenset[str]) -> frozenset[str]:
    sore: set[str] = set(labels)
    for one in found.complaints:
        sore |= LABELS_OF_PART.get(one.part, frozenset())
    clear = set(found.clear_conditions)
    for part in found.clear_parts:
        clear |= LABELS_OF_PART.get(part, frozenset())
    return frozenset(clear - sore)
