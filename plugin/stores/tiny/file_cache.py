"""Parsed contents of files, so that a file is parsed once and not for each operation."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

Tables = dict[str, dict[str, Any]]
MOST_CACHED = 64
"""Files whose content is remembered; some ten runners have two each."""


class Cache:
    """The last seen content of files, by inode, time and size; hands out copies, down to the documents' fields."""

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[tuple[int, int, int], Tables]] = {}

    def get(self, path: Path, stat: os.stat_result) -> Tables | None:
        """A copy of the contents if the file is unchanged, else None."""
        key, tables = self._seen.get(path, (None, {}))
        if key != _key(stat):
            return None
        return {name: {row_id: dict(row) for row_id, row in table.items()} for name, table in tables.items()}

    def put(self, path: Path, stat: os.stat_result, tables: Tables) -> None:
        """Keep the tables; they belong to the cache from now on."""
        while len(self._seen) >= MOST_CACHED and path not in self._seen:
            with suppress(KeyError, RuntimeError, StopIteration):  # another thread was quicker
                del self._seen[next(iter(self._seen))]
        self._seen[path] = (_key(stat), tables)

    def drop(self, path: Path) -> None:
        """Forget the file."""
        self._seen.pop(path, None)


def _key(stat: os.stat_result) -> tuple[int, int, int]:
    return (stat.st_ino, stat.st_mtime_ns, stat.st_size)
