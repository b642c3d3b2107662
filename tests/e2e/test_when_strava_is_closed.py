"""A closed window and an inactive app are left alone, and what waited goes on by itself. The clock is the test's."""

import os
import time

import pytest

from tests.e2e.harness import House, until

QUARTER_S, TRIAL_S = 15 * 60, 10 * 60
QUIET_S = 4.0
"""As long as a test watches that nothing is called; the inbox is looked at every half second."""


class Clocked(House):
    """A house whose clock may be set."""

    def __init__(self, folder):
        (folder / "clock").write_text("0")
        self.ahead_s = 0.0
        super().__init__(folder, app="tests.e2e.clocked:app")
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
def house(tmp_path):
    house = Clocked(tmp_path)
    try:
        yield house.open().start()
    finally:
        house.close()


def record_some(house, runners):
    return [house.strava.record(runner) for runner in runners]


def wait_for_all(house, runs, what, seconds=60):
    until(lambda: all(house.strava.has_note(run) for run in runs), what, seconds=seconds)


@pytest.mark.parametrize("window", ["read_quarter", "overall_quarter"])
def test_a_full_window_is_left_alone_and_what_waits_goes_on_when_it_turns(house, window):
    runners = [house.strava.runner() for _ in range(5)]
    for runner in runners:
        house.connect(runner)
    house.strava.ask("PUT", "/limits", **{window: 100}, used={window: 100})
    runs = record_some(house, runners)
    until(lambda: any(call["status"] == 429 for call in house.strava.calls()), "the first refusal")
    until(lambda: all_wait(house, runs, "window"), "all to wait for the window")
    refused = [call for call in house.strava.calls() if call["status"] == 429]
    assert len(refused) <= 4  # those that were on their way at once: there are four threads
    assert house.calls_while_watched() == 0
    assert house.inbox.counts()["now_parked"] == 0
    house.strava.ask("PUT", "/limits", turn=True)
    house.later(QUARTER_S + 40)
    wait_for_all(house, runs, "the notes")


def all_wait(house, runs, for_what):
    """Every run's event has come and waits for it."""
    waits = waiting(house)
    return {one.run_id for one in waits} == set(runs) and all(for_what in one.reason for one in waits)


def waiting(house):
    return [one for one in house.inbox.everything() if one.run_id and one.why == "event"]


def test_an_inactive_app_is_tried_once_in_ten_minutes_and_resumes_by_itself(house):
    runners = [house.strava.runner() for _ in range(3)]
    for runner in runners:
        house.connect(runner)
    house.strava.fault("inactive")
    before = len(house.strava.calls())
    runs = record_some(house, runners)
    until(lambda: all_wait(house, runs, "inactive"), "all to wait")
    assert 1 <= len(house.strava.calls()) - before <= 4  # those on their way when the first answer came
    assert house.calls_while_watched() == 0
    first = len(house.strava.calls())
    house.later(TRIAL_S + 1)
    until(lambda: len(house.strava.calls()) > first, "the trial")
    assert house.calls_while_watched() == 0
    assert len(house.strava.calls()) - first == 1
    house.strava.mend(kind="inactive")
    house.later(TRIAL_S + 1)
    wait_for_all(house, runs, "the notes", seconds=120)
    assert house.inbox.counts()["now_parked"] == 0


def test_after_a_restart_an_inactive_app_is_asked_at_once_and_what_waited_goes_on(house):
    runner = house.strava.runner()
    house.connect(runner)
    house.strava.fault("inactive")
    run = house.strava.record(runner)
    until(lambda: waiting(house) and all("inactive" in one.reason for one in waiting(house)), "it to wait")
    house.strava.mend(kind="inactive")
    house.stop()
    house.start()
    wait_for_all(house, [run], "the note")


def test_a_restart_while_the_app_is_still_inactive_makes_one_trial(house):
    runners = [house.strava.runner() for _ in range(4)]
    for runner in runners:
        house.connect(runner)
    house.strava.fault("inactive")
    record_some(house, runners)
    until(lambda: waiting(house) and all("inactive" in one.reason for one in waiting(house)), "all to wait")
    house.stop()
    before = len(house.strava.calls())
    house.start()
    until(lambda: len(house.strava.calls()) > before, "the trial")
    house.calls_while_watched()
    assert len(house.strava.calls()) - before == 1


@pytest.mark.parametrize("jump_s", [-3 * 3600.0, 20 * 3600.0])
def test_a_clock_that_jumps_loses_nothing(house, jump_s):
    runner = house.strava.runner()
    house.connect(runner)
    house.later(jump_s)
    house.strava.ask("POST", "/tokens/expire")
    run = house.strava.record(runner)
    wait_for_all(house, [run], "the note")
