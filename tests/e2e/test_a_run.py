"""A run comes in and one note goes out, whatever order, number or truth its events have."""

import pytest

from tests.e2e.harness import until
from tests.e2e.strava import BEGIN, END


@pytest.fixture(scope="module")
def runner(house):
    runner = house.strava.runner()
    house.connect(runner)
    return runner


@pytest.fixture
def newcomer(house):
    runner = house.strava.runner()
    house.connect(runner)
    return runner


def puts(house, run):
    return [call for call in house.strava.calls(run=run, method="PUT") if call["status"] == 200]


def test_a_note_stands_and_the_runners_words_are_untouched(house, newcomer):
    own = "legs ok \r\n\r\n  slept badly "
    run = house.strava.record(newcomer, private_note=own)
    until(lambda: house.strava.has_note(run), "the note")
    note = house.strava.private_note(run)
    assert note.startswith(f"{own}\n\n{BEGIN}\n")
    assert note.endswith(f"\n{END}")
    reads = [call for call in house.strava.calls(of=newcomer, method="GET") if "/activities" in call["path"]]
    assert len(reads) <= 3  # connecting's list, then a list and the run


@pytest.mark.parametrize("fault", ["twice", "out_of_order"])
def test_however_events_come_there_is_one_note_and_one_write(house, newcomer, fault):
    house.strava.fault(fault, count=1, path="/activity/create")
    run = house.strava.record(newcomer)
    house.strava.edit(run, name="Once more with a title")
    until(lambda: house.strava.has_note(run) and all(one["state"] != "waiting" for one in house.strava.events()), "all")
    until(lambda: house.rests(newcomer), "the inbox to rest")
    assert house.strava.private_note(run).count(BEGIN) == 1
    assert len(puts(house, run)) == 1


def test_an_update_that_comes_first_is_as_good_as_a_create(house, newcomer):
    run = house.strava.record(newcomer, quiet=True)
    house.strava.forge(newcomer, run, "update", updates={"title": "Morning"})
    until(lambda: house.strava.has_note(run), "the note")
    house.strava.forge(newcomer, run, "create")
    until(lambda: house.strava.events()[-1]["state"] == "taken" and house.rests(newcomer), "the inbox to rest")
    assert len(puts(house, run)) == 1


def test_a_run_that_becomes_a_ride_loses_its_block_and_gets_it_back_as_a_run(house, newcomer):
    run = house.strava.record(newcomer, private_note="mine")
    until(lambda: house.strava.has_note(run), "the note")
    house.strava.edit(run, sport_type="Ride")
    until(lambda: house.strava.private_note(run) == "mine", "the block to go")
    house.strava.edit(run, sport_type="Run")
    until(lambda: house.strava.has_note(run), "the note again")
    assert house.strava.private_note(run).count(BEGIN) == 1


def test_hidden_and_shown_again_it_still_carries_one_note(house, newcomer):
    run = house.strava.record(newcomer)
    until(lambda: house.strava.has_note(run), "the note")
    for aspect in ("delete", "create"):
        house.strava.forge(newcomer, run, aspect)
    until(lambda: house.rests(newcomer), "the inbox to rest")
    assert house.strava.private_note(run).count(BEGIN) == 1
    assert len(puts(house, run)) == 1


def test_of_a_deleted_run_nothing_stays(house, newcomer):
    run = house.strava.record(newcomer, 14321.0)
    until(lambda: house.strava.has_note(run), "the note")
    until(lambda: house.traces(str(run)), "a record of it")
    house.strava.delete(run)
    until(lambda: not house.traces(str(run), "14.3 km", "14321"), f"{run} to be gone", seconds=60)


def test_a_deletion_that_strava_does_not_know_of_deletes_nothing(house, newcomer):
    run = house.strava.record(newcomer)
    until(lambda: house.strava.has_note(run), "the note")
    house.strava.forge(newcomer, run, "delete")
    until(lambda: house.rests(newcomer), "the inbox to rest")
    assert house.books.look(newcomer, run) is not None


