"""The operator sees it: one run's story in the figures, on /status, in the inbox and in every line of the log."""

from __future__ import annotations

import requests

from tests.e2e.harness import follow_one_run, lines_once_done, until
from tests.monitoring.reading import read

TOKEN = "a-metrics-token-0123456789"
OPERATOR = 424242
SETTINGS = {"metrics_token": TOKEN, "log_format": "json", "log_level": "debug", "operator_athletes": str(OPERATOR)}


def figures(application):
    answer = requests.get(f"{application.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.text, read(answer.text)


def test_one_runs_story_can_be_followed_through_every_line_of_the_log(application):
    runner = application.strava.runner()
    application.connect(runner)
    application.strava.fault("server_error", count=1, path="/activities/")
    run = application.strava.record(runner)
    until(lambda: application.strava.has_note(run), "the note", seconds=60)
    until(lambda: application.rests(runner), "rest")
    lines = until(lambda: lines_once_done(application.said(), run), "the last line of its story")
    follow_one_run(lines, run, runner)
    (accepted,) = [line for line in lines if line["event"] == "accepted" and line["run"] == run]
    assert accepted["delivery"] in {line["delivery"] for line in lines if line["event"] == "done"}
    (started,) = [line for line in lines if line["event"].startswith("listening on")]
    assert requests.get(f"{application.url}/healthz", timeout=10).text == f"ok {started['build']}\n"


def test_the_figures_tell_the_same_story_without_an_id(application):
    runner = application.strava.runner()
    application.connect(runner)
    _, before = figures(application)
    run = application.strava.record(runner)
    until(lambda: application.strava.has_note(run), "the note")
    until(lambda: application.rests(runner), "rest")
    text, after = figures(application)

    def more(name):
        return after.get(name, 0) - before.get(name, 0)

    told = [name for name in after if name.startswith("footnote_notes_total{channel=private_note") and more(name)]
    assert [more(name) for name in told] == [1]
    assert more("footnote_event_to_note_seconds_count") == 1
    assert more("footnote_strava_calls_total{kind=write,outcome=200}") == 1
    assert more("footnote_strava_calls_total{kind=activity,outcome=200}") >= 1
    assert more("footnote_worked_total{outcome=done,why=event}") >= 1
    assert more("footnote_requests_total{method=POST,page=hook,status=200}") >= 1
    assert after["footnote_subscribed"] == 1
    assert after["footnote_workers"] == 1
    assert more("footnote_runners{state=connected}") == 0
    assert after["footnote_strava_closed{why=inactive}"] == 0
    assert after["footnote_strava_used{calls=reads,window=quarter}"] > 0
    assert not [word for word in (str(runner), str(run), application.keyring.webhook_secret) if word in text]


def test_figures_outlive_a_restart(application):
    runner = application.strava.runner()
    application.connect(runner)
    _, before = figures(application)
    assert application.stop() == 0
    application.start(subscribed=False)
    _, after = figures(application)
    counted = [name for name in before if name.endswith("_total") or "_total{" in name or "_count" in name]
    assert len(counted) > 10
    assert not [name for name in counted if after.get(name, 0) < before[name]]


def test_the_operator_sees_on_the_page_what_is_parked_and_why(application):
    application.strava.runner(id=OPERATOR)
    operator = application.connect(OPERATOR)
    assert "All is well" in operator.get(f"{application.url}/status", timeout=10).text
    runner = application.strava.runner()
    application.connect(runner)
    application.strava.fault("lost_event", count=1, path="/athlete/update")
    application.strava.ask("POST", f"/athletes/{runner}/deauthorise")
    application.strava.forge(runner, application.strava.record(runner, quiet=True))
    parked = until(
        lambda: [one for one in application.inbox.of_runner(runner) if one.state == "parked"],
        "it to be parked",
        seconds=60,
    )
    page = operator.get(f"{application.url}/status", timeout=10).text
    for words in ("All is well", "Deliveries are parked", parked[0].id, "connect to Strava again", "Swept, up to"):
        assert (words in page) == (words != "All is well"), words
    _, seen = figures(application)
    assert seen["footnote_deliveries_now{state=parked}"] >= 1
    assert seen["footnote_worked_total{outcome=disconnected,why=event}"] >= 1
