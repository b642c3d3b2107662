"""What is a plain statement that a part is free of pain now, and what takes it back.

"Heel fine" is one. "Would love to say the heel is fine", "heel fine, says the physio", "heel fine. Ibuprofen helped."
are none: where there is doubt nothing is cleared, and the runner is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from plugin.soreness.body_parts import starts_with
from plugin.soreness.clauses import NOT_OWN, NOW, OVER, SHORT_REACH, Clause, Mark
from plugin.soreness.complaints import OURS, Findings

_OPENS = frozenset({"no", "free", "healed", "unfelt", "none_of_it"})
_SAYS_NOTHING = frozenset({"maybe", "talk", "pity", "other", "names", "has", "past", "as_if"})
MOST_BEHIND = 6
"""Words behind an all-clear that may be anything: "no heel pain on the tempo with the club"."""
LONGEST_TURN = 9
"""Words of a clause that may do nothing else than turn: "second half not so much"."""


def takes_back(clause: Clause) -> bool:
    """Whether the clause takes half of an all-clear back: "better", "on the flat", "for the first 5k"."""
    spoken = any(word.is_a("says") for word in clause.said())
    return spoken or any(clause.frames(name) for name in ("partly", "there", "until", "maybe"))


def is_plain(clause: Clause) -> bool:
    """Whether a clause that calls a part fine says that and nothing more."""
    told = [m for m in clause.marks if m.kind in ("parts", "conditions", "sensations") or m.name in _OPENS]
    if not told:
        return False
    known = {at for mark in clause.marks if mark.name not in _SAYS_NOTHING for at in range(mark.start, mark.end)}
    first, last = min(mark.start for mark in told), max(mark.end for mark in told)
    before = (at for at in range(clause.start, first) if at not in known)
    behind = [word for word in clause.said(last) if not _is_small(clause, word.text) and not word.is_a("plain")]
    return all(_is_small(clause, clause.words[at].text) or _is_plain_word(clause, at) for at in before) and (
        len(behind) <= MOST_BEHIND
    )


def _is_plain_word(clause: Clause, at: int) -> bool:
    word = clause.words[at]
    return any(word.is_a(name) for name in ("plain", "light", "passing", "linking", "article", "felt_when"))


def _is_small(clause: Clause, text: str) -> bool:
    return not text or text[0].isdigit()


def is_taken_back(clauses: Sequence[Clause]) -> bool:
    """Whether anything in a text takes back that a part is fine in it: a help, a turn, a pain without a place."""
    said = False
    for clause in clauses:
        if clause.frames("doubtful") or any(_is_apart(clause, frame) for frame in clause.frames("turned")):
            return True
        parts = {mark.name for mark in clause.of("parts")}
        if said and not parts and (_hurts(clause) or clause.frames("until") or _turns(clause)):
            return True
        said = said or any(_is_fine(mark) for mark in clause.of("sensations", "conditions"))
    return False


def _is_fine(mark: Mark) -> bool:
    return mark.state == OVER or (mark.name == "fine" and mark.state == NOW)


def _hurts(clause: Clause) -> bool:
    sore = [m for m in clause.soreness() if m.state == NOW and m.name != "fine"]
    return any(starts_with(clause, mark) or clause.words[clause.start].is_a("then_words") for mark in sore)


def _is_apart(clause: Clause, frame: Mark) -> bool:
    """Whether a turn stands behind what it turns; "ya no me duele" is one phrase with "duele"."""
    told = (
        mark for mark in clause.of("sensations", "conditions", "parts") if not frame.start <= mark.start < frame.end
    )
    return all(mark.end <= frame.start for mark in told if mark.state == NOW or _is_fine(mark))


def _turns(clause: Clause) -> bool:
    """ "No pain, but I only ran to the corner": whatever it is, it is held against what was said."""
    return any(mark.start == clause.start for mark in clause.frames("contrast"))


def turned(
    sentence: Sequence[Clause], parts: frozenset[str], conditions: frozenset[str], findings: Findings, number: int
) -> None:
    """ "Felt fine at first. Second half not so much.": the parts called fine hurt after all."""
    is_past = any(clause.frames("past") for clause in sentence)
    named_at = max((n for n, clause in enumerate(sentence) if clause.of("parts", "conditions")), default=-1)
    for n, clause in enumerate(sentence):
        named = {mark.name for mark in clause.of("parts")}
        is_own = not any(mark.state == NOT_OWN for mark in clause.soreness())
        others_turn = any(mark.name not in conditions for mark in clause.of("conditions"))  # "PF is another story"
        only_if = any(frame.start == clause.start for frame in clause.frames("maybe"))  # "si ya no duele, corro"
        if only_if or clause.words[clause.start].asked or named - parts or others_turn or not is_own or is_past:
            continue
        frames = [frame for frame in clause.frames("turned") if _is_apart(clause, frame)]
        opening = [frame for frame in clause.frames("until") if _ends_it(clause, frame, clause is sentence[0])]
        told = max((mark.end for mark in clause.of("parts", "conditions", "sensations")), default=clause.start)
        length = clause.end - (min(told, frames[0].start) if named and frames else clause.start)
        if (frames or opening) and length <= LONGEST_TURN:
            denied = not opening and all(_denies(clause, frame) for frame in frames)
            called_fine = findings.praised if denied else findings.clear_parts | findings.half_clear
            hurt = called_fine if not (denied and named) else set()
            over = conditions if not denied else frozenset()
        elif n > named_at and _goes_on(clause, findings):
            hurt, over = findings.doubted, conditions & findings.doubted
        else:
            continue
        for part in parts & OURS & hurt:
            findings.of(part, number).feels.add("pain")
        for condition in over:
            findings.named(condition, number)


def _goes_on(clause: Clause, findings: Findings) -> bool:
    """Whether a clause speaks on, of nothing else that we know and nothing good, of a part that was doubted."""
    if not findings.doubted or clause.end - clause.start < SHORT_REACH:
        return False
    if any(word.is_a("scenery") for word in clause.said()):
        return False  # "great on the climbs, the descents were muddy"
    turns = any(word.is_a("elsewhere_again") for word in clause.said()) or _turns(clause)
    if not (turns or clause.frames("there") or findings.doubted & findings.thought):
        return False
    other = any(clause.frames(name) for name in ("other", "names", "talk", "maybe", "doubtful"))
    return not other and not any(_is_fine(mark) for mark in clause.of("sensations", "conditions"))


def _ends_it(clause: Clause, frame: Mark, opens: bool) -> bool:
    if frame.start != clause.start or any(word.is_a("finish") for word in clause.said(frame.end, frame.end + 2)):
        return False
    following = clause.said(frame.end)
    if following and following[0].is_a("that_time"):
        return False  # "if it stops hurting I race. Until then I swim."
    so_long = len(following) in (1, 2) and following[0].text[:1].isdigit()  # "pain free... for the first 5k"
    return opens or so_long or clause.words[frame.start].is_a("until_word")


def _denies(clause: Clause, turn: Mark) -> bool:
    """Whether a turn is a "not", which may as well deny a pain: "not anymore"."""
    noes = (*clause.frames("no"), *clause.frames("none_of_it"))
    return any(turn.start <= no.start < turn.end for no in noes)
