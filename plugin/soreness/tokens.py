"""Splits a text into words of one spelling: case, accents, ligatures and apostrophes settled, clause ends marked.

Runners write on phones: "fuß", "FUSS", "can’t", "cant", "d'achille", "2/10", "3rd+4th", emoji for full stops.
Lexicon and grammar see one plain form. One pass over the text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

JOINED, COMMA, DASH, SENTENCE = range(4)
"""How strongly a word is parted from the one before it; COMMA also stands for an emoji, DASH for a colon or
bracket."""

NO_CLASSES: frozenset[str] = frozenset()
SCORE, NO_SCORE = "3/10", "0/10"
"""A pain score, as a word that no text can hold: a slash always parts words."""
LONGEST_WORD = 40
"""Letters of a word that are looked at. Longer ones are no words of ours, only work."""

_PIECE = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?!\w)|[^\W_]+|\n|[^\w\s]|_")  # "10,000" is one number
_FROST = re.compile(r"[-−–](\d{1,2}) ?°? ?c?\b(?=\W|$)(?<=[°c])")
"""-12 °C: what numbs toes in the cold is weather."""
_APOSTROPHES = frozenset("'’‘ʼ`´′")
_SENTENCE_ENDS = frozenset(".!?;\n…")
_BRACKETS = frozenset("()[]{}:|=–—―•·¡¿")
_LINKS = frozenset('+&/-‐‑_*#@~°%"“”„«»^<>\\')
_CONTRACTED = frozenset({"t", "d", "ll", "m", "ve", "re", "n"})
_NUMBER = frozenset({"no", "nr"})
_ON = frozenset({"on", "en", "in"})
_PLAIN = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "ħ": "h"})
_MILD, _FULL = 1, 8


@dataclass(frozen=True, slots=True)
class Word:
    """One word in plain spelling. `parting` parts it from the word before; `owns` says that it carried an
    's."""

    text: str
    parting: int = JOINED
    owns: bool = False
    asked: bool = False
    """Whether a question mark stands right before it: "Heel pain? Not in these."."""
    classes: frozenset[str] = NO_CLASSES
    """Word classes of the lexicon (its table `words`) that the word is in."""

    def is_a(self, name: str) -> bool:
        return name in self.classes


def plain(text: str) -> str:
    """The text without case, accents, ligatures and invisible marks, so that one phrase finds every
    spelling."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    # Casefolding and decomposing can each make work for the other (İ, ŉ); twice is enough to settle both.
    spread = unicodedata.normalize("NFKD", spread.casefold())
    kept = (c for c in spread if unicodedata.category(c) not in ("Mn", "Cf"))
    return "".join(kept).translate(_PLAIN)


def words_of(text: str) -> list[Word]:
    """The words in order. A score such as 2/10 becomes one word, SCORE, or NO_SCORE for 0/10."""
    text = _FROST.sub(r" minus \1 ", plain(text))
    pieces = [(m.group(), m.start(), m.end()) for m in _PIECE.finditer(text)]
    words: list[Word] = []
    parting = SENTENCE
    asked = False
    at = 0
    while at < len(pieces):
        piece, start, end = pieces[at]
        touches_next = at + 1 < len(pieces) and pieces[at + 1][1] == end
        if piece[0].isalnum():
            score = _score(pieces, at)
            if piece in _NUMBER and _is_numbered(pieces, at):
                words.append(Word("number", parting))
                at += 2
            elif score:
                words.append(Word(score, parting))
                at += 3
            elif touches_next and pieces[at + 1][0] in _APOSTROPHES and _is_word_at(pieces, at + 2, end + 1):
                tail = pieces[at + 2][0]
                if tail == "s" and len(piece) > 1:
                    words.append(Word(piece[:LONGEST_WORD], parting, owns=True))
                    at += 3
                elif tail in _CONTRACTED:
                    words.append(Word((piece + tail)[:LONGEST_WORD], parting))
                    at += 3
                else:  # d'achille, all'avampiede, l'arche: two words
                    words.append(Word(piece[:LONGEST_WORD], parting))
                    at += 2
            else:
                words.append(Word(piece[:LONGEST_WORD], parting))
                at += 1
            if asked:
                words[-1] = replace(words[-1], asked=True)
            parting, asked = JOINED, False
            continue
        if piece == "🔥" and words and parting == JOINED and words[-1].text in _ON:
            words.append(Word("fire"))  # "shins on 🔥"
        before = pieces[at - 1] if at else None
        touches_before = before is not None and before[2] == start
        asked = asked or piece == "?"
        parting = max(parting, _parting(piece, touches_before, touches_next, pieces, at))
        if piece in "+&" and words and parting == JOINED:
            words.append(Word("and"))
        at += 1
    return words


def _is_numbered(pieces: list[tuple[str, int, int]], at: int) -> bool:
    """ "No. 3" counts, it does not say no."""
    return at + 2 < len(pieces) and pieces[at + 1][0] == "." and pieces[at + 2][0].isdecimal()


def _is_word_at(pieces: list[tuple[str, int, int]], at: int, start: int) -> bool:
    return at < len(pieces) and pieces[at][1] == start and pieces[at][0][0].isalnum()


def _score(pieces: list[tuple[str, int, int]], at: int) -> str | None:
    """A pain score out of ten. 9/10 and 10/10 are praise as often as pain, so they say nothing."""
    if at + 2 >= len(pieces) or pieces[at + 1][0] != "/" or pieces[at + 2][0] not in ("10", "10ths"):
        return None
    figure = pieces[at][0]
    if not (figure.isascii() and figure.isdigit() and len(figure) <= 2):
        return None
    number = int(figure)
    if number == 0:
        return NO_SCORE
    return SCORE if _MILD <= number <= _FULL else None


def _parting(piece: str, touches_before: bool, touches_next: bool, pieces: list[tuple[str, int, int]], at: int) -> int:
    if piece == "." and touches_next and pieces[at + 1][0] == ".":
        return DASH
    if piece == "." and touches_before and at and pieces[at - 1][0] == ".":
        return DASH  # "..": a pause, not an end: "pain free today.. nope"
    if piece == "." and touches_before and touches_next and pieces[at + 1][0][0].isalnum():
        return JOINED  # 4.30, p.m.
    if piece == "…":
        return DASH
    if piece in _SENTENCE_ENDS:
        return SENTENCE
    if piece in _BRACKETS:
        return DASH
    if piece == "-":
        return JOINED if touches_before or touches_next else DASH
    if piece in _APOSTROPHES or piece in _LINKS:
        return JOINED
    return COMMA
