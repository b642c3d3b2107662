"""How long `footnote replay` takes over ten made-up years, how fast the rules are, and whether long histories cost."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from plugin.archive import read
from plugin.judging import notices_on
from plugin.ledger import History
from plugin.replay.play import play
from plugin.rulebook import read_rulebook
from plugin.rules import RULES
from tests.bench.figures import Figure
from tests.bench.history import RUNS, zipped
from tests.e2e.harness import ROOT

ABOUT = "replay"
SHORT = RUNS // 4
ZONE = ZoneInfo("Europe/Berlin")


def replaying(times: int) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="footnote-bench-") as place:
        long, short = zipped(Path(place) / "long.zip"), zipped(Path(place) / "short.zip", runs=SHORT)
        took = [_command(long, Path(place) / "out") for _ in range(times)]
        # In turns, the best of each: what else the machine does hits both.
        each = dict.fromkeys((RUNS, SHORT), float("inf"))
        for _ in range(times):
            each[RUNS] = min(each[RUNS], _per_run(long, 1))
            each[SHORT] = min(each[SHORT], _per_run(short, 4))
        rate = max(_rules_a_second(long) for _ in range(times))
    return [
        Figure(about=ABOUT, name=f"{RUNS} runs from a zip, all in", value=statistics.median(took), unit="s",
               target=1.5, rest={"seconds": [round(one, 3) for one in took]},
               how=f"`footnote replay ZIP --timezone Europe/Berlin` as a process of its own, text to a file; median of "
                   f"{times}, fastest {min(took):.2f}, slowest {max(took):.2f} s"),
        Figure(about=ABOUT, name="rules looking at a run", value=rate, unit="/s", target=20_000, is_most=False,
               how=f"each of {len(RULES)} rules on each run as of its day, with its ledger ({rate / len(RULES):.0f} "
                   f"runs a second by all); best of {times} over the same history"),
        Figure(about=ABOUT, name=f"time per run, {RUNS} runs against {SHORT}", value=each[RUNS] / each[SHORT], unit="×",
               target=1.1,
               how=f"{1e6 * each[RUNS]:.0f} against {1e6 * each[SHORT]:.0f} µs a run, prepared, judged and chosen; "
                   f"best of {times} and of {4 * times}, in turns"),
    ]  # fmt: skip


def _command(source: Path, output: Path) -> float:
    command = [sys.executable, "-m", "plugin", "replay", str(source), "--timezone", str(ZONE), "--output", str(output)]
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


def _per_run(source: Path, times: int) -> float:
    archive, book = read(source, zone=ZONE), read_rulebook()
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        play(archive, book)
        best = min(best, time.perf_counter() - began)
    return best / len(archive.runs)


def _rules_a_second(source: Path) -> float:
    archive, book = read(source, zone=ZONE), read_rulebook()
    history = History(archive.runs, wear=archive.wear)
    began = time.perf_counter()
    for run in history.load:
        notices_on(run, history.as_of(run), book)
    return len(RULES) * len(history.load) / (time.perf_counter() - began)
