"""Whether it is so, and whether it is so now: negation, the past, healing.

Within a clause a negation reaches to the right; "healed" and "last year" cover it whole.
"""

from __future__ import annotations

from plugin.soreness.clauses import FEELING_REACH, NEGATION_REACH, NOW, OVER, SHORT_REACH, Clause, Mark
from plugin.soreness.words import COMMA

OVER_REACH = 5
"""Words from "back from", "a year since" to what is over."""

_SORENESS = frozenset({"sensations", "conditions", "warnings", "traits"})


def list_goes_on(before: Clause, clause: Clause) -> bool:
    """Whether a negation runs on through the comma: "no heel, arch or ankle pain", "no rubs, hot spots or
    blisters"."""
    if clause.frames("alternative"):
        return clause.end - clause.start <= NEGATION_REACH
    only_a_part = bool(before.of("parts")) and not before.soreness()
    return only_a_part and before.end - before.start <= 4 and bool(clause.of("parts"))


def negate(clause: Clause, reach_from: int | None) -> int | None:
    """Negates what stands to the right of a "no". Returns where the negation still reaches from, if it
    does."""
    for key_value in list(clause.marks):
        if key_value.kind == "frames" and key_value.name == "no":
            if clause.words[key_value.start].text in _WITHOUT and any(
                f.end <= key_value.start for f in clause.frames("unable")
            ):
                continue  # "can't hop without pain" hurts
            reach_from = key_value.end
        elif key_value.kind == "frames" and key_value.name in ("stop", "contrast"):
            reach_from = None
        elif key_value.kind == "frames" and key_value.name == "unfelt":
            if any(0 <= m.start - key_value.end < SHORT_REACH for m in clause.of("conditions", "sensations")):
                reach_from = key_value.end
                for numb in clause.of("sensations"):
                    if numb.start == key_value.start:
                        numb.state = OVER
        elif key_value.kind == "frames" and key_value.name == "free":
            for other in clause.soreness():
                if other.end == key_value.start:
                    other.state = OVER
        elif reach_from is not None and key_value.start - reach_from <= NEGATION_REACH:
            if key_value.kind == "frames" and key_value.name in ("healed", "still"):
                if key_value.name == "healed":  # "has not healed" hurts
                    key_value.kind, key_value.name = "sensations", "pain"
            elif key_value.kind == "sensations" and key_value.name == "fine":
                key_value.name = "pain"  # "isn't great"
            elif key_value.kind in _SORENESS and key_value.state == NOW:
                key_value.state = OVER
                reach_from = key_value.end
            elif key_value.kind == "parts":
                reach_from = max(reach_from, key_value.end)
    for key_value in clause.of("sensations"):
        after = clause.words[key_value.end].text if key_value.end < clause.end else ""
        only = key_value.end + 1 < len(clause.words) and clause.words[key_value.end + 1].text in _ONLY
        if after in _NOT_BEHIND and not only and key_value.state == NOW and key_value.name != "fine":
            key_value.state = OVER  # "Ferse schmerzt nicht mehr"; not "schmerzt nicht nur morgens"
    return reach_from


_WITHOUT = frozenset({"without", "ohne", "sans", "sin", "senza", "zonder"})
_NOT_BEHIND = frozenset({"nicht", "nimmer", "niet"})
"""What says no behind its verb."""
_ONLY = frozenset({"nur", "alleen", "allein", "slechts"})


def put_in_the_past(clause: Clause, before: Clause | None, last: Clause | None) -> None:
    """ "Healed", "last year", "since my surgery": it was. "Still" and "again" bring it back. `before` is the
    clause before it in the same sentence, `last` in any."""
    still = bool(clause.frames("still"))
    sore = [key_value for key_value in clause.soreness() if key_value.name != "fine"]
    if before and not still and _is_a_past(before):
        for key_value in sore:
            key_value.state = OVER  # "Last year: boot and crutches."
    told = {key_value.start for key_value in sore if key_value.name not in _DURATIONS}
    healed = [
        frame  # "has gone green" is not gone
        for frame in clause.frames("healed")
        if not _feeling_stays_away(clause, frame, before)
        and not (frame.end in told and clause.words[frame.end - 1].text == "gone")
    ]
    if healed and not clause.of("parts") and not sore and before is None and last is not None:
        pronoun = clause.words[clause.end - 1].text in ("it", "them", "that")  # "Wide shoes fixed it."
        before = last if pronoun else None
    if healed and not sore and not clause.of("parts") and _speaks_of_more(clause, healed[0]):
        healed = []  # "Stress fracture, season over"
    if healed:
        over = sore if sore or clause.of("parts") else before.soreness() if before and not still else []
        for key_value in over:
            key_value.state = OVER
        if not sore:
            for part in clause.of("parts"):
                clause.marks.append(Mark(part.start, part.start, "sensations", "fine"))
    elif fine := _called_fine(clause):
        for key_value in fine:
            key_value.state = OVER
    elif any(_tells_when(clause, frame) for frame in clause.frames("past")) and not still:
        for key_value in sore:
            key_value.state = OVER
        if (
            not sore and before and not clause.of("parts") and not clause.of("sensations") and clause.parting == COMMA
        ) and clause.end - clause.start <= 3:
            for key_value in before.soreness():
                key_value.state = OVER
    for key_value in clause.of("conditions") if not still else ():
        if key_value.start > clause.start and clause.words[key_value.start - 1].text in _OLD:
            key_value.state = OVER  # "an old ankle sprain"; without what "old shoes" did
    for frame in clause.frames("over_from"):
        for key_value in sore:
            if 0 <= key_value.start - frame.end <= OVER_REACH and not (still and key_value.kind == "sensations"):
                key_value.state = OVER
    for frame in clause.frames("after"):
        for key_value in sore:
            named = (key_value.kind == "conditions" and key_value.name != "blister") or key_value.name == "broken"
            named = named and not clause.words[key_value.start].text.endswith("ing")  # "home after rolling my ankle"
            held = any(frame.start < key_value.start for frame in clause.frames("still"))
            if named and not held and 0 <= key_value.start - frame.end <= SHORT_REACH:
                key_value.state = OVER


