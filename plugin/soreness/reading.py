"""From weighed clauses to a reading: what hurts, which red flags hold, what is clear again."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .clauses import FEELING_REACH, NOT_OWN, NOW, OVER, SHORT_REACH, Clause, Mark, sentences
from .complaints import BELOW_THE_KNEE, COVERS, FEET, SOLE, Complaint, Found
from .grammar import clauses_of
from .labels import cleared_of, labels_of
from .lexicon import Lexicon
from .places import Place, about_a_thing, nearest, places, right_behind, starts_with
from .red import heard_something, red_without_a_part

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
_NEEDS_PAIN = frozenset({"night", "rest", "weeks", "lasting", "festering", "inflamed"})
"""Red flags that say something only of a part that already hurts (or is numb): a run can be at night too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the runner's own words say about today."""

    labels: frozenset[str] = frozenset()
    """What hurts now; see LABELS."""
    cleared: frozenset[str] = frozenset()
    """Labels whose body part was mentioned only as fine, painless or healed: an all-clear."""


def read_words(texts: Sequence[str], lexicon: Lexicon) -> Reading:
    """What hurts now, and what is clear again, in the runner's own words.

    `texts` are the title, the description and the private note, in any order and number, without Footnote's
    own note: its tips would be read as complaints. Reads any text without raising; says nothing about an
    empty one.
    """
    found = Found()
    reader = _Reader(lexicon, found)
    for text in texts:
        reader.read(text)
    labels = labels_of(found)
    return Reading(labels=labels, cleared=cleared_of(found, labels))


