"""`make bench`: what quality.md asks under "Speed and cost", measured in one run. `--only NAME` for a part of it."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench import figures as kept
from tests.bench.figures import Figure
from tests.bench.hooking import hooking
from tests.bench.houses import a_server
from tests.bench.latency import latency
from tests.bench.price import price
from tests.bench.replaying import replaying
from tests.bench.several import several
from tests.bench.sizes import sizes
from tests.bench.standing import standing
from tests.postgres import Server

Part = Callable[[Server], list[Figure]]


def parts(*, full: bool) -> dict[str, Part]:
    """By name, in the order of the table. `full` takes ten times as many of what settles with numbers."""
    return {
        "price": price,
        "latency": lambda server: latency(server, 200 if full else 25),
        "webhook": lambda server: hooking(server, 10 if full else 3),
        "sizes": lambda server: sizes(server, 200 if full else 40),
        "replay": lambda _: replaying(9 if full else 5),
        "workers": lambda server: several(server, 2 if full else 1),
        "processes": lambda server: standing(server, 10_000 if full else 600, 5 if full else 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="10 000 events for memory, more of everything: 25 minutes")
    parser.add_argument("--only", choices=list(parts(full=False)), action="append", help="this part; may be repeated")
    parser.add_argument("--output", type=Path, default=Path("build/bench.json"))
    given = parser.parse_args()
    load_before, began = os.getloadavg(), time.monotonic()
    found: list[Figure] = []
    seconds: dict[str, float] = {}
    with a_server() as server:
        for name, part in parts(full=given.full).items():
            if given.only and name not in given.only:
                continue
            print(f"{name} …", file=sys.stderr, flush=True)
            start = time.monotonic()
            found += part(server)
            seconds[name] = round(time.monotonic() - start, 1)
    kept.show(found)
    kept.keep(
        given.output, found, machine=kept.machine(), is_full=given.full, seconds=seconds,
        load={"before": load_before, "after": os.getloadavg()},
    )  # fmt: skip
    missed = sum(one.is_met is False for one in found)
    print(f"{len(found)} figures, {missed} missed, {time.monotonic() - began:.0f} s; also in {given.output}.")


if __name__ == "__main__":
    main()
