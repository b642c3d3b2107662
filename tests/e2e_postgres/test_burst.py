"""Five hundred events at once: answered, joined where they are of one run, and worked off by two workers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.e2e.harness import until

WORKERS = 2
SETTINGS = {"settle_seconds": "2"}
RUNNERS, RUNS, TIMES = 5, 10, 10


def test_five_hundred_events_are_all_taken_and_each_run_is_looked_at(house):
    runners = [house.strava.runner(f"Runner {number}") for number in range(RUNNERS)]
    for runner in runners:
        house.connect(runner)
    until(house.rests, "rest")
    runs = [(runner, house.strava.record(runner, 4000.0 + number, quiet=True)) for number in range(RUNS)
            for runner in runners]  # fmt: skip
    there = house.strava.ask("GET", "/subscription")
    events = [
        {"object_type": "activity", "object_id": run, "aspect_type": "create" if not time else "update",
         "owner_id": runner, "subscription_id": there["id"], "updates": {}, "event_time": 1_760_000_000 + time}
        for time in range(TIMES)
        for runner, run in runs
    ]  # fmt: skip
    before = house.inbox.counts()
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda event: house.post(event).status_code, events))
    assert answers == [200] * RUNNERS * RUNS * TIMES
    until(lambda: all(house.books.look(runner, run) for runner, run in runs), "every run to be looked at", seconds=120)
    until(house.rests, "rest", seconds=60)
    after = house.inbox.counts()
    assert sum(after[name] - before[name] for name in ("kept", "joined")) >= len(events)
    assert after["joined"] > before["joined"]
    assert after["now_parked"] == 0