class _Reader:
    """Goes through the texts, clause by clause, and remembers what they are about."""

    def __init__(self, lexicon: Lexicon, found: Found) -> None:
        self.lexicon = lexicon
        self.found = found
        self.number = 0
        """Of the clause, through all texts."""
        self.heard = False
        """Whether the sentence before told of a pop and not of what popped."""
        self.pending = ("", -1)
        """A red flag that nothing took yet, and its clause: "feverish, blister throbbing"."""
        self.opening = 0
        """Of the first clause of the sentence."""
        self.topic: list[Complaint] = []
        """The complaints last spoken of: "It aches at night" belongs to them."""
        self.open: frozenset[str] = frozenset()
        """Parts last named in this sentence, to take a feeling that follows: "outer foot, sharp on
        landing"."""
        self.waiting: list[Mark] = []
        """Feelings that no part has taken yet: "sharp pain, right heel", "Like a nail. Left heel." """
        self.traits: set[str] = set()
        """Traits no complaint has taken yet: "First steps this morning. Heel not happy." """

    def read(self, text: str) -> None:
        self.traits = set()  # "Morning Run" above says nothing of the heel below
        self.waiting = []
        self.heard = False
        last_words = 0
        last_open: frozenset[str] = frozenset()
        for sentence in sentences(clauses_of(text, self.lexicon)):
            self.open = last_open if last_words <= 6 else frozenset()
            self.pending = ("", -1)
            if not _names_a_place(sentence[0]):
                self.waiting = []
            carried, self.traits = self.traits, set()
            leftover = carried
            cold = any(mark.name == "cold" for clause in sentence for mark in clause.of("traits"))
            for clause in sentence:
                self.number += 1
                self.opening = self.number if clause is sentence[0] else self.opening
                live = self._clause(clause, self.number, cold)
                if live:
                    for one in live:
                        one.traits |= leftover
                    leftover = set()
            self._phantom_pebble(self.number)
            if self.heard:
                self._what_went(sentence)
            self.heard = heard_something(sentence)
            self.found.red |= red_without_a_part(sentence, self.found, self.lexicon, self.number)
            last_words = sentence[-1].end - sentence[-1].start
            last_open = self.open

    def _clause(self, clause: Clause, number: int, cold: bool) -> list[Complaint]:
        here = places(clause)
        feelings = clause.of("sensations")
        live: list[Complaint] = []
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
        takers = live or ([] if here and not self._same_place(here) else self.topic)
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

    def _same_place(self, here: Sequence[Place]) -> bool:
        """Whether the clause still speaks of where it hurts: "sore heel, the usual fascia in the mornings"."""
        sore = {one.part for one in self.topic}
        return any(place.parts & SOLE and sore & SOLE for place in here)

    def _elsewhere(self, condition: Mark, clause: Clause) -> bool:
        """Blisters on the hands and fractured ribs are not ours; two blisters and a sunburn are."""
        if condition.end < clause.end and clause.words[condition.end].text in ("and", "n", "plus"):
            return False
        place = nearest(places(clause), condition, SHORT_REACH)
        return place is not None and place.parts == {"elsewhere"} and condition.name in ("blister", "stress_fracture")

    def _fine_parts(self, clause: Clause) -> frozenset[str]:
        here = places(clause)
        fine: set[str] = set()
        for mark in clause.of("sensations"):
            if mark.name == "fine" and (place := nearest(here, mark, SHORT_REACH + 1)):
                fine |= place.parts
        return frozenset(fine)

    def _feelings_beside_parts(self, clause: Clause, number: int, cold: bool, has_named: bool) -> list[Complaint]:
        here = places(clause)
        live: list[Complaint] = []
        taken: set[int] = set()
        feelings = clause.of("sensations")
        if not feelings and self.waiting:
            feelings = [Mark(here[0].start, here[0].start, m.kind, m.name, m.state) for m in self.waiting]
            self.waiting = []
        for mark in feelings:
            place = right_behind(clause, here, mark) or nearest(here, mark, _REACH.get(mark.name, FEELING_REACH))
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
                    complaint.feels.add(_SAYS.get(mark.name, mark.name))
                    if complaint not in live:
                        live.append(complaint)
        if has_named:
            return [one for one in live if not self._spoken_for(one, clause)]
        return live

    def _spoken_for(self, complaint: Complaint, clause: Clause) -> bool:
        """ "Blister on the heel, stings": the heel's stinging is the blister's."""
        covered: set[str] = set()
        for mark in clause.of("conditions"):
            if mark.state == NOW:
                covered |= COVERS.get(mark.name, FEET)
        if complaint.part not in covered:
            return False
        self._into_named(complaint, clause)
        return True

    def _into_named(self, complaint: Complaint, clause: Clause) -> None:
        for mark in clause.of("conditions"):
            if mark.state == NOW and complaint.part in COVERS.get(mark.name, FEET):
                named = self.found.named(mark.name, complaint.clause)
                named.feels |= complaint.feels
        if complaint in self.found.complaints and not complaint.traits and not complaint.warnings:
            self.found.complaints.remove(complaint)

    def _feelings_alone(self, feelings: Iterable[Mark], clause: Clause, number: int) -> list[Complaint]:
        live: list[Complaint] = []
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
                if mark.name not in ("pebble", "voiced") or (mark.name == "pebble" and clause.frames("as_if")):
                    self.waiting.append(mark)
                continue
            if "elsewhere" in self.open:
                continue
            if mark.name == "pebble" and self.number == self.opening and not clause.frames("as_if"):
                continue  # "Thought I'd broken my foot. It was a stone in my shoe."
            for part in self.open & BELOW_THE_KNEE:
                if _counts(mark.name, part, False):
                    complaint = self.found.of(part, number)
                    complaint.feels.add(_SAYS.get(mark.name, mark.name))
                    if complaint not in live:
                        live.append(complaint)
        return live

    def _one_spot(self, clause: Clause, number: int) -> list[Complaint]:
        """One exact spot on a bone, or the middle of the heel on hard ground: no word of pain is needed."""
        added: list[Complaint] = []
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

    def _closer(self, clause: Clause, number: int) -> list[Complaint]:
        """ "Foot sore at night, right over the third metatarsal": the same complaint, said more closely."""
        last = [one for one in self.topic if one.clause == number - 1 and one.condition is None]
        opening = [*clause.frames("located"), *(m for m in clause.of("parts") if m.end - m.start > 1)]
        if not last or not any(mark.start == clause.start for mark in opening):
            return []
        added: list[Complaint] = []
        for part in sorted(places(clause)[0].parts & FEET):
            one = self.found.of(part, number)
            for wider in last:
                one.feels |= wider.feels
                one.traits |= wider.traits
                one.warnings |= wider.warnings
            added.append(one)
        return added

    def _what_went(self, sentence: Sequence[Clause]) -> None:
        """ "There was a bang. Achilles." """
        if len(sentence) == 1 and _names_a_place(sentence[0]) and not sentence[0].frames("no"):
            for part in {mark.name for mark in sentence[0].of("parts")} & BELOW_THE_KNEE:
                complaint = self.found.of(part, self.number)
                complaint.feels.add("pain")
                complaint.warnings.add("pop")

    def _phantom_pebble(self, number: int) -> None:
        """A pebble that is felt and not there is under the ball of the foot, where nothing else is named."""
        if any(mark.name == "pebble" for mark in self.waiting) and not self.topic and not self.open:
            self.found.of("forefoot", number).feels.add("pebble")

    def _sign(self, clause: Clause, mark: Mark, parts: frozenset[str], takers: list[Complaint]) -> None:
        """Heat or redness of a blister, a calf or a foot."""
        if not starts_with(clause, mark, self.lexicon.light, self.lexicon.passing) and not places(clause):
            return
        word = clause.words[mark.start].text
        takers = [one for one in (*takers, *self.topic) if one.condition == "blister" or one.part in FEET | {"leg"}]
        for one in takers or [self.found.of(part, self.number) for part in sorted(parts & {"leg"})]:
            one.signs.add(word)

    def _hot_and_red(self, clause: Clause, number: int) -> list[Complaint]:
        """ "Achilles thick and hot": two signs side by side need no word of pain."""
        signs = [mark for mark in clause.of("warnings") if mark.name == "inflamed" and mark.state == NOW]
        for one, next_one in itertools.pairwise(signs):
            place = nearest(places(clause), one, FEELING_REACH)
            if place and 0 <= next_one.start - one.end <= SHORT_REACH and place.parts & BELOW_THE_KNEE:
                complaints = [self.found.of(part, number) for part in sorted(place.parts & BELOW_THE_KNEE)]
                for complaint in complaints:
                    complaint.signs |= {clause.words[mark.start].text for mark in (one, next_one)}
                return complaints
        return []

    def _warnings(self, clause: Clause, number: int, live: list[Complaint]) -> list[Complaint]:
        """Red flags go to what the clause complains of, to its part, or to what was spoken of before."""
        added = self._hot_and_red(clause, number)
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
            if mark.name == "festering" and not takers and mark.end - mark.start > 2:
                takers = [self.found.of(part, number) for part in sorted(self.open & {"leg"})]  # "warm and red"
            if mark.name == "infection" and not live:
                takers = [one for one in self.topic if one.condition == "blister"] or takers
            if mark.name == "pop" and takers and all(one.condition == "blister" for one in takers):
                continue
            if not takers and not here and _stands_alone(clause, mark):
                self.pending = (mark.name, number)
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
                    self.found.red |= not about_a_thing(clause, mark)
                takers = added
            for one in takers:
                one.warnings.add(mark.name)
        if live and self.pending[1] == number - 1:
            for one in live:
                one.warnings.add(self.pending[0])
        return added


def _stands_alone(clause: Clause, mark: Mark) -> bool:
    """Whether a clause tells of a red flag and hardly more: "couldn't sleep", "not able to walk"."""
    if mark.name == "festering":
        return True
    return mark.name in ("awake", "walk") and mark.start - clause.start <= 2 and clause.end - mark.end <= 3


def _names_a_place(clause: Clause) -> bool:
    """Whether a sentence opens with a body part and hardly more: "Left heel.", "Heel, as usual"."""
    parts = clause.of("parts")
    return bool(parts) and clause.end - clause.start <= 4 and not clause.soreness()


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
