"""Footnote: a note on your run, before your feet complain.

The story of one run, to be read in this order: `web` takes Strava's post, `stores` keep it (the inbox), `workflow`
gathers the facts, `rules` find notices, `choose` picks at most one note, a `channel` tells it.
"""

__version__ = "0.1.0"
