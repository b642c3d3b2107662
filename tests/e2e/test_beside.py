"""The operator's commands work beside the server, on the same folder, and the server goes on."""

import json

import pytest

from tests.e2e.harness import until
from tests.free_ports import free_port


@pytest.fixture(scope="module")
def runner(application):
    runner = application.strava.runner("Grace")
    application.connect(runner)
    run = application.strava.record(runner)
    until(lambda: application.strava.has_note(run), "the note")
    return runner


def said(done, code=0):
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr


def test_runners_are_listed_and_exported_and_forgotten(application, runner):
    assert f"{runner}\tGrace" in said(application.command("runners", "list"))
    exported = json.loads(application.command("runners", "export", str(runner)).stdout)
    assert set(exported) >= {"runner", "settings", "notes", "shoes", "soreness", "inbox"}
    assert exported["notes"]
    kept = application.store.runner(runner)
    assert kept.tokens.access not in json.dumps(exported)
    assert kept.tokens.refresh not in json.dumps(exported)
    said(application.command("runners", "export", "1"), code=1)
    said(application.command("runners", "export", "one"), code=2)
    newcomer = application.strava.runner("Hopper")
    application.connect(newcomer)
    assert "disconnected" in said(application.command("runners", "forget", str(newcomer)))
    until(lambda: not application.traces(str(newcomer), "Hopper"), "every trace to be gone", seconds=60)
    said(application.command("runners", "forget", str(newcomer)), code=1)


def test_what_is_parked_is_listed_with_its_reason_and_retried_and_dropped(application):
    newcomer = application.strava.runner()
    application.connect(newcomer)
    application.strava.fault("lost_event", count=1, path="/athlete/update")
    application.strava.ask("POST", f"/athletes/{newcomer}/deauthorise")
    runs = [application.strava.record(newcomer, distance, quiet=True) for distance in (15_000.0, 5000.0)]
    for run in runs:
        application.strava.forge(newcomer, run)
    parked = until(
        lambda: [one for one in application.inbox.of_runner(newcomer) if one.state == "parked"][1:], "the parking"
    )
    listed = said(application.command("inbox", "list"))
    assert [line for line in listed.splitlines() if "parked" in line and "connect to Strava again" in line]
    ids = [one.id for one in application.inbox.of_runner(newcomer) if one.state == "parked"]
    assert "due now" in said(application.command("inbox", "retry", ids[0]))
    until(
        lambda: {one.id: one for one in application.inbox.of_runner(newcomer)}[ids[0]].state == "parked", "its next try"
    )
    assert "dropped" in said(application.command("inbox", "drop", ids[1]))
    assert ids[1] not in said(application.command("inbox", "list"))
    said(application.command("inbox", "retry", "nobody"), code=1)
    said(application.command("inbox", "drop", parked[0].id if parked[0].id == ids[1] else ids[1]), code=1)


def test_the_subscription_is_shown_made_once_taken_away_and_made_again(application):
    shown = said(application.command("subscription", "show"))
    there = application.strava.ask("GET", "/subscription")
    assert str(there["id"]) in shown
    said(application.command("subscription", "create"))
    assert application.strava.ask("GET", "/subscription") == there
    assert "deleted" in said(application.command("subscription", "delete"))
    assert application.strava.ask("GET", "/subscription") is None
    said(application.command("subscription", "create"))
    again = application.strava.ask("GET", "/subscription")
    assert again["callback_url"] == application.hook
    newcomer = application.strava.runner()
    application.connect(newcomer)
    run = application.strava.record(newcomer)
    until(lambda: application.strava.has_note(run), "a note by the new subscription")


def test_the_doctor_finds_all_well_and_says_what_is_not(application):
    assert "✗" not in said(application.command("doctor"))
    ill = said(application.command("doctor", smtp_url="smtp://127.0.0.1:1"), code=1)
    assert "✗" in ill
    assert "SMTP_URL" in ill or "mail" in ill


@pytest.mark.parametrize("work", ["sweep", "look", "digest", "reread", "purge"])
def test_each_piece_of_the_schedule_can_be_done_now(application, runner, work):
    said(application.command("now", work))
    until(application.rests, "the inbox to rest")
    assert application.inbox.counts()["now_taken"] == 0


def test_a_second_server_is_refused_with_one_sentence(application):
    refused = application.command("serve", port=str(free_port()))
    assert refused.returncode == 1
    lines = [line for line in (refused.stdout + refused.stderr).splitlines() if "DATA_DIR" in line]
    assert len(lines) == 1
    assert "at work in" in lines[0]
    assert "Traceback" not in refused.stdout + refused.stderr


def test_bad_settings_are_all_said_at_once(application):
    bad = {"port": "many", "settle_seconds": "soon", "digest_day": "someday", "public_url": "nowhere"}
    told = said(application.command("serve", **bad), code=1)
    assert all(name.upper() in told for name in bad)
