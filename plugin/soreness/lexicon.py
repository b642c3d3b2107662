"""The lexicon: phrases from config/soreness.toml, checked, and found in a text in one pass.

The table is kept by people who know feet, so a mistake in it is told by its table and key, never silently
dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .words import JOINED, Word, plain, words_of

LABELS = frozenset(
    {
        "plantar_fasciitis",
        "metatarsalgia",
        "fat_pad_syndrome",
        "stress_fracture",
        "achilles",
        "mortons_neuroma",
        "blister",
        "shin",
        "foot_pain_unspecified",
        "red_flag",
    }
)
"""Everything a reading can say."""

TABLES: Mapping[str, frozenset[str]] = {
    "parts": frozenset(
        [
            "heel",
            "heel_centre",
            "arch",
            "fascia",
            "forefoot",
            "nerve_toes",
            "toes",
            "toenail",
            "metatarsal",
            "midfoot",
            "foot",
            "ankle",
            "achilles",
            "shin",
            "leg",
            "elsewhere",
        ]
    ),
    "sensations": frozenset(
        [
            "pain",
            "voiced",
            "stiff",
            "battered",
            "stab",
            "burn",
            "nerve",
            "bruise",
            "pebble",
            "swollen",
            "rub",
            "nail",
            "broken",
            "fine",
        ]
    ),
    "conditions": LABELS - {"red_flag"},
    "traits": frozenset(["morning", "rolled", "hard_ground", "pinpoint", "pressed", "bone", "cold"]),
    "warnings": frozenset(
        ["night", "rest", "awake", "weight", "pop", "worse", "weeks", "lasting", "infection", "festering", "inflamed"]
    ),
    "abilities": frozenset(["hop", "weight", "walk"]),
    "frames": frozenset(
        [
            "no",
            "free",
            "none_of_it",
            "healed",
            "over_from",
            "past",
            "in_a_year",
            "still",
            "after",
            "other",
            "has",
            "names",
            "beside",
            "own",
            "my",
            "as_if",
            "not_owners",
            "talk",
            "maybe",
            "contrast",
            "contrast_after_comma",
            "stop",
            "link",
            "alternative",
            "pity",
            "sidelined",
            "diagnosed",
            "poor",
            "unfelt",
            "copula",
            "located",
            "venues",
            "aside",
            "unable",
            "undoable",
            "more",
            "each_time",
            "run",
            "some_weeks",
            "so_far",
            "week_of",
            "roundish",
            "touch_of",
            "not_so_long",
            "heard",
            "noise",
            "posture",
        ]
    ),
    "sayings": frozenset(["figures", "gear", "places", "unless_it_hurts"]),
}
"""What the grammar knows how to use. A table it does not know is a misspelling, a missing one a hole."""

LONGEST_PHRASE = 12
"""Words a phrase may span with its passing words; keeps the search at each word bounded."""
SHORTEST_FORGIVEN = 6
"""Letters of a word that may be misspelt; a slip in a shorter one makes another word."""
MOST_PASSING = 3
"""Passing words in a row within a phrase: "ball of both my poor feet" has two."""


@dataclass(frozen=True, slots=True)
class Tag:
    """What a phrase means: `kind` is its table in the file, `name` the row."""

    kind: str
    name: str


class _Step:
    """One word further into a phrase. Plain, and empty where nothing is kept: there are ten thousand of
    them."""

    __slots__ = ("beginnings", "tags", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Step] = {}
        self.beginnings: dict[str, _Step] | None = None
        self.tags: frozenset[Tag] = frozenset()


@dataclass(frozen=True, slots=True)
class Phrases:
    """Many phrases, found together."""

    root: _Step
    passing: frozenset[str]
    numbers: frozenset[str]

    def longest_at(self, words: Sequence[Word], start: int) -> tuple[int, frozenset[Tag]] | None:
        """The end of the longest phrase that begins at `start`, and its meanings. Never crosses a comma or
        more."""
        here = [self.root]
        found: tuple[int, frozenset[Tag]] | None = None
        passed = 0
        for at in range(start, min(len(words), start + LONGEST_PHRASE)):
            word = words[at]
            if at > start and word.parting > JOINED:
                break
            steps = [step for one in here for step in self._next(one, word.text)]
            tags = frozenset(tag for step in steps for tag in step.tags)
            if tags:
                found = (at + 1, tags)
            passed = passed + 1 if word.text in self.passing else 0
            if at > start and 0 < passed <= MOST_PASSING:
                steps.extend(one for one in here if one is not self.root and one not in steps)
            if not steps:
                break
            here = steps
        return found

    def _next(self, step: _Step, word: str) -> Iterator[_Step]:
        exact = step.words.get(word)
        if exact is None:
            for spelling in _spellings(word):
                if (exact := step.words.get(spelling)) is not None:
                    break
        if exact is not None:
            yield exact
        elif step.beginnings:  # the full word knows better than its beginning: "schmerzfrei" is no "schmerz*"
            for length in range(len(word), 1, -1):
                if (begun := step.beginnings.get(word[:length])) is not None:
                    yield begun
                    break
        number = step.words.get("#")
        if number is not None and (word in self.numbers or word.isdecimal() or _is_hour(word)):
            yield number


def _is_hour(word: str) -> bool:
    """ "9am sharp" is "9 sharp"."""
    return word[-2:] in ("am", "pm") and word[:-2].isdecimal()


_DRAWN_OUT = re.compile(r"(.)\1{2,}")


def _spellings(word: str) -> Iterator[str]:
    """How a word may be written properly: "screamin" with its g, "soooore" with one o, "feeeet" with two."""
    if word.endswith("in") and len(word) > 4:
        yield word + "g"
    if _DRAWN_OUT.search(word):
        yield _DRAWN_OUT.sub(r"\1", word)
        yield _DRAWN_OUT.sub(r"\1\1", word)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything the grammar looks up."""

    terms: Phrases
    sayings: Phrases
    light: frozenset[str]
    passing: frozenset[str]
    known: frozenset[str]
    """Every word of the lexicon: what is known is not misspelt."""
    misspelt: frozenset[str]

    def spelled(self, word: str) -> str:
        """The word as it was meant: "fascitiis" is "fasciitis"."""
        if len(word) < SHORTEST_FORGIVEN or word in self.known:
            return word
        near = (one for one in self.misspelt if one[0] == word[0] and _one_slip(one, word))
        return min(near, default=word)


