"""Assigns the warnings of a clause (night pain, cannot bear weight, …) to the sore parts they belong to."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from plugin.soreness.body_parts import about_a_thing, nearest, opens_with, places, starts_with
from plugin.soreness.clauses import FEELING_REACH, NOW, SHORT_REACH, Clause, Mark
from plugin.soreness.complaints import FEET, OURS, SorePart
from plugin.soreness.context import Context, names_a_place

_NEEDS_PAIN = frozenset({"night", "rest", "weeks", "lasting", "festering", "inflamed"})
"""Red flags that say something only of a part that already hurts (or is numb): a run can be at night too."""


def red_flags(context: Context, clause: Clause, number: int, live: list[SorePart]) -> list[SorePart]:
    """A warning belongs to the complaints of its clause, else to the part named there, else to the last complaint."""
    added = _hot_and_red(context, clause, number)
    here = places(clause)
    for mark in clause.of("warnings"):
        if mark.state != NOW or (mark.name == "pop" and any(m.name == "blister" for m in clause.marks)):
            continue
        place = nearest(here, mark, FEELING_REACH + 3)
        if place is not None and not place.parts & OURS:
            continue
        takers = live or ([] if here else context.topic)
        spoken_of = not live and not here
        if mark.name == "inflamed":
            _sign(context, clause, mark, place.parts if place else context.open, takers)
            continue
        if spoken_of and not starts_with(clause, mark):
            takers = [] if mark.name in _NEEDS_PAIN | {"worse"} else takers  # "Ran at night"
        if mark.name == "festering" and not takers and mark.end - mark.start > 2:
            takers = [context.findings.of(part, number) for part in sorted(context.open & {"leg"})]  # "warm and red"
        if mark.name == "infection" and not live:
            takers = [one for one in context.topic if one.condition == "blister"] or takers
        if mark.name == "pop" and takers and all(one.condition == "blister" for one in takers):
            continue
        if not takers and not here and _stands_alone(clause, mark):
            context.pending = (mark.name, number)
        if not takers and mark.name not in _NEEDS_PAIN:
            parts = place.parts if place else context.open
            if mark.name in ("worse", "awake") and not place:
                continue
            if mark.name == "infection" and not parts:
                continue
            for part in parts & OURS:
                complaint = context.findings.of(part, number)
                complaint.feels.add("pain")
                added.append(complaint)
            if not parts and mark.name == "weight" and not context.findings.elsewhere:
                context.findings.red |= set() if about_a_thing(clause, mark) else {"weight"}
            takers = added
        for one in takers:
            one.warnings.add(mark.name)
    if context.pending[1] == number - 1:
        if not live and names_a_place(clause) and not clause.frames("no"):  # "can barely walk, right foot"
            named = {part for place in here for part in place.parts & OURS}
            added += [context.findings.of(part, number) for part in sorted(named)]
            for one in added:
                one.feels.add("pain")
        for one in live or added:
            one.warnings.add(context.pending[0])
    return added


def _sign(context: Context, clause: Clause, mark: Mark, parts: frozenset[str], takers: list[SorePart]) -> None:
    """Heat or redness of a blister, a calf or a foot."""
    if not starts_with(clause, mark) and not places(clause):
        return
    word = clause.words[mark.start].text
    takers = [one for one in (*takers, *context.topic) if one.condition == "blister" or one.part in FEET | {"leg"}]
    for one in takers or [context.findings.of(part, context.number) for part in sorted(parts & {"leg"})]:
        one.signs.add(word)


def _hot_and_red(context: Context, clause: Clause, number: int) -> list[SorePart]:
    """ "Achilles thick and hot": two signs side by side need no word of pain."""
    signs = [mark for mark in clause.of("warnings") if mark.name == "inflamed" and mark.state == NOW]
    for one, next_one in itertools.pairwise(signs):
        place = nearest(places(clause), one, FEELING_REACH)
        if place and 0 <= next_one.start - one.end <= SHORT_REACH and place.parts & OURS:
            complaints = [context.findings.of(part, number) for part in sorted(place.parts & OURS)]
            for complaint in complaints:
                complaint.signs |= {clause.words[mark.start].text for mark in (one, next_one)}
            return complaints
    return []


def what_went(context: Context, sentence: Sequence[Clause]) -> None:
    """ "There was a bang. Achilles.", "Heard the crunch. Ankle lives in a bucket of ice." """
    first = sentence[0]
    here = places(first)
    fine = any(mark.name == "fine" for mark in first.of("sensations"))
    if here and opens_with(first, here[0]) and not first.frames("no") and not fine:
        for part in {mark.name for mark in sentence[0].of("parts")} & OURS:
            complaint = context.findings.of(part, context.number)
            complaint.feels.add("pain")
            complaint.warnings.add("pop")


def _stands_alone(clause: Clause, mark: Mark) -> bool:
    """Whether a clause tells of a red flag and hardly more: "couldn't sleep", "not able to walk"."""
    if mark.name in ("festering", "weight"):
        return True
    if mark.name == "pop":  # "a loud bang, Achilles"
        return mark.end - mark.start > 1 and clause.end - mark.end <= 1
    return mark.name in ("awake", "walk") and mark.start - clause.start <= 2 and clause.end - mark.end <= 4
