"""Finding the file a runner pointed at: an export's zip or folder, its activities.csv, a table, a list.

Nothing is ever unpacked to disk, so what a zip calls its files cannot lead anywhere.
"""

from __future__ import annotations

import lzma
import os
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

from plugin.errors import BadSource

WANTED = "activities.csv"
LIMIT = 200_000_000
"""Bytes unpacked; a whole life of training stays far below."""
PIECE = 1 << 20
EXPECTED = (
    "a Strava export (its zip, its folder or its activities.csv), a table with the columns "
    "id,start_date_local,type,distance_m,moving_time_s, or a JSON list of Strava activities"
)
_OTHERS = (
    (b"\x1f\x8b", "is packed with gzip: unpack it first"),
    (b"%PDF", "is a PDF"),
    (b"7z\xbc\xaf\x27\x1c", "is a 7z archive: unpack it first"),
    (b"Rar!", "is a RAR archive: unpack it first"),
    (b"\xd0\xcf\x11\xe0", "is a spreadsheet or document: save it as CSV first"),
    (b"\x89PNG", "is a picture"),
    (b"\xff\xd8\xff", "is a picture"),
)


def fetch(source: Path) -> bytearray:
    """The bytes of the file meant by `source`; BadSource where there is none, or it cannot be read."""
    try:
        if source.is_dir():
            source = _in_folder(source)
        elif not source.exists():
            raise BadSource(f"{source} does not exist: give the path of {EXPECTED}.")
        elif not source.is_file():
            raise BadSource(f"{source} is no plain file: give the path of {EXPECTED}.")
        if zipfile.is_zipfile(source):
            found = _from_zip(source)
        else:
            with source.open("rb") as file:
                found = _read(file, str(source))
    except (OSError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise BadSource(f"{source} cannot be read ({reason}): check the path and its permissions.") from error
    if not found or found.isspace():
        raise BadSource(f"{source} is empty: expected {EXPECTED}.")
    if found.startswith(b"PK\x03\x04"):
        raise BadSource(f"{source} is a broken zip: download the export again.")
    for magic, what in _OTHERS:
        if found.startswith(magic):
            raise BadSource(f"{source} {what}; expected {EXPECTED}.")
    return found


def _in_folder(folder: Path) -> Path:
    """The activities.csv nearest to the top of a folder."""
    named = [Path(parent) / name for parent, _, names in os.walk(folder) for name in names if name.lower() == WANTED]
    # An export holds plain files: a link could lead anywhere, a pipe or device has no end.
    found = [path for path in named if path.is_file() and not path.is_symlink()]
    if not found:
        raise BadSource(f"{folder} holds no {WANTED}: give the folder an export was unpacked to.")
    return min(found, key=lambda path: (len(path.parts), str(path)))


def _from_zip(source: Path) -> bytearray:
    """The first activities.csv in a zip, at any depth."""
    try:
        with zipfile.ZipFile(source) as packed:
            for member in packed.infolist():
                if re.split(r"[\\/]", member.filename)[-1].lower() == WANTED:
                    if member.flag_bits & 1:
                        raise BadSource(f"{source} is locked with a password: unpack it first.")
                    if member.file_size > LIMIT:
                        raise _too_large(f"{WANTED} in {source}")
                    with packed.open(member) as file:
                        return _read(file, f"{WANTED} in {source}")
            names = ", ".join(repr(name)[1:-1] for name in packed.namelist()[:3])
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error) as error:
        raise BadSource(f"{source} is a broken zip ({error}): download the export again.") from error
    except (NotImplementedError, RuntimeError) as error:
        raise BadSource(f"{source} is packed in a way that cannot be read ({error}): unpack it first.") from error
    inside = f"but {names} …" if names else "nor anything else"
    raise BadSource(f"{source} holds no {WANTED} {inside}: give a Strava export as it was sent.")


def _read(file: IO[bytes], name: str) -> bytearray:
    """All of a file, counted while it is read: a zip's header may claim anything."""
    pieces = bytearray()
    while piece := file.read(PIECE):
        pieces += piece
        if len(pieces) > LIMIT:
            raise _too_large(name)
    return pieces  # as it is: a copy would need as much memory once more


def _too_large(name: str) -> BadSource:
    return BadSource(f"{name} is larger than {LIMIT // 1_000_000} MB: that is no list of activities, check the file.")
