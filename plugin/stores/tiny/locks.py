"""File locks. The kernel releases them when their holder dies, whatever the cause.

`flock` belongs to an open file: each lock here opens its own, so that it holds between threads as between processes.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from plugin.errors import StoreBroken

OWN_FILE, OWN_FOLDER = 0o600, 0o700
"""Only the owner can read the files and their names."""


def make_folder(folder: Path) -> None:
    """The folder and those above it that are missing, for their owner alone; raises StoreBroken."""
    try:
        folder.mkdir(mode=OWN_FOLDER, exist_ok=True)
    except FileNotFoundError:
        make_folder(folder.parent)
        make_folder(folder)
    except OSError as wrong:
        raise StoreBroken(
            f"The folder {folder} cannot be made ({wrong.strerror}): set DATA_DIR to a folder that may be written to."
        ) from wrong


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWN_FILE)
    except FileNotFoundError:
        make_folder(path.parent)
        return _open(path)
    except OSError as wrong:
        raise StoreBroken(
            f"{path} cannot be written ({wrong.strerror}): make room, or let the folder be written to by this "
            "process; then it goes on by itself."
        ) from wrong


def _is_still(path: Path, lock: int) -> bool:
    """False if the file was removed during the wait: a lock on a removed file protects nothing."""
    try:
        there, held = os.stat(path), os.fstat(lock)
    except FileNotFoundError:
        return False
    return (there.st_dev, there.st_ino) == (held.st_dev, held.st_ino)


def taken(path: Path, how: int) -> int:
    """An open file that holds the lock of `path`, until it is closed; BlockingIOError if it cannot be had at once."""
    while True:
        lock = _open(path)
        try:
            fcntl.flock(lock, how)
        except BlockingIOError:
            os.close(lock)
            raise
        except OSError as wrong:
            os.close(lock)
            raise StoreBroken(
                f"{path} cannot be locked ({wrong.strerror}): set DATA_DIR to a folder on a disk of this machine."
            ) from wrong
        if _is_still(path, lock):
            return lock
        os.close(lock)


@contextmanager
def alone(path: Path, *, leaves_file: bool = True) -> Iterator[None]:
    """Hold the lock of `path`, across threads and processes; waits for it. Not reentrant.

    Without `leaves_file` the lock file goes afterwards: its name may hold a runner's id.
    """
    lock = taken(path, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if not leaves_file:
            with suppress(OSError):
                path.unlink()
        os.close(lock)


def sweep(paths: Iterator[Path]) -> None:
    """Remove lock files that no process holds: processes that were killed leave them."""
    for path in paths:
        with suppress(OSError):
            lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_still(path, lock):
                    path.unlink()
            finally:
                os.close(lock)
