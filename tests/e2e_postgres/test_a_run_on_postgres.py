"""The story of a run with a web process, workers and a Postgres."""

from __future__ import annotations

from tests.e2e.harness import until

WORKERS = 2


def test_a_long_run_gets_its_note_and_nothing_of_its_work_is_left(house):
    runner = house.strava.runner()
    house.connect(runner)
    run = house.strava.record(runner)
    until(lambda: house.strava.has_note(run), "the note")
    until(lambda: house.rests(runner), "rest")
    finished = "SELECT count(*) FROM procrastinate_jobs WHERE status NOT IN ('todo', 'doing')"
    assert house.ask(finished) == [(0,)]
    assert house.ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s", 0xF009) == [(1,)]
