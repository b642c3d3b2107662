"""The picture of the weeks: one bar a week, a line at each ceiling, no letters, the same on every machine."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

from plugin.channels.mail.weeks_picture import HEIGHT, STYLE, WIDTH, as_png, weeks_svg
from tests.channels.fakes import twelve_weeks

SVG = "{http://www.w3.org/2000/svg}"


def bars(svg: str) -> list[dict[str, str]]:
    found = [dict(rect.attrib) for rect in ElementTree.fromstring(svg).iter(f"{SVG}rect")]
    return [rect for rect in found if rect["class"].split()[0] == "bar"]


def edge(svg: str) -> str:
    return "".join(
        path.attrib["d"] for path in ElementTree.fromstring(svg).iter(f"{SVG}path") if path.attrib["class"] == "edge"
    )


def test_each_week_has_its_bar_and_each_ceiling_its_line():
    weeks = twelve_weeks()
    svg = weeks_svg(weeks)
    assert len(bars(svg)) == 12
    assert edge(svg).count("V") == sum(week.ceiling_m is not None for week in weeks)


def test_a_bar_is_as_high_as_its_week_is_long():
    weeks = twelve_weeks()
    heights = [float(bar["height"]) for bar in bars(weeks_svg(weeks))]
    longest = max(week.metres for week in weeks)
    assert heights[6] == max(heights)
    for week, height in zip(weeks, heights, strict=True):
        assert abs(height - max(1.5, float(week.metres / longest) * max(heights))) < 0.1


def test_everything_stays_within_the_picture():
    high = tuple(replace(week, metres=Decimal(400_000)) for week in twelve_weeks())
    for weeks in (twelve_weeks(), high, twelve_weeks()[:1]):
        svg = weeks_svg(weeks)
        for rect in bars(svg):
            assert float(rect["y"]) >= 0
            assert float(rect["y"]) + float(rect["height"]) <= HEIGHT + 0.1
            assert float(rect["x"]) + float(rect["width"]) <= WIDTH + 3


def test_this_week_and_weeks_past_their_ceiling_stand_out():
    kinds = [bar["class"] for bar in bars(weeks_svg(twelve_weeks()))]
    assert kinds == ["bar"] * 6 + ["bar over"] + ["bar"] * 4 + ["bar now"]
    assert len({colour for name, colour in re.findall(r"(\.bar[.\w]*) { fill: (#\w+)", STYLE)}) == 3


def test_the_picture_needs_no_fonts():
    assert "<text" not in weeks_svg(twelve_weeks())


def test_the_png_is_twice_as_large_as_it_is_shown():
    png = as_png(weeks_svg(twelve_weeks()))
    assert png.startswith(b"\x89PNG\r\n")
    assert struct.unpack(">II", png[16:24]) == (2 * WIDTH, 2 * HEIGHT)
