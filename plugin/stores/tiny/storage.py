"""One small JSON file as TinyDB's storage. A change is on disk completely or not at all, even after a kill or on a
full disk.

TinyDB's own storage overwrites in place: two writers, a full disk or a kill tear it. Here a new file is written beside
the old one, forced to disk, and put in its place by one rename. Whoever changes something holds a lock from before the
reading until after the writing (`changing`): one reading, one writing, and no change is lost between.

Beside each file lies its copy, `.bak`, of the same state. It is replaced after the file and before the change counts
as kept, so it holds everything that was acknowledged and nothing that was deleted from the file. If the file is damaged
or gone and the copy is whole, the copy is put in its place and the damaged file is put aside (`.damaged-<time>`).
"""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import orjson
from tinydb import TinyDB
from tinydb.storages import Storage

from plugin.errors import StoreBroken
from plugin.stores.tiny.file_cache import Cache, Tables
from plugin.stores.tiny.locks import OWN_FILE, alone

log = logging.getLogger("footnote.storage")

BESIDE = (".new", ".bak", ".bak.new")
"""Names of files beside a file: the next state, the copy, the next copy."""
ASIDE = ".damaged-"
"""A damaged file that was put aside: this and the time."""
PASSING = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
"""Errors of the process or the machine, which say nothing of the file."""


class DamagedFile(StoreBroken):
    """Neither the file nor its copy can be read."""


class SafeJsonStorage(Storage):
    """TinyDB's view of a file for one operation: read once, changed in memory, written once by `commit`.

    `lock` is taken to put a copy in the file's place; None where the caller holds it already."""

    def __init__(self, path: Path, cache: Cache, *, lock: Path | None = None) -> None:
        self._path = path
        self._lock = lock
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
        damage = self._read()
        if not isinstance(damage, str):
            return damage
        with nullcontext() if self._lock is None else alone(self._lock):
            # Another process may have put the copy in its place meanwhile.
            damage = self._read()
            if isinstance(damage, str):
                self._restore(damage)
                damage = self._read()
        if isinstance(damage, str):
            raise DamagedFile(self._cannot_be_restored(damage))
        return damage

    def _read(self) -> Tables | str:
        """The contents, or what is wrong with the file."""
        try:
            stat = os.stat(self._path)
            self._mtime_ns = stat.st_mtime_ns
            cached = self._cache.get(self._path, stat)
            if cached is not None:
                return cached
            with open(self._path, "rb") as file:
                stat, content = os.fstat(file.fileno()), file.read()
            self._mtime_ns = stat.st_mtime_ns
            tables = _tables_in(content)
        except FileNotFoundError:
            self._cache.drop(self._path)
            if self._copy.exists() and not self._path.exists():
                return "is not there, though its copy is"
            return {}
        except ValueError as wrong:
            self._cache.drop(self._path)
            return f"cannot be read ({wrong})"
        except OSError as wrong:
            self._cache.drop(self._path)
            kind = StoreBroken if wrong.errno in PASSING else DamagedFile
            raise kind(f"{self._path} cannot be read ({wrong.strerror}): look at the disk and its rights.") from wrong
        self._cache.put(self._path, stat, tables)
        return self._cache.get(self._path, stat) or {}

    def _restore(self, what: str) -> None:
        """Put the copy in the file's place if it is whole. The damaged file is never overwritten."""
        try:
            content = self._copy.read_bytes()
            _tables_in(content)
        except (OSError, ValueError):
            return
        aside = _beside(self._path, f"{ASIDE}{time.time_ns()}")
        try:
            self._write(self._new, content, is_forced=True)
            kept = ""
            if self._path.exists():
                os.replace(self._path, aside)
                kept = f"; the damaged file is kept as {aside.name} for a day and a half"
            os.replace(self._new, self._path)
            force_folder(self._path.parent)
        except OSError as wrong:
            raise DamagedFile(
                f"{self._path} {what}, and its whole copy could not be put in its place ({wrong.strerror}): make room "
                "on the disk, or let the folder be written to; then it goes on by itself."
            ) from wrong
        log.warning(
            "%s %s: its copy, which holds all that was acknowledged, was put in its place%s", self._path, what, kept
        )

    def _cannot_be_restored(self, what: str) -> str:
        copy = "its copy cannot be read either" if self._copy.exists() else "there is no copy of it"
        return (
            f"{self._path} {what}, and {copy}: stop footnote and bring the file back from a backup, or take it away; "
            "`footnote now sweep` finds the runs that are missing."
        )


def _tables_in(content: bytes) -> Tables:
    """Raises ValueError for anything but tables."""
    tables = orjson.loads(content)
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise ValueError("no tables in it")
    return tables


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


@contextmanager
def reading(path: Path, cache: Cache, *, lock: Path) -> Iterator[TinyDB]:
    """The current contents. Files are only replaced as a whole, so `lock` is taken for a damaged one only."""
    yield TinyDB(storage=lambda: SafeJsonStorage(path, cache, lock=lock))


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
        for gone in (*(_beside(path, suffix) for suffix in BESIDE), *damaged(path), path):
            gone.unlink(missing_ok=True)
        if path.parent.exists():
            force_folder(path.parent)
    except OSError as wrong:
        raise StoreBroken(
            f"{path} could not be taken away ({wrong.strerror}): let the folder be written to."
        ) from wrong


def damaged(path: Path) -> list[Path]:
    """The damaged files that were put aside for this one."""
    return list(path.parent.glob(f"{path.name}{ASIDE}*"))


def force_folder(folder: Path) -> None:
    """Force the folder's names to disk, so that a rename survives a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
