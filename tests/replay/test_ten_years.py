"""A run costs the same after one year and after ten, counted in steps of the interpreter: a clock would be noise."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import pairwise
from types import FrameType
from typing import Any

from plugin.notes.rulebook import read_rulebook
from plugin.replay import play
from plugin.training.runs import Run
from tests.replay.histories import archive_of, run

YEARS, WEEKS = 10, 52
PAIRS = 2
"""New ones a year."""


def year(number: int) -> Iterable[Run]:
    """Every third day a run, every fifth week a long one, a month off each winter; the same but for the pairs."""
    for day in range(0, 7 * (WEEKS - 4), 3):
        pair = f"pair {PAIRS * number + PAIRS * day // (7 * WEEKS)}"
        yield run(7 * WEEKS * number + day, 24 if day % 36 == 0 else 8 + day % 5, shoe=pair)


def steps_of_years(years: int) -> list[int]:
    """How many steps the runs of each year take to be judged; the preparation counts to the first."""
    ran = 0
    so_far: list[int] = []

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal ran
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        ran += event == "opcode"
        return trace

    archive, rulebook = archive_of(*(one for number in range(years) for one in year(number))), read_rulebook()
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        play(archive, rulebook, after_run=lambda: so_far.append(ran))
    finally:
        sys.settrace(before)
    runs_a_year = len(so_far) // years
    ends = [0, *so_far[runs_a_year - 1 :: runs_a_year]]
    return [end - start for start, end in pairwise(ends)]


def test_a_run_of_the_tenth_year_costs_no_more_than_one_of_the_third() -> None:
    steps = steps_of_years(YEARS)
    assert len(steps) == YEARS
    assert steps[-1] < 1.01 * steps[2], steps
