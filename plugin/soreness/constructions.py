"""Complaints that a construction makes, where no word of the clause says that it hurts.

"Stopped because of my shin", "all good except the heel", "heel fine, now it's the Achilles", "PF and Achilles".
"""

from __future__ import annotations

from collections.abc import Sequence

from plugin.soreness.body_parts import NamedParts, behind, opens_with, places
from plugin.soreness.clauses import NOW, SHORT_REACH, Clause, Mark
from plugin.soreness.complaints import COVERS, OURS, SOLE, Findings
from plugin.soreness.ownership import own_parts

_HURT = ("sensations", "hurt")


def constructed(sentence: Sequence[Clause], before: Clause | None, findings: Findings) -> None:
    """Adds the marks. `before` is the clause before the sentence, `findings` what was found until then."""
    stopped = _stops(sentence) or (before is not None and len(sentence) == 1 and _stops([before]))
    hurts_so_far = False
    praised = before is not None and _praises(before)
    stop = max((n for n, clause in enumerate(sentence) if is_stopped(clause)), default=-1)
    for n, clause in enumerate(sentence):
        _exception(clause, hurts_so_far)
        _reason(clause, stopped)
        if n <= stop:
            _stopped_for(clause)
        _says(clause)
        _tells(clause)
        _then(clause, praised)
        praised = praised or _praises(clause)
        if not clause.soreness():
            last = before
            excepted = last is not None and any(frame.end == last.end for frame in last.frames("except"))
            bare = _only_names(clause) and not clause.frames("no")
            if (bare and (stopped or excepted)) or _moved_on(clause, last, findings):
                _add(clause, clause.of("parts")[:1])
            elif last is not None and last.sentence == clause.sentence and _shares(clause, last):
                _add(clause, clause.of("parts"))
        else:
            _listed(clause)
        hurts_so_far = hurts_so_far or _hurts(clause)
        before = clause


def _stops(sentence: Sequence[Clause]) -> bool:
    return any(is_stopped(clause) for clause in sentence)


def is_stopped(clause: Clause) -> bool:
    """ "Stopped at 5k", "DNF"; not "no DNF today"."""
    return any(not any(no.end <= frame.start for no in clause.frames("no")) for frame in clause.frames("stopped"))


def _hurts(clause: Clause) -> bool:
    return any(mark.state == NOW and mark.name != "fine" for mark in clause.of("sensations", "conditions"))


def _hurts_plainly(clause: Clause) -> bool:
    return any(mark.state == NOW and mark.name not in _WEAK for mark in clause.of("sensations", "conditions"))


_WEAK = frozenset({"fine", "bad", "voiced", "trouble_with", "felt"})


def _add(clause: Clause, parts: Sequence[Mark]) -> None:
    own = own_parts(clause)
    if not clause.frames("maybe") or clause.frames("except"):
        clause.marks += [Mark(part.start, part.end, *_HURT) for part in parts if part.name in OURS & own]


def _exception(clause: Clause, hurts_so_far: bool) -> None:
    """ "Apart from the foot a great day". "Everything hurts except my feet" is the other way round."""
    for frame in clause.frames("except"):
        place = behind(clause, places(clause), frame)
        if place is None or hurts_so_far or any(one.start > place.start for one in clause.of("conditions")):
            continue
        if not _hurts_plainly(clause):
            fine = [mark for mark in clause.of("sensations") if mark.name == "fine" and mark.start >= place.end]
            clause.marks[:] = [mark for mark in clause.marks if mark not in fine]
            _add(clause, [part for part in clause.of("parts") if place.start <= part.start < place.end])


def _reason(clause: Clause, stopped: bool) -> None:
    """ "Walked home because of the shin"."""
    if not stopped or any(mark.name not in _WEAK for mark in clause.of("sensations", "conditions")):
        return
    for frame in clause.frames("because"):
        place = behind(clause, places(clause), frame)
        if place is not None:
            _add(clause, [part for part in clause.of("parts") if place.start <= part.start < place.end])
            return


def _moved_on(clause: Clause, before: Clause | None, findings: Findings) -> bool:
    """ "Heel fine, now it's the Achilles": only after something else was spoken of."""
    told = (findings.complaints, findings.clear_parts, findings.clear_conditions, findings.half_clear)
    spoken_of = any(told) or (before is not None and bool(before.soreness()))
    if not spoken_of or clause.frames("no"):
        return False
    here = places(clause)
    return any(
        (place := behind(clause, here, frame)) is not None and clause.end - place.end < SHORT_REACH
        for frame in clause.frames("now_it_is")
    )


