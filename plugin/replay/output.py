"""Putting a result where it was asked for: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
from pathlib import Path

from plugin.errors import FootnoteError

NEW_FILE = 0o666
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks that turn the direction of what follows: a name could disguise the words after it."""
_STEERING = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_DIRECTIONS}]")
_TURNING = re.compile(f"[{_DIRECTIONS}]")


def without_marks(text: str) -> str:
    """The text without what would steer a terminal or a page: control characters and direction marks."""
    return _STEERING.sub("", text)


def escaped(json_text: str) -> str:
    """JSON with its direction marks escaped; they can only be inside strings."""
    return _TURNING.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)


class NotWritten(FootnoteError):
    """The result could not be put where it was asked for."""


def write_whole(content: bytes, path: Path) -> None:
    """Write to a file, which afterwards is whole or as it was. A pipe or a device is written to as it is."""
    try:
        path = path.resolve()
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(content)
            return
        if path.is_dir():
            raise NotWritten(f"{path} is a folder: give --output the name of a file in it.")
        _replace(content, path)
    except (OSError, ValueError, RuntimeError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise NotWritten(f"{path} cannot be written ({reason}): choose another --output.") from error


def _replace(content: bytes, path: Path) -> None:
    """Beside the file first, then in its place in one step, with the rights a file made here has."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(path.stat().st_mode & 0o777 if path.exists() else NEW_FILE & ~_umask())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def _umask() -> int:
    """What new files are not allowed; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def print_whole(content: bytes) -> None:
    """Write to standard output. Whoever closes the pipe early has seen enough."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Python would complain once more when it closes the pipe at its end.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except OSError as error:
        raise NotWritten(f"The result cannot be printed ({error.strerror}): use --output.") from error
