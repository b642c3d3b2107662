"""Of a run of exactly the length allowed, in a week with room for it, no load rule tells anything.

But for one length: four kilometres are the least that is ever allowed, and the least of which long_run speaks; after
nothing but runs shorter than 2.9 km it does. The rules give both formulas exactly, so this stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from plugin.notes.choose_note import Record
from plugin.notes.evaluate import evaluate
from plugin.replay.imports import read
from plugin.training.history import History
from plugin.training.runs import Run
from tests.oracle.histories import made
from tests.oracle.product import BOOK, by_the_oracle
from tests.oracle.test_oracle import FILES

LOOKED_AT = 80
"""Runs a history, spread over it."""
FLOOR_M = 4000
LOAD = {"long_run", "comeback", "ramp"}


def tried(runs: Iterable[Run]) -> Iterator[tuple[Run, list[str]]]:
    """Runs of the allowed length on the day after a run, and what load rules find on them."""
    runs = sorted(runs, key=lambda one: one.order)
    aside, seen = by_the_oracle(runs, [])
    load = [run for run in runs if run.id not in aside]
    rooms = {one.id: one.room for one in seen}
    for place in range(0, len(load), 1 + len(load) // LOOKED_AT):
        length, week = rooms[load[place].id] or (None, None)
        if length is None or (week is not None and length > week):
            continue
        length -= length == FLOOR_M
        until = max(one.start + one.duration for one in load[: place + 1])
        day = load[place].day + timedelta(days=1)
        start = max(until + timedelta(hours=1), load[place].start + timedelta(hours=20))
        run = Run(id="next", start=start, day=day, distance_m=length, moving_s=length / 3, elapsed_s=length / 3)
        history = History([*load[: place + 1], run])
        choice = evaluate(run, history.as_of(run), Record(), BOOK)
        yield run, [one.notice.rule for one in choice.verdicts if one.notice.rule in LOAD and one.told]


@pytest.mark.skipif(not FILES, reason="../shared/data is absent")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_length_is_silent_after_any_real_run(path: Path) -> None:
    assert [one for one in tried(read(path, zone=ZoneInfo("Europe/Berlin")).runs) if one[1]] == []


def test_the_length_is_silent_after_any_run() -> None:
    found = [one for seed in range(60) for one in tried(made(seed).runs)]
    assert len(found) > 500
    assert [one for one in found if one[1]] == []
