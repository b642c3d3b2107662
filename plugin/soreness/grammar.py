"""From words to clauses, and for every word of soreness: is it so now, is it over, or is it not the runner's
at all?

A clause ends at a comma, an emoji, a colon or a word of contrast ("but", "aber", "mais"). Within it a
negation reaches to the right, "healed" and "last year" cover it whole, and "her" or "the dog" takes what
follows away from the runner. Feelings go to the body part beside them, so "quads sore, feet fine" says
nothing about feet.

Every clause is cut at LONGEST_CLAUSE words and looked at a fixed number of times: the work grows with the
text, no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .lexicon import Lexicon, Tag
from .words import COMMA, DASH, JOINED, SENTENCE, Word, words_of

LONGEST_CLAUSE = 40
NEGATION_REACH = 7
"""Words from "no" to what it negates: "no more of that awful stabbing heel"."""
FEELING_REACH = 7
"""Words between a feeling and its body part: "pain under the ball of the foot", "the foot has been
hurting"."""
UNABLE_REACH = 3
"""Words between "couldn't" and what could not be done: "couldn't even really hop"."""
SHORT_REACH = 3
"""The same for words that mean soreness only right beside a foot: "trashed feet", "heel fine"."""

OVER_REACH = 5
"""Words from "back from", "a year since" to what is over."""

NOW, OVER, NOT_OWN = "now", "over", "not own"

_SORENESS = frozenset({"sensations", "conditions", "warnings", "traits"})
_RUNS = frozenset({"run", "runs", "lauf", "laufe", "sortie", "corsa", "loop"})
_YEARS = range(1950, 2100)
_ITSELF = frozenset({"it", "its", "this", "that", "which", "something", "one", "everything", "nothing"})


@dataclass(slots=True)
class Mark:
    """A phrase found in the text: where, what, and whether it holds."""

    start: int
    end: int
    kind: str
    name: str
    state: str = NOW


@dataclass(slots=True)
class Clause:
    """A stretch of words that is negated, past or somebody else's together."""

    start: int
    end: int
    parting: int
    sentence: int
    words: Sequence[Word]
    marks: list[Mark] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Mark]:
        return [mark for mark in self.marks if mark.kind in kinds]

    def frames(self, name: str) -> list[Mark]:
        return [mark for mark in self.marks if mark.kind == "frames" and mark.name == name]

    def soreness(self) -> list[Mark]:
        """The marks that can say that something hurts (or, for "fine", that it does not)."""
        return self.of("sensations", "conditions", "warnings")


def clauses_of(text: str, lexicon: Lexicon) -> list[Clause]:
    """The clauses of one text in order, every mark already weighed: now, over, or not the runner's own."""
    written = (Word(lexicon.spelled(one.text), one.parting, one.owns) for one in words_of(text))
    words = _without_sayings(list(written), lexicon)
    clauses = _cut(words, _marks(words, lexicon))
    _weigh(clauses, _words_in(words, lexicon, "own"), _words_in(words, lexicon, "my"))
    return clauses


def _without_sayings(words: list[Word], lexicon: Lexicon) -> list[Word]:
    """The words with every saying blanked, so that nothing in it is read.

    A longer phrase of ours keeps its words: "put my foot down" is a saying, "can't put my foot down" is not.
    """
    kept = list(words)
    at = 0
    while at < len(words):
        term = lexicon.terms.longest_at(words, at)
        saying = lexicon.sayings.longest_at(words, at)
        if saying is None or (term is not None and term[0] > saying[0]):
            at = term[0] if term is not None else at + 1
            continue
        end, tags = saying
        harmless = all(tag.name == "unless_it_hurts" for tag in tags)
        if _runs_into(words, at, end, lexicon):
            at += 1
            continue
        if not (harmless and _hurts_beside(words, at, end, lexicon)):
            for n in range(at, end):
                kept[n] = Word("", words[n].parting)
        at = end
    return kept


