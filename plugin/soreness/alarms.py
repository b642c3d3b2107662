"""Which complaints the red flags of a clause belong to."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from plugin.soreness.clauses import FEELING_REACH, NOW, SHORT_REACH, Clause, Mark
from plugin.soreness.complaints import BELOW_THE_KNEE, FEET, Complaint
from plugin.soreness.places import about_a_thing, nearest, places, starts_with
from plugin.soreness.thread import Thread, names_a_place

_NEEDS_PAIN = frozenset({"night", "rest", "weeks", "lasting", "festering", "inflamed"})
"""Red flags that say something only of a part that already hurts (or is numb): a run can be at night too."""
"""Red flags that say something only of a part that already hurts (or is numb): a run can be at night too."""


def red_flags(thread: Thread, clause: Clause, number: int, live: list[Complaint]) -> list[Complaint]:
    """Red flags go to what the clause complains of, to its part, or to what was spoken of before."""
    added = _hot_and_red(thread, clause, number)
    here = places(clause)
    for key_value in clause.of("warnings"):
        if key_value.state != NOW or (key_value.name == "pop" and any(m.name == "blister" for m in clause.marks)):
            continue
        place = nearest(here, key_value, FEELING_REACH + 3)
        if place is not None and not place.parts & BELOW_THE_KNEE:
            continue
        takers = live or ([] if here else thread.topic)
        spoken_of = not live and not here
        if key_value.name == "inflamed":
            _sign(thread, clause, key_value, place.parts if place else thread.open, takers)
            continue
        if spoken_of and not starts_with(clause, key_value, thread.lexicon.light, thread.lexicon.passing):
            takers = [] if key_value.name in _NEEDS_PAIN | {"worse"} else takers  # "Ran at night"
        if key_value.name == "festering" and not takers and key_value.end - key_value.start > 2:
            takers = [thread.found.of(part, number) for part in sorted(thread.open & {"leg"})]  # "warm and red"
        if key_value.name == "infection" and not live:
            takers = [one for one in thread.topic if one.condition == "blister"] or takers
        if key_value.name == "pop" and takers and all(one.condition == "blister" for one in takers):
            continue
        if not takers and not here and _stands_alone(clause, key_value):
            thread.pending = (key_value.name, number)
        if not takers and key_value.name not in _NEEDS_PAIN:
            parts = place.parts if place else thread.open
            if key_value.name in ("worse", "awake") and not place:
                continue
            if key_value.name == "infection" and not parts:
                continue
            for part in parts & BELOW_THE_KNEE:
                complaint = thread.found.of(part, number)
                complaint.feels.add("pain")
                added.append(complaint)
            if not parts and key_value.name == "weight" and not thread.found.elsewhere:
                thread.found.red |= not about_a_thing(clause, key_value)
            takers = added
        for one in takers:
            one.warnings.add(key_value.name)
    if thread.pending[1] == number - 1:
        if not live and names_a_place(clause) and not clause.frames("no"):  # "can barely walk, right foot"
            named = {part for place in here for part in place.parts & BELOW_THE_KNEE}
            added += [thread.found.of(part, number) for part in sorted(named)]
            for one in added:
                one.feels.add("pain")
        for one in live or added:
            one.warnings.add(thread.pending[0])
    return added


def _sign(thread: Thread, clause: Clause, key_value: Mark, parts: frozenset[str], takers: list[Complaint]) -> None:
    """Heat or redness of a blister, a calf or a foot."""
    if not starts_with(clause, key_value, thread.lexicon.light, thread.lexicon.passing) and not places(clause):
        return
    word = clause.words[key_value.start].text
    takers = [one for one in (*takers, *thread.topic) if one.condition == "blister" or one.part in FEET | {"leg"}]
    for one in takers or [thread.found.of(part, thread.number) for part in sorted(parts & {"leg"})]:
        one.signs.add(word)


def _hot_and_red(thread: Thread, clause: Clause, number: int) -> list[Complaint]:
    """ "Achilles thick and hot": two signs side by side need no word of pain."""
    signs = [
        key_value for key_value in clause.of("warnings") if key_value.name == "inflamed" and key_value.state == NOW
    ]
    for one, next_one in itertools.pairwise(signs):
        place = nearest(places(clause), one, FEELING_REACH)
        if place and 0 <= next_one.start - one.end <= SHORT_REACH and place.parts & BELOW_THE_KNEE:
            complaints = [thread.found.of(part, number) for part in sorted(place.parts & BELOW_THE_KNEE)]
            for complaint in complaints:
                complaint.signs |= {clause.words[key_value.start].text for key_value in (one, next_one)}
            return complaints
    return []


def what_went(thread: Thread, sentence: Sequence[Clause]) -> None:
    """ "There was a bang. Achilles." """
    if len(sentence) == 1 and names_a_place(sentence[0]) and not sentence[0].frames("no"):
        for part in {key_value.name for key_value in sentence[0].of("parts")} & BELOW_THE_KNEE:
            complaint = thread.found.of(part, thread.number)
            complaint.feels.add("pain")
            complaint.warnings.add("pop")


def _stands_alone(clause: Clause, key_value: Mark) -> bool:
    """Whether a clause tells of a red flag and hardly more: "couldn't sleep", "not able to walk"."""
    if key_value.name in ("festering", "weight"):
        return True
    return (
        key_value.name in ("awake", "walk") and key_value.start - clause.start <= 2 and clause.end - key_value.end <= 3
    )
