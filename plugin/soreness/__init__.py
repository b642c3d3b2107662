"""Soreness: what hurts, in the runner's own words.

Read in this order: `words` makes the text plain, `lexicon` finds the phrases of config/soreness.toml,
`grammar` says of each whether it is so now and the runner's own, `reading` follows what is spoken of,
`labels` names what hurts. Pure: no clock, no I/O.
"""

from plugin.soreness.lexicon import Lexicon, lexicon_from
from plugin.soreness.reading import Reading, read_words
from plugin.soreness.tables import LABELS

__all__ = ["LABELS", "Lexicon", "Reading", "lexicon_from", "read_words"]
