"""From weighed clauses to a reading: what hurts, which red flags hold, what is clear again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugin.soreness.alarms import red_flags, what_went
from plugin.soreness.clauses import NOW, OVER, SHORT_REACH, Clause, Mark, sentences
from plugin.soreness.complaints import BELOW_THE_KNEE, SOLE, Complaint, Found
from plugin.soreness.feelings import closer, feelings_alone, feelings_beside_parts, one_spot, phantom_pebble
from plugin.soreness.grammar import clauses_of
from plugin.soreness.labels import cleared_of, labels_of
from plugin.soreness.lexicon import Lexicon
from plugin.soreness.places import Place, nearest, places
from plugin.soreness.red import heard_something, red_without_a_part
from plugin.soreness.thread import Thread, names_a_place


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
    thread = Thread(lexicon, found)
    for text in texts:
        _follow(thread, text)
    labels = labels_of(found)
    return Reading(labels=labels, cleared=cleared_of(found, labels))


def _follow(thread: Thread, text: str) -> None:
    """Goes through one text, clause by clause."""
    thread.traits = set()  # "Morning Run" above says nothing of the heel below
    thread.waiting = []
    thread.heard = False
    last_words = 0
    last_open: frozenset[str] = frozenset()
    for sentence in sentences(clauses_of(text, thread.lexicon)):
        thread.open = last_open if last_words <= 6 else frozenset()
        thread.pending = ("", -1)
        thread.named = frozenset()
        if not names_a_place(sentence[0]):
            thread.waiting = []
        carried, thread.traits = thread.traits, set()
        leftover = carried
        cold = any(key_value.name == "cold" for clause in sentence for key_value in clause.of("traits"))
        for clause in sentence:
            thread.number += 1
            thread.opening = thread.number if clause is sentence[0] else thread.opening
            live = _clause(thread, clause, thread.number, cold)
            if live:
                for one in live:
                    one.traits |= leftover
                leftover = set()
        phantom_pebble(thread, thread.number)
        if thread.heard:
            what_went(thread, sentence)
        thread.heard = heard_something(sentence)
        thread.found.red |= red_without_a_part(sentence, thread.found, thread.lexicon, thread.number)
        last_words = sentence[-1].end - sentence[-1].start
        last_open = thread.open


def _clause(thread: Thread, clause: Clause, number: int, cold: bool) -> list[Complaint]:
    if not clause.marks:
        return []
    here = places(clause)
    feelings = clause.of("sensations")
    live: list[Complaint] = []
    named = [m for m in clause.of("conditions") if not _elsewhere(m, clause)]
    for key_value in named:
        if key_value.state == NOW:
            live.append(thread.found.named(key_value.name, number))
        elif key_value.state == OVER:
            thread.found.clear_conditions.add(key_value.name)
    if here:
        live += feelings_beside_parts(thread, clause, number, cold, bool(live))
    else:
        live += feelings_alone(thread, feelings, clause, number)
    live += one_spot(thread, clause, number) if not live else []
    live += closer(thread, clause, number) if here and not live and not feelings else []
    live += red_flags(thread, clause, number, live)
    traits = {key_value.name for key_value in clause.of("traits") if key_value.state == NOW}
    takers = live or ([] if here and not _same_place(thread, here) else thread.topic)
    for one in takers:
        one.traits |= traits
    if not takers:
        thread.traits |= traits
    elif thread.traits and live:
        for one in live:
            one.traits |= thread.traits
        thread.traits = set()
    if here:
        thread.named = frozenset(part for place in here for part in place.parts)
    aside = any(key_value.start == clause.start for key_value in clause.frames("aside"))
    if here and not (aside and thread.open):
        thread.open = frozenset(part for place in here for part in place.parts) - _fine_parts(clause)
        thread.found.elsewhere |= "elsewhere" in thread.open
    if live:
        thread.topic = live
    elif here and not any(p.parts & BELOW_THE_KNEE for p in here):
        thread.topic = []
    return live


def _same_place(thread: Thread, here: Sequence[Place]) -> bool:
    """Whether the clause still speaks of where it hurts: "sore heel, the usual fascia in the mornings"."""
    sore = {one.part for one in thread.topic}
    return any(place.parts & SOLE and sore & SOLE for place in here)


def _elsewhere(condition: Mark, clause: Clause) -> bool:
    """Blisters on the hands and fractured ribs are not ours; two blisters and a sunburn are."""
    if condition.end < clause.end and clause.words[condition.end].text in ("and", "n", "plus"):
        return False
    place = nearest(places(clause), condition, SHORT_REACH)
    return place is not None and place.parts == {"elsewhere"} and condition.name in ("blister", "stress_fracture")


def _fine_parts(clause: Clause) -> frozenset[str]:
    here = places(clause)
    fine: set[str] = set()
    for key_value in clause.of("sensations"):
        if key_value.name == "fine" and (place := nearest(here, key_value, SHORT_REACH + 1)):
            fine |= place.parts
    return frozenset(fine)
