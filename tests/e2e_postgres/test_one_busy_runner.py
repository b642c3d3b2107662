"""One runner with much to do, and three workers that all want to do it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from tests.e2e.harness import until

WORKERS = 3
RUNS = 20


def spans(calls):
    """When each call began and ended, by its beginning."""
    ends = [(datetime.fromisoformat(call["at"]), timedelta(milliseconds=call["ms"])) for call in calls]
    return sorted((end - length, end) for end, length in ends)


def test_three_workers_never_work_for_one_runner_at_once_and_refresh_their_tokens_once(application):
    runner = application.strava.runner()
    application.connect(runner)
    until(lambda: application.rests(runner), "rest after connecting")
    application.strava.ask("POST", "/tokens/expire", athlete=runner)
    application.strava.ask("DELETE", "/calls")
    application.strava.fault("slow", seconds=0.1)
    runs = [application.strava.record(runner, 5000.0 + number) for number in range(RUNS)]
    until(
        lambda: all(application.store.run_record(runner, run) for run in runs), "every run to be looked at", seconds=60
    )
    until(lambda: application.rests(runner), "rest")
    application.strava.mend()
    calls = application.strava.calls(of=runner)
    assert len(calls) >= 2 * RUNS
    assert not [(one, next_one) for one, next_one in pairwise(spans(calls)) if next_one[0] < one[1]]
    refreshed = [call for call in application.strava.calls() if call["path"] == "/oauth/token"]
    assert [call["status"] for call in refreshed] == [200]
    assert (
        sum(count for (count,) in application.ask("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"))
        == 0
    )


def test_a_run_that_waits_for_its_next_try_does_not_hold_up_the_next_one(application):
    runner = application.strava.runner()
    application.connect(runner)
    first = application.strava.record(runner, quiet=True)
    application.strava.fault("unavailable", path=f"/activities/{first}")
    application.strava.forge(runner, first)
    until(lambda: any(one.tries for one in application.inbox.of_runner(runner)), "the first try to fail")
    second = application.strava.record(runner, 15_500.0)
    until(lambda: application.store.run_record(runner, second), "the second run to be looked at", seconds=8)
    (waits,) = [one for one in application.inbox.of_runner(runner) if one.run_id == first]
    assert waits.state == "waiting"
    application.strava.mend()
    application.inbox.retry(waits.id, waits.received_at)
