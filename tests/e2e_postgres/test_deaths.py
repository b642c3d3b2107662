"""Workers that are killed, stopped for a while, or told to end; and a database that goes away."""

from __future__ import annotations

import signal
from dataclasses import replace
from datetime import date, timedelta

from tests.e2e.harness import until

WORKERS = 1


def taken(house, runner):
    return [one for one in house.inbox.of_runner(runner) if one.state == "taken"]


def written(house, run):
    return [call for call in house.strava.calls(run=run, method="PUT") if call["status"] == 200]


def test_who_is_killed_loses_its_work_to_others_and_who_is_only_slow_keeps_it(house):
    slow, killed = house.strava.runner("Slow"), house.strava.runner("Killed")
    for runner in (slow, killed):
        house.connect(runner)
    until(house.rests, "rest after connecting")
    (sleeper,) = house.at_work[-1:]
    house.strava.fault("slow", seconds=2, count=2, path="/athlete/activities")
    its = house.strava.record(slow)
    until(lambda: taken(house, slow), "the first run to be taken", every=0.02)
    sleeper.send_signal(signal.SIGSTOP)
    (victim,) = house.work(1)
    house.are_working(2)
    theirs = house.strava.record(killed)
    until(lambda: taken(house, killed), "the second run to be taken", every=0.02)
    victim.kill()
    victim.wait()
    house.work(1)
    until(lambda: house.strava.has_note(theirs), "the note of who was killed", seconds=60)
    until(lambda: "wait again" in house.worked(), "the log to say so")
    assert [one.run_id for one in taken(house, slow)] == [its]
    assert not house.strava.has_note(its)
    sleeper.send_signal(signal.SIGCONT)
    until(lambda: house.strava.has_note(its), "the note of who was stopped")
    until(house.rests, "rest")
    assert (len(written(house, its)), len(written(house, theirs))) == (1, 1)


def test_many_terms_let_the_work_under_way_end_and_begin_no_more(house):
    runner = house.strava.runner()
    house.connect(runner)
    until(house.rests, "rest")
    for other in house.at_work:
        if other.poll() is None:
            other.terminate()
            assert other.wait(25) == 0
    (worker,) = house.work(1)
    house.are_working(1)
    house.strava.fault("slow", seconds=1, count=2)
    run = house.strava.record(runner)
    until(lambda: taken(house, runner), "the run to be taken", every=0.02)
    later = house.strava.record(runner, 15_300.0)
    for _ in range(5):
        worker.send_signal(signal.SIGTERM)
    assert worker.wait(25) == 0
    assert house.books.look(runner, run)
    assert [(one.run_id, one.state) for one in house.inbox.of_runner(runner) if one.why == "event"] == [
        (later, "waiting")
    ]
    # The evening look was missed while nobody worked: whoever leads next catches up.
    long_ago = date.today() - timedelta(days=4)
    house.books.change_runner(runner, lambda was: replace(was, looked_on=long_ago))
    house.work(1)
    until(lambda: house.books.look(runner, later), "the later run to be looked at", seconds=60)
    until(lambda: house.books.runner(runner).looked_on > long_ago, "the evening look", seconds=60)


def test_after_the_database_was_away_web_and_worker_go_on_by_themselves(house, postgres_server):
    if all(worker.poll() is not None for worker in house.at_work):
        house.work(1)
    runner = house.strava.runner()
    house.connect(runner)
    until(house.rests, "rest")
    postgres_server.stop(signal.SIGQUIT)
    try:
        assert house.browser().get(f"{house.url}/healthz", timeout=20).status_code == 200
        assert house.browser().get(f"{house.url}/readyz", timeout=20).status_code == 503
        lost = house.strava.record(runner, quiet=True)
        event = {"object_type": "activity", "object_id": lost, "aspect_type": "create", "owner_id": runner}
        assert house.post(event).status_code == 503
    finally:
        postgres_server.start()
    until(lambda: house.browser().get(f"{house.url}/readyz", timeout=20).status_code == 200, "the site to be ready")
    house.strava.forge(runner, lost)
    until(lambda: house.strava.has_note(lost), "the note", seconds=60)
    until(lambda: "the queue goes on" in house.worked(), "the log to say so")
    assert house.command("now", "look").returncode == 0
