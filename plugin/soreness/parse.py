"""From text to clauses, with a state on every phrase of soreness: it holds now, it is over, or it is not the runner's.

Every clause is visited a fixed number of times, so the work grows with the length of the text.
"""

from __future__ import annotations

from dataclasses import replace

from plugin.soreness.answers import answer, finish
from plugin.soreness.clauses import NOT_OWN, NOW, Clause, cut
from plugin.soreness.combinations import cannot, climbs, grows, lasts, returns_each_time
from plugin.soreness.find_phrases import is_tagged, marks_in, without_sayings, words_in
from plugin.soreness.lexicon import Lexicon
from plugin.soreness.negation_and_past import (
    denied_behind,
    list_goes_on,
    negate,
    only_so_long,
    only_then,
    put_in_the_past,
)
from plugin.soreness.noises_and_swelling import hears, just_names, names_of_teams, rests, swells
from plugin.soreness.not_named_again import name_again
from plugin.soreness.ownership import (
    give_to_others,
    goes_on_of_them,
    is_about_another,
    is_said_of,
    it_is_the_part,
    not_ours,
    parts_of_others,
    poor_them,
    suppose,
    who_has,
)
from plugin.soreness.tokens import COMMA, DASH, NO_CLASSES, Word, words_of


def clauses_of(text: str, lexicon: Lexicon) -> list[Clause]:
    """The clauses of one text in order, the state of every mark set: now, over, or not the runner's own."""
    spelled = [one for word in words_of(lexicon.as_meant(text)) for one in _spelled(word, lexicon)]
    words = without_sayings(spelled, lexicon)
    clauses = cut(words, marks_in(words, lexicon))
    others = {m.start for clause in clauses for m in clause.frames("other")}
    own_at, my_at = (
        frozenset(at for at in words_in(words, lexicon, frame) if at + 1 not in others)  # "my wife" is not "my"
        for frame in ("own", "my")
    )
    it_is_the_part(clauses)
    name_again(clauses)
    names_of_teams(clauses)
    for clause in clauses:
        just_names(clause)
    _weigh(clauses, own_at, my_at)
    return clauses


def _spelled(word: Word, lexicon: Lexicon) -> list[Word]:
    """The word as it was meant; a compound as its two parts."""
    meant = lexicon.spelled(word.text)
    if len(meant) >= SHORTEST_COMPOUND and meant not in lexicon.languages and (parts := _compound(meant, lexicon)):
        first, second = parts
        return [
            replace(word, text=first, owns=False, classes=lexicon.classes.get(first, NO_CLASSES)),
            Word(second, classes=lexicon.classes.get(second, NO_CLASSES)),
        ]
    classes = lexicon.classes.get(meant, NO_CLASSES)
    return [word if meant == word.text and not classes else replace(word, text=meant, classes=classes)]


def _compound(word: str, lexicon: Lexicon) -> tuple[str, str] | None:
    """ "Wadenzerrung" is "Waden Zerrung", "kuitblessure" is "kuit blessure"."""
    for at in range(3, len(word) - 3):
        part, end = word[:at], word[at:]
        if "compound_ends" in lexicon.classes.get(end, NO_CLASSES):
            for joint in ("", *lexicon.joints):
                if is_tagged(lexicon, part.removesuffix(joint), "parts"):
                    return part.removesuffix(joint), end
    return None


SHORTEST_COMPOUND = 8


def _weigh(clauses: list[Clause], own_at: frozenset[int], my_at: frozenset[int]) -> None:
    negating_from: int | None = None
    talking = -1
    pitied: set[int] = set()
    for n, clause in enumerate(clauses):
        if not clause.marks:  # most of any text; nothing reaches through it
            negating_from = None
            answer(clause, clauses[n - 1] if n else None)
            continue
        before = clauses[n - 1] if n and clauses[n - 1].sentence == clause.sentence else None
        if not (before and clause.parting == COMMA and list_goes_on(before, clause)):
            negating_from = None
        elif negating_from is not None:
            negating_from = clause.start
        cannot(clause, before)
        grows(clause)
        climbs(clause)
        lasts(clause)
        returns_each_time(clause)
        hears(clause)
        rests(clause)
        swells(clause)
        # In order, and a warning before the "barely" it is made of, which would negate it.
        clause.marks.sort(key=lambda mark: (mark.start, mark.kind != "warnings"))
        negating_from = negate(clause, negating_from)
        put_in_the_past(clause, before, clauses[n - 1] if n else None)
        answer(clause, clauses[n - 1] if n else None)
        finish(clause, clauses[n - 1] if n else None)
        only_so_long(clause)
        only_then(clause, clauses[n - 1] if n else None)
        denied_behind(clause, before)
        give_to_others(clause, own_at, my_at)
        parts_of_others(clause)
        owned = any(at in own_at for at in range(clause.start, clause.end))
        if _is_theirs(clause, before, owned=owned):
            not_ours(clause)
        suppose(clause)
        if clause.frames("pity") or poor_them(clause):
            pitied.add(clause.sentence)
        if clause.frames("talk"):
            talking = clause.sentence
            _only_talked_of(clause, own_at)
        elif talking == clause.sentence and not owned:
            for mark in clause.soreness():
                mark.state = NOT_OWN
    for clause in clauses:
        if clause.sentence in pitied:
            not_ours(clause)
        _agree(clause)


def _is_theirs(clause: Clause, before: Clause | None, *, owned: bool) -> bool:
    """ "My partner can't run: swollen foot"."""
    if before is None:
        return False
    reason = clause.parting == DASH or bool(before.frames("sidelined"))
    speaks = owned or bool(clause.frames("contrast"))
    if not speaks and goes_on_of_them(before, clause):
        return True
    return (reason and not speaks and is_about_another(before)) or who_has(before, clause) or is_said_of(before, clause)


def _only_talked_of(clause: Clause, own_at: frozenset[int]) -> None:
    first = clause.frames("talk")[0].start
    for mark in clause.soreness():
        if not any(at in own_at for at in range(first, min(clause.end, mark.end + 3))) or mark.end <= first:
            mark.state = NOT_OWN


def _agree(clause: Clause) -> None:
    """One phrase may be in several rows ("tore" is pain and an injury): what ends for one ends for all."""
    ended = {(mark.start, mark.end): mark.state for mark in clause.of("sensations") if mark.state != NOW}
    for mark in clause.of("sensations"):
        if mark.name != "fine":
            mark.state = ended.get((mark.start, mark.end), mark.state)
