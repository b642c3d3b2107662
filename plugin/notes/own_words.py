"""The runner's own words in a text: without any note of ours, and no longer than what is read."""

from __future__ import annotations

from plugin.notes.block import without_block

MOST_READ = 10_000
"""Characters of a text that are read for soreness: a diary's worth, and a second's work at the most."""


def own_words(text: str) -> str:
    """The text without any note of ours, one that the runner copied from another run included."""
    while (bare := without_block(text)) != text:
        text = bare
    return text
