"""Runs, sessions, weeks, and one runner's history as of any run. Pure: no clock, no files, no words for the runner.

`runs` holds the facts, `runs_set_aside` and `copies` say which runs do not count, `calendar` has zones and weeks,
`history` the questions rules ask.
"""

from plugin.training.calendar import week_of, zone_of
from plugin.training.history import History, Ledger, Memory, Odometer, Soreness
from plugin.training.runs import Metres, Run, Session, Shoe, ShoeKind, Sport, Wear
from plugin.training.runs_set_aside import SetAsideReason, set_aside

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
