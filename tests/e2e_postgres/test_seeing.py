"""Two web processes, two workers, one picture: any web process shows what the workers did, and their logs tell it."""

from __future__ import annotations

from tests.e2e.harness import follow_one_run, lines_once_done, until
from tests.e2e.test_seeing import TOKEN, figures

SETTINGS = {"metrics_token": TOKEN, "log_format": "json", "log_level": "debug"}
WORKERS = 2


def test_what_workers_did_is_seen_at_any_web_process_and_never_goes_back(application):
    runners = [application.strava.runner() for _ in range(3)]
    for runner in runners:
        application.connect(runner)
    runs = [application.strava.record(runner) for runner in runners]
    for run in runs:
        until(lambda run=run: application.strava.has_note(run), "the note", seconds=60)

    def notes(seen):
        return sum(value for name, value in seen.items() if name.startswith("footnote_notes_total"))

    until(lambda: notes(figures(application)[1]) == len(runs), "the workers' figures", seconds=40)
    text, seen = figures(application)
    assert seen["footnote_strava_calls_total{kind=write,outcome=200}"] == len(runs)
    assert seen["footnote_event_to_note_seconds_count"] == len(runs)
    assert seen["footnote_workers"] == WORKERS
    assert seen["footnote_runners{state=connected}"] == len(runners)
    assert not [word for word in map(str, (*runners, *runs)) if word in text]
    counted = [name for name in seen if "_total" in name or "_count" in name]
    for _ in range(20):  # whichever of the two answers
        _, again = figures(application)
        assert not [name for name in counted if again[name] < seen[name]]
        seen = again


def test_a_worker_that_is_told_to_end_leaves_its_last_figures(application):
    runner = application.strava.runner()
    application.connect(runner)
    _, before = figures(application)
    run = application.strava.record(runner)
    until(lambda: application.strava.has_note(run), "the note", seconds=60)
    until(lambda: application.rests(runner), "rest", seconds=60)
    for worker in application.at_work:
        worker.terminate()
    assert [worker.wait(30) for worker in application.at_work] == [0] * WORKERS
    _, seen = figures(application)
    assert seen["footnote_workers"] == 0
    done = "footnote_worked_total{outcome=done,why=event}"
    assert seen[done] > before[done]
    application.work(WORKERS)
    application.are_working(WORKERS)


def test_every_line_of_a_runs_story_in_a_workers_log_carries_its_ids(application):
    runner = application.strava.runner()
    application.connect(runner)
    application.strava.fault("server_error", count=1, path="/activities/")
    run = application.strava.record(runner)
    until(lambda: application.strava.has_note(run), "the note", seconds=90)
    lines = until(lambda: lines_once_done(application.worked(), run), "the last line of its story")
    follow_one_run(lines, run, runner)
