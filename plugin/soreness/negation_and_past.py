"""Negation, the past and healing: sets the state of what does not hold now.

A negation reaches to the right within its clause; "healed" and "last year" cover the whole clause.
"""

from __future__ import annotations

from plugin.soreness.clauses import FEELING_REACH, NEGATION_REACH, NOW, OVER, PAST, SHORT_REACH, Clause, Mark
from plugin.soreness.tokens import COMMA

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
    turns = {frame.start for frame in clause.frames("turned")}  # "a week of nothing and then it was back"
    for mark in list(clause.marks):
        if mark.kind == "frames" and mark.name == "no":
            if clause.words[mark.start].is_a("without") and any(f.end <= mark.start for f in clause.frames("unable")):
                continue  # "can't hop without pain" hurts
            reach_from = mark.end
        elif mark.kind == "frames" and mark.name in ("stop", "contrast"):
            reach_from = None
        elif mark.kind == "frames" and mark.name == "unfelt":
            if any(0 <= m.start - mark.end < SHORT_REACH for m in clause.of("conditions", "sensations")):
                reach_from = mark.end
                for numb in clause.of("sensations"):
                    if numb.start == mark.start:
                        numb.state = OVER
        elif mark.kind == "frames" and mark.name == "free":
            for other in clause.soreness():
                if other.end == mark.start:
                    other.state = OVER
        elif reach_from is not None and mark.start - reach_from <= NEGATION_REACH:
            if mark.kind == "frames" and mark.name in ("healed", "still"):
                if mark.name == "healed":  # "has not healed" hurts
                    mark.kind, mark.name = "sensations", "hurt"
            elif mark.kind == "sensations" and mark.name == "fine":
                mark.name = "hurt"  # "isn't great"
            elif mark.kind in _SORENESS and mark.state == NOW and mark.start not in turns:
                mark.state = OVER
                reach_from = mark.end
            elif mark.kind == "parts":
                reach_from = max(reach_from, mark.end)
    for mark in clause.of("sensations"):
        after = mark.end < clause.end and clause.words[mark.end].is_a("not_behind")
        only = mark.end + 1 < len(clause.words) and clause.words[mark.end + 1].is_a("only")
        if after and not only and mark.state == NOW and mark.name == "fine":
            mark.name = "hurt"  # "Ferse hält nicht"
        elif after and not only and mark.state == NOW:
            mark.state = OVER  # "Ferse schmerzt nicht mehr"; not "schmerzt nicht nur morgens"
    return reach_from


def put_in_the_past(clause: Clause, before: Clause | None, last: Clause | None) -> None:
    """ "Healed", "last year", "since my surgery": it was. "Still" and "again" bring it back. `before` is the
    clause before it in the same sentence, `last` in any."""
    still = bool(clause.frames("still"))
    sore = [mark for mark in clause.soreness() if mark.name != "fine"]
    if before and not still and _is_a_past(before):
        for mark in sore:
            mark.state = PAST  # "Last year: boot and crutches."
    if before and any(word.is_a("wrote") for word in before.said()) and _tells_a_time(before):
        for mark in clause.soreness():
            mark.state = PAST  # "In 2019 I wrote: heel fine"
        return
    told = {mark.start for mark in sore if mark.name not in _DURATIONS}
    healed = [
        frame  # "has gone green" is not gone
        for frame in clause.frames("healed")
        if not _feeling_stays_away(clause, frame, before)
        and not (frame.end in told and clause.words[frame.end - 1].is_a("gone_on"))
    ]
    if healed and not clause.of("parts") and not sore and before is None and last is not None:
        pronoun = clause.words[clause.end - 1].is_a("it_fixed")  # "Wide shoes fixed it."
        before = last if pronoun else None
    if healed and not sore and not clause.of("parts") and _speaks_of_more(clause, healed[0]):
        healed = []  # "Stress fracture, season over"
    if healed:
        over = sore if sore or clause.of("parts") else before.soreness() if before and not still else []
        for mark in over:
            mark.state = OVER
        if not sore:
            for part in clause.of("parts"):
                clause.marks.append(Mark(part.start, part.start, "sensations", "fine"))
    elif fine := _called_fine(clause):
        for mark in fine:
            mark.state = OVER
    elif any(_tells_when(clause, frame) for frame in clause.frames("past")) and not still:
        for mark in clause.of("sensations"):
            mark.state = PAST if mark.name == "fine" else mark.state
        for mark in sore:
            mark.state = PAST
        if (
            not sore and before and not clause.of("parts") and not clause.of("sensations") and clause.parting == COMMA
        ) and clause.end - clause.start <= 3:
            for mark in before.soreness():
                mark.state = PAST
    for mark in clause.of("conditions") if not still else ():
        if mark.start > clause.start and clause.words[mark.start - 1].is_a("old"):
            mark.state = PAST  # "an old ankle sprain"; without what "old shoes" did
    for frame in clause.frames("over_from"):
        for mark in sore:
            if 0 <= mark.start - frame.end <= OVER_REACH and not (still and mark.kind == "sensations"):
                mark.state = PAST
    for frame in clause.frames("after"):
        for mark in sore:
            named = (mark.kind == "conditions" and mark.name != "blister") or mark.name == "broken"
            named = named and not clause.words[mark.start].text.endswith("ing")  # "home after rolling my ankle"
            held = any(frame.start < mark.start for frame in clause.frames("still"))
            if named and not held and 0 <= mark.start - frame.end <= SHORT_REACH:
                mark.state = PAST


