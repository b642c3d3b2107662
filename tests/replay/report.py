"""How much is said: notes per runner and month, and per rule, over the recorded histories.

python -m tests.replay.report [folder]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from plugin.notes.rulebook import read_rulebook
from plugin.replay import Replay, play
from plugin.replay.imports import read
from plugin.rules import BY_NAME
from tests.paths import SHARED

RECORDED = SHARED


def replays(folder: Path) -> Iterator[tuple[str, Replay]]:
    """Every history under runners/ and exports/, played."""
    rulebook = read_rulebook()
    for path in sorted([*(folder / "runners").glob("*.csv"), *(folder / "exports").glob("*activities*.csv")]):
        yield path.stem, play(read(path, zone=None), rulebook)


def months_run(replay: Replay) -> int:
    """Months in which something was run: silence in a month off is no merit."""
    return len({(one.run.day.year, one.run.day.month) for one in replay.played if one.aside is None})


def report(folder: Path) -> Table:
    """A line a history: runs, notes, notes a month run, and what led or followed in them by rule."""
    table = Table(title="What would have been told", caption="by rule: told of found")
    for head in ("history", "runs", "months", "notes", "a month", *BY_NAME):
        table.add_column(head, justify="left" if head == "history" else "right")
    for name, replay in replays(folder):
        months = months_run(replay)
        told = [f"{one.told}/{one.found}" if one.found else "" for one in replay.by_rule().values()]
        a_month = f"{len(replay.noted) / months:.1f}" if months else ""
        table.add_row(name, str(len(replay.played)), str(months), str(len(replay.noted)), a_month, *told)
    return table


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDED
    Console(width=170 if not sys.stdout.isatty() else None).print(report(folder))