def _one_slip(meant: str, word: str) -> bool:
    """Whether one letter is wrong, missing, too many, or two neighbours are swapped."""
    if abs(len(meant) - len(word)) > 1:
        return False
    at = 0
    while at < min(len(meant), len(word)) and meant[at] == word[at]:
        at += 1
    a, b = meant[at:], word[at:]
    return a[1:] == b[1:] or a == b[1:] or a[1:] == b or (a[:2] == b[1::-1] and a[2:] == b[2:])


def lexicon_from(table: Mapping[str, object]) -> Lexicon:
    """The lexicon from the parsed config/soreness.toml. Raises ValueError naming the table or key that is
    wrong."""
    grammar = _table(table, "grammar")
    lists = {
        key: frozenset(_phrases(grammar, key, f"grammar.{key}")) for key in ("passing", "light", "numbers", "misspelt")
    }
    for key in grammar:
        if key not in lists:
            raise ValueError(f"grammar.{key}: not known; expected passing, light, numbers or misspelt")
    for key in table:
        if key != "grammar" and key not in TABLES:
            raise ValueError(f"{key}: not a table of the lexicon; expected grammar or {', '.join(sorted(TABLES))}")
    known: set[str] = set().union(*lists.values())
    roots = {"terms": _Step(), "sayings": _Step()}
    for kind, names in TABLES.items():
        group = _table(table, kind)
        if unknown := sorted(set(group) - names):
            raise ValueError(f"{kind}.{unknown[0]}: not known; expected one of {', '.join(sorted(names))}")
        for name in sorted(names):
            root = roots["sayings" if kind == "sayings" else "terms"]
            tag = frozenset({Tag(kind, name)})
            languages = _table(group, name, f"{kind}.{name}")
            for language in languages:
                where = f"{kind}.{name}.{language}"
                for phrase in _phrases(languages, language, where):
                    known.update(_plant(root, phrase, tag, where))
    phrases = {
        name: Phrases(root=root, passing=lists["passing"], numbers=lists["numbers"]) for name, root in roots.items()
    }
    return Lexicon(
        terms=phrases["terms"],
        sayings=phrases["sayings"],
        light=lists["light"],
        passing=lists["passing"],
        known=frozenset(known),
        misspelt=lists["misspelt"],
    )


def _table(table: Mapping[str, object], key: str, where: str = "") -> Mapping[str, object]:
    value = table.get(key)
    if not isinstance(value, Mapping):
        raise ValueError(f"{where or key}: {'missing' if value is None else 'must be a table'}")
    return value


def _phrases(table: Mapping[str, object], key: str, where: str) -> list[str]:
    value = table.get(key)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{where}: {'missing' if value is None else 'must be a list of phrases'}")
    if not all(one.strip() for one in value):
        raise ValueError(f"{where}: an empty phrase")
    return _plain_phrases(value)


def _plain_phrases(phrases: Sequence[str]) -> list[str]:
    """The phrases in plain spelling, folded all at once: every start of the program pays for it. The star
    and the # stay."""
    folded = plain("\n".join(phrases)).split("\n")
    if len(folded) != len(phrases):
        folded = [plain(phrase) for phrase in phrases]
    return [one if one.isascii() and one.translate(_ORDINARY).isalnum() else _reworded(one) for one in folded]


_ORDINARY = str.maketrans(" *#", "aaa")


def _reworded(phrase: str) -> str:
    """A phrase with apostrophes, hyphens and the like, cut into words as a text would be."""
    said: list[str] = []
    for part in phrase.split():
        if part == "#":
            said.append(part)
            continue
        words = [word.text for word in words_of(part.rstrip("*"))]
        if words and part.endswith("*"):
            words[-1] += "*"
        said.extend(words)
    return " ".join(said)


def _plant(root: _Step, phrase: str, tag: frozenset[Tag], where: str) -> list[str]:
    """Adds a phrase in plain spelling, and gives its words."""
    step = root
    words = phrase.split()
    for word in words:
        if word[-1] == "*" and len(word) > 1:
            if step.beginnings is None:
                step.beginnings = {}
            paths, word = step.beginnings, word[:-1]
        else:
            paths = step.words
        further = paths.get(word)
        if further is None:
            further = paths[word] = _Step()
        step = further
    if step is root:
        raise ValueError(f"{where}: a phrase has no words in it")
    step.tags |= tag
    return words
