"""The story of a run with a web process, workers and a Postgres."""

from __future__ import annotations

from tests.e2e.harness import until

WORKERS = 2


def test_a_long_run_gets_its_note_and_nothing_of_its_work_is_left(application):
    runner = application.strava.runner()
    application.connect(runner)
    run = application.strava.record(runner)
    until(lambda: application.strava.has_note(run), "the note")
    until(lambda: application.rests(runner), "rest")
    finished = "SELECT count(*) FROM procrastinate_jobs WHERE status NOT IN ('todo', 'doing')"
    assert application.ask(finished) == [(0,)]
    assert application.ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s", 0xF009) == [
        (1,)
    ]
