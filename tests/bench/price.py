"""What a run, a ride, a quiet day and a late re-read cost in calls to Strava, by the sandbox's own log."""

from __future__ import annotations

from collections.abc import Callable

from plugin.ports import JobKind
from tests.bench.figures import Figure
from tests.bench.houses import TINY, a_house
from tests.e2e.harness import Application, until
from tests.postgres import Server

ABOUT = "price at Strava"
HOW = "one house on TinyDB, a runner with eight weeks of runs and a pair; calls counted in the sandbox's log"


def price(server: Server) -> list[Figure]:
    """Calls each; every kind is caused once, as the price does not vary."""
    with a_house(TINY, server, runners=1, reread_hours="0.0015") as (application, (runner,)):
        pair = application.strava.ask("POST", f"/athletes/{runner}/gear", name="Ghost 15")["id"]
        _sweep(application)
        quiet = _sweep(application)
        run, reread = _of_a_run(application, runner, pair)
        ride = _calls(application, lambda: application.strava.record(runner, sport_type="Ride"), runner)
        edit = _calls(application, lambda: application.strava.edit(run[2], name="Another title"), runner)
        evening = _sweep(application)
    rows = (
        ("a run: reads", run[0], 2, "list and activity"),
        ("a run: writes", run[1], 1, "one PUT with the note"),
        ("a ride: reads", ride[0], 1, "the list says what it is"),
        ("a new title: reads", edit[0], None, "nothing has changed; no target"),
        ("a late re-read: reads", reread[0], 1, "nothing has changed"),
        ("a quiet day: reads", quiet[0], 1, "`footnote now sweep`, the second one of a runner who rests"),
        ("the evening after all this: reads", evening[0], None, "`footnote now sweep`; no target"),
    )
    return [
        Figure(about=ABOUT, name=name, value=value, unit="", target=target, how=f"{HOW}: {why}" if not at else why)
        for at, (name, value, target, why) in enumerate(rows)
    ]


def _of_a_run(application: Application, runner: int, pair: str) -> tuple[tuple[int, int, int], tuple[int, int]]:
    application.strava.ask("DELETE", "/calls")
    run = application.strava.record(runner, gear_id=pair)
    until(lambda: application.strava.has_note(run), "the note")
    until(lambda: not _waits(application, runner, JobKind.EVENT), "the event to be done", every=0.02)
    reads, writes = _counted(application)
    application.strava.ask("DELETE", "/calls")
    until(lambda: not _waits(application, runner, JobKind.REREAD, within=True), "the late re-read")
    return (reads, writes, run), _counted(application)


def _sweep(application: Application) -> tuple[int, int]:
    application.strava.ask("DELETE", "/calls")
    assert application.command("now", "sweep").returncode == 0
    return _counted(application)


def _calls(application: Application, cause: Callable[[], object], runner: int) -> tuple[int, int]:
    application.strava.ask("DELETE", "/calls")
    cause()
    until(lambda: _counted(application) != (0, 0), "a call")
    until(lambda: not _waits(application, runner, JobKind.EVENT), "the event to be done")
    return _counted(application)


def _waits(application: Application, runner: int, why: JobKind, *, within: bool = False) -> bool:
    """Whether such a delivery is there; `within`: among those due within a minute."""
    there = [one for one in application.inbox.of_runner(runner) if one.why is why]
    return any(not within or (one.due_at - one.received_at).total_seconds() < 60 for one in there)


def _counted(application: Application) -> tuple[int, int]:
    there = application.strava.ask("GET", "/calls")
    return there["reads"], there["writes"]