def _tells_when(clause: Clause, frame: Mark) -> bool:
    """Whether a time past is when it hurt; not "since mile 10 yesterday", nor the cause in "yesterday's hills"."""
    before = clause.words[max(clause.start, frame.start - SHORT_REACH) : frame.start]
    of_yesterday = clause.words[frame.start].text == "yesterday" and clause.words[frame.start].owns
    return not of_yesterday and not any(word.text in _SINCE for word in before)


_SINCE = frozenset({"since", "for", "over", "seit", "depuis", "desde", "da", "sinds"})


def _speaks_of_more(clause: Clause, frame: Mark) -> bool:
    """Whether a word before "is over" could be what is over."""
    known = {at for key_value in clause.marks for at in range(key_value.start, key_value.end)}
    return any(at not in known and len(clause.words[at].text) > 4 for at in range(clause.start, frame.start))


def _feeling_stays_away(clause: Clause, frame: Mark, before: Clause | None) -> bool:
    """ "Numb toes that didn't come back": what is welcome back is the feeling. It lasts, then."""
    said = {clause.words[at].text for at in range(clause.start, frame.end)}
    numb = [clause, before] if before and said & _FEELING else [clause]
    if not said & _BACK or not any(key_value.name == "nerve" for one in numb for key_value in one.of("sensations")):
        return False
    clause.marks.append(Mark(frame.start, frame.end, "warnings", "lasting"))
    return True


_FEELING = frozenset({"feeling", "sensation", "gefuhl", "sensacion", "sensazione", "gevoel", "sensibilite"})
_BACK = frozenset({"back", "return", "returned"})


def _is_a_past(clause: Clause) -> bool:
    """Whether a clause says when and nothing else: "Last year:", "Two weeks ago,"."""
    past = clause.frames("past")
    return bool(past) and past[-1].end == clause.end and clause.end - clause.start <= LONGEST_DATE


LONGEST_DATE = 3


def _called_fine(clause: Clause) -> list[Mark]:
    """ "The blister is fine now", "PF behaved": the troubles a clause calls fine and nothing else."""
    last = clause.words[clause.end - 1].text
    if gone := [
        key_value for key_value in clause.of("conditions") if key_value.end == clause.end - 1 and last in _GONE
    ]:
        return gone  # "plantar fasciitis gone"
    if any(key_value.name != "fine" and key_value.state == NOW for key_value in clause.of("sensations", "warnings")):
        return []
    for no in clause.frames("no"):
        given = no.start > clause.start and {word.text for word in clause.words[max(0, no.start - 2) : no.start]}
        if given and given & _GAVE:  # "the neuroma gave me no trouble"
            return [
                key_value
                for key_value in clause.of("conditions")
                if key_value.state == NOW and key_value.end < no.start
            ]
    joins = {key_value.end for key_value in clause.frames("copula")}
    fine = [
        key_value.start
        for key_value in clause.of("sensations")
        if key_value.name == "fine"
        and clause.words[key_value.start].text not in _HALF_FINE
        and (key_value.start in joins or key_value.start - 1 in joins or clause.words[key_value.start].text in _BEHAVED)
    ]
    named = [key_value for key_value in clause.of("conditions") if key_value.state == NOW]
    return [key_value for key_value in named if any(0 <= at - key_value.end <= FEELING_REACH for at in fine)]


_GONE = frozenset({"gone", "weg", "fort", "parti", "partie", "disparue", "sparita", "sparito", "verdwenen"})
_GAVE = frozenset({"gave", "gives", "giving", "given", "caused", "causes", "causing", "posed", "made"})
_DURATIONS = frozenset({"weeks", "lasting"})
_OLD = frozenset({"old", "alte", "alter", "alten", "ancienne", "ancien", "vieille", "vieja", "antigua", "oude"})
_HALF_FINE = frozenset({"better", "ok", "okay", "oke"})
_BEHAVED = frozenset({"behaved", "behaving", "held", "holding", "quiet", "silent", "calm", "settled", "sorted"})
