"""The weeks as a picture: an SVG from a template, as a PNG for mail.

There are no letters in it (a bare machine has no fonts, and a reader's language and colours are theirs): the words
stand beside it. The background is transparent and the colours are of middle lightness, so that it can be read on a
light and on a dark page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import resvg_py

from plugin.channels.mail.layout import PAPER
from plugin.summary.model import WeekSummary

WIDTH, HEIGHT = 520, 150
"""In CSS pixels; the PNG has twice as many, for sharp screens."""
GAP = 9.0


@dataclass(frozen=True, slots=True)
class _Bar:
    x: float
    y: float
    width: float
    height: float
    ceiling_y: float | None
    kind: str


def weeks_svg(weeks: Sequence[WeekSummary]) -> str:
    """A bar a week that is known, oldest at the left, and over each bar a line at its ceiling where it had one."""
    known = [week.metres for week in weeks if week.metres is not None]
    top = max([Decimal(1), *known, *(week.ceiling_m or Decimal(0) for week in weeks)])
    slot = WIDTH / max(len(weeks), 1)
    scale = (HEIGHT - 8) / float(top)
    bars = []
    for number, week in enumerate(weeks):
        if week.metres is None:
            continue
        height = max(1.5, float(week.metres) * scale)
        bars.append(
            _Bar(
                x=number * slot + GAP / 2,
                y=HEIGHT - 2 - height,
                width=slot - GAP,
                height=height,
                ceiling_y=None if week.ceiling_m is None else HEIGHT - 2 - float(week.ceiling_m) * scale,
                kind="over" if week.is_over else "now" if number == len(weeks) - 1 else "before",
            )
        )
    return PAPER.get_template("weeks.svg").render(bars=bars, width=WIDTH, height=HEIGHT)


def as_png(svg: str) -> bytes:
    """The same picture for mail clients, at twice its size; no fonts are looked for."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=2 * WIDTH, height=2 * HEIGHT, skip_system_fonts=True))
