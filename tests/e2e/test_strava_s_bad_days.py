"""What passes at Strava passes here: tried again within a minute, told within five, never twice."""

import time

import pytest

from tests.e2e.harness import until
from tests.e2e.strava import BEGIN

PASSING = {
    "500 on the list": ("server_error", {"path": "/athlete/activities"}),
    "500 on the run": ("server_error", {}),
    "503 on the run": ("unavailable", {}),
    "cut before it was done": ("reset", {}),
    "half an answer": ("half", {}),
    "a page instead of JSON": ("html", {}),
    "slower than we wait": ("slow", {"seconds": 11}),
    "odd types": ("odd", {}),
    "404 just after create": ("not_found_yet", {"seconds": 4}),
    "500 on the write": ("server_error", {"method": "PUT"}),
    "cut before it was written": ("reset", {"method": "PUT"}),
    "written, and the answer lost": ("lost_answer", {"method": "PUT"}),
    "written, and half an answer": ("half", {"method": "PUT"}),
    "written, and a page for an answer": ("html", {"method": "PUT"}),
}
LASTING = ("note_ignored", "not_applied")


@pytest.fixture(scope="module")
def runs(application):
    """All of it at once: a runner and a run for each fault, so that the waiting is done once."""
    kinds = [*PASSING, *LASTING]
    runners = {kind: application.strava.runner() for kind in kinds}
    for runner in runners.values():
        application.connect(runner)
    runs, recorded = {}, {}
    for kind, runner in runners.items():
        run = runs[kind] = application.strava.record(runner, quiet=True)
        fault, more = PASSING.get(kind, (kind, {}))
        usual = {"path": f"/activities/{run}", "count": None if kind in LASTING else 1}
        application.strava.fault(fault, **(usual | more))
        application.strava.forge(runner, run)
        if "path" in more:  # this call is everybody's: nobody else may take the fault
            until(lambda: not application.strava.ask("GET", "/faults")["on"], "the fault to be had")
        recorded[kind] = time.monotonic()
    return {kind: (runners[kind], runs[kind], recorded[kind]) for kind in kinds}


@pytest.mark.parametrize("kind", PASSING)
def test_a_passing_fault_costs_a_retry_and_no_note(application, runs, kind):
    _, run, began = runs[kind]
    until(lambda: application.strava.has_note(run), "the note", seconds=max(1, 60 - (time.monotonic() - began)))
    assert application.strava.private_note(run).count(BEGIN) == 1


def is_told(application, runner, run):
    run_record = application.store.run_record(runner, run)
    return run_record and run_record.telling == "told" and run_record


@pytest.mark.parametrize("kind", LASTING)
def test_a_private_note_that_does_not_stick_ends_on_the_page_and_on_two_runs_closes_the_channel(
    application, runs, kind
):
    runner, run, _ = runs[kind]
    assert until(lambda: is_told(application, runner, run), "the note").channel == "page"
    assert application.store.runner(runner).failed_channels == frozenset()
    for metres, puts in ((21_000.0, 1), (30_000.0, 0)):
        again = application.strava.record(runner, metres, quiet=True)
        application.strava.fault(kind, path=f"/activities/{again}")
        application.strava.forge(runner, again)
        assert until(lambda again=again: is_told(application, runner, again), "the next note").channel == "page"
        assert len(application.strava.calls(run=again, method="PUT")) == puts


def test_after_the_bad_day_nothing_waits_and_nothing_is_parked(application, runs):
    for kind, (_, run, _) in runs.items():
        if kind in PASSING:
            until(lambda run=run: application.strava.has_note(run), kind)
    until(application.rests, "the inbox to rest")
    assert application.inbox.counts()["now_parked"] == 0