def _says(clause: Clause) -> None:
    """ "My knee decided otherwise": a part that has a will hurts."""
    for place in places(clause):
        said = [word for word in clause.said(place.end, place.end + SHORT_REACH) if not word.is_a("linking")]
        if said and said[0].is_a("wills"):
            _add_where_not_fine(clause, place)


def _stopped_for(clause: Clause) -> None:
    """ "Calf at 5k, walked home": the part that a clause begins with, where the run was stopped."""
    here = places(clause)
    if here and opens_with(clause, here[0]) and not clause.frames("no") and "toenail" not in here[0].parts:
        _add_where_not_fine(clause, here[0])


def _tells(clause: Clause) -> None:
    """ "Heel like walking on glass", "talon au réveil": no word of pain is needed."""
    mornings = any(mark.name == "morning" for mark in clause.of("traits"))
    for place in places(clause):
        behind_it = [word for word in clause.said(place.end, place.end + SHORT_REACH) if not word.is_a("linking")]
        compared = bool(behind_it) and behind_it[0].is_a("comparing") and bool(place.parts & _TELL_BY_LIKENESS)
        if compared or (mornings and place.parts & SOLE and opens_with(clause, place)):
            _add_where_not_fine(clause, place)


_TELL_BY_LIKENESS = SOLE | {"forefoot", "metatarsal", "achilles", "shin", "ankle"}


def _praises(clause: Clause) -> bool:
    """Whether a clause speaks well of the run, and of no part."""
    return not clause.of("parts") and any(m.name == "fine" and m.state == NOW for m in clause.of("sensations"))


def _then(clause: Clause, praised: bool) -> None:
    """ "Going so well until my knee joined in": whatever a part did then, it hurts."""
    here = places(clause)
    for frame in (*clause.frames("then"), *clause.frames("contrast")):
        place = behind(clause, here, frame)
        earlier = any(mark.name == "fine" and mark.end <= frame.start for mark in clause.of("sensations"))
        opens = frame.start == clause.start and praised
        if place is None or place is not here[0] or not (opens or earlier) or place.end == clause.end:
            continue
        if any(one.start == place.end for one in clause.frames("located")):
            continue  # "and then feet in the sea"
        if not any(mark.name == "fine" and mark.start >= place.end for mark in clause.of("sensations")):
            _add_where_not_fine(clause, place, since=frame.end)


def _add_where_not_fine(clause: Clause, place: NamedParts, since: int = 0) -> None:
    said = [
        mark for mark in clause.soreness() if mark.start >= since and (mark.name not in _WEAK or mark.name == "fine")
    ]
    if not said and not clause.frames("talk") and not clause.frames("pity") and not clause.frames("unfelt"):
        _add(clause, [part for part in clause.of("parts") if place.start <= part.start < place.end])


def _only_names(clause: Clause) -> bool:
    said = {at for part in clause.of("parts") for at in range(part.start, part.end)}
    return bool(said) and all(
        at in said or word.is_a("passing") or word.is_a("article") or not word.text
        for at, word in enumerate(clause.said(), clause.start)
    )


def _shares(clause: Clause, before: Clause) -> bool:
    """ "Heel sore, Achilles too", "PF in the left, Achilles in the right"."""
    parts = clause.of("parts")
    named = {mark.name for mark in before.of("conditions")}
    covered = any(part.name in COVERS.get(condition, frozenset({part.name})) for part in parts for condition in named)
    if not parts or covered or not _hurts(before) or clause.frames("no"):
        return False
    said = {
        at for mark in (*parts, *clause.frames("located"), *clause.frames("link")) for at in range(mark.start, mark.end)
    }
    rest = [clause.words[at] for at in range(clause.start, clause.end) if at not in said]
    small = all(word.is_a("passing") or word.is_a("article") or word.is_a("also") or not word.text for word in rest)
    parallel = bool(named) and clause.end - clause.start > 1
    return small and (parallel or any(word.is_a("also") for word in clause.said()))


def _listed(clause: Clause) -> None:
    """ "PF and Achilles": the part beside a condition hurts as well."""
    linked = {at for at in range(clause.start, clause.end) if clause.words[at].is_a("and")}
    feels = [mark for mark in clause.of("sensations") if mark.name != "fine"]
    for condition in clause.of("conditions") if not feels else ():
        for part in clause.of("parts"):
            first, second = sorted((condition, part), key=lambda mark: mark.start)
            between = range(first.end, second.start)
            joined = bool(linked & set(between)) and all(
                at in linked or clause.words[at].is_a("passing") or clause.words[at].is_a("article") for at in between
            )
            if joined and condition.state == NOW and part.name not in COVERS.get(condition.name, frozenset()):
                _add(clause, [part])
