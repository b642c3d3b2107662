"""Thousands of events over fifty runners through the real processes with faults on: what was counted at both ends, and
whether memory and store stay flat. `make soak` runs it at length; `tests/e2e` runs a short one.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import requests

from plugin.ports import JobKind
from tests.e2e.harness import Application, until
from tests.e2e.strava import BEGIN, LONG_M
from tests.hard.seeded import seed

BATCH = 100
METRICS_TOKEN = "a-soak-metrics-token-0123456789"
BACKLOG = 20
RUNS_SHARE = 10
"""One event in so many is a new run, all of them first: after that the store has what it will have."""
PASSING = ("server_error", "unavailable", "reset", "half", "html", "lost_answer", "odd")
EVENTS = ("twice", "out_of_order", "lost_event")
SPORTS = ("Run", "Run", "Run", "TrailRun", "Ride")


@dataclass
class Sample:
    """The house at one moment: the worker's memory, the folder, what waits."""

    at_s: float
    events: int
    rss_mb: float
    store_kb: float
    waiting: int


@dataclass
class Soak:
    """The house while it is being soaked, and what was counted meanwhile."""

    application: Application
    events: int
    chance: random.Random
    runners: list[int]
    runs: dict[int, int] = field(default_factory=dict)
    results: Counter[str] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)
    caused: int = 0
    began: float = field(default_factory=time.monotonic)

    def batch(self, many: int) -> None:
        """So many things happen at Strava, some of its answers fail, and the house catches up."""
        for kind in self.chance.sample(PASSING, 3):
            self.application.strava.fault(kind, count=2, path="/activities/", skip=self.chance.randrange(20))
        for kind in EVENTS:
            self.application.strava.fault(kind, count=2, skip=self.chance.randrange(20))
        for _ in range(many):
            if len(self.runs) < self.events / RUNS_SHARE:
                runner = self.runners[len(self.runs) % len(self.runners)]
                self.runs[self.application.strava.record(runner, self.chance.uniform(3000, LONG_M))] = runner
            else:
                run = self.chance.choice(list(self.runs))
                change = {"name": f"Title {self.caused}"}
                if self.chance.random() < 0.1:
                    change = {"sport_type": self.chance.choice(SPORTS), "name": f"Title {self.caused}"}
                self.application.strava.edit(run, **change)
            self.caused += 1
        until(
            lambda: all(one["state"] != "waiting" for one in self.application.strava.events()),
            "the events",
            seconds=120,
        )
        for one in self.application.strava.events():
            self.results[one["state"]] += 1
            # Kept perhaps, and Strava had no patience (two seconds) to hear so: it sends such an event again.
            self.results["unheard"] += sum(not isinstance(result, int) for result in one["results"])
        self.application.strava.ask("DELETE", "/events")
        self.application.strava.mend()
        until(lambda: self.due() < BACKLOG, "the house to catch up", seconds=300, every=0.25)
        self.sample()

    def done_by_why(self) -> Counter[str]:
        """Deliveries that were done, by what brought them."""
        headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        answer = requests.get(f"{self.application.url}/metrics", headers=headers, timeout=20)
        assert answer.status_code == 200
        counted = re.findall(
            r'^footnote_worked_total\{outcome="done",why="(\w+)"\} ([\d.]+)$', answer.text, re.MULTILINE
        )
        return Counter({why: int(float(many)) for why, many in counted})

    def due(self) -> int:
        return sum(one.state == "taken" or one.tries == 0 for one in self.application.inbox.everything())

    def sample(self) -> None:
        pid = self.application.site.pid
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        stored = sum(path.stat().st_size for path in self.application.data.rglob("*") if path.is_file())
        waiting = len(self.application.inbox.everything())
        at_s = time.monotonic() - self.began
        self.samples.append(Sample(at_s, self.caused, pages * 4096 / 1e6, stored / 1e3, waiting))

    def figures(self) -> dict[str, float]:
        """Counted at both ends when nothing is left to do, before and after the sweep."""
        until(self.application.rests, "the inbox to rest", seconds=600, every=0.5)
        counts = self.application.inbox.counts()
        done = self.done_by_why()
        swept = self.application.command("now", "sweep", within_s=600)
        assert swept.returncode == 0, swept.stderr
        until(self.application.rests, "the inbox to rest after the sweep", seconds=600, every=0.5)
        after = self.application.inbox.counts()
        notes = [self.application.strava.private_note(run).count(BEGIN) for run in self.runs]
        later = [one for one in self.samples if one.events >= self.caused / 4]
        quarters = (later[: max(1, len(later) // 3)], later[-max(1, len(later) // 3) :])
        rss = [statistics.mean(one.rss_mb for one in quarter) for quarter in quarters]
        store = [statistics.mean(one.store_kb for one in quarter) for quarter in quarters]
        seconds = self.samples[-1].at_s
        return {
            "things that happened at Strava": self.caused,
            "runners": len(self.runners),
            "runs": len(self.runs),
            "events sent and answered 200": self.results["taken"],
            "attempts whose answer came too late": self.results["unheard"],
            "events never sent, on purpose": self.results["lost on purpose"],
            "events given up by Strava": self.results["given up"],
            "deliveries kept": counts["kept"],
            "joined to one that waited": counts["joined"],
            "done": counts["done"],
            "done for an event": done[JobKind.EVENT],
            "done for what the product asked of itself": counts["done"] - done[JobKind.EVENT],
            "dropped": counts["dropped"],
            "parked": counts["now_parked"],
            "still there": sum(counts[name] for name in ("now_waiting", "now_taken", "now_parked")),
            "kept after the sweep": after["kept"],
            "runs judged": sum(
                self.application.store.run_record(runner, run) is not None for run, runner in self.runs.items()
            ),
            "rides by now, never seen as runs": sum(
                self.application.store.run_record(runner, run) is None
                and self.application.strava.ask("GET", f"/activities/{run}")["sport_type"] == "Ride"
                for run, runner in self.runs.items()
            ),
            "private notes standing": sum(notes),
            "runs with two notes": sum(many > 1 for many in notes),
            "seconds": round(seconds),
            "events a second": round(self.results["taken"] / seconds, 1),
            "RSS of the worker, MB: early": round(rss[0], 1),
            "RSS of the worker, MB: late": round(rss[1], 1),
            "RSS of the worker, MB: highest": round(max(one.rss_mb for one in self.samples), 1),
            "store, kB: early": round(store[0]),
            "store, kB: late": round(store[1]),
        }


def broken_promises(figures: dict[str, float], *, is_long: bool = True) -> list[str]:
    """What must not be, in words; empty if all is well. Whether memory is flat only a long soak can tell."""
    wrong = []
    heard = figures["events sent and answered 200"]
    kept = figures["deliveries kept"] + figures["joined to one that waited"]
    # The product adds deliveries of its own: mileage that comes late, runs that are judged again.
    if kept < heard:
        wrong.append("events answered 200 and deliveries kept or joined do not agree")
    if not 0 < figures["done for an event"] <= heard + figures["attempts whose answer came too late"]:
        wrong.append("more was done for events than events were sent")
    if figures["deliveries kept"] != figures["done"] + figures["dropped"] + figures["still there"]:
        wrong.append("deliveries kept and what became of them do not agree")
    if figures["runs judged"] + figures["rides by now, never seen as runs"] != figures["runs"]:
        wrong.append("not every run was judged")
    wrong += [name for name in ("runs with two notes", "parked", "events given up by Strava") if figures[name]]
    if is_long and figures["RSS of the worker, MB: late"] > 1.1 * figures["RSS of the worker, MB: early"]:
        wrong.append("memory grows")
    if is_long and figures["store, kB: late"] > 1.1 * figures["store, kB: early"]:
        wrong.append("the store grows")
    return wrong


def soak(folder: Path, *, events: int, runners: int, minutes: float, seed_of_chance: int) -> Soak:
    """Everything but the last counting; the house is left running."""
    application = Application(folder, reread_hours="0", settle_seconds="0.2", metrics_token=METRICS_TOKEN)
    try:
        application.open()
        application.strava.ask("PUT", "/push", retry_seconds=1)
        soaked = Soak(application, events, random.Random(seed_of_chance), seed(application, runners))
        application.start()
        soaked.began = time.monotonic()
        while soaked.caused < events and time.monotonic() - soaked.began < minutes * 60:
            soaked.batch(min(BATCH, events - soaked.caused))
            if sys.stderr.isatty():
                print(f"\r{soaked.caused} of {events}", end="", file=sys.stderr)
    except BaseException:
        application.close()
        raise
    return soaked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--runners", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=20, help="nothing new happens after that")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--output", default="build/soak.json")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="footnote-soak-") as folder:
        soaked = soak(
            Path(folder), events=given.events, runners=given.runners, minutes=given.minutes, seed_of_chance=given.seed
        )
        try:
            figures = soaked.figures()
        finally:
            soaked.application.close()
    wrong = broken_promises(figures)
    result = {
        "seed": given.seed,
        "figures": figures,
        "samples": [vars(one) for one in soaked.samples],
        "broken": wrong,
    }
    output = Path(given.output)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(result, indent=2) + "\n")
    print(f"\n{'seconds':>8} {'events':>7} {'RSS MB':>7} {'store kB':>9} {'waiting':>8}")
    for one in soaked.samples[:: max(1, len(soaked.samples) // 20)]:
        print(f"{one.at_s:>8.0f} {one.events:>7} {one.rss_mb:>7.1f} {one.store_kb:>9.0f} {one.waiting:>8}")
    print()
    for name, value in figures.items():
        print(f"{value:>8}  {name}")
    print(f"\nseed {given.seed}; also in {output}")
    if wrong:
        sys.exit(f"Broken: {'; '.join(wrong)}.")


if __name__ == "__main__":
    main()
