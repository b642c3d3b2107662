"""Whose soreness it is: "her" or "the dog" takes what follows away from the runner, pity the whole sentence."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from plugin.soreness.clauses import NOT_OWN, NOW, SHORT_REACH, Clause, Mark

_ITSELF = frozenset({"it", "its", "this", "that", "which", "something", "one", "everything", "nothing"})
_TO_ME = frozenset({"me", "mi", "m"})
"""Before "ha": "me ha salido una ampolla"."""


def give_to_others(clause: Clause, own_at: frozenset[int], my_at: frozenset[int]) -> None:
    """Marks as not the runner's own what follows "her", "Tom's", "the dog has", and what is right before "his
    heel"; "my" takes it back."""
    likened = {at for key_value in clause.frames("as_if") for at in range(key_value.end, key_value.end + SHORT_REACH)}
    others = [key_value.start for key_value in clause.frames("other") if key_value.start not in likened]
    beside = {key_value.end for key_value in clause.frames("beside")}
    others += [m.start for m in clause.frames("names") if m.start not in beside or clause.words[m.start].owns]
    for frame in clause.frames("has"):
        earlier = clause.words[clause.start : frame.start]
        about_oneself = any(m.start < frame.start for m in clause.of("parts", "sensations", "conditions"))
        about_oneself |= any(w.text in _ITSELF | _TO_ME for w in earlier)
        about_oneself |= any(at in own_at and at not in my_at for at in range(clause.start, frame.start))
        if any(w.text for w in earlier) and not about_oneself:
            others.append(frame.start)
    if not others:
        return
    first = min(others)
    theirs = {part.start - 1 for part in clause.of("parts")} & set(others)
    for key_value in clause.soreness():
        if key_value.state == NOW and any(0 <= at - key_value.end < SHORT_REACH for at in theirs):
            key_value.state = NOT_OWN  # "broke his heel"
        if key_value.start < first or key_value.state != NOW:
            continue
        nearest = max(at for at in others if at <= key_value.start)
        own = any(at in own_at for at in range(nearest + 1, key_value.start))
        if not own and not any(at in my_at for at in range(key_value.start, min(clause.end, key_value.end + 3))):
            key_value.state = NOT_OWN


def it_is_the_part(clauses: Sequence[Clause]) -> None:
    """Takes "elle", "ella", "lei" for the part that was named just before: "la cheville a craqué, elle a doublé"."""
    for before, clause in itertools.pairwise(clauses):
        if before.sentence != clause.sentence or before.frames("other") or before.frames("names"):
            continue
        ours = before.of("parts", "conditions")
        if ours and not any(key_value.name == "elsewhere" for key_value in ours):
            clause.marks[:] = [
                key_value
                for key_value in clause.marks
                if key_value.name != "other" or clause.words[key_value.start].text not in _IT
            ]


_IT = frozenset({"elle", "ella", "lei", "hij", "zij", "lui"})


def who_has(before: Clause, clause: Clause) -> bool:
    """ "Ran with Marta, who has a blister", "…, que lleva una ampolla"."""
    named = any(key_value.end == before.end for key_value in (*before.frames("other"), *before.frames("names")))
    return named and clause.words[clause.start].text in _WHO


_WHO = frozenset({"who", "whose", "whos", "que", "qui", "che", "die", "der", "dessen", "deren", "cuyo", "wiens"})


def is_about_another(clause: Clause) -> bool:
    """Whether the clause speaks of somebody else who is not mere company ("with Tom")."""
    beside = {key_value.end for key_value in clause.frames("beside")}
    others = [m for m in clause.marks if m.kind == "frames" and m.name in ("other", "names")]
    company = any(_is_company(clause, key_value, beside) for key_value in others)
    return bool(others) and not company and not clause.frames("contrast")


def _is_company(clause: Clause, key_value: Mark, beside: set[int]) -> bool:
    return any(at in beside for at in range(max(clause.start, key_value.start - 2), key_value.start + 1))


def poor_them(clause: Clause) -> bool:
    """Whether somebody is pitied: "poor Tim"."""
    pitied = {key_value.end for key_value in clause.frames("poor")}
    named = any(m.start in pitied for m in clause.marks if m.kind == "frames" and m.name in ("other", "names"))
    return named or any(
        key_value.end == clause.end and key_value.end - key_value.start > 1 for key_value in clause.frames("poor")
    )  # "…, le pauvre"


def not_ours(clause: Clause) -> None:
    """Gives all soreness of the clause away."""
    for key_value in clause.soreness():
        if key_value.state == NOW:
            key_value.state = NOT_OWN


def suppose(clause: Clause) -> None:
    """What is feared, prevented or planned is not so: "taped against blisters"."""
    for frame in clause.frames("maybe"):
        for key_value in clause.soreness():
            if key_value.start >= frame.start and key_value.name != "fine":
                key_value.state = NOT_OWN