def _runs_into(words: Sequence[Word], start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether a body part begins within the saying and goes on behind it: "on the ball" is a saying, "on the
    ball of my foot" is not."""
    for at in range(start + 1, end):
        term = lexicon.terms.longest_at(words, at)
        if term and term[0] > end and any(tag.kind == "parts" for tag in term[1]):
            return True
    return False


def _hurts_beside(words: Sequence[Word], start: int, end: int, lexicon: Lexicon) -> bool:
    for at in (start - 2, start - 1, end, end + 1):
        found = lexicon.terms.longest_at(words, at) if 0 <= at < len(words) else None
        if found and any(tag.kind == "sensations" and tag.name != "fine" for tag in found[1]):
            return True
    return False


def _marks(words: Sequence[Word], lexicon: Lexicon) -> list[Mark]:
    marks: list[Mark] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word.text in ("score", "noscore"):
            marks.append(Mark(at, at + 1, "sensations", "pain", NOW if word.text == "score" else OVER))
        found = lexicon.terms.longest_at(words, at)
        tags = found[1] if found else frozenset()
        end = found[0] if found else at + 1
        if _is_length(words, at, tags) or _is_a_name(words, at, end, tags, lexicon):
            tags, end = frozenset(), at + 1
        for tag in sorted(tags, key=lambda tag: (tag.kind, tag.name)):
            marks.append(Mark(at, end, tag.kind, tag.name))
        if any(tag.kind == "abilities" for tag in tags):
            marks += _parts_within(words, at + 1, end, lexicon)
        if (
            word.owns
            and not _has(lexicon, word.text, "not_owners")
            and not any(t.kind in ("parts", "conditions") for t in tags)
        ):
            marks.append(Mark(at, at + 1, "frames", "other"))
        elif not tags and word.text.endswith("s") and _has(lexicon, word.text[:-1], "names"):
            marks.append(Mark(at, at + 1, "frames", "other"))  # "toms", the apostrophe left out
        if _is_year(word.text) and at and _has(lexicon, words[at - 1].text, "in_a_year"):
            marks.append(Mark(at, at + 1, "frames", "past"))
        at = end
    return marks


def _parts_within(words: Sequence[Word], start: int, end: int, lexicon: Lexicon) -> list[Mark]:
    """The heel of "put my heel down". It counts as a part where that cannot be done: it is a saying, too."""
    return [
        Mark(at, at + 1, "within", tag.name)
        for at in range(start, end)
        if (found := lexicon.terms.longest_at(words[at : at + 1], 0))
        for tag in found[1]
        if tag.kind == "parts" and tag.name != "toes"
    ]


def _has(lexicon: Lexicon, word: str, frame: str) -> bool:
    """Whether the word alone is a phrase of that frame."""
    step = lexicon.terms.root.words.get(word)
    return step is not None and Tag("frames", frame) in step.tags


def _is_length(words: Sequence[Word], at: int, tags: Iterable[Tag]) -> bool:
    """1000 feet are no feet."""
    if words[at].text not in ("foot", "feet", "ft") or not at or words[at].parting > JOINED:
        return False
    return words[at - 1].text[:1].isdigit() and any(tag.kind == "parts" for tag in tags)


def _is_a_name(
    words: Sequence[Word], start: int, end: int, tags: Iterable[Tag], lexicon: Lexicon
) -> bool:
    """ "Blister Bar", "Ankle Creek": no soreness."""
    if end - start > 1 or end >= len(words) or words[end].parting > JOINED or words[start].owns:
        return False
    ours = any(tag.kind in ("parts", "conditions", "sensations") for tag in tags)
    return ours and _has(lexicon, words[end].text, "venues")


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isascii() and word.isdecimal() and int(word) in _YEARS


def _words_in(words: Sequence[Word], lexicon: Lexicon, frame: str) -> frozenset[int]:
    """Where the runner says "my" or "I", even inside a phrase such as "ball of my foot"."""
    return frozenset(at for at, word in enumerate(words) if _has(lexicon, word.text, frame))


def _cut(words: Sequence[Word], marks: list[Mark]) -> list[Clause]:
    others = {m.end for m in marks if m.kind == "frames" and m.name in ("other", "names")}
    contrasts = {
        mark.start
        for mark in marks
        if mark.kind == "frames"
        and mark.start not in others  # "she's got"
        and (
            mark.name == "contrast"
            or (mark.name == "contrast_after_comma" and words[mark.start].parting >= COMMA)
        )
    }
    inside = {at for mark in marks for at in range(mark.start + 1, mark.end)}
    clauses: list[Clause] = []
    sentence = -1
    for at, word in enumerate(words):
        if word.parting == SENTENCE or not clauses:
            sentence += 1
        parting = max(word.parting, DASH if at in contrasts else JOINED)
        long = bool(clauses) and at - clauses[-1].start >= LONGEST_CLAUSE and at not in inside
        if parting > JOINED or long or not clauses:
            clauses.append(Clause(at, at + 1, parting or DASH, sentence, words))
        clauses[-1].end = at + 1
    n = 0
    for mark in marks:
        while mark.start >= clauses[n].end:
            n += 1
        clauses[n].marks.append(mark)
    return clauses


def _weigh(clauses: list[Clause], own_at: frozenset[int], my_at: frozenset[int]) -> None:
    negating_from: int | None = None
    talking = -1
    pitied: set[int] = set()
    for n, clause in enumerate(clauses):
        before = clauses[n - 1] if n and clauses[n - 1].sentence == clause.sentence else None
        if not (before and clause.parting == COMMA and _list_goes_on(before, clause)):
            negating_from = None
        elif negating_from is not None:
            negating_from = clause.start
        _cannot(clause, before)
        _grows(clause)
        _lasts(clause)
        # In order, and a warning before the "barely" it is made of, which would negate it.
        clause.marks.sort(key=lambda mark: (mark.start, mark.kind != "warnings"))
        negating_from = _negate(clause, negating_from)
        _put_in_the_past(clause, before, clauses[n - 1] if n else None)
        _answer(clause, clauses[n - 1] if n else None)
        _finish(clause, before)
        _give_to_others(clause, own_at, my_at)
        speaks = any(at in own_at for at in range(clause.start, clause.end)) or clause.frames("contrast")
        if before and clause.parting == DASH and not speaks and _is_about_another(before):
            _not_ours(clause)  # "my partner can't run: swollen foot"
        _suppose(clause)
        if clause.frames("pity") or _poor_them(clause):
            pitied.add(clause.sentence)
        owned = any(at in own_at for at in range(clause.start, clause.end))
        if clause.frames("talk"):
            talking = clause.sentence
            first = clause.frames("talk")[0].start
            for mark in clause.soreness():
                if (
                    not any(at in own_at for at in range(first, min(clause.end, mark.end + 3)))
                    or mark.end <= first
                ):
                    mark.state = NOT_OWN
        elif talking == clause.sentence and not owned:
            for mark in clause.soreness():
                mark.state = NOT_OWN
    for clause in clauses:
        if clause.sentence in pitied:
            _not_ours(clause)


def _poor_them(clause: Clause) -> bool:
    pitied = {mark.end for mark in clause.frames("poor")}
    return any(m.start in pitied for m in clause.marks if m.kind == "frames" and m.name in ("other", "names"))


def _not_ours(clause: Clause) -> None:
    for mark in clause.soreness():
        if mark.state == NOW:
            mark.state = NOT_OWN


def _cannot(clause: Clause, before: Clause | None) -> None:
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


def _grows(clause: Clause) -> None:
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


def _lasts(clause: Clause) -> None:
    """ "Five weeks" beside "for", "now" or "and counting", unless they are weeks of training or rest."""
    if clause.frames("not_so_long"):
        return
    for weeks in clause.frames("some_weeks"):
        for frame in clause.frames("so_far"):
            if _gap(weeks, frame) < SHORT_REACH:
                clause.marks.append(Mark(weeks.start, weeks.end, "warnings", "weeks"))
                break


def _list_goes_on(before: Clause, clause: Clause) -> bool:
    """Whether a negation runs on through the comma: "no heel, arch or ankle pain", "no rubs, hot spots or
    blisters"."""
    if clause.frames("alternative"):
        return clause.end - clause.start <= NEGATION_REACH
    only_a_part = bool(before.of("parts")) and not before.soreness()
    return only_a_part and before.end - before.start <= 4 and bool(clause.of("parts"))


def _negate(clause: Clause, reach_from: int | None) -> int | None:
    """Negates what stands to the right of a "no". Returns where the negation still reaches from, if it
    does."""
    for mark in list(clause.marks):
        if mark.kind == "frames" and mark.name == "no":
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
                    mark.kind, mark.name = "sensations", "pain"
            elif mark.kind == "sensations" and mark.name == "fine":
                mark.name = "pain"  # "isn't great"
            elif mark.kind in _SORENESS and mark.state == NOW:
                mark.state = OVER
                reach_from = mark.end
            elif mark.kind == "parts":
                reach_from = max(reach_from, mark.end)
    return reach_from


def _put_in_the_past(clause: Clause, before: Clause | None, last: Clause | None) -> None:
    still = bool(clause.frames("still"))
    sore = [mark for mark in clause.soreness() if mark.name != "fine"]
    told = {mark.start for mark in sore}
    healed = [
        frame  # "has gone green" is not gone
        for frame in clause.frames("healed")
        if not (frame.end in told and clause.words[frame.end - 1].text == "gone")
    ]
    if healed and not clause.of("parts") and not sore and before is None and last is not None:
        pronoun = clause.words[clause.end - 1].text in ("it", "them", "that")  # "Wide shoes fixed it."
        before = last if pronoun else None
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
    elif clause.frames("past") and not still:
        for mark in sore:
            mark.state = OVER
        if (
            not sore
            and before
            and not clause.of("parts")
            and not clause.of("sensations")
            and clause.parting == COMMA
        ) and clause.end - clause.start <= 3:
            for mark in before.soreness():
                mark.state = OVER
    for frame in clause.frames("over_from"):
        for mark in sore:
            if 0 <= mark.start - frame.end <= OVER_REACH and not (still and mark.kind == "sensations"):
                mark.state = OVER
    for frame in clause.frames("after"):
        for mark in sore:
            named = (mark.kind == "conditions" and mark.name != "blister") or mark.name == "broken"
            held = any(frame.start < mark.start for frame in clause.frames("still"))
            if named and not held and 0 <= mark.start - frame.end <= SHORT_REACH:
                mark.state = OVER


def _called_fine(clause: Clause) -> list[Mark]:
    """ "The blister is fine now", "PF behaved": the troubles a clause calls fine and nothing else."""
    if any(mark.name != "fine" and mark.state == NOW for mark in clause.of("sensations", "warnings")):
        return []
    joins = {mark.end for mark in clause.frames("copula")}
    fine = [
        mark.start
        for mark in clause.of("sensations")
        if mark.name == "fine"
        and clause.words[mark.start].text not in _HALF_FINE
        and (mark.start in joins or mark.start - 1 in joins or clause.words[mark.start].text in _BEHAVED)
    ]
    named = [mark for mark in clause.of("conditions") if mark.state == NOW]
    return [mark for mark in named if any(0 <= at - mark.end <= FEELING_REACH for at in fine)]


_HALF_FINE = frozenset({"better", "ok", "okay", "oke"})
_BEHAVED = frozenset({"behaved", "behaving", "held", "holding", "quiet", "silent", "calm", "settled", "sorted"})


def _answer(clause: Clause, before: Clause | None) -> None:
    """ "Heel pain? None." The whole clause says no to the one before."""
    opened = max((mark.end for mark in clause.frames("contrast") if mark.start == clause.start), default=clause.start)
    whole = any(m.start in (clause.start, opened) and m.end == clause.end for m in clause.frames("none_of_it"))
    if any(mark.start == clause.start for mark in clause.frames("no")) and not clause.of("parts"):
        said = {word.text for word in clause.words[clause.start : clause.end]}
        short = before is not None and before.end - before.start <= 4
        whole = whole or (short and bool(said & _THEM))  # "Shin splints? Haven't had them since."
    if not whole or before is None:
        return
    if before.sentence == clause.sentence or before.end - before.start <= 4:
        for mark in before.soreness():
            mark.state = OVER


_THEM = frozenset({"them", "any", "since"})


def _finish(clause: Clause, before: Clause | None) -> None:
    """ "The knee was fine, my Achilles wasn't": a "not" left hanging takes up what was said before."""
    if before is None or not clause.of("parts") or clause.soreness() or not clause.frames("no"):
        return
    last = clause.frames("no")[-1]
    part = clause.of("parts")[-1]
    if (
        last.end == clause.end
        and last.start >= part.end
        and any(m.name == "fine" for m in before.of("sensations"))
    ):
        clause.marks.append(Mark(last.start, last.end, "sensations", "pain"))


def _give_to_others(clause: Clause, own_at: frozenset[int], my_at: frozenset[int]) -> None:
    likened = {at for mark in clause.frames("as_if") for at in range(mark.end, mark.end + SHORT_REACH)}
    others = [mark.start for mark in clause.frames("other") if mark.start not in likened]
    beside = {mark.end for mark in clause.frames("beside")}
    others += [m.start for m in clause.frames("names") if m.start not in beside or clause.words[m.start].owns]
    for frame in clause.frames("has"):
        earlier = clause.words[clause.start : frame.start]
        about_oneself = any(m.start < frame.start for m in clause.of("parts", "sensations", "conditions"))
        about_oneself |= any(w.text in _ITSELF for w in earlier)
        about_oneself |= any(at in own_at and at not in my_at for at in range(clause.start, frame.start))
        if any(w.text for w in earlier) and not about_oneself:
            others.append(frame.start)
    if not others:
        return
    first = min(others)
    theirs = {part.start - 1 for part in clause.of("parts")} & set(others)
    for mark in clause.soreness():
        if mark.state == NOW and any(0 <= at - mark.end < SHORT_REACH for at in theirs):
            mark.state = NOT_OWN  # "broke his heel"
        if mark.start < first or mark.state != NOW:
            continue
        nearest = max(at for at in others if at <= mark.start)
        own = any(at in own_at for at in range(nearest + 1, mark.start))
        if not own and not any(at in my_at for at in range(mark.start, min(clause.end, mark.end + 3))):
            mark.state = NOT_OWN


def _is_about_another(clause: Clause) -> bool:
    """Whether the clause speaks of somebody else who is not mere company ("with Tom")."""
    beside = {mark.end for mark in clause.frames("beside")}
    others = [m for m in clause.marks if m.kind == "frames" and m.name in ("other", "names")]
    company = any(_is_company(clause, mark, beside) for mark in others)
    return bool(others) and not company and not clause.frames("contrast")


def _is_company(clause: Clause, mark: Mark, beside: set[int]) -> bool:
    return any(at in beside for at in range(max(clause.start, mark.start - 2), mark.start + 1))


def _suppose(clause: Clause) -> None:
    for frame in clause.frames("maybe"):
        for mark in clause.soreness():
            if mark.start >= frame.start and mark.name != "fine":
                mark.state = NOT_OWN


@dataclass(slots=True)
class Place:
    """Body parts named together ("heel and arch") in one clause."""

    start: int
    end: int
    parts: frozenset[str]


def places(clause: Clause) -> list[Place]:
    """The groups of body parts in a clause, left to right."""
    linked = {at for mark in clause.frames("link") for at in range(mark.start, mark.end)}
    found: list[Place] = []
    for mark in clause.of("parts"):
        between = range(found[-1].end, mark.start) if found else range(0)
        joined = bool(found) and all(at in linked or clause.words[at].text in _BETWEEN for at in between)
        if joined and mark.start >= found[-1].start:
            found[-1] = Place(found[-1].start, max(mark.end, found[-1].end), found[-1].parts | {mark.name})
        else:
            found.append(Place(mark.start, mark.end, frozenset({mark.name})))
    return found


_BETWEEN = frozenset(
    [
        "the",
        "my",
        "a",
        "an",
        "both",
        "left",
        "right",
        "l",
        "r",
        "der",
        "die",
        "das",
        "den",
        "la",
        "le",
        "les",
        "el",
        "los",
        "las",
        "il",
        "lo",
        "i",
        "de",
        "het",
        "mijn",
        "du",
        "del",
    ]
)


def nearest(place_list: Sequence[Place], mark: Mark, reach: int) -> Place | None:
    """The place a feeling belongs to: the closest one, the one before where it stands between two."""

    def gap(place: Place) -> int:
        if mark.start >= place.end:
            return mark.start - place.end
        return max(0, place.start - mark.end)

    best = min(place_list, key=gap, default=None)
    return best if best is not None and gap(best) <= reach else None


def starts_with(clause: Clause, mark: Mark, light: frozenset[str], passing: frozenset[str]) -> bool:
    """Whether nothing before the mark could be what it is about: "it still hurts" yes, "the hill hurts"
    no."""
    covered = {at for m in clause.marks if not _could_be_the_subject(m) for at in range(m.start, m.end)}
    return all(
        at in covered
        or clause.words[at].text in light
        or clause.words[at].text in passing
        or not clause.words[at].text
        for at in range(clause.start, mark.start)
    )


def _could_be_the_subject(mark: Mark) -> bool:
    return mark.kind in ("parts", "abilities") or mark.name in ("run", "some_weeks", "not_so_long")


def sentences(clauses: Sequence[Clause]) -> Iterator[list[Clause]]:
    """The clauses, sentence by sentence."""
    run: list[Clause] = []
    for clause in clauses:
        if run and run[-1].sentence != clause.sentence:
            yield run
            run = []
        run.append(clause)
    if run:
        yield run
