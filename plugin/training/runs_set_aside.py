"""Which runs are set aside, and why: listed, but neither load nor noticed. `copies` finds the recordings of one run."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from plugin.training.copies import copies
from plugin.training.runs import Run

MAX_SPEED_M_S = Decimal("7.0")
"""Faster than this over more than a kilometre is no run (the world record mile is about 7.2 m/s)."""


class SetAsideReason(StrEnum):
    """Why a run is listed but neither load nor noticed, in the order in which the reasons are tried."""

    FLAGGED = "flagged"
    TOO_FAST = "too fast"
    NO_DISTANCE = "no distance"
    NO_TIME = "no time"
    NO_RUN = "no run"
    COPY = "copy"
    FUTURE = "in the future"
    """Live only: dated after the day on which it was looked at."""


def are_copies(one: Run, other: Run) -> bool:
    """Whether these are two recordings of one run."""
    return SetAsideReason.COPY in set_aside((one, other)).values()


def set_aside(runs: Iterable[Run]) -> dict[str, SetAsideReason]:
    """Run id to the first reason it is set aside for; looks at the whole history once."""
    reasons: dict[str, SetAsideReason] = {}
    left: list[Run] = []
    for run in runs:
        reason = _own_reason(run)
        if reason is None:
            left.append(run)
        else:
            reasons[run.id] = reason
    reasons.update((run.id, SetAsideReason.COPY) for run in copies(left))
    return reasons


def _own_reason(run: Run) -> SetAsideReason | None:
    """The first reason that needs no other run."""
    if run.is_flagged:
        return SetAsideReason.FLAGGED
    if run.metres > 1000 and run.time_s is not None and run.metres > MAX_SPEED_M_S * run.time_s:
        return SetAsideReason.TOO_FAST
    if run.metres <= 0:
        return SetAsideReason.NO_DISTANCE
    if run.time_s is None and (run.moving_s is not None or run.elapsed_s is not None):
        return SetAsideReason.NO_TIME
    return SetAsideReason.NO_RUN if run.is_no_run else None
