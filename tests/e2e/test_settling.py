"""One save is one look: what happens within the settle time is looked at once."""

from tests.e2e.harness import until

SETTINGS = {"settle_seconds": "2"}


def test_several_events_within_the_settle_time_are_one_look(house):
    runner = house.strava.runner()
    house.connect(runner)
    before = house.inbox.counts()
    reads = len(house.strava.calls(of=runner, method="GET"))
    run = house.strava.record(runner)
    house.strava.edit(run, name="Long one")
    house.strava.edit(run, name="Long one, hilly", private_note="slow")
    house.strava.forge(runner, run)
    until(lambda: [one["state"] for one in house.strava.events()] == ["taken"] * 4, "four events to arrive")
    until(lambda: house.strava.has_note(run), "the note")
    until(house.rests, "the look to be done with")
    after = house.inbox.counts()
    assert after["kept"] - before["kept"] == 2  # the look, and the re-read in three hours
    assert after["joined"] - before["joined"] == 3
    assert len(house.strava.calls(of=runner, method="GET")) - reads == 2
    assert len(house.strava.calls(run=run, method="PUT")) == 1
    assert house.strava.private_note(run).startswith("slow\n\n")
