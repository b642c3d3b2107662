"""Bytes to text, text to a header and rows."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from plugin.errors import BadSource
from plugin.replay.imports.source import PIECE

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 400
"""Bytes that tell UTF-16 without a mark: every other one is NUL in a Western header."""


def decoded(found: bytearray) -> Iterator[str]:
    """The text of a file, piece by piece: UTF-8, UTF-16 as spreadsheets save it, else Western Windows."""
    encoding, start = _encoding(found)
    for number, piece in enumerate(codecs.iterdecode(_pieces(found, start), encoding, errors="replace")):
        yield piece if number else piece.lstrip("\ufeff")


def _pieces(found: bytearray, start: int) -> Iterator[bytes]:
    return (bytes(found[place : place + PIECE]) for place in range(start, len(found), PIECE))


def _encoding(found: bytearray) -> tuple[str, int]:
    """The encoding, and where the text begins."""
    for mark, encoding in _MARKS:
        if found.startswith(mark):
            return encoding, len(mark)
    head = found[:_LOOKED_AT]
    if head.count(0) > len(head) // 3:
        return "utf-16-be" if head[0] == 0 else "utf-16-le", 0
    try:
        for _ in codecs.iterdecode(_pieces(found, 0), "utf-8"):
            pass
    except UnicodeDecodeError:
        return "cp1252", 0
    return "utf-8", 0


def table_of(text: str, source: Path) -> tuple[list[str], Iterator[list[str]]]:
    """The header and then the rows of a CSV text, blank lines left out."""
    text = text.replace("\x00", "")
    head = text.lstrip().split("\n", 1)[0]
    rows = _rows(text, max(",;\t", key=head.count), source)
    return next(rows, []), rows


def _rows(text: str, delimiter: str, source: Path) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if row and (len(row) > 1 or row[0].strip()):
                yield row
    except csv.Error as error:
        raise BadSource(
            f"{source} breaks off near line {reader.line_num} ({error}): a quotation mark there is never closed; "
            "give the file as Strava sent it."
        ) from error
