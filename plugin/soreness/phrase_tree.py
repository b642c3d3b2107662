"""All phrases in one prefix tree. Every word of a text is looked up a fixed number of times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plugin.soreness.tokens import JOINED, Word

LONGEST_PHRASE = 12
"""Words a phrase may span with its passing words; keeps the search at each word bounded."""
MOST_PASSING = 3
"""Passing words in a row within a phrase: "ball of both my poor feet" has two."""


@dataclass(frozen=True, slots=True)
class PhraseTag:
    """What a phrase means: `kind` is its table in the file, `name` the row."""

    kind: str
    name: str


class Branch:
    """One word further into a phrase. Plain, and empty where nothing is kept: there are ten thousand of
    them."""

    __slots__ = ("beginnings", "tags", "words")

    def __init__(self) -> None:
        self.words: dict[str, Branch] = {}
        self.beginnings: dict[str, Branch] | None = None
        self.tags: frozenset[PhraseTag] = frozenset()


@dataclass(frozen=True, slots=True)
class PhraseTree:
    """Many phrases, found together."""

    root: Branch
    passing: frozenset[str]
    numbers: frozenset[str]

    def longest_at(self, words: Sequence[Word], start: int) -> tuple[int, frozenset[PhraseTag]] | None:
        """The end of the longest phrase that begins at `start`, and its meanings. Never crosses a comma or
        more."""
        found = list(self._found_at(words, start))
        return found[-1] if found else None

    def longest_of_each_at(self, words: Sequence[Word], start: int) -> dict[PhraseTag, int]:
        """For each meaning of a phrase that begins at `start` the end of its longest one."""
        return {tag: end for end, tags in self._found_at(words, start) for tag in tags}

    def _found_at(self, words: Sequence[Word], start: int) -> Iterator[tuple[int, frozenset[PhraseTag]]]:
        """The phrases that begin at `start`, the shortest first."""
        here = [self.root]
        passed = 0
        for at in range(start, min(len(words), start + LONGEST_PHRASE)):
            word = words[at]
            if at > start and word.parting > JOINED:
                break
            steps = [step for one in here for step in self._next(one, word.text)]
            tags = frozenset(tag for step in steps for tag in step.tags)
            if tags:
                yield at + 1, tags
            passed = passed + 1 if word.text in self.passing else 0
            if at > start and 0 < passed <= MOST_PASSING:
                steps.extend(one for one in here if one is not self.root and one not in steps)
            if not steps:
                break
            here = steps

    def _next(self, step: Branch, word: str) -> Iterator[Branch]:
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


def plant(root: Branch, phrase: str, tag: frozenset[PhraseTag], where: str) -> list[str]:
    """Adds a phrase in plain spelling, and gives its words. Raises ValueError where it has none."""
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
            further = paths[word] = Branch()
        step = further
    if step is root:
        raise ValueError(f"{where}: a phrase has no words in it")
    step.tags |= tag
    return words
