"""A run comes in and one note goes out, whatever order, number or truth its events have."""

import pytest

from tests.e2e.harness import until
from tests.e2e.strava import BEGIN, END


@pytest.fixture(scope="module")
def runner(application):
    runner = application.strava.runner()
    application.connect(runner)
    return runner


@pytest.fixture
def newcomer(application):
    runner = application.strava.runner()
    application.connect(runner)
    return runner


def puts(application, run):
    return [call for call in application.strava.calls(run=run, method="PUT") if call["status"] == 200]


def test_a_note_stands_and_the_runners_words_are_untouched(application, newcomer):
    own = "legs ok \r\n\r\n  slept badly "
    run = application.strava.record(newcomer, private_note=own)
    until(lambda: application.strava.has_note(run), "the note")
    note = application.strava.private_note(run)
    assert note.startswith(f"{own}\n\n{BEGIN}\n")
    assert note.endswith(f"\n{END}")
    reads = [call for call in application.strava.calls(of=newcomer, method="GET") if "/activities" in call["path"]]
    # Connecting reads the list and, as a short page is not the end, once more; then a list and the run.
    assert len(reads) <= 4


@pytest.mark.parametrize("fault", ["twice", "out_of_order"])
def test_however_events_come_there_is_one_note_and_one_write(application, newcomer, fault):
    application.strava.fault(fault, count=1, path="/activity/create")
    run = application.strava.record(newcomer)
    application.strava.edit(run, name="Once more with a title")
    until(
        lambda: (
            application.strava.has_note(run) and all(one["state"] != "waiting" for one in application.strava.events())
        ),
        "all",
    )
    until(lambda: application.rests(newcomer), "the inbox to rest")
    assert application.strava.private_note(run).count(BEGIN) == 1
    assert len(puts(application, run)) == 1


def test_an_update_that_comes_first_is_as_good_as_a_create(application, newcomer):
    run = application.strava.record(newcomer, quiet=True)
    application.strava.forge(newcomer, run, "update", updates={"title": "Morning"})
    until(lambda: application.strava.has_note(run), "the note")
    application.strava.forge(newcomer, run, "create")
    until(
        lambda: application.strava.events()[-1]["state"] == "taken" and application.rests(newcomer), "the inbox to rest"
    )
    assert len(puts(application, run)) == 1


def test_a_run_that_becomes_a_ride_loses_its_block_and_gets_it_back_as_a_run(application, newcomer):
    run = application.strava.record(newcomer, private_note="mine")
    until(lambda: application.strava.has_note(run), "the note")
    application.strava.edit(run, sport_type="Ride")
    until(lambda: application.strava.private_note(run) == "mine", "the block to go")
    application.strava.edit(run, sport_type="Run")
    until(lambda: application.strava.has_note(run), "the note again")
    assert application.strava.private_note(run).count(BEGIN) == 1


def test_hidden_and_shown_again_it_still_carries_one_note(application, newcomer):
    run = application.strava.record(newcomer)
    until(lambda: application.strava.has_note(run), "the note")
    for aspect in ("delete", "create"):
        application.strava.forge(newcomer, run, aspect)
    until(lambda: application.rests(newcomer), "the inbox to rest")
    assert application.strava.private_note(run).count(BEGIN) == 1
    assert len(puts(application, run)) == 1


def test_of_a_deleted_run_nothing_stays(application, newcomer):
    run = application.strava.record(newcomer, 14321.0)
    until(lambda: application.strava.has_note(run), "the note")
    until(lambda: application.traces(str(run)), "a record of it")
    application.strava.delete(run)
    until(lambda: not application.traces(str(run), "14.3 km", "14321"), f"{run} to be gone", seconds=60)


def test_a_deletion_that_strava_does_not_know_of_deletes_nothing(application, newcomer):
    run = application.strava.record(newcomer)
    until(lambda: application.strava.has_note(run), "the note")
    application.strava.forge(newcomer, run, "delete")
    until(lambda: application.rests(newcomer), "the inbox to rest")
    assert application.store.run_record(newcomer, run) is not None


