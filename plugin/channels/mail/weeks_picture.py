"""The weeks as a picture: an SVG from a template, as a PNG for mail.

There are no letters in it (a bare machine has no fonts, and a reader's language and colours are theirs): the words
stand beside it. The background is transparent and the colours are of middle lightness, so that it can be read on a
light and on a dark page.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import resvg_py

from plugin.channels.mail.layout import PAPER
from plugin.summary import charts
from plugin.summary.charts import Frame
from plugin.summary.model import WeekSummary

WIDTH, HEIGHT = 520, 150
"""In CSS pixels; the PNG has twice as many, for sharp screens."""
FRAME = Frame(width=WIDTH, height=HEIGHT, top=6, bottom=HEIGHT - 2)
STYLE = """
.allowed { fill: #8b8577; fill-opacity: .22 }
.edge { fill: none; stroke: #8b8577; stroke-width: 2 }
.bar { fill: #7a968c } .bar.now { fill: #2a8f74 } .bar.over { fill: #c9703a }
.ground { stroke: #8b8577; stroke-width: 1.5 }
"""


def weeks_svg(weeks: Sequence[WeekSummary]) -> str:
    """A bar a week that is known, oldest at the left, before a band up to what the week allowed."""
    known = [week for week in weeks if week.metres is not None]
    if not known:
        return ""
    top_m = max([charts.KM, *(max(week.metres or Decimal(0), week.ceiling_m or Decimal(0)) for week in known)])
    chart = charts.weeks(known, FRAME, top_m=top_m, share=0.8)
    return str(PAPER.get_template("chart.svg").module.weeks(chart, style=STYLE)).strip()  # type: ignore[attr-defined]


def as_png(svg: str) -> bytes:
    """The same picture for mail clients, at twice its size; no fonts are looked for."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=2 * WIDTH, height=2 * HEIGHT, skip_system_fonts=True))
