"""Whose soreness it is: "her", "Tom's" or "the dog" make what follows somebody else's, pity the whole sentence."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from plugin.soreness.body_parts import behind, places
from plugin.soreness.clauses import NOT_OWN, NOW, OVER, PAST, SHORT_REACH, Clause, Mark


def give_to_others(clause: Clause, own_at: frozenset[int], my_at: frozenset[int]) -> None:
    """Marks as not the runner's own what follows "her", "Tom's", "the dog has", and what is right before "his
    heel"; "my" takes it back."""
    likened = {at for mark in clause.frames("as_if") for at in range(mark.end, mark.end + SHORT_REACH)}
    others = [mark.start for mark in clause.frames("other") if mark.start not in likened]
    beside = {mark.end for mark in clause.frames("beside")}
    others += [m.start for m in clause.frames("names") if m.start not in beside or clause.words[m.start].owns]
    for frame in clause.frames("has"):
        earlier = clause.words[clause.start : frame.start]
        about_oneself = any(m.start < frame.start for m in clause.of("parts", "sensations", "conditions"))
        about_oneself |= any(w.is_a("itself") or w.is_a("to_me") for w in earlier)
        if not any(mark.start == frame.start for mark in clause.of("sensations")):  # "Tom twisted his ankle"
            about_oneself |= behind(clause, places(clause), frame) is not None  # "danach hat die Ferse wehgetan"
        about_oneself |= any(at in own_at and at not in my_at for at in range(clause.start, frame.start))
        if any(w.text for w in earlier) and not about_oneself:
            others.append(frame.start)
    if not others:
        return
    first = min(others)
    theirs = {part.start - 1 for part in clause.of("parts")} & set(others)
    for mark in clause.soreness():
        if mark.state == NOW and any(0 <= at - mark.end < SHORT_REACH for at in theirs):
            mark.state = NOT_OWN  # "broke his heel"
        if mark.start < first or mark.state != NOW:
            continue
        nearest = max(at for at in others if at <= mark.start)
        own = any(at in own_at for at in range(nearest + 1, mark.start))
        joined = [at for at in range(mark.end, min(clause.end, mark.end + 3)) if clause.words[at].is_a("and")]
        end = (
            joined[0] if joined else min(clause.end, mark.end + 3)
        )  # "il ginocchio gonfio e mi ha ceduto il pettorale"
        if not own and not any(at in my_at for at in range(mark.start, end)):
            mark.state = NOT_OWN


def parts_of_others(clause: Clause) -> None:
    """The ankle of "his ankle" is none of the runner's parts, whatever else the clause says."""
    others = (*clause.frames("other"), *clause.frames("names"))
    theirs, named = {mark.end for mark in others}, {mark.start for mark in others}
    mine = {mark.start for mark in clause.frames("my")}
    for part in clause.of("parts"):
        named_at = part.end + 2 if part.end + 1 in mine else part.end + 1  # "la rodilla de mi hermano"
        of_them = named_at in named and clause.words[part.end].is_a("of")  # "le tendon de Julien"
        if of_them:
            for earlier in clause.of("parts"):
                if 0 <= part.start - earlier.end < SHORT_REACH:  # "tendon" and "Achille" name one place
                    earlier.kind = "theirs"
        if of_them or (part.start in theirs and clause.words[part.start - 1].text != ""):
            part.kind = "theirs"
    _parts_they_have(clause)


def _parts_they_have(clause: Clause) -> None:
    """The knee of "mi colega tiene la rodilla hinchada", where the language says no "his"."""
    others = {mark.end for mark in (*clause.frames("other"), *clause.frames("names"))}
    for part in clause.of("parts"):
        at = part.start - 1
        while at > clause.start and clause.words[at].is_a("article"):
            at -= 1
        if at >= clause.start and clause.words[at].is_a("has") and at in others:
            part.kind = "theirs"


def own_parts(clause: Clause) -> set[str]:
    """The parts a clause names that are not somebody else's."""
    if clause.frames("talk") or clause.frames("pity"):
        return set()
    others = [mark.start for mark in (*clause.frames("other"), *clause.frames("names"))]
    mine = {mark.end for mark in clause.frames("my")}
    return {part.name for part in clause.of("parts") if part.start in mine or not any(at < part.start for at in others)}


