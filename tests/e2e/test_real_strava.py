"""Real processes before a Strava that does what public reports tell of it: all at once, and one by one."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from plugin.sandbox import REPORTED
from tests.e2e.harness import until
from tests.e2e.strava import BEGIN

ABOUT_SUBSCRIBING = ("foreign_subscription", "callback_refused", "callback_not_verifiable")
FAULTS = [fault for fault in REPORTED if fault.kind not in ABOUT_SUBSCRIBING]


def switch_on(application, fault):
    application.strava.ask("POST", "/faults", **asdict(fault))


@pytest.fixture(autouse=True)
def _mended(application):
    yield
    application.strava.mend()


def noted_once(application, run, seconds=120):
    until(lambda: application.strava.has_note(run), "the note", seconds=seconds)
    assert application.strava.private_note(run).count(BEGIN) == 1


def test_with_all_of_it_a_runner_connects_is_told_once_keeps_their_words_and_leaves(application):
    for fault in FAULTS:
        switch_on(application, fault)
    runner = application.strava.runner("Ada", weeks=12)
    browser = application.connect(runner)
    # Six hours ago: the longer run below ends now, and must not be the earlier of the two.
    began = (datetime.now(UTC) - timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ")
    run = application.strava.record(runner, private_note="Legs heavy.\nWindy.", start_date=began)
    noted_once(application, run)
    note = application.strava.private_note(run)
    assert note.startswith("Legs heavy.\r\nWindy.")
    application.strava.edit(run, private_note=f"{note}\nAfterwards fine.", name="Another title")
    longer = application.strava.record(runner, 24_000.0)
    noted_once(application, longer)
    until(lambda: application.rests(runner), "the inbox to rest", seconds=120)
    assert application.strava.private_note(run).count(BEGIN) == 1
    assert "Afterwards fine." in application.strava.private_note(run)
    assert application.store.runner(runner).failures == ()
    application.leave(browser)
    until(lambda: not application.traces(str(runner)), "the runner to be gone", seconds=60)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.kind)
def test_with_each_of_it_alone_a_runner_connects_and_is_told_once(application, fault):
    switch_on(application, fault)
    runner = application.strava.runner("Kim", weeks=12)
    application.connect(runner)
    noted_once(application, application.strava.record(runner))


def test_a_full_app_is_said_by_strava_and_nothing_is_kept_of_who_tried(application):
    application.strava.fault("athlete_limit_page")
    runner = application.strava.runner("Second")
    with pytest.raises(AssertionError, match="Limit of connected athletes exceeded"):
        application.connect(runner)
    assert application.store.runner(runner) is None


def test_another_programs_subscription_is_named_and_left_alone_until_the_operator_says_so(application):
    ours = application.strava.ask("GET", "/subscription")["id"]
    application.strava.fault("foreign_subscription")
    shown = application.command("subscription", "show")
    assert "belongs to another program, at home.example" in shown.stdout
    assert "--take-over" in shown.stdout
    examined = application.command("doctor")
    assert examined.returncode == 1
    assert "belongs to another program, at home.example" in examined.stdout
    for asked in (("create",), ("delete",)):
        refused = application.command("subscription", *asked)
        assert refused.returncode == 1
        assert "home.example" in refused.stderr
    assert [one["kind"] for one in application.strava.ask("GET", "/faults")["on"]] == ["foreign_subscription"]
    # As often as the command tries while our address gives no answer.
    application.strava.fault("callback_refused", count=4)
    refused = application.command("subscription", "create", "--take-over")
    assert refused.returncode == 1
    assert "bot check" in refused.stderr
    assert application.command("subscription", "create", "--take-over").returncode == 0
    there = application.strava.ask("GET", "/subscription")
    assert there["id"] != ours
    assert there["callback_url"] == application.hook
    runner = application.strava.runner("Zoe")
    application.connect(runner)
    noted_once(application, application.strava.record(runner))
