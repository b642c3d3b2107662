"""What rules find: plain values, without words and without a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

Number = Decimal | int | str | tuple[str, ...]

TIP, NOTE, CAUTION, STRONG, PROFESSIONAL = range(5)
"""The levels: 0 tip, 1 note, 2 caution, 3 strong caution, 4 see a professional (symptoms only)."""


class Family(StrEnum):
    """Two lines of one note never come from one family."""

    LOAD = "load"
    SHOE = "shoe"
    FORM = "form"
    SORENESS = "soreness"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What one rule found on one run.

    `numbers` are the rule's own facts, metres and plain counts.
    """

    rule: str
    family: Family
    level: int
    run_id: str
    day: date
    start: datetime
    numbers: Mapping[str, Number] = field(default_factory=dict)
    once: str | None = None
    """Names what is told only once: a crossing of one pair's limit, a new pair, a week and level of ramp."""
    tally: str | None = None
    """Names what is told only so often ever (`most_told` of the rule's limits): a worn pair."""
    quiet_days: int | None = None
    """How long this notice asks for quiet after the rule last spoke, where that is not the rule's own period."""