def it_is_the_part(clauses: Sequence[Clause]) -> None:
    """Takes "elle", "ella", "lei" for the part that was named just before: "la cheville a craqué, elle a doublé"."""
    for clause in clauses:
        named = min((mark.end for mark in clause.of("parts", "conditions") if mark.name != "elsewhere"), default=None)
        others = (*clause.frames("other"), *clause.frames("names"))
        if named is None or any(mark.start < named for mark in others):
            continue
        clause.marks[:] = [  # "the ankle hurts and it has swollen", where "it" is "elle"
            mark for mark in clause.marks if mark not in others or not _is_it_again(clause, mark)
        ]
    for before, clause in itertools.pairwise(clauses):
        if before.frames("other") or before.frames("names"):
            continue
        ours = before.of("parts", "conditions")
        if ours and not any(mark.name == "elsewhere" for mark in ours):
            clause.marks[:] = [
                mark for mark in clause.marks if mark.name != "other" or not clause.words[mark.start].is_a("it")
            ]


def _is_it_again(clause: Clause, mark: Mark) -> bool:
    joined = mark.start > clause.start and clause.words[mark.start - 1].is_a("and")
    return joined and clause.words[mark.start].is_a("it")


def is_said_of(before: Clause, clause: Clause) -> bool:
    """ "My wife, she, has a blister": the clause before names somebody and says nothing."""
    others = {
        at for name in ("other", "names", "my", "link") for m in before.frames(name) for at in range(m.start, m.end)
    }
    return (
        bool(before.frames("other") or before.frames("names"))
        and all(
            at in others or before.words[at].is_a("passing") or before.words[at].is_a("article")
            for at in range(before.start, before.end)
        )
        and any(mark.start == clause.start for mark in clause.frames("has"))
    )


def goes_on_of_them(before: Clause, clause: Clause) -> bool:
    """ "A runner in front of me fell, ankle swollen"."""
    hurt = any(word.is_a("fell") for word in before.said()) or any(m.state == NOT_OWN for m in before.soreness())
    here = places(clause)
    opens = bool(here) and here[0].start == clause.start < here[0].end
    return hurt and opens and not before.of("parts") and is_about_another(before)


def who_has(before: Clause, clause: Clause) -> bool:
    """ "Ran with Marta, who has a blister", "…, que lleva una ampolla"."""
    named = any(mark.end == before.end for mark in (*before.frames("other"), *before.frames("names")))
    return named and clause.words[clause.start].is_a("who")


def is_about_another(clause: Clause) -> bool:
    """Whether the clause speaks of somebody else who is not mere company ("with Tom")."""
    beside = {mark.end for mark in clause.frames("beside")}
    others = [m for m in clause.marks if m.kind == "frames" and m.name in ("other", "names")]
    company = any(_is_company(clause, mark, beside) for mark in others)
    return bool(others) and not company and not clause.frames("contrast")


def _is_company(clause: Clause, mark: Mark, beside: set[int]) -> bool:
    return any(at in beside for at in range(max(clause.start, mark.start - 2), mark.start + 1))


def poor_them(clause: Clause) -> bool:
    """Whether somebody is pitied: "poor Tim"."""
    pitied = {mark.end for mark in clause.frames("poor")}
    named = any(m.start in pitied for m in clause.marks if m.kind == "frames" and m.name in ("other", "names"))
    return named or any(
        mark.end == clause.end and mark.end - mark.start > 1 for mark in clause.frames("poor")
    )  # "…, le pauvre"


def not_ours(clause: Clause) -> None:
    """Gives all soreness of the clause away."""
    for mark in clause.soreness():
        if mark.state == NOW:
            mark.state = NOT_OWN


def suppose(clause: Clause) -> None:
    """What is feared, prevented or planned is not so: "taped against blisters"."""
    for frame in clause.frames("maybe"):
        for mark in clause.soreness():
            if mark.start >= frame.start:
                supposed = mark.name == "fine" or mark.state == OVER  # "thought the fasciitis was history"
                mark.state = PAST if supposed else NOT_OWN
