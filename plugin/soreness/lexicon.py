"""The lexicon: phrases from config/soreness.toml, checked, and found in a text in one pass.

The table is kept by people who know feet, so a mistake in it is told by its table and key, never silently
dropped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from plugin.soreness.phrase_tree import Branch, PhraseTag, PhraseTree, plant
from plugin.soreness.schema import GRAMMAR, LANGUAGES, OVERLAYS, TABLES, WORDS
from plugin.soreness.tokens import Word, plain, words_of

SHORTEST_FORGIVEN = 6
"""Letters of a word that may be misspelt; a slip in a shorter one makes another word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Homograph:
    """A word of ours in some languages, an everyday word in others: Dutch "heel" is "very"."""

    ours: Mapping[str, frozenset[PhraseTag]]
    everyday: Mapping[str, frozenset[PhraseTag]]
    """For each language what the word means there; nothing where it is only an everyday word."""

    def read_as(self, told: Mapping[str, float]) -> frozenset[PhraseTag]:
        """What the word means in a text, by how much the text tells of each language."""
        ours = max((told[one] for one in self.ours), default=0.0)
        theirs = max(told[one] for one in self.everyday)
        side, most = (self.ours, ours) if ours >= theirs else (self.everyday, theirs)
        return frozenset(tag for language, tags in side.items() if told[language] == most for tag in tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Everything the grammar looks up."""

    terms: PhraseTree
    sayings: PhraseTree
    overlays: PhraseTree
    """Frames that take no words away from the others."""
    classes: Mapping[str, frozenset[str]]
    """For a single word the classes it is in: those of `[words]`, and `light` and `passing`."""
    languages: Mapping[str, frozenset[str]]
    """For a word the languages it tells of."""
    homographs: Mapping[str, Homograph]
    exact: Mapping[str, str]
    """Words that count only as they are written, and what they mean: "AT" is the Achilles tendon, "él" is "he"."""
    misspelt: frozenset[str]
    """Words that are forgiven one slip."""
    participles: tuple[str, ...]
    """What a Spanish word ends in behind "he": "he corrido" is "I have run"."""
    joints: tuple[str, ...]
    """What may join the two words of a compound: "Wade-n-zerrung"."""

    def spelled(self, word: str) -> str:
        """The word as it was meant: "fascitiis" is "fasciitis". What is in the lexicon is not misspelt."""
        if len(word) < SHORTEST_FORGIVEN or word in self.languages or word in self.classes:
            return word
        near = (one for one in self.misspelt if one[0] == word[0] and _one_slip(one, word))
        return min(near, default=word)

    def as_meant(self, text: str) -> str:
        """The text with these words replaced by what they mean. Texts all in capitals are left as they are."""
        if text.isupper():
            return text
        for written, meant in self.exact.items():
            if written in text:
                text = re.sub(rf"\b{re.escape(written)}\b", meant, text)
        return text

    def homographs_in(self, words: Sequence[Word]) -> dict[str, frozenset[PhraseTag]]:
        """What the words of several languages mean in a text, by the languages its other words tell of."""
        met = {word.text for word in words if word.text in self.homographs}
        if not met:
            return {}
        told = dict.fromkeys(LANGUAGES, 0.0)
        for word in {word.text for word in words} - met:
            spoken = self.languages.get(word, frozenset())
            for language in spoken:
                told[language] += 1 / len(spoken)
        return {word: self.homographs[word].read_as(told) for word in met}


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
    lists = {key: frozenset(_phrases(grammar, key, f"grammar.{key}")) for key in GRAMMAR}
    _refuse_unknown(grammar, GRAMMAR, "grammar.")
    _refuse_unknown(table, {*TABLES, "grammar", "words", "languages", "homographs"}, "")
    spoken: dict[str, set[str]] = {}
    for language, common in _rows(table, "languages", frozenset(LANGUAGES)):
        for word in common:
            spoken.setdefault(word, set()).add(language)
    everyday: dict[str, set[str]] = {}
    for language, words in _rows(table, "homographs", frozenset(LANGUAGES)):
        for word in words:
            everyday.setdefault(word, set()).add(language)
    meanings: dict[str, dict[str, frozenset[PhraseTag]]] = {
        word: dict.fromkeys(languages, frozenset()) for word, languages in everyday.items()
    }
    roots = {"terms": Branch(), "sayings": Branch(), "overlays": Branch()}
    for kind, names in TABLES.items():
        group = _table(table, kind)
        _refuse_unknown(group, names, f"{kind}.")
        for name in sorted(names):
            overlay = kind == "frames" and name in OVERLAYS
            root = roots["overlays" if overlay else "sayings" if kind == "sayings" else "terms"]
            tag = frozenset({PhraseTag(kind, name)})
            languages = _table(group, name, f"{kind}.{name}")
            for language in languages:
                where = f"{kind}.{name}.{language}"
                for phrase in _phrases(languages, language, where):
                    for word in plant(root, phrase, tag, where):
                        spoken.setdefault(word, set()).add(language)
                    if phrase in meanings and root is roots["terms"]:
                        meanings[phrase][language] = meanings[phrase].get(language, frozenset()) | tag
    trees = {
        name: PhraseTree(root=root, passing=lists["passing"], numbers=lists["numbers"]) for name, root in roots.items()
    }
    one_of_each: dict[frozenset[str], frozenset[str]] = {}
    told = {word: frozenset(names) for word, names in spoken.items()}
    return Lexicon(
        terms=trees["terms"],
        sayings=trees["sayings"],
        overlays=trees["overlays"],
        classes=_classes(table, lists),
        languages={word: one_of_each.setdefault(names, names) for word, names in told.items()},
        homographs={
            word: Homograph(
                ours={one: tags for one, tags in meanings[word].items() if one not in names},
                everyday={one: meanings[word][one] for one in names},
            )
            for word, names in everyday.items()
        },
        exact=dict(_written_and_meant(one) for one in _texts(grammar, "exact", "grammar.exact")),
        misspelt=lists["misspelt"],
        participles=tuple(sorted(lists["participles"])),
        joints=tuple(sorted(lists["joints"])),
    )


def _written_and_meant(line: str) -> tuple[str, str]:
    written, _, meant = line.partition(" ")
    if not meant or plain(written) == written:
        raise ValueError(f"grammar.exact: {line!r} must be a word with a capital or an accent, and the word it means")
    return written, meant


def _classes(table: Mapping[str, object], lists: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    classes: dict[str, set[str]] = {}
    rows = [("light", lists["light"]), ("passing", lists["passing"]), *_rows(table, "words", WORDS)]
    for name, words in rows:
        for word in words:
            classes.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in classes.items()}


def _rows(table: Mapping[str, object], key: str, names: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    """The rows of a table of single words, all of which must be there."""
    group = _table(table, key)
    _refuse_unknown(group, names, f"{key}.")
    return [(name, frozenset(_phrases(group, name, f"{key}.{name}"))) for name in sorted(names)]


def _refuse_unknown(group: Mapping[str, object], names: Collection[str], where: str) -> None:
    if unknown := sorted(set(group) - set(names)):
        raise ValueError(f"{where}{unknown[0]}: not known; expected one of {', '.join(sorted(names))}")


def _table(table: Mapping[str, object], key: str, where: str = "") -> Mapping[str, object]:
    value = table.get(key)
    if not isinstance(value, Mapping):
        raise ValueError(f"{where or key}: {'missing' if value is None else 'must be a table'}")
    return value


def _texts(table: Mapping[str, object], key: str, where: str) -> list[str]:
    value = table.get(key)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{where}: {'missing' if value is None else 'must be a list of phrases'}")
    if not all(one.strip() for one in value):
        raise ValueError(f"{where}: an empty phrase")
    return value


def _phrases(table: Mapping[str, object], key: str, where: str) -> list[str]:
    return _plain_phrases(_texts(table, key, where))


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
