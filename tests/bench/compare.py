"""`make bench-against OTHER=../other-checkout`: the same measurements of two versions, side by side.

Each part is measured in one checkout and then in the other, `--rounds` times in turn, so that a machine that grows warm
or busy does so for both; the table shows the medians. Both run on this Python, so it needs the packages of both.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.figures import plain
from tests.paths import ROOT

PARTS = ("price", "latency", "webhook", "sizes", "replay", "workers", "processes")
SLOWER = 1.1
"""A figure that is worse by more than this is called slower: below it two runs of one version differ too."""

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One figure of both versions: medians over the rounds; None where a version does not have it."""

    about: str
    name: str
    unit: str
    is_most: bool
    other: float | None
    ours: float | None

    @property
    def worse(self) -> float | None:
        """How many times worse this version is; below 1 it is better. None where it cannot be said."""
        if not self.other or not self.ours:
            return None
        return self.ours / self.other if self.is_most else self.other / self.ours

    @property
    def verdict(self) -> str:
        """In a word."""
        if self.other is None or self.ours is None:
            return "only one has it"
        if self.worse is None:
            return "the same" if self.ours == self.other else ""
        return "slower" if self.worse > SLOWER else "quicker" if self.worse < 1 / SLOWER else "the same"


def measure(checkout: Path, part: str, *, full: bool) -> list[Mapping[str, Any]]:
    """One part in one checkout; its own code measures it."""
    with tempfile.TemporaryDirectory(prefix="footnote-compare-") as folder:
        output = Path(folder) / "bench.json"
        command = [sys.executable, "-m", "tests.bench", "--only", part, "--output", str(output)]
        environ = {**os.environ, "PYTHONPATH": str(checkout)}
        run = subprocess.run(
            [*command, *(["--full"] if full else [])], cwd=checkout, env=environ, stdout=subprocess.DEVNULL, check=False
        )
        if run.returncode != 0:
            print(f"{checkout.name}: {part} could not be measured", file=sys.stderr)
            return []
        figures: list[Mapping[str, Any]] = json.loads(output.read_text(encoding="utf-8"))["figures"]
        return figures


def pairs(others: Sequence[Mapping[str, Any]], ours: Sequence[Mapping[str, Any]]) -> list[Pair]:
    """Figures of both by what they are about and their names, in the order of the first of them."""
    known = {_key(figure): figure for figure in (*ours, *others)}
    return [
        Pair(
            about=about,
            name=name,
            unit=known[about, name]["unit"],
            is_most=known[about, name]["is_most"],
            other=_median(others, (about, name)),
            ours=_median(ours, (about, name)),
        )
        for about, name in dict.fromkeys(map(_key, (*others, *ours)))
    ]


def show(found: Sequence[Pair], other_name: str) -> None:
    """The table."""
    console = Console(width=None if Console().is_terminal else 120)
    table = Table(pad_edge=False)
    for column in ("what", "figure", other_name, "this", "×", ""):
        table.add_column(column, justify="left" if column in ("what", "figure", "") else "right", overflow="fold")
    for one in found:
        other, ours = ("" if value is None else f"{plain(value)} {one.unit}".strip() for value in (one.other, one.ours))
        ratio = "" if one.worse is None else f"{one.worse:.2f}"
        colour = {"slower": "red", "quicker": "green"}.get(one.verdict)
        table.add_row(one.about, one.name, other, ours, ratio, f"[{colour}]{one.verdict}[/]" if colour else one.verdict)
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.compare", description=__doc__)
    parser.add_argument("other", type=Path, help="a checkout of the version to compare with")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part; may be repeated")
    parser.add_argument("--rounds", type=int, default=2, help="each version is measured so often (2)")
    parser.add_argument("--full", action="store_true", help="as `make bench FULL=1`")
    parser.add_argument("--output", type=Path, default=Path("build/bench-compared.json"))
    given = parser.parse_args()
    other = given.other.resolve()
    others: list[Mapping[str, Any]] = []
    ours: list[Mapping[str, Any]] = []
    for part in given.only or PARTS:
        for number in range(given.rounds):
            for checkout, figures in ((other, others), (ROOT, ours)):
                print(f"{part}, round {number + 1}: {checkout.name} …", file=sys.stderr, flush=True)
                figures += measure(checkout, part, full=given.full)
    found = pairs(others, ours)
    given.output.parent.mkdir(parents=True, exist_ok=True)
    rows = {"other": str(other.name), "load": os.getloadavg(), "others": others, "ours": ours}
    given.output.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    show(found, other.name)
    slower = [f"{one.about}: {one.name}" for one in found if one.verdict == "slower"]
    print(f"{len(found)} figures, {len(slower)} slower by more than {SLOWER - 1:.0%}; all of it in {given.output}.")
    sys.exit(bool(slower))


def _key(figure: Mapping[str, Any]) -> Key:
    return figure["about"], figure["name"]


def _median(figures: Sequence[Mapping[str, Any]], key: Key) -> float | None:
    values = [figure["value"] for figure in figures if _key(figure) == key]
    return statistics.median(values) if values else None


if __name__ == "__main__":
    main()
