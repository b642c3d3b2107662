"""One save is one look: what happens within the settle time is looked at once."""

from tests.e2e.harness import until

SETTINGS = {"settle_seconds": "2"}


def test_several_events_within_the_settle_time_are_one_look(application):
    runner = application.strava.runner()
    application.connect(runner)
    before = application.inbox.counts()
    reads = len(application.strava.calls(of=runner, method="GET"))
    run = application.strava.record(runner)
    application.strava.edit(run, name="Long one")
    application.strava.edit(run, name="Long one, hilly", private_note="slow")
    application.strava.forge(runner, run)
    until(lambda: [one["state"] for one in application.strava.events()] == ["taken"] * 4, "four events to arrive")
    until(lambda: application.strava.has_note(run), "the note")
    until(application.rests, "the look to be done with")
    after = application.inbox.counts()
    assert after["kept"] - before["kept"] == 2  # the look, and the re-read in three hours
    assert after["joined"] - before["joined"] == 3
    assert len(application.strava.calls(of=runner, method="GET")) - reads == 2
    assert len(application.strava.calls(run=run, method="PUT")) == 1
    assert application.strava.private_note(run).startswith("slow\n\n")
