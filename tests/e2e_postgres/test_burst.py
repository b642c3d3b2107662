"""Five hundred events at once: answered, joined where they are of one run, and worked off by two workers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.e2e.harness import until

WORKERS = 2
SETTINGS = {"settle_seconds": "2"}
RUNNERS, RUNS, TIMES = 5, 10, 10


def test_five_hundred_events_are_all_taken_and_each_run_is_looked_at(application):
    runners = [application.strava.runner(f"Runner {number}") for number in range(RUNNERS)]
    for runner in runners:
        application.connect(runner)
    until(application.rests, "rest")
    runs = [(runner, application.strava.record(runner, 4000.0 + number, quiet=True)) for number in range(RUNS)
            for runner in runners]  # fmt: skip
    there = application.strava.ask("GET", "/subscription")
    events = [
        {"object_type": "activity", "object_id": run, "aspect_type": "create" if not time else "update",
         "owner_id": runner, "subscription_id": there["id"], "updates": {}, "event_time": 1_760_000_000 + time}
        for time in range(TIMES)
        for runner, run in runs
    ]  # fmt: skip
    before = application.inbox.counts()
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda event: application.post(event).status_code, events))
    assert answers == [200] * RUNNERS * RUNS * TIMES
    until(
        lambda: all(application.store.run_record(runner, run) for runner, run in runs),
        "every run to be looked at",
        seconds=120,
    )
    until(application.rests, "rest", seconds=60)
    after = application.inbox.counts()
    assert sum(after[name] - before[name] for name in ("kept", "joined")) >= len(events)
    assert after["joined"] > before["joined"]
    assert after["now_parked"] == 0
