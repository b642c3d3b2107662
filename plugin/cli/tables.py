"""A table on a terminal, tab-separated lines in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import timedelta

import click


def show(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Print `rows` under `columns`; in a pipe without a heading. `empty` is said on stderr where there are none."""
    texts = [[_in_one_line(str(cell)) for cell in row] for row in rows]
    if not texts:
        click.echo(empty, err=True)
    elif not sys.stdout.isatty():
        for row in texts:
            click.echo("\t".join(row))
    else:
        _show_on_terminal(columns, texts)


def age(span: timedelta) -> str:
    """How long, in the largest unit that fits: 45s, 12m, 3h, 2d."""
    seconds = max(0, int(span.total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def _show_on_terminal(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for place, column in enumerate(columns):
        # The first names the row, and is typed again: it is never clipped.
        table.add_column(
            column, no_wrap=place == 0, min_width=max((len(row[0]) for row in rows), default=0) if place == 0 else None
        )
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def _in_one_line(cell: str) -> str:
    """Tabs and control characters written out: names come from elsewhere."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in cell)