def test_a_run_deleted_before_it_was_looked_at_is_let_go(house, newcomer):
    house.strava.fault("lost_event", count=1, path="/activity/delete")
    run = house.strava.record(newcomer, quiet=True)
    house.strava.delete(run)
    house.strava.forge(newcomer, run)
    tried = until(lambda: [one for one in house.inbox.of_runner(newcomer) if one.tries], "a try")[0]
    assert "does not" in tried.reason
    assert house.books.look(newcomer, run) is None


def test_events_of_strangers_cost_strava_nothing_and_keep_nothing(house, runner):
    counted = ("kept", "joined")
    before = [house.inbox.counts()[name] for name in counted]
    for forged in ({"owner_id": 987_654}, {"subscription_id": 1}, {"object_type": "segment"}, {"aspect_type": "wave"}):
        house.strava.forge(runner, 123_456_789, **forged)
    until(lambda: all(one["state"] == "taken" for one in house.strava.events()[-4:]), "the answers")
    assert [house.inbox.counts()[name] for name in counted] == before
    assert not house.strava.calls(of=987_654)


def test_a_forged_farewell_is_not_believed_and_a_real_one_is(house, newcomer):
    run = house.strava.record(newcomer)
    until(lambda: house.strava.has_note(run), "the note")
    farewell = {"object_type": "athlete", "aspect_type": "update", "updates": {"authorized": "false"}}
    house.strava.forge(newcomer, newcomer, **farewell)
    until(lambda: any(call["path"].endswith("/athlete") for call in house.strava.calls(of=newcomer)), "the question")
    until(lambda: house.rests(newcomer), "the inbox to rest")
    assert house.books.runner(newcomer) is not None
    house.strava.ask("POST", f"/athletes/{newcomer}/deauthorise")
    until(lambda: not house.traces(str(newcomer), str(run)), "everything to be gone", seconds=60)


def test_who_disconnects_leaves_no_trace_in_the_folder(house):
    address = "zebulon.quist@example.net"
    runner = house.strava.runner("Zebulon", lastname="Quist")
    browser = house.connect(runner, soreness="yes")
    house.mailed(browser, address)
    run = house.strava.record(runner, description="Sharp pain in my left heel since the hill.", name="Quist hill")
    until(lambda: house.mailbox.to(address, "snooze"), "the note by mail")
    kept = house.books.runner(runner)
    assert kept is not None
    assert kept.tokens is not None
    # More is on its way while they leave.
    house.strava.fault("slow", count=1, seconds=1.5, path=f"/activities/{run}")
    house.strava.forge(runner, run)
    until(lambda: house.inbox.counts()["now_taken"], "work under way", every=0.01)
    gone = house.leave(browser)
    assert gone.status_code == 200
    house.strava.forge(runner, run)
    words = ("Quist", "Zebulon", "heel", address, "quist", kept.tokens.access, kept.tokens.refresh)
    until(lambda: not house.traces(str(runner), str(run), *words), "everything to be gone", seconds=60)
    assert browser.get(f"{house.url}/me", timeout=10).url == f"{house.url}/"
    # At Strava the tokens are dead as well.
    held = {athlete["id"]: athlete["scopes"] for athlete in house.strava.ask("GET", "/state")["athletes"]}
    assert held[runner] == []


def test_events_that_never_came_are_found_by_the_sweep(house, newcomer):
    house.strava.fault("lost_event", count=1, path="/activity/create")
    run = house.strava.record(newcomer)
    swept = house.command("now", "sweep")
    assert swept.returncode == 0, swept.stderr
    until(lambda: house.strava.has_note(run), "the note")


def test_a_slow_runner_holds_nobody_else_up(house, newcomer):
    others = [house.strava.runner() for _ in range(2)]
    for other in others:
        house.connect(other)
    stuck = house.strava.record(newcomer, quiet=True)
    house.strava.fault("slow", count=2, seconds=8, path=f"/activities/{stuck}")
    house.strava.forge(newcomer, stuck)
    until(lambda: house.inbox.counts()["now_taken"], "the slow one to be at work", every=0.01)
    runs = [house.strava.record(other) for other in others]
    until(lambda: all(house.strava.has_note(run) for run in runs), "the others' notes", seconds=5)
    assert not house.strava.has_note(stuck)
