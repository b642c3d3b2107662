"""Bytes to text, text to a header and rows."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from plugin.errors import BadSource

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 400
"""Bytes that tell UTF-16 without a mark: every other one is NUL in a Western header."""


def decode(found: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 as spreadsheets save it, else Western Windows."""
    for mark, encoding in _MARKS:
        if found.startswith(mark):
            return found[len(mark) :].decode(encoding, errors="replace")
    head = found[:_LOOKED_AT]
    if head.count(0) > len(head) // 3:
        return found.decode("utf-16-be" if head[0] == 0 else "utf-16-le", errors="replace")
    try:
        return found.decode("utf-8")
    except UnicodeDecodeError:
        return found.decode("cp1252", errors="replace")


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
