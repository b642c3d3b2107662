"""Meanings that need two phrases: "can't" with "hop", "worse" with "every run", "five weeks" with "now"."""

from __future__ import annotations

from plugin.soreness.clauses import FEELING_REACH, SHORT_REACH, Clause, Mark

UNABLE_REACH = 3
"""Words between "couldn't" and what could not be done: "couldn't even really hop"."""
WORST_SCORE = 10
"""Pain is scored out of ten."""


_CANNOT = {"walk": "walk", "sleep": "awake"}


def cannot(clause: Clause, before: Clause | None) -> None:
    """ "Can't" and "hop", "hop test" and "failed": together a red flag."""
    for ability in clause.of("abilities"):
        name = _CANNOT.get(ability.name, "weight")
        unable = [f for f in clause.frames("unable") if 0 <= ability.start - f.end <= UNABLE_REACH]
        unable = unable or _too_sore_for(clause, ability) or _not_possible(clause, ability)
        undoable = [
            f
            for f in clause.frames("undoable")
            if 0 <= f.start - ability.end <= 1
            and (f.end == clause.end or not clause.words[f.start].is_a("bare_no"))  # "can hop, no problem"
        ]
        if unable or undoable:
            start = min(unable[0].start, ability.start) if unable else ability.start
            clause.marks.append(Mark(start, ability.end, "warnings", name))
            named = [part for part in clause.of("parts") if part.start < ability.start]
            named += before.of("parts") if before else []
            for part in clause.of("within") if not named else ():
                if ability.start < part.start < ability.end:
                    part.kind = "parts"
    if before and clause.end - clause.start <= SHORT_REACH and clause.marks:
        hops = [mark for mark in before.of("abilities") if mark.name == "hop"]
        tested = any(mark.end == before.end or mark.end - mark.start > 1 for mark in hops)  # "hop test, right leg: no"
        answers = clause.frames("undoable")
        if tested and any(frame.start == clause.start and frame.end == clause.end for frame in answers):
            clause.marks.append(Mark(clause.start, clause.end, "warnings", "weight"))


def _not_possible(clause: Clause, ability: Mark) -> list[Mark]:
    """ "Dass ich auf dem Bein nicht stehen kann", "dat ik niet op dat been kan staan"."""
    beside = (
        *clause.said(max(clause.start, ability.start - 1), ability.start),
        *clause.said(ability.end, ability.end + 1),
    )
    if not any(word.is_a("can") for word in beside):
        return []
    behind = clause.said(ability.end, ability.end + 1)
    opens = bool(behind) and behind[0].is_a("can")  # "auftreten kann ich damit nicht mehr"
    return [
        no
        for no in clause.frames("no")
        if 0 <= ability.start - no.end <= FEELING_REACH
        or (opens and clause.words[no.start].is_a("not_behind") and 0 <= no.start - ability.end <= UNABLE_REACH)
    ]


def _too_sore_for(clause: Clause, ability: Mark) -> list[Mark]:
    """ "Too bruised to" stand, "zu wund zum" Gehen: whatever it is too much of."""
    said = clause.said(clause.start, ability.start)
    if len(said) > UNABLE_REACH - 1 and said[-1].is_a("too_much_to"):
        for back in (2, 3, 4):
            if len(said) > back and said[-1 - back].is_a("too"):
                return [Mark(ability.start - 1 - back, ability.start, "frames", "unable")]
    return []


def grows(clause: Clause) -> None:
    """ "Worse" and "every run": it grows. With a word for the run itself no body part is needed."""
    for more in [
        *clause.frames("more"),
        *(mark for mark in clause.of("warnings") if mark.name == "worse"),
    ]:
        each = [
            frame
            for frame in clause.frames("each_time")
            if _gap(frame, more) <= (FEELING_REACH if frame.end <= more.start else SHORT_REACH)
        ]
        if each:
            runs = any(0 <= run.start - each[-1].end <= SHORT_REACH for run in clause.frames("run"))
            runs = runs or any(clause.words[at].is_a("runs") for at in range(each[0].start, each[-1].end))
            runs = runs and not clause.words[min(max(more.end, each[-1].end), clause.end - 1)].is_a("reasons")
            start = min(more.start, each[0].start)
            clause.marks.append(Mark(start, more.end, "warnings", "worse"))
            if runs and _gap(each[0], more) <= (1 if more.start < each[0].start else 2):
                clause.marks.append(Mark(start, more.end, "frames", "from_run_to_run"))


def climbs(clause: Clause) -> None:
    """ "From a 2 to a 7": a score of pain that goes up."""
    if not clause.of("sensations", "conditions"):
        return
    said = [(at, clause.words[at]) for at in range(clause.start, clause.end)]
    said = [
        (at, word)
        for at, word in said
        if not word.is_a("one") or (word.is_a("to") and clause.words[max(at - 1, 0)].text.isdecimal())
    ]
    for (start, first), (_, low), (_, then), (end, high) in zip(said, said[1:], said[2:], said[3:], strict=False):
        if not (first.is_a("from") and then.is_a("to") and low.text.isdecimal() and high.text.isdecimal()):
            continue
        ends = end + 1 == clause.end or clause.words[end + 1].is_a("after_the_score")
        if ends and len(high.text) <= 2 and int(low.text[:3]) < int(high.text) <= WORST_SCORE:
            clause.marks.append(Mark(start, end + 1, "warnings", "worse"))


def _gap(one: Mark, other: Mark) -> int:
    """The words between two marks."""
    return max(one.start - other.end, other.start - one.end, 0)


def lasts(clause: Clause) -> None:
    """ "Five weeks" beside "for", "now" or "and counting", unless they are weeks of training or rest."""
    still = clause.frames("still")
    for weeks in clause.frames("some_weeks"):
        before = clause.said(max(clause.start, weeks.start - SHORT_REACH), weeks.start)
        if still and any(word.is_a("after") for word in before):  # "still sore after two weeks off"
            clause.marks.append(Mark(weeks.start, weeks.end, "warnings", "weeks"))
    if clause.frames("not_so_long"):
        return
    for frame in clause.frames("week_of"):
        if any(0 <= mark.start - frame.end <= SHORT_REACH for mark in clause.soreness() if mark.name != "fine"):
            clause.marks.append(Mark(frame.start, frame.end, "warnings", "weeks"))
    for weeks in clause.frames("some_weeks"):
        for frame in clause.frames("so_far"):
            if _gap(weeks, frame) < SHORT_REACH:
                clause.marks.append(Mark(weeks.start, weeks.end, "warnings", "weeks"))
                break


def returns_each_time(clause: Clause) -> None:
    """ "On every run for three weeks now" is more than "for three weeks"."""
    for weeks in clause.of("warnings"):
        if weeks.name == "weeks" and clause.frames("each_time") and clause.frames("run"):
            clause.marks.append(Mark(weeks.start, weeks.end, "warnings", "worse"))
