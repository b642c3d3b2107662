"""What a foot does that is no word of pain: it goes with a noise, swells like an orange, or is just named."""

from __future__ import annotations

from plugin.soreness.built import AFTER
from plugin.soreness.clauses import SHORT_REACH, Clause, Mark

_TEARS = frozenset({"achilles", "leg", "fascia"})
_TORE = frozenset({"tore", "torn", "snapped", "popped", "ripped", "burst", "ruptured"})
_THERE = frozenset({"on", "at", "in", "during", "again", "with", "after", "mid", "and", "right"})
_GOES = frozenset({"go", "give", "pop", "snap", "tear", "rip", "crack", "crunch", "popping", "snapping", "going"})


def hears(clause: Clause) -> None:
    """ "Heard", "felt" or "with a" and a noise: something went."""
    for part in clause.of("parts"):  # "felt the metatarsal go"
        goes = part.end < clause.end and clause.words[part.end].text in _GOES
        felt = [frame.start for frame in clause.frames("heard") if 0 <= part.start - frame.end < SHORT_REACH]
        if goes and felt:
            clause.marks.append(Mark(felt[-1], part.end + 1, "warnings", "pop"))
    for part in clause.of("parts"):  # "my Achilles went on the start line", "Achilles tore"
        said = [clause.words[at].text for at in range(part.end, min(part.end + 2, clause.end))]
        went = said[:1] == ["went"] and (len(said) == 1 or said[1] in _THERE)
        if part.name in _TEARS and (went or (said and said[0] in _TORE)):
            clause.marks.append(Mark(part.end, part.end + 1, "warnings", "pop"))
    for noise in clause.frames("noise"):
        heard = [frame.start for frame in clause.frames("heard") if 0 <= noise.start - frame.end < SHORT_REACH]
        if heard:
            clause.marks.append(Mark(heard[-1], noise.end, "warnings", "pop"))


def just_names(clause: Clause, passing: frozenset[str]) -> None:
    """ "A bit of Achilles today", "bad heel", "The heel again.": the part itself is the complaint."""
    if clause.soreness():
        return
    for part in clause.of("parts"):
        touched = part.name in _COMPLAIN_BY_NAME and any(
            0 <= part.start - frame.end <= 1 for frame in clause.frames("touch_of")
        )
        touched |= part.start > clause.start and clause.words[part.start - 1].text == "bad"
        again = [frame for frame in clause.frames("still") if frame.start >= part.end]
        said = {at for key_value in (part, *again[:1]) for at in range(key_value.start, key_value.end)}
        bare = all(at in said or clause.words[at].text in passing for at in range(clause.start, clause.end))
        if touched or (again and bare):
            clause.marks.append(Mark(part.start, part.end, "sensations", "pain"))
            return


_COMPLAIN_BY_NAME = frozenset({"achilles", "shin", "heel", "fascia"})


def swells(clause: Clause) -> None:
    """ "Ankle like an orange", "the size of an egg": it is swollen, unless it lies under the foot."""
    if any(key_value.name == "blister" for key_value in clause.of("conditions")):  # blisters are the size of eggs
        clause.marks[:] = [
            key_value
            for key_value in clause.marks
            if key_value.name != "swollen" or clause.words[key_value.start].text not in _LIKENING
        ]
        return
    said = {clause.words[at].text for at in range(clause.start, clause.end)}
    if said & _UNDER or any(key_value.name in ("swollen", "pebble") for key_value in clause.of("sensations")):
        return
    for at in range(clause.start + 1, clause.end - 1):
        if clause.words[at].text == "size" and clause.words[at + 1].text == "of":
            before = [part for part in clause.of("parts") if 0 <= at - part.end <= SHORT_REACH + 1]
            between = {clause.words[n].text for part in before for n in range(part.end, at)}
            if before and not between & _SMALL:
                clause.marks.append(Mark(at, at + 2, "sensations", "swollen"))  # "ankle the size of Wales"
                return
    likened = [frame.end for frame in clause.frames("as_if")]
    likened += [at + 1 for at in range(clause.start, clause.end) if clause.words[at].text in _SIZE]
    for thing in clause.frames("roundish"):
        if any(0 <= thing.start - at <= SHORT_REACH for at in likened):
            clause.marks.append(Mark(thing.start, thing.end, "sensations", "swollen"))


_SIZE = frozenset({"size", "big", "thick", "gross", "dick", "taille", "gros", "grosse", "tamano", "grande"})
_SIZE |= {"dik", "groot", "shape", "colour", "color", "instant", "instantly", "into", "became"}
_SMALL = frozenset(
    {"spot", "point", "area", "patch", "bit", "lump", "bruise", "hole", "cut", "scrape", "place", "mark"}
)
_LIKENING = _SIZE | {"like", "as", "comme", "wie", "como", "come", "als", "egg"}
_UNDER = frozenset({"under", "underneath", "unter", "sous", "bajo", "sotto", "onder", "on", "rolling", "roll"})


_EVEN_WHEN = frozenset({"even", "when", "im", "i", "am", "just", "also", "now", "while", "if", "only", "still", "wenn"})


def rests(clause: Clause) -> None:
    """ "Hurts sitting", "sore lying on the sofa": pain at rest. After sitting it is another matter."""
    sore = [
        key_value for key_value in clause.of("sensations") if key_value.name not in ("fine", "stiff", "rub", "nail")
    ]
    for posture in clause.frames("posture"):
        for key_value in sore:
            if 0 <= posture.start - key_value.end <= SHORT_REACH + 1:
                between = {clause.words[at].text for at in range(key_value.end, posture.start)}
                if not between & AFTER and (len(between) <= 2 or between <= _EVEN_WHEN):
                    clause.marks.append(Mark(posture.start, posture.end, "warnings", "rest"))
                    break
