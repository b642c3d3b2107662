"""The small file with a runner's key. It is overwritten before it is taken away, so that the key leaves the disk too.

A file system that writes elsewhere instead of in place (copy on write, flash) may keep the old blocks all the same.
"""

from __future__ import annotations

import os
from pathlib import Path

from plugin.errors import StoreBroken
from plugin.stores.tiny.locks import OWN_FILE
from plugin.stores.tiny.storage import force_folder


def read(path: Path) -> str | None:
    """The wrapped key, or None if there is no file."""
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as wrong:
        raise StoreBroken(f"{path} cannot be read ({wrong}): bring it back from a backup, or take it away.") from wrong


def write(path: Path, wrapped: str) -> None:
    """Keep the wrapped key, on disk when this returns; what was there before is overwritten."""
    new = path.with_name(path.name + ".new")
    try:
        before = os.open(path, os.O_WRONLY | os.O_CLOEXEC) if path.exists() else None
        try:
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, OWN_FILE), "wb") as file:
                file.write(wrapped.encode("ascii"))
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, path)
            force_folder(path.parent)
            if before is not None:
                _overwrite(before)
        finally:
            if before is not None:
                os.close(before)
    except OSError as wrong:
        raise StoreBroken(
            f"{path} could not be written ({wrong.strerror}): make room on the disk, or let the folder be written to."
        ) from wrong


def destroy(path: Path) -> None:
    """Overwrite the key and take its file away."""
    try:
        for gone in (path.with_name(path.name + ".new"), path):
            if gone.exists():
                handle = os.open(gone, os.O_WRONLY | os.O_CLOEXEC)
                try:
                    _overwrite(handle)
                finally:
                    os.close(handle)
                gone.unlink()
    except OSError as wrong:
        raise StoreBroken(
            f"{path} could not be taken away ({wrong.strerror}): let the folder be written to."
        ) from wrong


def destroy_orphans(folder: Path) -> None:
    """Destroy keys whose runner is gone, the copy too: a process may be killed while it deletes one."""
    for path in [*folder.glob("*.key"), *folder.glob("*.key.new")]:
        runner = path.name.split(".")[0]
        if not any(folder.glob(f"{runner}.json*")):
            destroy(folder / f"{runner}.key")


def _overwrite(handle: int) -> None:
    os.pwrite(handle, bytes(os.fstat(handle).st_size), 0)
    os.fsync(handle)
