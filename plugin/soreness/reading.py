"""From parsed clauses to a reading: what hurts, which red flags hold, which labels are clear again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugin.soreness.all_clears import is_plain, is_taken_back, takes_back, turned
from plugin.soreness.body_parts import NamedParts, nearest, places
from plugin.soreness.clauses import NOW, OVER, PAST, SHORT_REACH, Clause, Mark, sentences
from plugin.soreness.complaints import OURS, SOLE, Findings, SorePart
from plugin.soreness.constructions import constructed, is_stopped
from plugin.soreness.context import Context, names_a_place
from plugin.soreness.feelings_of_parts import (
    closer,
    feelings_alone,
    feelings_beside_parts,
    one_spot,
    phantom_pebble,
)
from plugin.soreness.labels import cleared_of, labels_of, mentioned_of, warnings_of
from plugin.soreness.lexicon import Lexicon
from plugin.soreness.ownership import own_parts
from plugin.soreness.parse import clauses_of
from plugin.soreness.warnings_of_parts import red_flags, what_went
from plugin.soreness.warnings_without_part import heard_something, red_without_a_part


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the runner's own words say about today."""

    labels: frozenset[str] = frozenset()
    """What hurts now; see LABELS."""
    cleared: frozenset[str] = frozenset()
    """Labels whose body part is plainly said to be free of pain now, and of nothing else: an all-clear."""
    warnings: frozenset[str] = frozenset()
    """The kinds of warning that come with the labels; see WARNINGS."""
    cut_short: bool = False
    """Whether the words say that the run was stopped or cut short, beside a complaint."""
    mentioned: frozenset[str] = frozenset()
    """Parts named with neither complaint nor all-clear, to be asked about; see MENTIONED."""


def read_words(texts: Sequence[str], lexicon: Lexicon) -> Reading:
    """What hurts now, and what is clear again, in the runner's own words.

    `texts` are the title, the description and the private note, in any order and number, without Footnote's
    own note: its tips would be read as complaints. Reads any text without raising; says nothing about an
    empty one.
    """
    found = Findings()
    context = Context(lexicon, found)
    for text in texts:
        _follow(context, text)
    labels = labels_of(found)
    return Reading(
        labels=labels,
        cleared=cleared_of(found, labels),
        warnings=warnings_of(found) if labels else frozenset(),
        cut_short=bool(labels) and found.stopped,
        mentioned=mentioned_of(found, labels),
    )


def _follow(context: Context, text: str) -> None:
    """Goes through one text, clause by clause."""
    context.last_parts = frozenset()
    context.over = frozenset()
    context.traits = set()  # "Morning Run" above says nothing of the heel below
    context.waiting = []
    context.heard = False
    last_words = 0
    last_open: frozenset[str] = frozenset()
    last: Clause | None = None
    findings = context.findings
    cleared_before = (set(findings.clear_parts), set(findings.clear_conditions))
    clauses = clauses_of(text, context.lexicon)
    for sentence in sentences(clauses):
        end = sentence[-1].end
        words = sentence[-1].words
        is_question = words[end].asked if end < len(words) else text.rstrip().endswith("?")
        if is_question:
            _ask(sentence)
        constructed(sentence, last, context.findings)
        last = sentence[-1]
        plain_sentence = not any(takes_back(clause) for clause in sentence)
        context.stopped = any(is_stopped(clause) for clause in sentence)
        context.findings.stopped |= context.stopped
        context.open = last_open if last_words <= 6 else frozenset()
        context.pending = ("", -1)
        context.named = frozenset()
        if not names_a_place(sentence[0]):
            context.waiting = []
        carried, context.traits = context.traits, set()
        leftover = carried
        cold = any(mark.name == "cold" for clause in sentence for mark in clause.of("traits"))
        for clause in sentence:
            context.number += 1
            context.opening = context.number if clause is sentence[0] else context.opening
            context.is_plain = plain_sentence and is_plain(clause)
            live = _clause(context, clause, context.number, cold)
            if live:
                for one in live:
                    one.traits |= leftover
                leftover = set()
        phantom_pebble(context, context.number)
        if context.heard:
            what_went(context, sentence)
        context.heard = heard_something(sentence)
        context.findings.red |= red_without_a_part(sentence, context.findings, context.lexicon, context.number)
        turned(sentence, context.last_parts, context.over, context.findings, context.number)
        last_words = sentence[-1].end - sentence[-1].start
        last_open = context.open
    if is_taken_back(clauses):
        findings.half_clear |= findings.clear_parts - cleared_before[0]
        findings.clear_parts, findings.clear_conditions = cleared_before


