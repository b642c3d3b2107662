"""Runs, sessions, weeks, and one runner's history as of any run. Pure: no clock, no files, no words for the runner.

`runs` holds the facts (and what sets a run aside), `calendar` zones and weeks, `history` the questions rules ask.
"""

from plugin.training.calendar import week_of, zone_of
from plugin.training.history import History, Ledger, Memory, Odometer, Soreness
from plugin.training.runs import Metres, Run, Session, SetAsideReason, Shoe, ShoeKind, Sport, Wear, set_aside

__all__ = [
    "History",
    "Ledger",
    "Memory",
    "Metres",
    "Odometer",
    "Run",
    "Session",
    "SetAsideReason",
    "Shoe",
    "ShoeKind",
    "Soreness",
    "Sport",
    "Wear",
    "set_aside",
    "week_of",
    "zone_of",
]
