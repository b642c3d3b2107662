"""The lexicon: phrases from config/soreness.toml, checked, and found in a text in one pass.

The table is kept by people who know feet, so a mistake in it is told by its table and key, never silently
dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .words import JOINED, Word, words_of

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
    "traits": frozenset(["morning", "hard_ground", "pinpoint", "bone", "cold"]),
    "warnings": frozenset(
        ["night", "awake", "weight", "walk", "pop", "worse", "weeks", "lasting", "infection"]
    ),
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
        ]
    ),
    "sayings": frozenset(["figures", "gear", "places", "unless_it_hurts"]),
}
"""What the grammar knows how to use. A table it does not know is a misspelling, a missing one a hole."""

LONGEST_PHRASE = 12
"""Words a phrase may span with its passing words; keeps the search at each word bounded."""
MOST_PASSING = 3
"""Passing words in a row within a phrase: "ball of both my poor feet" has two."""


@dataclass(frozen=True, slots=True)
class Tag:
    """What a phrase means: `kind` is its table in the file, `name` the row."""

    kind: str
    name: str


@dataclass(slots=True)
class _Step:
    """One word further into a phrase."""

    words: dict[str, _Step] = field(default_factory=dict)
    beginnings: dict[str, _Step] = field(default_factory=dict)
    tags: set[Tag] = field(default_factory=set)


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
        if exact is not None:
            yield exact
        else:  # the full word knows better than its beginning: "schmerzfrei" is no "schmerz*"
            for length in range(len(word), 1, -1):
                if (begun := step.beginnings.get(word[:length])) is not None:
                    yield begun
                    break
        number = step.words.get("#")
        if number is not None and (word in self.numbers or word.isdecimal()):
            yield number


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything the grammar looks up."""

    terms: Phrases
    sayings: Phrases
    light: frozenset[str]
    passing: frozenset[str]


def lexicon_from(table: Mapping[str, object]) -> Lexicon:
    """The lexicon from the parsed config/soreness.toml. Raises ValueError naming the table or key that is
    wrong."""
    grammar = _table(table, "grammar")
    lists = {
        key: frozenset(_phrases(grammar, key, f"grammar.{key}")) for key in ("passing", "light", "numbers")
    }
    for key in grammar:
        if key not in lists:
            raise ValueError(f"grammar.{key}: not known; expected passing, light or numbers")
    for key in table:
        if key != "grammar" and key not in TABLES:
            raise ValueError(
                f"{key}: not a table of the lexicon; expected grammar or {', '.join(sorted(TABLES))}"
            )
    roots = {"terms": _Step(), "sayings": _Step()}
    for kind, names in TABLES.items():
        group = _table(table, kind)
        if unknown := sorted(set(group) - names):
            raise ValueError(f"{kind}.{unknown[0]}: not known; expected one of {', '.join(sorted(names))}")
        for name in sorted(names):
            root = roots["sayings" if kind == "sayings" else "terms"]
            languages = _table(group, name, f"{kind}.{name}")
            for language in languages:
                where = f"{kind}.{name}.{language}"
                for phrase in _phrases(languages, language, where):
                    _plant(root, phrase, Tag(kind, name), where)
    phrases = {
        name: Phrases(root=root, passing=lists["passing"], numbers=lists["numbers"])
        for name, root in roots.items()
    }
    return Lexicon(
        terms=phrases["terms"], sayings=phrases["sayings"], light=lists["light"], passing=lists["passing"]
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
    return [one.strip() if "#" in one or "*" in one else _plain_phrase(one) for one in value]


def _plain_phrase(phrase: str) -> str:
    return " ".join(word.text for word in words_of(phrase))


def _plant(root: _Step, phrase: str, tag: Tag, where: str) -> None:
    step = root
    for part in phrase.split():
        begins = part.endswith("*")
        if part == "#":
            step = step.words.setdefault("#", _Step())
            continue
        words = words_of(part.rstrip("*"))
        if not words:
            raise ValueError(f"{where}: {phrase!r} has no words in it")
        for n, word in enumerate(words):
            last = n == len(words) - 1
            step = (step.beginnings if begins and last else step.words).setdefault(word.text, _Step())
    if step is root:
        raise ValueError(f"{where}: {phrase!r} has no words in it")
    step.tags.add(tag)
