"""Real histories played through, where they lie beside the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin.notes.rulebook import read_rulebook
from plugin.replay import play
from plugin.replay.imports import read
from tests.replay.report import RECORDED, months_run

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded histories are not here")
HISTORIES = sorted([*RECORDED.glob("runners/*.csv"), *RECORDED.glob("exports/*activities*.csv")])


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_nobody_is_talked_at(path: Path) -> None:
    replay = play(read(path, zone=None), read_rulebook())
    assert len(replay.noted) <= 6 * months_run(replay)
    for one in replay.played:
        told = [verdict for verdict in one.verdicts if verdict.told]
        assert len(told) <= 2
        assert (one.note is None) == (not told)
        assert all(replay.say(verdict) for verdict in one.verdicts)
