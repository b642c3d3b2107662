"""However the server ends, what was acknowledged is handled: told to end, killed, a torn file, a reader who leaves."""

import os
import signal
import subprocess
import sys
import time

import pytest
import requests

from tests.e2e.harness import Application, until
from tests.e2e.strava import BEGIN


@pytest.fixture
def application(tmp_path):
    application = Application(tmp_path)
    try:
        yield application.open().start()
    finally:
        application.close()


@pytest.fixture
def runner(application):
    runner = application.strava.runner()
    application.connect(runner)
    return runner


def slow_run(application, runner, seconds):
    """A run whose reading takes so long, and its look under way."""
    run = application.strava.record(runner, quiet=True)
    application.strava.fault("slow", count=1, seconds=seconds, path=f"/activities/{run}")
    application.strava.forge(runner, run)
    until(lambda: application.inbox.counts()["now_taken"], "the look to be under way", every=0.01)
    return run


@pytest.mark.parametrize("times", [1, 4])
def test_told_to_end_it_ends_what_is_under_way_within_twenty_seconds(application, runner, times):
    run = slow_run(application, runner, 4)
    began = time.monotonic()
    for _ in range(times):
        application.site.send_signal(signal.SIGTERM)
        time.sleep(0.3)
    assert application.site.wait(25) == 0
    assert time.monotonic() - began < 20
    assert application.strava.private_note(run).count(BEGIN) == 1
    assert application.inbox.counts()["now_taken"] == 0


def test_told_to_end_while_strava_hangs_it_ends_in_time_and_goes_on_after(application, runner):
    others = [application.strava.runner() for _ in range(5)]
    for other in others:
        application.connect(other)
    application.strava.fault("slow", seconds=60, path="/athlete/activities")
    runs = [application.strava.record(one) for one in [runner, *others]]
    until(lambda: application.inbox.counts()["now_taken"] == 4, "four looks to be under way", every=0.01)
    began = time.monotonic()
    application.site.send_signal(signal.SIGTERM)
    application.site.wait(25)
    assert time.monotonic() - began < 20.5
    application.strava.mend()
    application.start(subscribed=False)
    until(lambda: all(application.strava.has_note(run) for run in runs), "the notes", seconds=60)
    assert all(application.strava.private_note(run).count(BEGIN) == 1 for run in runs)


def test_after_a_kill_nobody_is_left_behind_and_the_next_start_goes_on(application, runner):
    run = slow_run(application, runner, 3)
    application.kill()
    application.start(subscribed=False)
    until(lambda: application.strava.has_note(run), "the note")
    assert application.strava.private_note(run).count(BEGIN) == 1
    held = lambda: [path for path in (application.data / "holds").iterdir() if str(runner) in path.name]  # noqa: E731
    until(lambda: not held(), "nobody to be left behind")


def test_a_torn_inbox_is_replaced_by_its_copy_and_without_one_stops_the_start_with_a_sentence(application, runner):
    run = application.strava.record(runner)
    until(lambda: application.strava.has_note(run), "the note")
    application.stop()
    inbox = application.data / "inbox.json"
    whole = inbox.read_bytes()
    inbox.write_bytes(whole[:40])
    copy = inbox.with_name("inbox.json.bak")
    copy.write_bytes(b"")
    refused = application.launch()
    assert refused.wait(30) == 1
    told = application.said()
    assert str(inbox) in told
    assert "from a backup" in told
    assert "Traceback" not in told
    assert (inbox.read_bytes(), copy.read_bytes()) == (whole[:40], b"")
    copy.write_bytes(whole)
    application.start(subscribed=False)
    assert application.inbox.of_runner(runner)
    assert [one.read_bytes() for one in application.data.glob("inbox.json.damaged-*")] == [whole[:40]]


def test_one_torn_runner_keeps_nobody_else_from_their_notes(application, runner):
    other = application.strava.runner()
    application.connect(other)
    application.stop()
    torn = application.data / "runners" / f"{runner}.json"
    whole = torn.read_bytes()
    for each in (torn, torn.with_name(f"{torn.name}.bak")):
        each.write_bytes(b"{")
    application.start(subscribed=False)
    stuck = application.strava.record(runner)
    run = application.strava.record(other)
    until(lambda: application.strava.has_note(run), "the other's note")
    until(lambda: str(torn) in application.said(), "the sentence")
    torn.write_bytes(whole)
    until(lambda: application.strava.has_note(stuck), "the note once the file is back", seconds=90)


def test_a_reader_of_the_log_who_leaves_stops_no_runs(application, runner):
    application.stop()
    reading, writing = os.pipe()
    application.site = subprocess.Popen(
        [sys.executable, "-m", "plugin", "serve"],
        cwd=application.folder,
        env=application.environ,
        stdout=writing,
        stderr=writing,
    )
    os.close(writing)

    def answers():
        try:
            return requests.get(f"{application.url}/healthz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    until(answers, "the site")
    os.close(reading)
    run = application.strava.record(runner)
    until(lambda: application.strava.has_note(run), "the note")
    assert application.stop() == 0


def test_without_its_four_settings_it_says_on_its_page_what_is_missing(tmp_path):
    application = Application(tmp_path, strava_client_id="", strava_client_secret="", secret_key="", public_url="")
    try:
        application.launch()

        def page():
            try:
                return requests.get(f"{application.url}/", timeout=5)
            except requests.RequestException:
                return None

        shown = until(page, "the page")
        for name in ("STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET", "SECRET_KEY", "PUBLIC_URL"):
            assert name in shown.text
        assert application.stop() == 0
    finally:
        application.close()
