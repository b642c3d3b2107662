"""Somebody leaves and has the notes taken out first, while the process at work is killed: played on both stores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from plugin.ports import HowMuch
from plugin.sandbox.demo.forms import form_with
from tests.e2e.harness import Application, until

OWN = "Legs heavy, sunny."
NOTES = 3


def play_leaving(application: Application, kill: Callable[[], None], go_on: Callable[[], None]) -> None:
    """Every note goes whoever dies, the runner's words stay, nothing is left, and the browser is told."""
    runner = application.strava.runner("Zebulon")
    browser = application.connect(runner)
    application.store.change_runner(
        runner, lambda was: replace(was, settings=replace(was.settings, how_much=HowMuch.EVERY_RUN))
    )
    runs = []
    for hours in (6, 4, 2)[:NOTES]:
        # One after the other, on one day.
        start = f"{datetime.now(UTC) - timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"
        run = application.strava.record(runner, 1500.0, start_date=start, private_note=OWN)
        until(lambda run=run: application.strava.has_note(run), "the note", seconds=60)  # type: ignore[misc]
        runs.append(run)
    until(lambda: application.rests(runner), "rest")
    application.strava.fault("slow", seconds=1, path="/activities/")
    form = form_with(browser.get(f"{application.url}/me/settings", timeout=20), "take_out")
    assert form is not None
    began = browser.post(form.action, data=form.filled(take_out="yes"), headers={"Referer": form.action}, timeout=20)
    assert began.url == f"{application.url}/me/leaving"
    assert f"of {NOTES} notes done" in began.text, began.text[-2500:]

    def left() -> list[int]:
        return [run for run in runs if application.strava.has_note(run)]

    until(lambda: len(left()) < NOTES, "the first note to be taken out", seconds=60)
    kill()
    assert left(), "killed too late"
    application.strava.mend()
    go_on()
    until(lambda: application.store.runner(runner) is None, "everything to be deleted", seconds=90)
    assert [application.strava.private_note(run) for run in runs] == [OWN] * NOTES
    gone = browser.get(f"{application.url}/me/leaving", timeout=20)
    assert "Everything is gone" in gone.text
    assert f"{NOTES} notes were taken out" in gone.text
    held = {athlete["id"]: athlete["scopes"] for athlete in application.strava.ask("GET", "/state")["athletes"]}
    assert held[runner] == []
    assert application.inbox.of_runner(runner) == []
