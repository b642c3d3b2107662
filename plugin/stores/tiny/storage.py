"""One small JSON file as TinyDB's storage. A change is on disk completely or not at all, even after a kill or on a
full disk.

TinyDB's own storage overwrites in place: two writers, a full disk or a kill tear it. Here a new file is written beside
the old one, forced to disk, and put in its place by one rename. Whoever changes something holds a lock from before the
reading until after the writing (`changing`): one reading, one writing, and no change is lost between.

Beside each file lies its copy, `.bak`, of the same state. It is replaced after the file and before the change counts
as kept, so it holds everything that was acknowledged and nothing that was deleted from the file.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import orjson
from tinydb import TinyDB
from tinydb.storages import Storage

from plugin.errors import StoreBroken
from plugin.stores.tiny.file_cache import Cache, Tables
from plugin.stores.tiny.locks import OWN_FILE, alone

BESIDE = (".new", ".bak", ".bak.new")
"""Names of files beside a file: the next state, the copy, the next copy."""


class SafeJsonStorage(Storage):
    """TinyDB's view of a file for one operation: read once, changed in memory, written once by `commit`."""

    def __init__(self, path: Path, cache: Cache) -> None:
        self._path = path
        self._new, self._copy, self._new_copy = (_beside(path, suffix) for suffix in BESIDE)
        self._cache = cache
        self._tables: Tables | None = None
        self._is_changed = False
        self._mtime_ns = 0

    def read(self) -> Tables:
        if self._tables is None:
            self._tables = self._load()
        return self._tables

    def write(self, data: Tables) -> None:
        self._tables = data
        self._is_changed = True

    def commit(self) -> None:
        """Write the changes to disk. On StoreBroken the file is unchanged."""
        if not self._is_changed or self._tables is None:
            return
        content = orjson.dumps(self._tables)
        try:
            stat = self._write(self._new, content, is_forced=True)
            self._write(self._new_copy, content, is_forced=False)
            os.replace(self._new, self._path)
            os.replace(self._new_copy, self._copy)
            force_folder(self._path.parent)
        except OSError as wrong:
            self._cache.drop(self._path)
            for new in (self._new, self._new_copy):
                with suppress(OSError):
                    new.unlink()
            raise StoreBroken(
                f"{self._path} could not be written ({wrong.strerror}) and stands as it was: make room on the disk, or "
                "let the folder be written to by this process; then it goes on by itself."
            ) from wrong
        self._cache.put(self._path, stat, self._tables)

    def _write(self, new: Path, content: bytes, *, is_forced: bool) -> os.stat_result:
        """Write the next state to a file that always has the same name, so that leftovers of a kill are overwritten."""
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, OWN_FILE), "wb") as file:
            file.write(content)
            file.flush()
            # File times are coarse: two states within one tick would look the same to the cache.
            mtime_ns = max(time.time_ns(), self._mtime_ns + 1)
            os.utime(file.fileno(), ns=(mtime_ns, mtime_ns))
            if is_forced:
                os.fsync(file.fileno())
            return os.fstat(file.fileno())

    def _load(self) -> Tables:
        try:
            stat = os.stat(self._path)
            self._mtime_ns = stat.st_mtime_ns
            cached = self._cache.get(self._path, stat)
            if cached is not None:
                return cached
            with open(self._path, "rb") as file:
                stat, content = os.fstat(file.fileno()), file.read()
            self._mtime_ns = stat.st_mtime_ns
            tables = orjson.loads(content)
            if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
                raise ValueError("no tables in it")
        except FileNotFoundError:
            self._cache.drop(self._path)
            if self._copy.exists() and not self._path.exists():
                raise StoreBroken(self._how_to_restore("is not there, though its copy is")) from None
            return {}
        except (OSError, ValueError) as wrong:
            self._cache.drop(self._path)
            raise StoreBroken(self._how_to_restore(f"cannot be read ({wrong})")) from wrong
        self._cache.put(self._path, stat, tables)
        return self._cache.get(self._path, stat) or {}

    def _how_to_restore(self, what: str) -> str:
        # Not done by itself: a torn file means that the disk or somebody's hand is at fault, and only a look at it can
        # tell whether the copy beside it fared better.
        if not self._copy.exists():
            return f"{self._path} {what}, and there is no copy of it: bring it back from a backup, or take it away."
        return (
            f"{self._path} {what}: to restore, stop footnote and put its last good copy in its place: "
            f"cp {self._copy} {self._path} (the copy holds all that was acknowledged; should it be older, "
            "`footnote now sweep` finds the runs that are missing)."
        )


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


@contextmanager
def reading(path: Path, cache: Cache) -> Iterator[TinyDB]:
    """The current contents. Needs no lock, since files are only replaced as a whole."""
    yield TinyDB(storage=lambda: SafeJsonStorage(path, cache))


@contextmanager
def changing(path: Path, cache: Cache, *, lock: Path) -> Iterator[TinyDB]:
    """The file under its lock: when the context ends the changes are on disk, or an error says that none are."""
    storage = SafeJsonStorage(path, cache)
    with alone(lock):
        yield TinyDB(storage=lambda: storage)
        storage.commit()


def remove(path: Path, cache: Cache) -> None:
    """Remove the file, its copy first: a copy without its file would look like a loss."""
    cache.drop(path)
    try:
        for gone in (*(_beside(path, suffix) for suffix in BESIDE), path):
            gone.unlink(missing_ok=True)
        if path.parent.exists():
            force_folder(path.parent)
    except OSError as wrong:
        raise StoreBroken(
            f"{path} could not be taken away ({wrong.strerror}): let the folder be written to."
        ) from wrong


def force_folder(folder: Path) -> None:
    """Force the folder's names to disk, so that a rename survives a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
