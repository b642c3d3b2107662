"""Workers and the database are killed at random moments while runs come in: each run is looked at, and told once.

`make crash-postgres` does the same for as long as one likes (CRASHES=60); the seed is told when it fails.
"""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

from tests.e2e.harness import until
from tests.e2e.strava import BEGIN

WORKERS = 2
CRASHES = int(os.environ.get("CRASHES", "4"))
SEED = int(os.environ.get("SEED", str(time.time_ns() % 10_000)))


@pytest.mark.timeout(120 + 30 * CRASHES)
def test_whatever_is_killed_when_every_run_is_looked_at_and_none_is_told_twice(application, postgres_server):
    dice = random.Random(SEED)
    application.strava.ask("PUT", "/push", retry_seconds=4)
    runners = [application.strava.runner(f"Runner {number}") for number in range(4)]
    for runner in runners:
        application.connect(runner)
    until(application.rests, "rest after connecting")
    application.strava.fault("slow", seconds=0.15)
    runs: list[tuple[int, int]] = []
    for number in range(CRASHES):
        until_then = time.monotonic() + dice.uniform(0.5, 3)
        while time.monotonic() < until_then:
            runner = dice.choice(runners)
            runs.append((runner, application.strava.record(runner, dice.uniform(3000, 30_000))))
            select_pause(dice.uniform(0, 0.5))
        if number % 2:
            postgres_server.stop(signal.SIGQUIT)
            select_pause(dice.uniform(0, 1))
            postgres_server.start()
        else:
            victim = dice.choice([worker for worker in application.at_work if worker.poll() is None])
            victim.kill()
            victim.wait()
            application.work(1)
    application.strava.mend()
    assert application.site.poll() is None
    until(
        lambda: application.browser().get(f"{application.url}/readyz", timeout=20).status_code == 200,
        "the site to be ready",
    )
    # Events that three times found no database are lost, at Strava as here: the evening look finds their runs.
    until(
        lambda: not [one for one in application.strava.events() if one["state"] in ("waiting", "sending")],
        "all events out",
    )
    application.are_working(1)
    assert application.command("now", "sweep").returncode == 0
    missing = lambda: [run for runner, run in runs if not application.store.run_record(runner, run)]  # noqa: E731
    until(lambda: not missing(), f"every run to be looked at (seed {SEED})", seconds=90)
    until(application.rests, f"rest (seed {SEED})", seconds=60)
    for _, run in runs:
        assert application.strava.private_note(run).count(BEGIN) <= 1, SEED
        # Killed between writing and writing down, a run is judged again, perhaps with runs that came meanwhile: its
        # note may then be replaced by another, never be told anew.
        written = [str(one["wrote"]) for one in application.strava.calls(run=run, method="PUT") if one["status"] == 200]
        assert len(written) == len(set(written)), (SEED, written)
    assert any(application.strava.has_note(run) for _, run in runs)
    counts = application.inbox.counts()
    assert counts["now_parked"] == 0
    assert counts["kept"] == counts["done"] + counts["dropped"] + counts["now_waiting"]
    leads = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
    until(lambda: application.ask(leads, 0xF009) == [(1,)], "one to lead")


def select_pause(seconds: float) -> None:
    """The moment of the next blow: a length of time is what is being drawn here."""
    signal.sigtimedwait([], seconds)
