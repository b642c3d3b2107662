"""A part that a later clause speaks of without naming it again.

"Fine with tape, without it hurts", "no pain at home, but running it does", "his knee is fine, mine isn't", "no longer
hurts, except uphill". The part is put into that clause, which is then read like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugin.soreness.body_parts import about_a_thing, starts_with
from plugin.soreness.clauses import FEELING_REACH, SHORT_REACH, Clause, Mark
from plugin.soreness.complaints import OURS

SENTENCES_ON = 2
"""How many sentences later a part is still the one that is spoken of."""
LONGEST_YES = 8
"""Words of a clause that only says yes or no to what was said: "but when I run it does"."""
_FELT = frozenset({"hurt", "pain", "stab", "swollen", "nerve", "burn", "voiced"})
_MILD = frozenset({"pain", "voiced"})
_CONDITIONAL = ("doubtful", "there", "partly", "until", "thought", "at_ease")
_OF_SOMETHING_ELSE = ("talk", "maybe", "pity", "past")


@dataclass(slots=True)
class _Told:
    """What the last clause that names a part said of it."""

    marks: list[Mark]
    sentence: int
    denied: bool
    """Said by a "no": "no pain", not "fine"."""
    well: bool = False
    theirs: bool = False
    conditional: bool = False
    """Fine only with a help, in one place, or so somebody said."""
    helped: bool = False
    said: bool = False


def name_again(clauses: Sequence[Clause]) -> None:
    """Puts the part into the clauses that go on about it."""
    told: _Told | None = None
    conditions: set[str] = set()
    without = False
    for n, clause in enumerate(clauses):
        before = clauses[n - 1] if n else None
        same = before is not None and before.sentence == clause.sentence
        conditions = (conditions if same else set()) | _conditions_of(clause)
        named = [m for m in clause.of("parts", "conditions") if m.kind == "conditions" or m.name in OURS]
        following = clauses[n + 1] if n + 1 < len(clauses) else None
        opening = _opening_without(clause)
        helped = told is not None and told.helped and clause.sentence - told.sentence <= SENTENCES_ON
        if opening is not None and (helped or (following is not None and _is_well_with(following))):
            clause.marks[:] = [m for m in clause.marks if m is not opening and not _is_it(m, opening)]
            without = without or not named
        if named and same and before is not None:
            _put_right(clause, before)
        if named:
            told = _told(clause, named, conditions)
            without = False
        elif told is not None and not clause.of("parts"):
            if clause.sentence - told.sentence > SENTENCES_ON:
                told = None
                continue
            told.theirs = told.theirs or (same and _says(clause) and bool(_others(clause)))
            told.said = told.said or (same and _says(clause))
            told.conditional = told.conditional or told.said or (same and bool(conditions))
            told.helped = told.helped or "doubtful" in conditions
            if told.well and (_goes_on(clause, before, told, without=without) or _swells(clause, told)):
                without = False
            elif same and not told.well and _is_well(clause):  # "Heel: no pain, except uphill"
                told.well = told.denied = True


def _told(clause: Clause, named: Sequence[Mark], conditions: set[str]) -> _Told:
    sore = [m for m in clause.of("sensations", "conditions") if m.name != "fine"]
    noes = [*clause.frames("no"), *clause.frames("free"), *clause.frames("unfelt")]
    denied = bool(noes) and bool(clause.of("sensations", "conditions") or clause.frames("more"))
    denied = denied or any(clause.words[m.end].is_a("not_behind") for m in sore if m.end < clause.end)
    denied = denied or any(
        word.is_a("denies") for m in clause.of("sensations") if m.name == "fine" for word in clause.said(m.start, m.end)
    )
    denied = denied or any(word.is_a("denies") for m in clause.frames("healed") for word in clause.said(m.start, m.end))
    praised = any(m.name == "fine" for m in clause.of("sensations")) or bool(clause.frames("healed"))
    said = _says(clause) or "thought" in conditions
    return _Told(
        [Mark(clause.start, clause.start, m.kind, m.name) for m in named],
        clause.sentence,
        denied=denied,
        well=denied or praised,
        theirs=any(not said or other.end == part.start for other in _others(clause) for part in named),
        conditional=bool(conditions) or said,
        helped=bool(conditions) or any(word.is_a("with") for word in clause.said()),
        said=said,
    )


def _is_well(clause: Clause) -> bool:
    fine = any(m.name == "fine" for m in clause.of("sensations"))
    return fine or (bool(clause.frames("no")) and bool(clause.of("sensations")))


def _swells(clause: Clause, told: _Told) -> bool:
    """ "Ankle was fine. On the drive home it has swollen.": a body part does, and one was named."""
    swollen = [m for m in _felt(clause) if m.name == "swollen" and _could_be_of_it(clause, m)]
    if not swollen or told.theirs or _others(clause) or any(clause.frames(name) for name in _OF_SOMETHING_ELSE):
        return False
    _put(clause, told, [])
    return True


def _could_be_of_it(clause: Clause, mark: Mark) -> bool:
    """Not "river swollen": what stands before is no word that we do not know, but for "in the car it has swollen"."""
    if starts_with(clause, mark) or clause.words[clause.start].is_a("only_when"):
        return not about_a_thing(clause, mark) or clause.words[clause.start].is_a("only_when")
    known = {at for one in clause.marks for at in range(one.start, one.end)}
    at = mark.start - 1
    return at in known or bool(clause.words[at].classes)


def _conditions_of(clause: Clause) -> set[str]:
    return {name for name in _CONDITIONAL if clause.frames(name)}


def _says(clause: Clause) -> bool:
    return any(word.is_a("says") for word in clause.said())


def _others(clause: Clause) -> list[Mark]:
    mine = {at for m in clause.frames("mine") for at in range(m.start, m.end)}  # "la mía" is no Mia
    return [
        m
        for m in (*clause.frames("other"), *clause.frames("names"))
        if not clause.words[m.start].is_a("it") and m.start not in mine
    ]


def _is_it(mark: Mark, without: Mark) -> bool:
    """The "it" of "without it", which is somebody in "sin él"."""
    return mark.name == "other" and mark.start == without.end


def _opening_without(clause: Clause) -> Mark | None:
    """The "without" that a clause begins with, a "but" or "and" before it or not."""
    for mark in clause.frames("no"):
        before = clause.said(clause.start, mark.start)
        if clause.words[mark.start].is_a("without") and len(before) <= 1:
            return mark
    return None


def _is_well_with(clause: Clause) -> bool:
    """ "… with tape it is quiet"."""
    opens = any(word.is_a("with") for word in clause.said(clause.start, clause.start + 2))
    return opens and (any(m.name == "fine" for m in clause.of("sensations")) or bool(clause.frames("no")))


def _goes_on(clause: Clause, before: Clause | None, told: _Told, *, without: bool) -> bool:
    """Puts the part in where the clause says that it hurts after all."""
    opens = any(mark.start == clause.start for mark in clause.frames("contrast"))
    mine = clause.frames("mine") if told.theirs or told.said or opens else []
    side = not told.theirs and any(word.is_a("sides") for word in clause.said(clause.start, clause.start + SHORT_REACH))
    if told.theirs and before is not None and before.end - before.start <= 2 and before.sentence == clause.sentence:
        mine = mine or before.frames("mine")  # "ik wel": "wel" opens a clause
    parallel = not told.theirs and _is_parallel(clause, before, told)
    if not mine and (told.theirs or not (told.conditional or without or side or parallel)):
        return _is_excepted(clause, before, told)
    for frame in clause.frames("maybe"):
        if any(frame.end == one.start for one in mine):
            clause.marks.remove(frame)  # "asking for my left one"
    if _others(clause) or any(clause.frames(name) for name in _OF_SOMETHING_ELSE):
        return False
    felt = _felt(clause)
    if felt:
        if mine or side or parallel or without or told.said or _is_of_it(clause, felt):
            mild = not mine and all(mark.name in _MILD for mark in felt)  # held against "fine" it is more than tired
            _put(clause, told, [Mark(clause.start, clause.start, "sensations", "hurt")] if mild else [])
            return True
    elif _answers(clause, before, told, by_mine=bool(mine) or side, without=without):
        _put(clause, told, [Mark(clause.start, clause.start, "sensations", "hurt")])
        return True
    return _is_excepted(clause, before, told)


def _is_parallel(clause: Clause, before: Clause | None, told: _Told) -> bool:
    """ "Hip fine at a jog, at tempo it nags", "perfect all week. Today it hurts again.": at another time or place."""
    sore = [mark for mark in _felt(clause) if mark.kind == "sensations" and not about_a_thing(clause, mark)]
    if not sore or before is None or clause.sentence - told.sentence > 1:
        return False
    first = clause.words[clause.start]
    placed = first.is_a("only_when") or first.is_a("with") or bool(clause.frames("at_ease"))
    of_it = before.sentence == clause.sentence or any(word.is_a("still_words") for word in clause.said())
    again = bool(clause.frames("still")) and any(starts_with(clause, mark) for mark in sore)
    return (placed and of_it) or again


def _felt(clause: Clause) -> list[Mark]:
    noes = clause.frames("no")
    return [
        m
        for m in (*clause.of("sensations"), *clause.of("warnings"))
        if (m.name in _FELT or m.kind == "warnings")
        and m.start - clause.start <= 2 * FEELING_REACH
        and not any(no.end <= m.start for no in noes)
        and not (m.end < clause.end and clause.words[m.end].is_a("not_behind"))
    ]


def _is_of_it(clause: Clause, felt: Sequence[Mark]) -> bool:
    """Whether a feeling is held against what was said: a "but", a "still", another place."""
    turns = any(mark.start == clause.start for mark in clause.frames("contrast"))
    elsewhere = any(word.is_a("elsewhere_again") or word.is_a("only_when") for word in clause.said())
    still = bool(clause.frames("still")) or bool(clause.frames("turned"))
    return (
        turns
        or elsewhere
        or still
        or any(
            starts_with(clause, mark) and not any(word.is_a("to_do") for word in clause.said(mark.end, mark.end + 1))
            for mark in felt
        )
    )


def _answers(clause: Clause, before: Clause | None, told: _Told, *, by_mine: bool, without: bool) -> bool:
    """ "But when I run it does", "mine isn't": a yes to "no pain", a no to "fine"."""
    if clause.end - clause.start > LONGEST_YES or clause.of("sensations"):
        return False
    last = clause.words[clause.end - 1]
    turns = any(mark.start == clause.start for mark in clause.frames("contrast"))
    turns = turns or (
        before is not None
        and before.sentence == clause.sentence
        and any(mark.start == before.start for mark in before.frames("contrast"))
    )
    placed = any(word.is_a("only_when") for word in clause.said()) or bool(clause.frames("there"))
    if by_mine:
        yes = any(word.is_a("yes") for word in clause.said())
        no = bool(clause.frames("no")) or bool(clause.frames("turned"))
        return (yes and not no) if told.denied else no
    if told.denied:
        return last.is_a("yes") and (turns or placed or without)
    return bool(clause.frames("no")) and clause.frames("no")[-1].end == clause.end and (turns or placed)


def _put_right(clause: Clause, before: Clause) -> None:
    """ "Not the knee this time but the calf"."""
    denied = bool(before.frames("no")) and bool(before.of("parts")) and not before.soreness()
    turns = any(mark.start == clause.start for mark in clause.frames("contrast"))
    if denied and turns and clause.end - clause.start <= FEELING_REACH - 2 and not clause.soreness():
        clause.marks += [Mark(m.start, m.start, "sensations", "hurt") for m in clause.of("parts") if m.name in OURS]


def _is_excepted(clause: Clause, before: Clause | None, told: _Told) -> bool:
    """ "No longer hurts, except uphill": there it does. Told of the clause right before, and of no other part."""
    if before is None or before.sentence != clause.sentence or told.theirs or _felt(clause):
        return False
    for frame in clause.frames("except"):
        place = clause.said(frame.end, frame.end + 1)
        opens = {m.start for name in ("there", "partly", "at_ease") for m in clause.frames(name)}
        if frame.start - clause.start <= 1 and place and (place[0].is_a("only_when") or frame.end in opens):
            _put(clause, told, [Mark(clause.start, clause.start, "sensations", "hurt")])
            return True
    return False


def _put(clause: Clause, told: _Told, more: Sequence[Mark]) -> None:
    others = _others(clause)
    clause.marks[:] = [
        *(Mark(clause.start, clause.start, m.kind, m.name) for m in told.marks),
        *more,
        *(m for m in clause.marks if m.name not in ("other", "names") or m in others),
    ]
