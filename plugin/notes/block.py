"""Our block in the runner's field: put in, found again, taken out, and nothing else touched.

A complete block is a line `— Footnote —`, lines that are neither delimiter, and a line `— end of footnote —`. Half a
block, or a delimiter inside a sentence, is the runner's own text. Which complete block is ours is said by `was`, the
note we last wrote on this activity:

- a note: the last block that holds it, else the last block at all (the runner edited inside it);
- `""`: we never wrote here, so every block is the runner's quotation and stays;
- `None`: nobody remembers; the last complete block is taken for ours.

Line breaks of ours are `\\n`; a block that came back with `\\r\\n` or `\\r` is recognised all the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

OPEN = "— Footnote —"
CLOSE = "— end of footnote —"
BREAKS = ("\n\n", "\r\n\r\n")
"""The blank line before our block, as we write it and as it may come back."""

_LINE = re.compile(r"[^\r\n]*")
_BREAK = re.compile(r"\r\n|\r|\n")
_ANY_BREAK = re.compile("\r\n|[\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of all that follows: a shoe's name could disguise the lines after it."""


@dataclass(frozen=True, slots=True)
class _Block:
    start: int
    stop: int
    note: str


def with_block(text: str, note: str, *, was: str | None = None) -> str:
    """The text with `note` in our block: replaced where it stands, else at the end after one blank line.

    An empty note takes the block out. Text before and after stays to the letter; doing it twice changes nothing.
    """
    clean = as_note(note)
    if not clean:
        return without_block(text, was=was)
    block = f"{OPEN}\n{clean}\n{CLOSE}"
    ours = _ours(text, was)
    if ours is None:
        return f"{text}\n\n{block}" if text else block
    if same_text(ours.note, clean):
        return text
    return text[: ours.start] + block + text[ours.stop :]


def without_block(text: str, *, was: str | None = None) -> str:
    """The text as the runner wrote it: our block gone, and the blank line that we put before it."""
    ours = _ours(text, was)
    if ours is None:
        return text
    before = text[: ours.start]
    for blank_line in BREAKS:
        if before.endswith(blank_line):
            before = before[: -len(blank_line)]
            break
    return before + text[ours.stop :]


def without_any_block(text: str, *, is_cut: bool = False) -> str:
    """The text without any complete block, blocks inside blocks included, in one pass: for reading only.

    Where the text `is_cut`, a block that is not closed may be ours and goes as well."""
    kept: list[str] = []
    opened: list[int] = []
    for start, end, after in _lines(text):
        line = text[start:end]
        word = line.strip(" \t")
        if word == OPEN:
            kept.append(text[start : start + line.index(OPEN)])
            opened.append(len(kept))
            kept.append(text[start + line.index(OPEN) : after])
        elif word == CLOSE and opened:
            del kept[opened.pop() :]
            _drop_blank_line(kept)
            kept.append(text[start + line.index(CLOSE) + len(CLOSE) : after])
        else:
            kept.append(text[start:after])
    if opened and is_cut:
        del kept[opened[0] :]
    return "".join(kept)


def _drop_blank_line(kept: list[str]) -> None:
    """The blank line that we put before a block: the end of a line, and an empty line."""
    while kept and not kept[-1]:
        kept.pop()
    ending = kept[-1] if kept else ""
    if ending in ("\n", "\r\n") and len(kept) > 1 and kept[-2].endswith(ending):
        kept.pop()
        kept[-1] = kept[-1].removesuffix(ending)


def block_in(text: str, *, was: str | None = None) -> str | None:
    """The note standing in our block, its line breaks as `\\n`; None where there is no block of ours."""
    ours = _ours(text, was)
    return None if ours is None else ours.note


def same_text(one: str, other: str) -> bool:
    """Whether two texts differ at most in line breaks (`\\r\\n` for `\\n`) or in blanks at their ends."""
    return _BREAK.sub("\n", one).strip() == _BREAK.sub("\n", other).strip()


def as_note(text: str) -> str:
    """What may stand inside the block: no delimiter lines, no control characters, no outer blanks."""
    text = _ANY_BREAK.sub("\n", text).replace("\t", " ")
    kept = "".join(sign for sign in text if sign == "\n" or not _is_unfit(sign))
    lines = (line for line in kept.split("\n") if line.strip() not in (OPEN, CLOSE))
    return "\n".join(lines).strip()


def _is_unfit(sign: str) -> bool:
    """Control characters, halves of surrogate pairs (no JSON can carry them) and direction marks."""
    return unicodedata.category(sign) in ("Cc", "Cs") or sign in _TURNS


def _ours(text: str, was: str | None) -> _Block | None:
    if was == "":
        return None
    blocks = list(_blocks(text))
    if was is not None:
        clean = as_note(was)
        same = [block for block in blocks if same_text(block.note, clean)]
        blocks = same or blocks
    return blocks[-1] if blocks else None


def _blocks(text: str) -> Iterator[_Block]:
    """Every complete block, in order. A second opening line makes the first one the runner's own text."""
    opened: tuple[int, int] | None = None
    for start, end, after in _lines(text):
        line = text[start:end]
        word = line.strip(" \t")
        if word == OPEN:
            opened = (start + line.index(OPEN), after)
        elif word == CLOSE and opened is not None:
            note = _BREAK.sub("\n", text[opened[1] : start]).removesuffix("\n")
            yield _Block(start=opened[0], stop=start + line.index(CLOSE) + len(CLOSE), note=note)
            opened = None


def _lines(text: str) -> Iterator[tuple[int, int, int]]:
    """Of each line its start, its end, and where the next one starts."""
    start = 0
    while start < len(text):
        end = _LINE.match(text, start).end()  # type: ignore[union-attr]  # matches the empty line too
        ending = _BREAK.match(text, end)
        after = ending.end() if ending else end
        yield start, end, after
        start = after
