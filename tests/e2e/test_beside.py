"""The operator's commands work beside the server, on the same folder, and the server goes on."""

import json

import pytest

from tests.e2e.harness import free_port, until


@pytest.fixture(scope="module")
def runner(house):
    runner = house.strava.runner("Grace")
    house.connect(runner)
    run = house.strava.record(runner)
    until(lambda: house.strava.has_note(run), "the note")
    return runner


def said(done, code=0):
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr


def test_runners_are_listed_and_exported_and_forgotten(house, runner):
    assert f"{runner}\tGrace" in said(house.command("runners", "list"))
    exported = json.loads(house.command("runners", "export", str(runner)).stdout)
    assert set(exported) >= {"runner", "settings", "notes", "shoes", "soreness", "inbox"}
    assert exported["notes"]
    kept = house.books.runner(runner)
    assert kept.tokens.access not in json.dumps(exported)
    assert kept.tokens.refresh not in json.dumps(exported)
    said(house.command("runners", "export", "1"), code=1)
    said(house.command("runners", "export", "one"), code=2)
    newcomer = house.strava.runner("Hopper")
    house.connect(newcomer)
    assert "disconnected" in said(house.command("runners", "forget", str(newcomer)))
    until(lambda: not house.traces(str(newcomer), "Hopper"), "every trace to be gone", seconds=60)
    said(house.command("runners", "forget", str(newcomer)), code=1)


def test_what_is_parked_is_listed_with_its_reason_and_retried_and_dropped(house):
    newcomer = house.strava.runner()
    house.connect(newcomer)
    house.strava.fault("lost_event", count=1, path="/athlete/update")
    house.strava.ask("POST", f"/athletes/{newcomer}/deauthorise")
    runs = [house.strava.record(newcomer, distance, quiet=True) for distance in (15_000.0, 5000.0)]
    for run in runs:
        house.strava.forge(newcomer, run)
    parked = until(lambda: [one for one in house.inbox.of_runner(newcomer) if one.state == "parked"][1:], "the parking")
    listed = said(house.command("inbox", "list"))
    assert [line for line in listed.splitlines() if "parked" in line and "connect to Strava again" in line]
    ids = [one.id for one in house.inbox.of_runner(newcomer) if one.state == "parked"]
    assert "due now" in said(house.command("inbox", "retry", ids[0]))
    until(lambda: {one.id: one for one in house.inbox.of_runner(newcomer)}[ids[0]].state == "parked", "its next try")
    assert "dropped" in said(house.command("inbox", "drop", ids[1]))
    assert ids[1] not in said(house.command("inbox", "list"))
    said(house.command("inbox", "retry", "nobody"), code=1)
    said(house.command("inbox", "drop", parked[0].id if parked[0].id == ids[1] else ids[1]), code=1)


def test_the_subscription_is_shown_made_once_taken_away_and_made_again(house):
    shown = said(house.command("subscription", "show"))
    there = house.strava.ask("GET", "/subscription")
    assert str(there["id"]) in shown
    said(house.command("subscription", "create"))
    assert house.strava.ask("GET", "/subscription") == there
    assert "deleted" in said(house.command("subscription", "delete"))
    assert house.strava.ask("GET", "/subscription") is None
    said(house.command("subscription", "create"))
    again = house.strava.ask("GET", "/subscription")
    assert again["callback_url"] == house.hook
    newcomer = house.strava.runner()
    house.connect(newcomer)
    run = house.strava.record(newcomer)
    until(lambda: house.strava.has_note(run), "a note by the new subscription")


def test_the_doctor_finds_all_well_and_says_what_is_not(house):
    assert "✗" not in said(house.command("doctor"))
    ill = said(house.command("doctor", smtp_url="smtp://127.0.0.1:1"), code=1)
    assert "✗" in ill
    assert "SMTP_URL" in ill or "mail" in ill


@pytest.mark.parametrize("work", ["sweep", "look", "digest", "reread", "purge"])
def test_each_piece_of_the_schedule_can_be_done_now(house, runner, work):
    said(house.command("now", work))
    until(house.rests, "the inbox to rest")
    assert house.inbox.counts()["now_taken"] == 0


def test_a_second_server_is_refused_with_one_sentence(house):
    refused = house.command("serve", port=str(free_port()))
    assert refused.returncode == 1
    lines = [line for line in (refused.stdout + refused.stderr).splitlines() if "DATA_DIR" in line]
    assert len(lines) == 1
    assert "at work in" in lines[0]
    assert "Traceback" not in refused.stdout + refused.stderr


def test_bad_settings_are_all_said_at_once(house):
    bad = {"port": "many", "settle_seconds": "soon", "digest_day": "someday", "public_url": "nowhere"}
    told = said(house.command("serve", **bad), code=1)
    assert all(name.upper() in told for name in bad)
