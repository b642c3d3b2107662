"""Workers that are killed, stopped for a while, or told to end; and a database that goes away."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import psycopg

from plugin.stores.postgres import migrate
from tests.e2e.harness import until

WORKERS = 1


def taken(application, runner):
    return [one for one in application.inbox.of_runner(runner) if one.state == "taken"]


def written(application, run):
    return [call for call in application.strava.calls(run=run, method="PUT") if call["status"] == 200]


def test_who_is_killed_loses_its_work_to_others_and_who_is_only_slow_keeps_it(application):
    slow, killed = application.strava.runner("Slow"), application.strava.runner("Killed")
    for runner in (slow, killed):
        application.connect(runner)
    until(application.rests, "rest after connecting")
    (sleeper,) = application.at_work[-1:]
    application.strava.fault("slow", seconds=2, count=2, path="/athlete/activities")
    its = application.strava.record(slow)
    until(lambda: taken(application, slow), "the first run to be taken", every=0.02)
    sleeper.send_signal(signal.SIGSTOP)
    (victim,) = application.work(1)
    application.are_working(2)
    theirs = application.strava.record(killed)
    until(lambda: taken(application, killed), "the second run to be taken", every=0.02)
    victim.kill()
    victim.wait()
    application.work(1)
    until(lambda: application.strava.has_note(theirs), "the note of who was killed", seconds=60)
    until(lambda: "of a dead worker are released" in application.worked(), "the log to say so")
    assert [one.run_id for one in taken(application, slow)] == [its]
    assert not application.strava.has_note(its)
    sleeper.send_signal(signal.SIGCONT)
    until(lambda: application.strava.has_note(its), "the note of who was stopped")
    until(application.rests, "rest")
    assert (len(written(application, its)), len(written(application, theirs))) == (1, 1)


def test_many_terms_let_the_work_under_way_end_and_begin_no_more(application):
    runner = application.strava.runner()
    application.connect(runner)
    until(application.rests, "rest")
    for other in application.at_work:
        if other.poll() is None:
            other.terminate()
            assert other.wait(25) == 0
    (worker,) = application.work(1)
    application.are_working(1)
    application.strava.fault("slow", seconds=1, count=2)
    run = application.strava.record(runner)
    until(lambda: taken(application, runner), "the run to be taken", every=0.02)
    later = application.strava.record(runner, 15_300.0)
    for _ in range(5):
        worker.send_signal(signal.SIGTERM)
    assert worker.wait(25) == 0
    assert application.store.run_record(runner, run)
    assert [(one.run_id, one.state) for one in application.inbox.of_runner(runner) if one.why == "event"] == [
        (later, "waiting")
    ]
    # The evening look was missed while nobody worked: whoever leads next catches up.
    long_ago = date.today() - timedelta(days=4)
    application.store.change_runner(runner, lambda was: replace(was, looked_on=long_ago))
    application.work(1)
    until(lambda: application.store.run_record(runner, later), "the later run to be looked at", seconds=60)
    until(lambda: application.store.runner(runner).looked_on > long_ago, "the evening look", seconds=60)


def test_after_the_database_was_away_web_and_worker_go_on_by_themselves(application, postgres_server):
    if all(worker.poll() is not None for worker in application.at_work):
        application.work(1)
    runner = application.strava.runner()
    application.connect(runner)
    until(application.rests, "rest")
    postgres_server.stop(signal.SIGQUIT)
    try:
        assert application.browser().get(f"{application.url}/healthz", timeout=20).status_code == 200
        assert application.browser().get(f"{application.url}/readyz", timeout=20).status_code == 503
        lost = application.strava.record(runner, quiet=True)
        event = {"object_type": "activity", "object_id": lost, "aspect_type": "create", "owner_id": runner}
        assert application.post(event).status_code == 503
        for _ in range(20):
            assert application.post(event).status_code == 503
        told = [line for line in application.said().splitlines() if "The database cannot be reached" in line]
        assert 1 <= len(told) <= 2  # one a minute
        assert "Traceback" not in application.said()
        until(lambda: "The database cannot be reached" in application.worked(), "the worker to notice")
    finally:
        postgres_server.start()
    until(
        lambda: application.browser().get(f"{application.url}/readyz", timeout=20).status_code == 200,
        "the site to be ready",
    )
    application.strava.forge(runner, lost)
    until(lambda: application.strava.has_note(lost), "the note", seconds=60)
    until(lambda: "the database answers again" in application.worked(), "the log to say so")
    assert "Traceback" not in application.worked()
    assert application.command("now", "look").returncode == 0


def test_a_worker_on_a_database_that_is_not_up_to_date_or_only_lets_it_read_says_so_once(application, postgres_server):
    bare = postgres_server.new_database()
    for change, words in (
        ("", "run `footnote release`"),
        ("ALTER DATABASE {} SET default_transaction_read_only = on", "does not let us write"),
    ):
        if change:
            migrate(postgres_server.url(bare))
            with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as wire:
                wire.execute(change.format(f'"{bare}"').encode())
        log = application.folder / f"bare{bool(change)}"
        environ = {**application.environ, "DATABASE_URL": postgres_server.url(bare)}
        with open(log, "wb") as written:
            worker = subprocess.Popen(
                [sys.executable, "-m", "plugin", "worker"], env=environ, stdout=written, stderr=written
            )
        try:
            until(lambda log=log, words=words: words in log.read_text(), "the sentence", seconds=60)
            with suppress(subprocess.TimeoutExpired):
                worker.wait(4)  # several turns of everything that a worker repeats
        finally:
            worker.terminate()
            worker.wait(30)
        assert log.read_text().count("The database") == 1, log.read_text()
        assert "Traceback" not in log.read_text()