def test_a_run_deleted_before_it_was_looked_at_is_let_go(application, newcomer):
    application.strava.fault("lost_event", count=1, path="/activity/delete")
    run = application.strava.record(newcomer, quiet=True)
    application.strava.delete(run)
    application.strava.forge(newcomer, run)
    tried = until(lambda: [one for one in application.inbox.of_runner(newcomer) if one.tries], "a try")[0]
    assert "does not" in tried.reason
    assert application.store.run_record(newcomer, run) is None


def test_events_of_strangers_cost_strava_nothing_and_keep_nothing(application, runner):
    counted = ("kept", "joined")
    before = [application.inbox.counts()[name] for name in counted]
    for forged in ({"owner_id": 987_654}, {"subscription_id": 1}, {"object_type": "segment"}, {"aspect_type": "wave"}):
        application.strava.forge(runner, 123_456_789, **forged)
    until(lambda: all(one["state"] == "taken" for one in application.strava.events()[-4:]), "the answers")
    assert [application.inbox.counts()[name] for name in counted] == before
    assert not application.strava.calls(of=987_654)


def test_a_forged_farewell_is_not_believed_and_a_real_one_is(application, newcomer):
    run = application.strava.record(newcomer)
    until(lambda: application.strava.has_note(run), "the note")
    farewell = {"object_type": "athlete", "aspect_type": "update", "updates": {"authorized": "false"}}
    application.strava.forge(newcomer, newcomer, **farewell)
    until(
        lambda: any(call["path"].endswith("/athlete") for call in application.strava.calls(of=newcomer)), "the question"
    )
    until(lambda: application.rests(newcomer), "the inbox to rest")
    assert application.store.runner(newcomer) is not None
    application.strava.ask("POST", f"/athletes/{newcomer}/deauthorise")
    until(lambda: not application.traces(str(newcomer), str(run)), "everything to be gone", seconds=60)


def test_who_disconnects_leaves_no_trace_in_the_folder(application):
    address = "zebulon.quist@example.net"
    runner = application.strava.runner("Zebulon", lastname="Quist")
    browser = application.connect(runner, soreness="yes")
    application.mailed(browser, address)
    run = application.strava.record(runner, description="Sharp pain in my left heel since the hill.", name="Quist hill")
    until(lambda: application.mailbox.to(address, "snooze"), "the note by mail")
    kept = application.store.runner(runner)
    assert kept is not None
    assert kept.tokens is not None
    # More is on its way while they leave.
    application.strava.fault("slow", count=1, seconds=1.5, path=f"/activities/{run}")
    application.strava.forge(runner, run)
    until(lambda: application.inbox.counts()["now_taken"], "work under way", every=0.01)
    gone = application.leave(browser)
    assert gone.status_code == 200
    application.strava.forge(runner, run)
    words = ("Quist", "Zebulon", "heel", address, "quist", kept.tokens.access, kept.tokens.refresh)
    until(lambda: not application.traces(str(runner), str(run), *words), "everything to be gone", seconds=60)
    assert browser.get(f"{application.url}/me", timeout=10).url == f"{application.url}/"
    # At Strava the tokens are dead as well.
    held = {athlete["id"]: athlete["scopes"] for athlete in application.strava.ask("GET", "/state")["athletes"]}
    assert held[runner] == []


def test_events_that_never_came_are_found_by_the_sweep(application, newcomer):
    application.strava.fault("lost_event", count=1, path="/activity/create")
    run = application.strava.record(newcomer)
    swept = application.command("now", "sweep")
    assert swept.returncode == 0, swept.stderr
    until(lambda: application.strava.has_note(run), "the note")


def test_a_slow_runner_holds_nobody_else_up(application, newcomer):
    others = [application.strava.runner() for _ in range(2)]
    for other in others:
        application.connect(other)
    stuck = application.strava.record(newcomer, quiet=True)
    application.strava.fault("slow", count=2, seconds=8, path=f"/activities/{stuck}")
    application.strava.forge(newcomer, stuck)
    until(lambda: application.inbox.counts()["now_taken"], "the slow one to be at work", every=0.01)
    runs = [application.strava.record(other) for other in others]
    until(lambda: all(application.strava.has_note(run) for run in runs), "the others' notes", seconds=5)
    assert not application.strava.has_note(stuck)