def only_so_long(clause: Clause) -> None:
    """ "Fine until mile 6", "gone for the first 5k": then it hurts. "Fine until the end" is fine."""
    for until in clause.frames("until"):
        if any(word.is_a("finish") for word in clause.said(until.end, until.end + 2)):
            continue
        if any(0 <= part.start - until.end <= 1 for part in clause.of("parts")):
            continue  # "mud up to the knees"; "well until my knee joined in" is told by what came then
        for mark in clause.soreness():
            if 0 <= until.start - mark.end <= UNTIL_REACH or 0 <= mark.start - until.end <= UNTIL_REACH - 1:
                if mark.name == "fine":
                    mark.name, mark.state = "hurt", NOW
                elif mark.state == OVER:
                    mark.state = NOW


def only_then(clause: Clause, last: Clause | None) -> None:
    """ "Doesn't hurt running, only on stairs": then it does. `last` is the clause before it in any sentence."""
    if last is None or clause.of("parts") or not clause.words[clause.start].is_a("only_words"):
        return
    following = clause.said(clause.start + 1, clause.start + 2)
    if any(word.is_a("felt_when") and not word.is_a("article") for word in following):
        for mark in last.soreness():
            if mark.state == OVER and not last.frames("healed"):
                mark.state = NOW


def denied_behind(clause: Clause, before: Clause | None) -> None:
    """ "PF update: no pain": what was named is what does not hurt."""
    if before is None or clause.of("parts", "conditions") or before.of("sensations"):
        return
    sore = [mark for mark in clause.of("sensations") if mark.name != "fine"]
    if sore and all(mark.state == OVER for mark in sore) and before.end - before.start <= LONGEST_DATE:
        for mark in before.of("conditions"):
            mark.state = OVER


UNTIL_REACH = 5


def _tells_when(clause: Clause, frame: Mark) -> bool:
    """Whether a time past is when it hurt; not "since mile 10 yesterday", nor the cause in "yesterday's hills"."""
    before = clause.words[max(clause.start, frame.start - SHORT_REACH) : frame.start]
    of_yesterday = clause.words[frame.start].is_a("yesterday") and clause.words[frame.start].owns
    likened = len(before) > 1 and before[-1].is_a("than")  # "the same ache as last week"
    return not of_yesterday and not likened and not any(word.is_a("since") for word in before)


def _speaks_of_more(clause: Clause, frame: Mark) -> bool:
    """Whether a word before "is over" could be what is over."""
    known = {at for mark in clause.marks for at in range(mark.start, mark.end)}
    return any(at not in known and len(clause.words[at].text) > 4 for at in range(clause.start, frame.start))


def _feeling_stays_away(clause: Clause, frame: Mark, before: Clause | None) -> bool:
    """ "Numb toes that didn't come back": what is welcome back is the feeling. It lasts, then."""
    said = clause.said(clause.start, frame.end)
    numb = [clause, before] if before and any(word.is_a("feeling") for word in said) else [clause]
    if not any(word.is_a("comes_back") for word in said) or not any(
        mark.name == "nerve" for one in numb for mark in one.of("sensations")
    ):
        return False
    clause.marks.append(Mark(frame.start, frame.end, "warnings", "lasting"))
    return True


def _tells_a_time(clause: Clause) -> bool:
    return bool(clause.frames("past")) or any(len(w.text) == YEAR and w.text.isdecimal() for w in clause.said())


YEAR = 4
"""Digits."""


def _is_a_past(clause: Clause) -> bool:
    """Whether a clause says when and nothing else: "Last year:", "Two weeks ago,"."""
    past = clause.frames("past")
    return bool(past) and past[-1].end == clause.end and clause.end - clause.start <= LONGEST_DATE


LONGEST_DATE = 3


def _called_fine(clause: Clause) -> list[Mark]:
    """ "The blister is fine now", "PF behaved": the troubles a clause calls fine and nothing else."""
    gone_last = clause.words[clause.end - 1].is_a("gone")
    if gone := [mark for mark in clause.of("conditions") if mark.end == clause.end - 1 and gone_last]:
        return gone  # "plantar fasciitis gone"
    if any(mark.name != "fine" and mark.state == NOW for mark in clause.of("sensations", "warnings")):
        return []
    for no in clause.frames("no"):
        given = clause.words[max(0, no.start - 2) : no.start] if no.start > clause.start else ()
        if any(word.is_a("gave") for word in given):  # "the neuroma gave me no trouble"
            return [mark for mark in clause.of("conditions") if mark.state == NOW and mark.end < no.start]
    joins = {mark.end for mark in clause.frames("copula")}
    fine = [
        mark.start
        for mark in clause.of("sensations")
        if mark.name == "fine"
        and not clause.words[mark.start].is_a("half_fine")
        and (mark.start in joins or mark.start - 1 in joins or clause.words[mark.start].is_a("behaved"))
    ]
    named = [mark for mark in clause.of("conditions") if mark.state == NOW]
    return [mark for mark in named if any(0 <= at - mark.end <= FEELING_REACH for at in fine)]


_DURATIONS = frozenset({"weeks", "lasting"})
