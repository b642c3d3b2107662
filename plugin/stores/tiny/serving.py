"""One server for a folder, and a folder that nobody else writes to."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from plugin.errors import AlreadyServed, StoreBroken
from plugin.stores.tiny import key_file
from plugin.stores.tiny.locks import make_folder, sweep, taken

DYING_S = 5.0
"""How long to wait for a server that is just ending."""


def check_folder(folder: Path) -> None:
    """Raises StoreBroken if others could put files of theirs in place of ours: a folder that everybody may write to, or
    a link in it."""
    for path in (folder, *sorted(folder.iterdir()), *sorted((folder / "runners").glob("*"))):
        if path != folder and path.is_symlink():
            raise StoreBroken(f"{path} is a link, and could lead anywhere: put the file itself there, or remove it.")
        if path.is_dir() and path.stat().st_mode & stat.S_IWOTH:
            raise StoreBroken(f"Everybody may write to {path}: let only its owner do so (chmod 700 {path}).")


@contextmanager
def serve_alone(folder: Path, *, wait_s: float = DYING_S) -> Iterator[None]:
    """Be the only server of this folder while the context lasts. Raises AlreadyServed if another one runs.

    Processes forked within keep the folder served for as long as one of them lives.
    """
    make_folder(folder)
    check_folder(folder)
    path = folder / "serve.lock"
    give_up = time.monotonic() + wait_s
    while True:
        try:
            lock = taken(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError as held:
            if time.monotonic() > give_up:
                raise AlreadyServed(
                    f"Another footnote server (process {_pid_in(path)}) is at work in {folder}: stop it first, or "
                    "set DATA_DIR to a folder of its own for this one."
                ) from held
            time.sleep(0.05)
    try:
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        sweep((folder / "holds").glob("*.lock"))
        key_file.destroy_orphans(folder / "runners")
        yield
    finally:
        os.close(lock)


def is_served(folder: Path) -> bool:
    """Whether a server is at work in this folder."""
    try:
        lock = os.open(folder / "serve.lock", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _pid_in(path: Path) -> str:
    with suppress(OSError):
        return path.read_text() or "?"
    return "?"
