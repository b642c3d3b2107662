"""The weeks as a picture: an SVG from a template, as a PNG for mail.

There are no letters in it (a bare machine has no fonts, and a reader's language and colours are theirs): the words
stand beside it. The background is transparent and the colours are of middle lightness, so that it can be read on a
light and on a dark page.
"""

from __future__ import annotations

from collections.abc import Sequence

import resvg_py

from plugin.channels.mail.layout import PAPER
from plugin.summary import charts
from plugin.summary.charts import Frame
from plugin.summary.model import WeekSummary

WIDTH, HEIGHT = 520, 150
"""In CSS pixels; the PNG has twice as many, for sharp screens."""


FRAME = Frame(width=WIDTH, top=6, bottom=HEIGHT - 2)


def weeks_svg(weeks: Sequence[WeekSummary]) -> str:
    """A bar a week that is known, oldest at the left, and over each bar a line at its ceiling where it had one."""
    bars = charts.weeks(weeks, FRAME, share=0.8).bars
    return PAPER.get_template("weeks.svg").render(
        bars=[bar for bar in bars if bar.week.metres is not None],
        now=bars[-1].week if bars else None,
        width=WIDTH,
        height=HEIGHT,
    )


def as_png(svg: str) -> bytes:
    """The same picture for mail clients, at twice its size; no fonts are looked for."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=2 * WIDTH, height=2 * HEIGHT, skip_system_fonts=True))
