"""A closed window and an inactive app are left alone, and what waited goes on by itself. The clock is the test's."""

import os
import time

import pytest

from tests.e2e.harness import Application, until

QUARTER_S, TRIAL_S = 15 * 60, 10 * 60
QUIET_S = 4.0
"""As long as a test watches that nothing is called; the inbox is looked at every half second."""


class Clocked(Application):
    """A house whose clock may be set."""

    def __init__(self, folder):
        (folder / "clock").write_text("0")
        self.ahead_s = 0.0
        super().__init__(folder, program="tests.e2e.clocked")
        self.environ["CLOCK_FILE"] = str(folder / "clock")

    def later(self, seconds):
        self.ahead_s += seconds
        new = self.folder / "clock.new"
        new.write_text(str(self.ahead_s))
        os.replace(new, self.folder / "clock")

    def calls_while_watched(self, seconds=QUIET_S):
        """How many calls are made in a time in which there should be none."""
        before = len(self.strava.calls())
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.2)
        return len(self.strava.calls()) - before


@pytest.fixture
def application(tmp_path):
    application = Clocked(tmp_path)
    try:
        yield application.open().start()
    finally:
        application.close()


def record_some(application, runners):
    return [application.strava.record(runner) for runner in runners]


def wait_for_all(application, runs, what, seconds=60):
    until(lambda: all(application.strava.has_note(run) for run in runs), what, seconds=seconds)


@pytest.mark.parametrize("window", ["read_quarter", "overall_quarter"])
def test_a_full_window_is_left_alone_and_what_waits_goes_on_when_it_turns(application, window):
    runners = [application.strava.runner() for _ in range(5)]
    for runner in runners:
        application.connect(runner)
    application.strava.ask("PUT", "/limits", **{window: 100}, used={window: 100})
    runs = record_some(application, runners)
    until(lambda: any(call["status"] == 429 for call in application.strava.calls()), "the first refusal")
    until(lambda: all_wait(application, runs, "window"), "all to wait for the window")
    refused = [call for call in application.strava.calls() if call["status"] == 429]
    assert len(refused) <= 4  # those that were on their way at once: there are four threads
    assert application.calls_while_watched() == 0
    assert application.inbox.counts()["now_parked"] == 0
    application.strava.ask("PUT", "/limits", turn=True)
    application.later(QUARTER_S + 40)
    wait_for_all(application, runs, "the notes")


def all_wait(application, runs, for_what):
    """Every run's event has come and waits for it."""
    waits = waiting(application)
    return {one.run_id for one in waits} == set(runs) and all(for_what in one.reason for one in waits)


def waiting(application):
    return [one for one in application.inbox.everything() if one.run_id and one.why == "event"]


def test_an_inactive_app_is_tried_once_in_ten_minutes_and_resumes_by_itself(application):
    runners = [application.strava.runner() for _ in range(3)]
    for runner in runners:
        application.connect(runner)
    application.strava.fault("inactive")
    before = len(application.strava.calls())
    runs = record_some(application, runners)
    until(lambda: all_wait(application, runs, "inactive"), "all to wait")
    assert 1 <= len(application.strava.calls()) - before <= 4  # those on their way when the first answer came
    assert application.calls_while_watched() == 0
    first = len(application.strava.calls())
    application.later(TRIAL_S + 1)
    until(lambda: len(application.strava.calls()) > first, "the trial")
    assert application.calls_while_watched() == 0
    assert len(application.strava.calls()) - first == 1
    application.strava.mend(kind="inactive")
    application.later(TRIAL_S + 1)
    wait_for_all(application, runs, "the notes", seconds=120)
    assert application.inbox.counts()["now_parked"] == 0


def test_after_a_restart_an_inactive_app_is_asked_at_once_and_what_waited_goes_on(application):
    runner = application.strava.runner()
    application.connect(runner)
    application.strava.fault("inactive")
    run = application.strava.record(runner)
    until(lambda: waiting(application) and all("inactive" in one.reason for one in waiting(application)), "it to wait")
    application.strava.mend(kind="inactive")
    application.stop()
    application.start()
    wait_for_all(application, [run], "the note")


def test_a_restart_while_the_app_is_still_inactive_makes_one_trial(application):
    runners = [application.strava.runner() for _ in range(4)]
    for runner in runners:
        application.connect(runner)
    application.strava.fault("inactive")
    record_some(application, runners)
    until(lambda: waiting(application) and all("inactive" in one.reason for one in waiting(application)), "all to wait")
    application.stop()
    before = len(application.strava.calls())
    application.start()
    until(lambda: len(application.strava.calls()) > before, "the trial")
    application.calls_while_watched()
    assert len(application.strava.calls()) - before == 1


@pytest.mark.parametrize("jump_s", [-3 * 3600.0, 20 * 3600.0])
def test_a_clock_that_jumps_loses_nothing(application, jump_s):
    runner = application.strava.runner()
    application.connect(runner)
    application.later(jump_s)
    application.strava.ask("POST", "/tokens/expire")
    run = application.strava.record(runner)
    wait_for_all(application, [run], "the note")
