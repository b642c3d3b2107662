"""A clause that answers the one before it: "Heel pain? None." or "the knee was fine, my Achilles wasn't"."""

from __future__ import annotations

from plugin.soreness.clauses import NOW, OVER, Clause, Mark


def answer(clause: Clause, before: Clause | None) -> None:
    """ "Heel pain? None." The whole clause says no to the one before."""
    if not clause.marks and not clause.words[clause.start].asked:
        return
    opened = max(
        (mark.end for mark in clause.frames("contrast") if mark.start == clause.start),
        default=clause.start,
    )
    whole = any(m.start in (clause.start, opened) and m.end == clause.end for m in clause.frames("none_of_it"))
    if any(mark.start == clause.start for mark in clause.frames("no")) and not clause.of("parts"):
        short = before is not None and before.end - before.start <= 4
        # "Shin splints? Haven't had them since."
        whole = whole or (short and any(word.is_a("them") for word in clause.said()))
    if any(mark.start == clause.start for mark in clause.frames("unfelt")) and not clause.of("parts", "conditions"):
        whole = True  # "Neuroma? Didn't feel it once."
    opens = clause.words[clause.start]
    if opens.asked and opens.is_a("no_answer") and not clause.of("parts", "conditions", "sensations"):
        whole = True  # "Blisters? Not in these socks."
    behind = clause.said(clause.start + 1, clause.start + 2)
    if opens.asked and opens.is_a("more_word") and any(word.is_a("like_word") for word in behind):
        whole = True  # "Shin splints? More like chin splints."
    if not whole or before is None:
        return
    if before.sentence == clause.sentence or before.end - before.start <= LONGEST_QUESTION:
        for mark in before.soreness():
            if mark.name == "fine":  # "Is my shin fine? Nope."; not "fine now, not a peep"
                agrees = any(one.name == "fine" for one in clause.of("sensations"))
                mark.name, mark.state = ("fine" if agrees else "hurt"), NOW
            else:
                mark.state = OVER


LONGEST_QUESTION = 6
"""Words of a sentence that the next one may answer: "Heel pain after the hills? None."."""


def finish(clause: Clause, before: Clause | None) -> None:
    """ "The knee was fine, my Achilles wasn't": a "not" left hanging takes up what was said before."""
    if before is None or not clause.of("parts") or clause.soreness() or not clause.frames("no"):
        return
    last = clause.frames("no")[-1]
    part = clause.of("parts")[-1]
    praised = any(mark.name == "fine" for mark in before.of("sensations"))
    other = before.sentence != clause.sentence and before.of("parts")  # "Loved it. My calf didn't."
    if last.end == clause.end and last.start >= part.end and praised and not other:
        name = "pain" if before.sentence == clause.sentence else "hurt"  # "feet held up, quads did not": tired
        clause.marks.append(Mark(last.start, last.end, "sensations", name))