def _ask(sentence: Sequence[Clause]) -> None:
    """ "Was the knee ok?" says nothing of now."""
    for clause in sentence:
        for mark in clause.of("sensations"):
            mark.state = PAST if mark.name == "fine" else mark.state


def _clause(context: Context, clause: Clause, number: int, cold: bool) -> list[SorePart]:
    if not clause.marks:
        return []
    here = places(clause)
    feelings = clause.of("sensations")
    named = [m for m in clause.of("conditions") if not _elsewhere(m, clause)]
    live = _conditions(context, clause, named, number)
    context.findings.mentioned |= own_parts(clause)
    if here:
        live += feelings_beside_parts(context, clause, number, cold, bool(live))
    else:
        live += [] if live else feelings_alone(context, feelings, clause, number)
    live += one_spot(context, clause, number) if not live else []
    live += closer(context, clause, number) if here and not live and not feelings else []
    live += red_flags(context, clause, number, live)
    _give_traits(context, clause, here, live)
    _remember(context, clause, here, named)
    if live:
        context.topic = live
    elif here and not any(p.parts & OURS for p in here):
        context.topic = []
    return live


def _conditions(context: Context, clause: Clause, named: Sequence[Mark], number: int) -> list[SorePart]:
    live = []
    for mark in named:
        if mark.state == NOW:
            live.append(context.findings.named(mark.name, number))
        elif mark.state == PAST and clause.frames("thought"):
            context.findings.doubted.add(mark.name)
            context.findings.thought.add(mark.name)
        elif mark.state == OVER:
            context.findings.clear_condition(mark.name, plainly=context.is_plain)
    return live


def _give_traits(context: Context, clause: Clause, here: Sequence[NamedParts], live: Sequence[SorePart]) -> None:
    traits = {mark.name for mark in clause.of("traits") if mark.state == NOW}
    takers = live or ([] if here and not _same_place(context, here) else context.topic)
    for one in takers:
        one.traits |= traits
    if not takers:
        context.traits |= traits
    elif context.traits and live:
        for one in live:
            one.traits |= context.traits
        context.traits = set()


def _remember(context: Context, clause: Clause, here: Sequence[NamedParts], named: Sequence[Mark]) -> None:
    """What later clauses may go on about."""
    if here or named:
        context.over = frozenset(mark.name for mark in named if mark.state in (OVER, PAST))
    if not here:
        return
    own = frozenset(own_parts(clause))
    context.last_parts = own & OURS if own and not own & {"elsewhere"} else frozenset()
    context.named = frozenset(part for place in here for part in place.parts)
    aside = any(mark.start == clause.start for mark in clause.frames("aside"))
    if not (aside and context.open):
        context.open = own - (_fine_parts(clause) if context.is_plain else frozenset())
        context.findings.elsewhere |= "elsewhere" in context.open


def _same_place(context: Context, here: Sequence[NamedParts]) -> bool:
    """Whether the clause still speaks of where it hurts: "sore heel, the usual fascia in the mornings"."""
    sore = {one.part for one in context.topic}
    return any(place.parts & SOLE and sore & SOLE for place in here)


def _elsewhere(condition: Mark, clause: Clause) -> bool:
    """Blisters on the hands and fractured ribs are not ours; two blisters and a sunburn are."""
    if condition.end < clause.end and clause.words[condition.end].is_a("and"):
        return False
    named = condition.name == "foot_pain_unspecified"
    if named and condition.end < clause.end and clause.words[condition.end].is_a("of") and not clause.of("parts"):
        return True  # "entorse de la montre"
    place = nearest(places(clause), condition, SHORT_REACH)
    return place is not None and place.parts == {"elsewhere"} and condition.name in ("blister", "stress_fracture")


def _fine_parts(clause: Clause) -> frozenset[str]:
    here = places(clause)
    fine: set[str] = set()
    for mark in clause.of("sensations"):
        if mark.name == "fine" and (place := nearest(here, mark, SHORT_REACH + 1)):
            fine |= place.parts
    return frozenset(fine)
