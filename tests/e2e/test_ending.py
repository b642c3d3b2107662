"""However the server ends, what was acknowledged is handled: told to end, killed, a torn file, a reader who leaves."""

import os
import signal
import subprocess
import sys
import time

import pytest
import requests

from tests.e2e.harness import House, until
from tests.e2e.strava import BEGIN


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    try:
        yield house.open().start()
    finally:
        house.close()


@pytest.fixture
def runner(house):
    runner = house.strava.runner()
    house.connect(runner)
    return runner


def slow_run(house, runner, seconds):
    """A run whose reading takes so long, and its look under way."""
    run = house.strava.record(runner, quiet=True)
    house.strava.fault("slow", count=1, seconds=seconds, path=f"/activities/{run}")
    house.strava.forge(runner, run)
    until(lambda: house.inbox.counts()["now_taken"], "the look to be under way", every=0.01)
    return run


@pytest.mark.parametrize("times", [1, 4])
def test_told_to_end_it_ends_what_is_under_way_within_twenty_seconds(house, runner, times):
    run = slow_run(house, runner, 4)
    began = time.monotonic()
    for _ in range(times):
        house.site.send_signal(signal.SIGTERM)
        time.sleep(0.3)
    assert house.site.wait(25) == 0
    assert time.monotonic() - began < 20
    assert house.strava.private_note(run).count(BEGIN) == 1
    assert house.inbox.counts()["now_taken"] == 0


def test_told_to_end_while_strava_hangs_it_ends_in_time_and_goes_on_after(house, runner):
    others = [house.strava.runner() for _ in range(5)]
    for other in others:
        house.connect(other)
    house.strava.fault("slow", seconds=60, path="/athlete/activities")
    runs = [house.strava.record(one) for one in [runner, *others]]
    until(lambda: house.inbox.counts()["now_taken"] == 4, "four looks to be under way", every=0.01)
    began = time.monotonic()
    house.site.send_signal(signal.SIGTERM)
    house.site.wait(25)
    assert time.monotonic() - began < 20.5
    house.strava.mend()
    house.start(subscribed=False)
    until(lambda: all(house.strava.has_note(run) for run in runs), "the notes", seconds=60)
    assert all(house.strava.private_note(run).count(BEGIN) == 1 for run in runs)


def test_a_killed_worker_is_replaced_and_what_it_had_taken_goes_on(house, runner):
    run = slow_run(house, runner, 3)
    os.kill(house.workers()[0], signal.SIGKILL)
    until(lambda: house.strava.has_note(run), "the note")
    assert house.strava.private_note(run).count(BEGIN) == 1
    assert house.site.poll() is None


def test_with_the_master_killed_nobody_is_left_behind_and_the_next_start_goes_on(house, runner):
    run = slow_run(house, runner, 3)
    house.kill()
    house.start(subscribed=False)
    until(lambda: house.strava.has_note(run), "the note")
    assert house.strava.private_note(run).count(BEGIN) == 1
    held = lambda: [path for path in (house.data / "holds").iterdir() if str(runner) in path.name]  # noqa: E731
    until(lambda: not held(), "nobody to be left behind")


def test_a_torn_inbox_stops_the_start_with_a_sentence_that_says_how_to_restore(house, runner):
    run = house.strava.record(runner)
    until(lambda: house.strava.has_note(run), "the note")
    house.stop()
    inbox = house.data / "inbox.json"
    inbox.write_bytes(inbox.read_bytes()[:40])
    refused = house.launch()
    assert refused.wait(30) == 1
    told = house.said()
    assert str(inbox) in told
    assert "cp " in told
    assert "Traceback" not in told
    # The sentence is true.
    inbox.write_bytes(inbox.with_name("inbox.json.bak").read_bytes())
    house.start(subscribed=False)
    assert house.inbox.of_runner(runner)


def test_one_torn_runner_keeps_nobody_else_from_their_notes(house, runner):
    other = house.strava.runner()
    house.connect(other)
    house.stop()
    torn = house.data / "runners" / f"{runner}.json"
    whole = torn.read_bytes()
    torn.write_bytes(b"{")
    house.start(subscribed=False)
    stuck = house.strava.record(runner)
    run = house.strava.record(other)
    until(lambda: house.strava.has_note(run), "the other's note")
    until(lambda: str(torn) in house.said(), "the sentence")
    torn.write_bytes(whole)
    until(lambda: house.strava.has_note(stuck), "the note once the file is back")


def test_a_reader_of_the_log_who_leaves_stops_no_runs(house, runner):
    house.stop()
    reading, writing = os.pipe()
    house.site = subprocess.Popen(
        [sys.executable, "-m", "plugin", "serve"], cwd=house.folder, env=house.environ, stdout=writing, stderr=writing
    )
    os.close(writing)

    def answers():
        try:
            return requests.get(f"{house.url}/healthz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    until(answers, "the site")
    os.close(reading)
    run = house.strava.record(runner)
    until(lambda: house.strava.has_note(run), "the note")
    assert house.stop() == 0


def test_without_its_four_settings_it_says_on_its_page_what_is_missing(tmp_path):
    house = House(tmp_path, strava_client_id="", strava_client_secret="", secret_key="", public_url="")
    try:
        house.launch()

        def page():
            try:
                return requests.get(f"{house.url}/", timeout=5)
            except requests.RequestException:
                return None

        shown = until(page, "the page")
        for name in ("STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET", "SECRET_KEY", "PUBLIC_URL"):
            assert name in shown.text
        assert house.stop() == 0
    finally:
        house.close()
