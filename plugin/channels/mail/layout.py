"""How mails are laid out: Jinja templates, HTML and SVG escaped, plain text wrapped."""

from __future__ import annotations

import re
import textwrap

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

LINE = 78
"""RFC 5322: lines of plain text should not be longer. A link is never broken."""


_BEFORE_UNIT = re.compile(r"(?<=\d) (?=km|mi|%)")
NO_BREAK = "\u00a0"


def tight(text: str) -> str:
    """The text with its numbers bound to their units."""
    return _BEFORE_UNIT.sub(NO_BREAK, text)


def wrapped(text: str, hang: str = "") -> str:
    """Each line of `text` in lines of at most 78 characters, continued after `hang`."""
    lines = (
        textwrap.fill(line, LINE, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
        for line in tight(text).split("\n")
    )
    return "\n".join(lines).replace(NO_BREAK, " ")


PAPER = Environment(
    loader=ChoiceLoader([PackageLoader("plugin.channels.mail"), PackageLoader("plugin.summary")]),
    autoescape=select_autoescape(["html", "svg"], default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
PAPER.filters.update(wrapped=wrapped, tight=tight)
