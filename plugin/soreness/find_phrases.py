"""Finds the phrases of the lexicon in a text: blanks sayings, marks everything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from plugin.soreness.clauses import OVER, Mark
from plugin.soreness.lexicon import Lexicon
from plugin.soreness.phrase_tree import PhraseTag
from plugin.soreness.tokens import JOINED, NO_CLASSES, NO_SCORE, SCORE, Word

_YEARS = range(1950, 2100)


def without_sayings(words: list[Word], lexicon: Lexicon) -> list[Word]:
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
                kept[n] = replace(words[n], text="", owns=False, classes=NO_CLASSES)
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


def marks_in(words: Sequence[Word], lexicon: Lexicon) -> list[Mark]:
    marks: list[Mark] = []
    homographs = lexicon.homographs_in(words)
    at = 0
    while at < len(words):
        word = words[at]
        marks += _score(word.text, at)
        found = lexicon.terms.longest_at(words, at)
        tags = found[1] if found else frozenset()
        end = found[0] if found else at + 1
        if _is_length(words, at, tags) or _is_a_name(words, at, end, tags, lexicon):
            tags, end = frozenset(), at + 1
        if end == at + 1 and word.text in homographs:
            tags &= homographs[word.text]
        if word.is_a("he") and at + 1 < len(words) and words[at + 1].text.endswith(lexicon.participles):
            tags = frozenset()  # Spanish: "he corrido"
        for tag in sorted(tags, key=lambda tag: (tag.kind, tag.name)):
            marks.append(Mark(at, end, tag.kind, tag.name))
        if any(tag.name == "foot_pain_unspecified" or tag.name == "swollen" for tag in tags):
            # The ankle of "rolled ankle" takes what follows: "… and swollen"; "fat ankle" names its part.
            marks += [replace(part, kind="parts") for part in _parts_within(words, at, end, lexicon)]
        if any(tag.kind == "abilities" for tag in tags):
            marks += _parts_within(words, at + 1, end, lexicon)
        if (
            word.owns
            and not is_frame(lexicon, word.text, "not_owners")
            and not any(t.kind in ("parts", "conditions", "sensations") for t in tags)  # German "zieht's"
        ):
            marks.append(Mark(at, at + 1, "frames", "other"))
        elif not tags and word.text.endswith("s") and is_frame(lexicon, word.text[:-1], "names"):
            marks.append(Mark(at, at + 1, "frames", "other"))  # "toms", the apostrophe left out
        if _is_year(word.text) and at and is_frame(lexicon, words[at - 1].text, "in_a_year"):
            marks.append(Mark(at, at + 1, "frames", "past"))
        at = end
    marks += _overlays(words, lexicon)
    marks.sort(key=lambda mark: mark.start)
    return marks


def _score(word: str, at: int) -> list[Mark]:
    if word == SCORE:
        return [Mark(at, at + 1, "sensations", "hurt")]
    return [Mark(at, at + 1, "sensations", "hurt", OVER), Mark(at, at + 1, "frames", "no")] if word == NO_SCORE else []


def _overlays(words: Sequence[Word], lexicon: Lexicon) -> list[Mark]:
    """The frames that are found wherever they are, inside other phrases as well."""
    found = ((at, lexicon.overlays.longest_of_each_at(words, at)) for at in range(len(words)))
    return [Mark(at, end, tag.kind, tag.name) for at, hits in found for tag, end in hits.items()]


def is_tagged(lexicon: Lexicon, word: str, kind: str) -> bool:
    """Whether the word alone is a phrase of that table."""
    branch = lexicon.terms.root.words.get(word)
    return branch is not None and any(tag.kind == kind for tag in branch.tags)


def _parts_within(words: Sequence[Word], start: int, end: int, lexicon: Lexicon) -> list[Mark]:
    """The heel of "put my heel down". It counts as a part where that cannot be done: it is a saying, too."""
    return [
        Mark(at, at + found[0], "within", tag.name)
        for at in range(start, end)
        for width in (2, 1)  # two words: Spanish "el pie"
        if (found := lexicon.terms.longest_at(words[at : min(at + width, end)], 0))
        for tag in found[1]
        if tag.kind == "parts" and tag.name != "toes"
    ]


def is_frame(lexicon: Lexicon, word: str, frame: str) -> bool:
    """Whether the word alone is a phrase of that frame."""
    step = lexicon.terms.root.words.get(word)
    return step is not None and PhraseTag("frames", frame) in step.tags


def _is_length(words: Sequence[Word], at: int, tags: Iterable[PhraseTag]) -> bool:
    """1000 feet are no feet."""
    if not words[at].is_a("lengths") or not at or words[at].parting > JOINED:
        return False
    return words[at - 1].text[:1].isdigit() and any(tag.kind == "parts" for tag in tags)


def _is_a_name(words: Sequence[Word], start: int, end: int, tags: Iterable[PhraseTag], lexicon: Lexicon) -> bool:
    """ "Blister Bar", "Ankle Creek": no soreness."""
    if end - start > 1 or end >= len(words) or words[end].parting > JOINED or words[start].owns:
        return False
    ours = any(tag.kind in ("parts", "conditions", "sensations") for tag in tags)
    found = lexicon.terms.longest_at(words, end) if ours else None
    return found is not None and PhraseTag("frames", "venues") in found[1]


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isascii() and word.isdecimal() and int(word) in _YEARS


def words_in(words: Sequence[Word], lexicon: Lexicon, frame: str) -> frozenset[int]:
    """Where the runner says "my" or "I", even inside a phrase such as "ball of my foot"."""
    return frozenset(at for at, word in enumerate(words) if is_frame(lexicon, word.text, frame))
