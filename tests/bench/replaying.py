"""How long `footnote replay` takes over ten made-up years, how fast the rules are, and whether long histories cost."""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from plugin.notes.evaluate import find_notices
from plugin.notes.rulebook import read_rulebook
from plugin.replay.imports import read
from plugin.replay.play import play
from plugin.rules import RULES
from plugin.training.history import History
from tests.bench.figures import Figure
from tests.bench.history import RUNS, zipped
from tests.paths import ROOT

ABOUT = "replay"
SHORT = RUNS // 4
ZONE = ZoneInfo("Europe/Berlin")
STRETCH = 50
"""Runs that are timed together: some ten milliseconds, short enough to pass undisturbed in one go of a few."""


def replaying(times: int) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="footnote-bench-") as place:
        long, short = zipped(Path(place) / "long.zip"), zipped(Path(place) / "short.zip", runs=SHORT)
        took = [_command(long, Path(place) / "out") for _ in range(times)]
        per_run = _per_run((long, short), times)
        rate = max(_rules_a_second(long) for _ in range(times))
    return [
        Figure(about=ABOUT, name=f"{RUNS} runs from a zip, all in", value=statistics.median(took), unit="s",
               target=1.5, rest={"seconds": [round(one, 3) for one in took]},
               how=f"`footnote replay ZIP --timezone Europe/Berlin` as a process of its own, text to a file; median of "
                   f"{times}, fastest {min(took):.2f}, slowest {max(took):.2f} s"),
        Figure(about=ABOUT, name="rules looking at a run", value=rate, unit="/s", target=20_000, is_most=False,
               how=f"each of {len(RULES)} rules on each run as of its day, with its ledger ({rate / len(RULES):.0f} "
                   f"runs a second by all); best of {times} over the same history"),
        Figure(about=ABOUT, name=f"time per run, {RUNS} runs against {SHORT}", value=per_run[0] / per_run[1], unit="×",
               target=1.1,
               how=f"{1e6 * per_run[0]:.0f} against {1e6 * per_run[1]:.0f} µs of the processor's time a run, prepared, "
                   f"judged and chosen; {times} goes each, in turns, and of every {STRETCH} runs the quickest go; the "
                   "short history is the beginning of the long one"),
    ]  # fmt: skip


def _command(source: Path, output: Path) -> float:
    command = [sys.executable, "-m", "plugin", "replay", str(source), "--timezone", str(ZONE), "--output", str(output)]
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


def _per_run(sources: Sequence[Path], times: int) -> list[float]:
    """Seconds a run of each, in turns, every stretch of runs by its quickest go.

    A go of the long history takes four times as long as one of the short and is seldom left alone from end to end:
    the quickest whole go of each would compare a disturbed one with one that was not.
    """
    goes: list[list[list[float]]] = [[] for _ in sources]
    for _ in range(times):
        for source, of_source in zip(sources, goes, strict=True):
            of_source.append(_stretches(source))
    quickest = [[min(stretch) for stretch in zip(*of_source, strict=True)] for of_source in goes]
    return [sum(stretches) / (STRETCH * len(stretches)) for stretches in quickest]


def _stretches(source: Path) -> list[float]:
    """Processor seconds of one stretch of runs after the other; the first has the history's preparation in it."""
    # Read anew: what a run has worked out of itself once it keeps. Collected: so that what is collected on the way,
    # and when, is the same in each go.
    archive, rulebook = read(source, zone=ZONE), read_rulebook()
    gc.collect()
    evaluation, ends = 0, [time.process_time()]

    def after_run() -> None:
        nonlocal evaluation
        evaluation += 1
        if evaluation % STRETCH == 0:
            ends.append(time.process_time())

    play(archive, rulebook, after_run=after_run)
    return [end - began for began, end in pairwise(ends)]


def _rules_a_second(source: Path) -> float:
    archive, rulebook = read(source, zone=ZONE), read_rulebook()
    history = History(archive.runs, wear=archive.wear)
    began = time.perf_counter()
    for run in history.load:
        find_notices(run, history.as_of(run), rulebook)
    return len(RULES) * len(history.load) / (time.perf_counter() - began)
