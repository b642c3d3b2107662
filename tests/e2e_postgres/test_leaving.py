"""The same on a Postgres: the worker at it is killed, and another goes on."""

from tests.e2e.leaving import play_leaving


def test_a_worker_killed_while_notes_are_taken_out_loses_none(application):
    def kill():
        for worker in application.at_work:
            worker.kill()
            worker.wait()

    play_leaving(application, kill, lambda: application.work(1) and None)
    assert application.ask("SELECT count(*) FROM looks") == [(0,)]
