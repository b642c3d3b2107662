"""Answers: a clause that says no to the one before it, "Heel pain? None.", or takes up its "fine"."""

from __future__ import annotations

from plugin.soreness.clauses import OVER, Clause, Mark


def answer(clause: Clause, before: Clause | None) -> None:
    """ "Heel pain? None." The whole clause says no to the one before."""
    if not clause.marks and not clause.words[clause.start].asked:
        return
    opened = max(
        (key_value.end for key_value in clause.frames("contrast") if key_value.start == clause.start),
        default=clause.start,
    )
    whole = any(m.start in (clause.start, opened) and m.end == clause.end for m in clause.frames("none_of_it"))
    if any(key_value.start == clause.start for key_value in clause.frames("no")) and not clause.of("parts"):
        said = {word.text for word in clause.words[clause.start : clause.end]}
        short = before is not None and before.end - before.start <= 4
        whole = whole or (short and bool(said & _THEM))  # "Shin splints? Haven't had them since."
    if any(key_value.start == clause.start for key_value in clause.frames("unfelt")) and not clause.of(
        "parts", "conditions"
    ):
        whole = True  # "Neuroma? Didn't feel it once."
    opens = clause.words[clause.start]
    if opens.asked and opens.text in _NOT and not clause.of("parts", "conditions", "sensations"):
        whole = True  # "Blisters? Not in these socks."
    if opens.asked and [word.text for word in clause.words[clause.start : clause.start + 2]] == _JOKE:
        whole = True
    if not whole or before is None:
        return
    if before.sentence == clause.sentence or before.end - before.start <= LONGEST_QUESTION:
        for key_value in before.soreness():
            key_value.state = OVER


_NOT = frozenset({"not", "no", "nope", "nah", "never", "nicht", "nein", "nie", "pas", "non", "jamais", "niet", "nee"})
_JOKE = ["more", "like"]
"""Shin splints? More like chin splints."""
LONGEST_QUESTION = 6
"""Words of a sentence that the next one may answer: "Heel pain after the hills? None."."""
_THEM = frozenset({"them", "any", "since"})


def finish(clause: Clause, before: Clause | None) -> None:
    """ "The knee was fine, my Achilles wasn't": a "not" left hanging takes up what was said before."""
    if before is None or not clause.of("parts") or clause.soreness() or not clause.frames("no"):
        return
    last = clause.frames("no")[-1]
    part = clause.of("parts")[-1]
    if last.end == clause.end and last.start >= part.end and any(m.name == "fine" for m in before.of("sensations")):
        clause.marks.append(Mark(last.start, last.end, "sensations", "pain"))
