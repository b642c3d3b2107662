"""Red flags without a named body part: "pain kept me awake", "a crack and then I couldn't walk"."""

from __future__ import annotations

from collections.abc import Sequence

from plugin.soreness.body_parts import starts_with
from plugin.soreness.clauses import NOW, Clause, Mark
from plugin.soreness.complaints import OURS, Findings
from plugin.soreness.lexicon import Lexicon


def red_without_a_part(sentence: Sequence[Clause], found: Findings, lexicon: Lexicon, number: int) -> set[str]:
    """The kinds of warning of a sentence that is alarming by itself: nothing is named, but none of it is harmless.

    `number` is that of its last clause.
    """
    if found.elsewhere or not any(clause.marks for clause in sentence):
        return set()
    if any(clause.of("parts") for clause in sentence):
        return {"pop"} if _heard_before_it_is_named(sentence, found, number) else set()
    said = {
        mark.name for clause in sentence for mark in clause.of("sensations", "warnings", "traits") if mark.state == NOW
    }
    hurts = bool(said & {"pain", "hurt", "stab"})
    kinds = {_ALONE[name] for name in said if name in _ALONE} if hurts else set()
    if "bone" in said and (hurts or "night" in said):
        kinds.add("bone")
    if "pop" in said and (hurts or said & {"walk", "weight"} or (heard_something(sentence) and _fell(sentence))):
        kinds.add("pop")
    if any(_grows_by_itself(clause, lexicon) for clause in sentence) or _pain_grows(sentence, lexicon):
        kinds.add("worse")
    return kinds


_ALONE = {"awake": "night", "rest": "rest", "walk": "weight"}


def heard_something(sentence: Sequence[Clause]) -> bool:
    """Whether a pop or a snap is told of, in more than a word, and not of what went."""
    return any(
        mark.name == "pop" and mark.state == NOW and mark.end - mark.start > 1
        for clause in sentence
        if not clause.of("parts")
        for mark in clause.of("warnings")
    )


def _heard_before_it_is_named(sentence: Sequence[Clause], found: Findings, number: int) -> bool:
    """ "Heard a pop, the leg gave way": one sentence, and the part follows. One word is too little: "popped
    into the bakery, feet sore". With "my" the bare part will do: "heard it snap, like a rock at my Achilles"."""
    heard = heard_something(sentence)
    if not heard or any(one.clause > number - len(sentence) for one in found.complaints):
        return heard
    for clause in sentence:
        mine = {mark.end for mark in clause.frames("my")}
        for part in clause.of("parts"):
            if part.start in mine and part.name in OURS:
                complaint = found.of(part.name, number)
                complaint.feels.add("pain")
                complaint.warnings.add("pop")
    return False


def _fell(sentence: Sequence[Clause]) -> bool:
    """ "Heard a snap and went down"."""
    return any(clause.words[at].is_a("fell") for clause in sentence for at in range(clause.start, clause.end))


def _grows_by_itself(clause: Clause, lexicon: Lexicon) -> bool:
    """ "It gets worse every run"; not "my pacing gets worse every run"."""
    worse = [mark for mark in clause.of("warnings") if mark.name == "worse" and mark.state == NOW]
    return bool(clause.frames("from_run_to_run")) and any(starts_with(clause, mark) for mark in worse)


def _pain_grows(sentence: Sequence[Clause], lexicon: Lexicon) -> bool:
    """ "The pain keeps getting worse", with nothing before the pain that it could be about."""

    def opens(clause: Clause, mark: Mark) -> bool:
        return mark.state == NOW and starts_with(clause, mark)

    for n, clause in enumerate(sentence):
        if any(mark.name in ("pain", "hurt", "stab") and opens(clause, mark) for mark in clause.of("sensations")):
            near = [clause, *sentence[n + 1 : n + 2]]
            if any(mark.name == "worse" and opens(one, mark) for one in near for mark in one.of("warnings")):
                return True
    return False
