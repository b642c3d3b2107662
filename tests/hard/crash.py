"""kill -9 of the real process, again and again, at placed and at random moments; then counts at both ends.

`make crash` runs it at length; `tests/e2e` runs each placed moment once.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.harness import Application, until
from tests.e2e.strava import BEGIN
from tests.hard.seeded import address_of, seed
from tests.hard.toll import ANSWERED, ASKED, DONE, Toll

LIST, DETAIL, PUT = r"GET .*/athlete/activities$", r"GET .*/activities/\d+$", r"PUT .*/activities/\d+$"
PLACES: dict[str, tuple[str, str]] = {
    "before the list is read": (ASKED, LIST),
    "the list was read": (DONE, LIST),
    "before the run is read": (ASKED, DETAIL),
    "the run was read": (DONE, DETAIL),
    "the intent is on record, the note not written": (ASKED, PUT),
    "the note is written, nobody knows": (DONE, PUT),
    "the answer is on its way": (ANSWERED, PUT),
    "a mail is being addressed": ("RCPT", ""),
    "a mail is handed over": ("DATA", ""),
    "a mail is taken, nobody knows": ("TAKEN", ""),
}
RANDOM = "at random"
EVENTS_OF_A_ROUND = 3


@dataclass
class Trap:
    """Kills a process once, when a moment comes."""

    stage: str
    pattern: str
    pid: int
    fell: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def moment(self, stage: str, method: str = "", path: str = "") -> None:
        if stage == self.stage and re.search(self.pattern, f"{method} {path}"):
            self.spring()

    def spring(self) -> None:
        with self._lock:
            if not self.fell.is_set():
                with suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)
                self.fell.set()


class CrashHouse(Application):
    """A house whose every call to Strava passes a toll."""

    def __init__(self, folder: Path, runs: int) -> None:
        super().__init__(folder, reread_hours="0")
        self.toll = Toll(self.strava.url)
        self.environ |= {"STRAVA_API_URL": f"{self.toll.url}/api/v3", "STRAVA_OAUTH_URL": f"{self.toll.url}/oauth"}
        self.open()
        self.strava.ask("PUT", "/push", retry_seconds=3)
        self.runners = seed(self, runs, by_mail=EVENTS_OF_A_ROUND)
        self.runs: dict[int, int] = {}
        self.kills: Counter[str] = Counter()

    def close(self) -> None:
        super().close()
        self.toll.close()

    def round(self, place: str, chance: random.Random) -> None:
        """Some runs at once, a death, and the site up again."""
        assert self.site is not None
        stage, pattern = PLACES.get(place, ("never", ""))
        trap = Trap(stage, pattern, self.site.pid)
        self.toll.moment = trap.moment
        self.mailbox.moment = lambda step, _: trap.moment(step)
        for runner in self.runners[len(self.runs) : len(self.runs) + EVENTS_OF_A_ROUND]:
            self.runs[runner] = self.strava.record(runner)
        trap.fell.wait(chance.uniform(0, 0.7) if place == RANDOM else 8)
        trap.spring()
        self.kills[place] += 1
        self.site.wait()
        self.start(subscribed=False)

    def deliver(self, *, seconds: float) -> None:
        """Until everything is handled; what was never acknowledged is found by the sweep."""
        self.toll.moment = lambda *_: None
        self.mailbox.moment = lambda *_: None
        until(lambda: all(one["state"] != "waiting" for one in self.strava.events()), "the events", seconds=60)
        until(self.rests, "the inbox to rest", seconds=seconds, every=0.5)
        swept = self.command("now", "sweep", within_s=600)
        assert swept.returncode == 0, swept.stderr
        until(self.rests, "the inbox to rest after the sweep", seconds=seconds, every=0.5)

    def figures(self) -> dict[str, int]:
        """What became of every run, counted at Strava's and the mail server's end and in our own record."""
        run_records = {runner: self.store.run_record(runner, run) for runner, run in self.runs.items()}
        mailers = {runner for number, runner in enumerate(self.runners) if number % EVENTS_OF_A_ROUND == 0}
        notes = {run: self.strava.private_note(run).count(BEGIN) for runner, run in self.runs.items()}
        mails = {runner: len(self.mailbox.to(address_of(runner))) for runner in self.runs if runner in mailers}
        writes = Counter(call["path"] for call in self.strava.calls(method="PUT") if call["status"] == 200)
        counts = self.inbox.counts()
        told = {runner: run_record.telling for runner, run_record in run_records.items() if run_record is not None}
        return {
            "runs": len(self.runs),
            "kills": sum(self.kills.values()),
            "judged": sum(run_record is not None and bool(run_record.found) for run_record in run_records.values()),
            "events acknowledged": sum(one["state"] == "taken" for one in self.strava.events()),
            "events never acknowledged, found by the sweep": sum(
                one["state"] == "given up" for one in self.strava.events()
            ),
            "private notes standing": sum(notes.values()),
            "runs with two notes": sum(many > 1 for many in notes.values()),
            "runs without the note they should have": sum(
                not notes[run] for runner, run in self.runs.items() if runner not in mailers
            ),
            "runs written more than once": sum(many > 1 for many in writes.values()),
            "mails arrived": sum(mails.values()),
            "runners with two mails": sum(many > 1 for many in mails.values()),
            "mails that nobody can know of, said in the record": sum(told.get(one) == "unknown" for one in mails),
            "mails on record as sent that never came": sum(
                told.get(one) == "told" and not many for one, many in mails.items()
            ),
            "mails neither come nor said to be unknown": sum(
                told.get(one) != "unknown" and not many for one, many in mails.items()
            ),
            "deliveries kept": counts["kept"],
            "deliveries done or dropped or still there": counts["done"]
            + counts["dropped"]
            + sum(counts[name] for name in ("now_waiting", "now_taken", "now_parked")),
            "parked": counts["now_parked"],
        }


NEVER = (
    "runs with two notes",
    "runs without the note they should have",
    "runs written more than once",
    "runners with two mails",
    "mails on record as sent that never came",
    "mails neither come nor said to be unknown",
    "parked",
)


def broken_promises(figures: dict[str, int]) -> list[str]:
    """What must not be, in words; empty if all is well."""
    wrong = [name for name in NEVER if figures[name]]
    if figures["judged"] != figures["runs"]:
        wrong.append("not every run was judged")
    if figures["deliveries kept"] != figures["deliveries done or dropped or still there"]:
        wrong.append("the inbox's counts do not add up")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=12, help="no new round after that")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--output", default="build/crash.json")
    given = parser.parse_args()
    chance = random.Random(given.seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="footnote-crash-") as folder:
        application = CrashHouse(Path(folder), given.rounds * EVENTS_OF_A_ROUND)
        try:
            application.start()
            places = [*PLACES, *[RANDOM] * len(PLACES)]
            for number in range(given.rounds):
                if time.monotonic() - began > given.minutes * 60:
                    break
                application.round(places[number % len(places)], chance)
                print(f"\rround {number + 1} of {given.rounds}", end="", file=sys.stderr)
            application.deliver(seconds=300)
            figures, wrong = application.figures(), []
            wrong = broken_promises(figures)
            said = application.said()
        finally:
            application.close()
    seconds = round(time.monotonic() - began)
    result = {
        "seed": given.seed,
        "seconds": seconds,
        "figures": figures,
        "kills": dict(application.kills),
        "broken": wrong,
    }
    output = Path(given.output)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(result, indent=2) + "\n")
    print(f"\n{'killed':>6}  when")
    for place, many in application.kills.items():
        print(f"{many:>6}  {place}")
    print()
    for name, value in figures.items():
        print(f"{value:>6}  {name}")
    print(f"\n{seconds} s, seed {given.seed}; also in {output}")
    if wrong:
        print("\n".join(line for line in said.splitlines() if "access" not in line)[-8000:])
        sys.exit(f"Broken: {'; '.join(wrong)}.")


if __name__ == "__main__":
    main()
