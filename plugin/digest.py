"""The facts of a Sunday digest, before they are put into words: plain values, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plugin.notice import Room
from plugin.outlook import PairSeen, WeekSeen
from plugin.ports import Runner


@dataclass(frozen=True, kw_only=True)
class Digest:
    """One runner's week. `weeks` are twelve, oldest first, the last is the one `day` is in; distances are metres.

    `room` is the ceiling of the next run (`Room.day`), `pairs` are those coming due, the soonest first, and
    `exercise` is one sentence.
    """

    runner: Runner
    day: date
    weeks: tuple[WeekSeen, ...]
    room: Room | None = None
    pairs: tuple[PairSeen, ...] = ()
    exercise: str = ""

    @property
    def week_m(self) -> Decimal:
        """What was run in the week of the digest."""
        return self.weeks[-1].metres if self.weeks else Decimal(0)

    @property
    def ceiling_m(self) -> Decimal | None:
        """What that week could hold without a note, if it had weeks to compare with."""
        return self.weeks[-1].ceiling_m if self.weeks else None
