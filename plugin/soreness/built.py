"""What words build together that none of them says alone: "can't" and "hop", "worse" and "every run", "five
weeks" and "now".
"""

from __future__ import annotations

from .clauses import SHORT_REACH, Clause, Mark

UNABLE_REACH = 3
"""Words between "couldn't" and what could not be done: "couldn't even really hop"."""
_RUNS = frozenset({"run", "runs", "lauf", "laufe", "sortie", "corsa", "loop"})


def cannot(clause: Clause, before: Clause | None) -> None:
    """ "Can't" and "hop", "hop test" and "failed": together a red flag."""
    for ability in clause.of("abilities"):
        name = "walk" if ability.name == "walk" else "weight"
        unable = [f for f in clause.frames("unable") if 0 <= ability.start - f.end <= UNABLE_REACH]
        undoable = [f for f in clause.frames("undoable") if 0 <= f.start - ability.end <= 1]
        if unable or (undoable and name == "weight"):
            start = unable[0].start if unable else ability.start
            clause.marks.append(Mark(start, ability.end, "warnings", name))
            for part in clause.of("within") if not clause.of("parts") else ():
                if ability.start < part.start < ability.end:
                    part.kind = "parts"
    if before and clause.end - clause.start <= SHORT_REACH and clause.marks:
        tested = any(mark.name == "hop" and mark.end == before.end for mark in before.of("abilities"))
        answers = clause.frames("undoable")
        if tested and any(frame.start == clause.start and frame.end == clause.end for frame in answers):
            clause.marks.append(Mark(clause.start, clause.end, "warnings", "weight"))


def grows(clause: Clause) -> None:
    """ "Worse" and "every run": it grows. With a word for the run itself no body part is needed."""
    for more in [*clause.frames("more"), *(mark for mark in clause.of("warnings") if mark.name == "worse")]:
        each = [frame for frame in clause.frames("each_time") if _gap(frame, more) <= SHORT_REACH]
        if each:
            runs = any(0 <= run.start - each[-1].end <= SHORT_REACH for run in clause.frames("run"))
            runs = runs or any(clause.words[at].text in _RUNS for at in range(each[0].start, each[-1].end))
            start = min(more.start, each[0].start)
            clause.marks.append(Mark(start, more.end, "warnings", "worse"))
            if runs and _gap(each[0], more) <= (1 if more.start < each[0].start else 2):
                clause.marks.append(Mark(start, more.end, "frames", "from_run_to_run"))


def _gap(one: Mark, other: Mark) -> int:
    """The words between two marks."""
    return max(one.start - other.end, other.start - one.end, 0)


def lasts(clause: Clause) -> None:
    """ "Five weeks" beside "for", "now" or "and counting", unless they are weeks of training or rest."""
    if clause.frames("not_so_long"):
        return
    for weeks in clause.frames("some_weeks"):
        for frame in clause.frames("so_far"):
            if _gap(weeks, frame) < SHORT_REACH:
                clause.marks.append(Mark(weeks.start, weeks.end, "warnings", "weeks"))
                break
