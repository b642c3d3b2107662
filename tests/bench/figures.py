"""Figures with their targets: how each is kept, shown and written down."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

PACKAGES = ("flask", "waitress", "stravalib", "tinydb", "psycopg", "procrastinate", "apscheduler", "cryptography")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table. `target` with `is_most` (at most) or without (at least); None where none was asked."""

    about: str
    name: str
    value: float
    unit: str
    how: str
    target: float | None = None
    is_most: bool = True
    rest: dict[str, Any] = field(default_factory=dict)
    """What else was measured with it; only the JSON has it."""

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.target is None:
            return None
        return self.value <= self.target if self.is_most else self.value >= self.target

    @property
    def asked(self) -> str:
        """The target in words."""
        return "" if self.target is None else f"{'≤' if self.is_most else '≥'} {plain(self.target)} {self.unit}".strip()


def plain(value: float) -> str:
    """Three figures that count, no exponent."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that is not below `share` (0 to 1) of all."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1))]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Count, median, 95th and 99th percentile and the worst."""
    return {
        "n": len(values),
        "median": round(statistics.median(values), 3),
        "p95": round(percentile(values, 0.95), 3),
        "p99": round(percentile(values, 0.99), 3),
        "max": round(max(values), 3),
    }


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    cpu = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = [line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")]
    return {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M UTC}",
        "cpu": cpu[0] if cpu else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(int(memory[0]) / 1e6, 1) if memory else None,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def show(figures: Sequence[Figure]) -> None:
    """The table, on the terminal or a pipe."""
    console = Console(width=None if Console().is_terminal else 150)
    table = Table(show_lines=False, pad_edge=False)
    for column in ("what", "figure", "value", "asked", ""):
        table.add_column(column, justify="right" if column in ("value", "asked") else "left", overflow="fold")
    table.add_column("how it was taken", overflow="fold", max_width=60, style="dim")
    about = ""
    for one in figures:
        if one.about != about and about:
            table.add_section()
        verdict = {None: "", True: "[green]met[/]", False: "[red]missed[/]"}[one.is_met]
        value = f"{plain(one.value)} {one.unit}".strip()
        table.add_row(one.about if one.about != about else "", one.name, value, one.asked, verdict, one.how)
        about = one.about
    console.print(table)


def keep(path: Path, figures: Sequence[Figure], **more: Any) -> None:
    """All of it as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [asdict(one) | {"asked": one.asked, "is_met": one.is_met} for one in figures]
    path.write_text(json.dumps(more | {"figures": rows}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
