"""Reads what hurts from the runner's own words.

In this order: `tokens` splits the text into words of one spelling, `find_phrases` finds the phrases of the
`lexicon` (config/soreness.toml), `parse` cuts the text into clauses and says of every phrase whether it holds now
and for the runner, `reading` connects feelings with body parts across clauses, `labels` turns the result into
labels. Pure: no clock, no I/O.
"""

from plugin.soreness.labels import cleared_of_part, labels_of_part
from plugin.soreness.lexicon import Lexicon, lexicon_from
from plugin.soreness.reading import Reading, read_words
from plugin.soreness.schema import LABELS, MENTIONED, WARNINGS

__all__ = [
    "LABELS",
    "MENTIONED",
    "WARNINGS",
    "Lexicon",
    "Reading",
    "cleared_of_part",
    "labels_of_part",
    "lexicon_from",
    "read_words",
]
