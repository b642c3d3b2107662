"""Footnote: a note on your run, before your feet complain.

The story of one run, to be read in this order: `web` takes Strava's post, `stores` keep it (the inbox), `activities`
gathers the facts, `rules` find notices, `notes` picks at most one note, one of `channels` tells it.
"""

__version__ = "0.1.0"
