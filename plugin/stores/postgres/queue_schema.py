"""procrastinate's own tables: made whole where there are none, else brought up to date by its numbered files.

Its files called `post` remove what its previous version still calls. They wait for the release after the one that
brought the new version, when no process of the old one runs any more. What was applied is written down in
`queue_schema`, which procrastinate does not do itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from procrastinate import __version__
from procrastinate.schema import SchemaManager, migrations_path

from plugin.errors import StoreBroken
from plugin.stores.postgres.liveness import Wire

VERSION = "version "
"""With this before it a row names the procrastinate of a release."""


def bring_up(
    wire: Wire, *, folder: Path = migrations_path, whole: str | None = None, version: str = __version__
) -> list[str]:
    """Applies what is missing, each file in a transaction of its own; answers their names. Only one process may call it
    at a time.

    `whole` is the schema for a database without one, `version` the procrastinate that all this belongs to.
    """
    wire.execute(
        "CREATE TABLE IF NOT EXISTS queue_schema (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())"
    )
    known = {row["name"] for row in wire.execute("SELECT name FROM queue_schema")}
    files = sorted(folder.glob("*.sql"))
    if not _is_there(wire):
        _apply(wire, whole or SchemaManager.get_schema(), [*(file.stem for file in files), VERSION + version])
        return [f"procrastinate {version}"]
    if not known:
        raise StoreBroken(
            "The database holds tables of a procrastinate that is not ours: give Footnote a database of its own."
        )
    before = max(_figures(name.removeprefix(VERSION)) for name in known if name.startswith(VERSION))
    due = [file for file in files if file.stem not in known and (not _is_post(file) or _figures(file.stem) <= before)]
    for file in due:
        _apply(wire, file.read_text(encoding="utf-8"), [file.stem])
    _apply(wire, "", [VERSION + version])
    return [file.stem for file in due]


def _is_there(wire: Wire) -> bool:
    row = wire.execute("SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS it_is").fetchone()
    return bool(row and row["it_is"])


def _apply(wire: Wire, text: str, names: Iterable[str]) -> None:
    with wire.transaction():
        if text:
            wire.execute(text.encode())
        for name in names:
            wire.execute("INSERT INTO queue_schema (name) VALUES (%s) ON CONFLICT DO NOTHING", (name,))


def _is_post(file: Path) -> bool:
    """`03.04.00_50_post_…` is one; `03.04.00_01_pre_…` and the older `01.00.00_01_…` are none."""
    return "_post_" in file.stem


def _figures(text: str) -> tuple[int, int, int]:
    """The version a file or a release is of: (3, 4, 0) of `03.04.00_50_post_…` and of `3.4.0`."""
    first, second, third, *_ = (*(int(part) for part in text.split("_")[0].split(".")[:3] if part.isdigit()), 0, 0, 0)
    return first, second, third
