"""The lexicon: phrases from config/soreness.toml, checked, and found in a text in one pass.

The table is kept by people who know feet, so a mistake in it is told by its table and key, never silently
dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plugin.soreness.phrase_tree import Branch, PhraseTag, PhraseTree, plant
from plugin.soreness.schema import TABLES, WORDS
from plugin.soreness.tokens import plain, words_of

SHORTEST_FORGIVEN = 6
"""Letters of a word that may be misspelt; a slip in a shorter one makes another word."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything the grammar looks up."""

    terms: PhraseTree
    sayings: PhraseTree
    classes: Mapping[str, frozenset[str]]
    """For a single word the classes it is in: those of `[words]`, and `light` and `passing`."""
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
        if key not in ("grammar", "words") and key not in TABLES:
            expected = ", ".join(sorted(TABLES))
            raise ValueError(f"{key}: not a table of the lexicon; expected grammar, words or {expected}")
    words = _table(table, "words")
    if unknown := sorted(set(words) - WORDS):
        raise ValueError(f"words.{unknown[0]}: not known; expected one of {', '.join(sorted(WORDS))}")
    classes: dict[str, set[str]] = {}
    for name in ("light", "passing"):
        for word in lists[name]:
            classes.setdefault(word, set()).add(name)
    for name in sorted(WORDS):
        for word in _phrases(words, name, f"words.{name}"):
            classes.setdefault(word, set()).add(name)
    known: set[str] = set(classes).union(*lists.values())
    roots = {"terms": Branch(), "sayings": Branch()}
    for kind, names in TABLES.items():
        group = _table(table, kind)
        if unknown := sorted(set(group) - names):
            raise ValueError(f"{kind}.{unknown[0]}: not known; expected one of {', '.join(sorted(names))}")
        for name in sorted(names):
            root = roots["sayings" if kind == "sayings" else "terms"]
            tag = frozenset({PhraseTag(kind, name)})
            languages = _table(group, name, f"{kind}.{name}")
            for language in languages:
                where = f"{kind}.{name}.{language}"
                for phrase in _phrases(languages, language, where):
                    known.update(plant(root, phrase, tag, where))
    phrases = {
        name: PhraseTree(root=root, passing=lists["passing"], numbers=lists["numbers"]) for name, root in roots.items()
    }
    return Lexicon(
        terms=phrases["terms"],
        sayings=phrases["sayings"],
        classes={word: frozenset(names) for word, names in classes.items()},
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
