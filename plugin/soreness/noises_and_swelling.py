"""Complaints without a word of pain: a noise, a swelling compared with a thing, a part that is just named."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from plugin.soreness.clauses import FEELING_REACH, SHORT_REACH, Clause, Mark
from plugin.soreness.complaints import OURS

_TEARS = frozenset({"achilles", "leg", "fascia"})


def hears(clause: Clause) -> None:
    """ "Heard", "felt" or "with a" and a noise: something went."""
    for part in clause.of("parts"):  # "felt the metatarsal go"
        goes = part.end < clause.end and clause.words[part.end].is_a("goes")
        felt = [frame.start for frame in clause.frames("heard") if 0 <= part.start - frame.end < SHORT_REACH]
        if goes and felt:
            clause.marks.append(Mark(felt[-1], part.end + 1, "warnings", "pop"))
    for part in clause.of("parts"):  # "my Achilles went on the start line", "Achilles tore"
        said = clause.said(part.end, part.end + 2)
        went = bool(said) and said[0].is_a("went") and (len(said) == 1 or said[1].is_a("there"))
        tore = bool(said) and said[0].is_a("tore")
        if part.name in _TEARS and (went or tore):
            clause.marks.append(Mark(part.end, part.end + 1, "warnings", "pop"))
        elif part.name in OURS and went:
            clause.marks.append(Mark(part.end, part.end + 1, "sensations", "hurt"))
    for noise in clause.frames("noise"):
        between = any(part.end == noise.start for part in clause.of("parts"))  # "es hat in der Wade geknallt"
        reach = FEELING_REACH if between else SHORT_REACH
        heard = [frame.start for frame in clause.frames("heard") if 0 <= noise.start - frame.end < reach]
        if heard:
            clause.marks.append(Mark(heard[-1], noise.end, "warnings", "pop"))


def just_names(clause: Clause) -> None:
    """ "A bit of Achilles today", "bad heel", "The heel again.": the part itself is the complaint."""
    if clause.soreness():
        return
    for part in clause.of("parts"):
        touched = part.name in _COMPLAIN_BY_NAME and any(
            0 <= part.start - frame.end <= 1 for frame in clause.frames("touch_of")
        )
        touched |= part.start > clause.start and clause.words[part.start - 1].is_a("bad_before")
        again = [frame for frame in clause.frames("still") if frame.start >= part.end]
        said = {at for mark in (part, *again[:1]) for at in range(mark.start, mark.end)}
        bare = all(
            at in said or any(clause.words[at].is_a(name) for name in ("passing", "light", "linking"))
            for at in range(clause.start, clause.end)
        )
        if touched or (again and bare):
            clause.marks.append(Mark(part.start, part.end, "sensations", "hurt" if again else "pain"))
            return


def names_of_teams(clauses: Sequence[Clause]) -> None:
    """ "Shin Splints (our relay team) came third": a team is called that, nobody has them."""
    for clause, following in itertools.pairwise(clauses):
        named = [mark for mark in clause.of("conditions") if (mark.start, mark.end) == (clause.start, clause.end)]
        said = following.said()
        called = len(said) <= LONGEST_TEAM and said[-1].is_a("teams") and not following.soreness()
        whose = any(word.is_a("our") for word in said) or (len(said) <= 2 and said[0].is_a("article"))
        if named and called and whose and following.sentence == clause.sentence:
            clause.marks.clear()


LONGEST_TEAM = 5
"""Words of "the name of our relay team"."""


_COMPLAIN_BY_NAME = frozenset({"achilles", "shin", "heel", "fascia"})


def swells(clause: Clause) -> None:
    """ "Ankle like an orange", "the size of an egg": it is swollen, unless it lies under the foot."""
    _not_thick_things(clause)
    if any(mark.name == "blister" for mark in clause.of("conditions")):  # blisters are the size of eggs
        clause.marks[:] = [
            mark for mark in clause.marks if mark.name != "swollen" or not clause.words[mark.start].is_a("likening")
        ]
        return
    if any(word.is_a("under") for word in clause.said()) or any(
        mark.name in ("swollen", "pebble") for mark in clause.of("sensations")
    ):
        return
    for at in range(clause.start + 1, clause.end - 1):
        if clause.words[at].is_a("size_noun") and clause.words[at + 1].is_a("of"):
            before = [part for part in clause.of("parts") if 0 <= at - part.end <= SHORT_REACH + 1]
            between = [word for part in before for word in clause.said(part.end, at)]
            if before and not any(word.is_a("small_spot") for word in between):
                clause.marks.append(Mark(at, at + 2, "sensations", "swollen"))  # "ankle the size of Wales"
                return
    likened = [frame.end for frame in clause.frames("as_if")]
    likened += [at + 1 for at in range(clause.start, clause.end) if clause.words[at].is_a("size")]
    for thing in clause.frames("roundish"):
        if any(0 <= thing.start - at <= SHORT_REACH for at in likened):
            clause.marks.append(Mark(thing.start, thing.end, "sensations", "swollen"))


_THICK_ANYHOW = frozenset({"leg", "thigh", "calf", "hip", "arch", "toes", "elsewhere"})
"""What is thick from work or by nature: "dicke Beine nach dem Berg", a shoe's "dikke zool", the "dicke Zeh"."""


def _not_thick_things(clause: Clause) -> None:
    """ "Dikke blaar", "in den dicken Schuhen", "ampolla hinchada": only a part that is thick is swollen."""
    blisters = [mark for mark in clause.of("conditions") if mark.name == "blister"]
    parts = clause.of("parts", "within")
    things = set()
    for mark in clause.of("sensations", "warnings"):
        if mark.name not in ("swollen", "inflamed"):
            continue
        of_blister = any(mark.end == one.start or mark.start == one.end for one in blisters)
        thick = mark.end - mark.start == 1 and clause.words[mark.start].is_a("thick")
        if (of_blister and mark.name == "swollen") or (thick and not _of_a_part(clause, mark, parts)):
            things.add((mark.start, mark.end, mark.name))
    clause.marks[:] = [
        mark
        for mark in clause.marks
        if (mark.start, mark.end, mark.name) not in things
        and not (mark.name == "trouble_with" and (mark.start, mark.end, "swollen") in things)
    ]


def _of_a_part(clause: Clause, mark: Mark, parts: Sequence[Mark]) -> bool:
    """Whether a "thick" stands before a part: "dicker linker Knöchel", not "dicke Schicht unter den Füßen"."""
    known = {at for one in clause.of("sensations", "warnings") for at in range(one.start, one.end)}
    return any(
        part.name not in _THICK_ANYHOW
        and part.start >= mark.end
        and all(
            at in known or any(clause.words[at].is_a(name) for name in ("and", "sides", "linking", "passing"))
            for at in range(mark.end, part.start)
        )
        for part in parts
    )


def rests(clause: Clause) -> None:
    """ "Hurts sitting", "sore lying on the sofa": pain at rest. After sitting it is another matter."""
    sore = [mark for mark in clause.of("sensations") if mark.name not in ("fine", "stiff", "rub", "nail")]
    for posture in clause.frames("posture"):
        for mark in sore:
            if 0 <= posture.start - mark.end <= SHORT_REACH + 1:
                between = clause.said(mark.end, posture.start)
                if any(word.is_a("after") for word in between):
                    continue
                if len(between) <= 2 or all(word.is_a("even_when") for word in between):
                    clause.marks.append(Mark(posture.start, posture.end, "warnings", "rest"))
                    break
