"""The commands of the operator, beside a running server, on the same folder."""

import json
import subprocess
import sys
import threading
import time

import pytest

from plugin.cli.doctor import WHAT
from plugin.sandbox.demo.processes import Stage, raised
from plugin.sandbox.demo.walk import Visit
from tests.free_ports import four_free_ports


def until(run_record, *, seconds=60):
    """What `run_record` gives once it gives something."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if found := run_record():
            return found
        time.sleep(0.1)
    raise AssertionError("waited in vain")


class Application:
    """The demo's processes with one runner connected, and the command `footnote` in its environment."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.visit = Visit(stage, threading.Event())
        self.runner_id = self.visit.state()["athletes"][0]["id"]
        self.visit.connect()
        until(lambda: self.visit.state()["subscription"])

    def footnote(self, *arguments, **variables) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "plugin", *arguments],
            cwd=self.stage.folder,
            env={**self.stage.environ(), **variables},
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            check=False,
        )


@pytest.fixture(scope="module")
def application(tmp_path_factory):
    stage = Stage(port=four_free_ports(), folder=tmp_path_factory.mktemp("house"))
    with raised(stage, threading.Event()):
        yield Application(stage)


def test_runners_are_listed_one_a_line(application):
    ended = application.footnote("runners", "list")
    assert ended.returncode == 0
    assert ended.stdout.split("\t")[:2] == [str(application.runner_id), "Robin Winter"]


def test_an_export_is_json_and_the_same_as_on_the_page(application):
    ended = application.footnote("runners", "export", str(application.runner_id))
    assert ended.returncode == 0
    exported = json.loads(ended.stdout)
    assert exported["runner"]["id"] == application.runner_id
    assert {"settings", "notes", "shoes", "soreness", "inbox"} <= exported.keys()
    page = application.visit.browser.get(f"{application.stage.site}/me/export", timeout=20)
    assert page.json().keys() == exported.keys()


@pytest.mark.parametrize("command", ["export", "forget"])
def test_an_unknown_runner_is_1_with_a_sentence(application, command):
    ended = application.footnote("runners", command, "99")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "No runner 99" in ended.stderr


def test_the_subscription_is_shown_and_never_made_twice(application):
    (number,) = {application.visit.state()["subscription"]["id"]}
    assert application.footnote("subscription", "show").stdout.split("\t")[0] == str(number)
    again = application.footnote("subscription", "create")
    assert again.returncode == 0
    assert "already" in again.stdout
    assert application.visit.state()["subscription"]["id"] == number


def test_a_subscription_that_was_deleted_is_made_anew(application):
    assert application.footnote("subscription", "delete").returncode == 0
    assert application.visit.state()["subscription"] is None
    shown = application.footnote("subscription", "show")
    assert shown.returncode == 0
    assert "no subscription" in shown.stdout
    assert application.footnote("subscription", "create").returncode == 0
    assert application.visit.state()["subscription"]["id"]


def test_the_doctor_finds_all_well(application):
    ended = application.footnote("doctor")
    assert {line[0] for line in ended.stdout.splitlines()} == {"✓"}, ended.stdout
    # The last tells the slowest list, where one was read today.
    assert len(ended.stdout.splitlines()) - len(WHAT) in (0, 1)
    assert ended.returncode == 0


def test_the_doctor_finds_a_wrong_client_secret(application):
    ended = application.footnote("doctor", STRAVA_CLIENT_SECRET="another")
    assert ended.returncode == 1
    assert "✗ strava app" in ended.stdout


@pytest.mark.parametrize("work", ["sweep", "look", "digest", "reread", "purge"])
def test_scheduled_work_can_be_done_now(application, work):
    ended = application.footnote("now", work)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_what_waits_is_listed_hurried_and_dropped(application):
    application.visit.record(application.runner_id, "easy")
    # The note is told within seconds; its re-read waits for hours.
    rows = until(lambda: [row.split("\t") for row in application.footnote("inbox", "list").stdout.splitlines()])
    assert len(rows[0]) == 9
    assert rows[0][1] in ("waiting", "taken")
    waiting = until(
        lambda: [
            row
            for row in (line.split("\t") for line in application.footnote("inbox", "list").stdout.splitlines())
            if row[1] == "waiting" and row[2] == "reread"
        ]
    )
    number = waiting[0][0]
    dropped = application.footnote("inbox", "drop", number)
    assert dropped.returncode == 0
    assert number not in application.footnote("inbox", "list").stdout
    for command in ("retry", "drop"):
        gone = application.footnote("inbox", command, number)
        assert gone.returncode == 1
        assert number in gone.stderr


def test_another_key_is_told_and_nothing_is_broken(application):
    ended = application.footnote("runners", "list", SECRET_KEY="another-key-that-never-sealed-anything")
    assert ended.returncode == 1
    assert "SECRET_KEY" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert application.footnote("runners", "list").returncode == 0


def test_forgetting_a_runner_revokes_and_deletes(application):
    assert [one for one in application.visit.state()["athletes"] if one["scopes"]]
    ended = application.footnote("runners", "forget", str(application.runner_id))
    assert ended.returncode == 0
    assert str(application.runner_id) in ended.stdout
    assert application.footnote("runners", "list").stdout == ""
    assert application.footnote("runners", "export", str(application.runner_id)).returncode == 1
    traces = [path for path in application.stage.data.rglob("*") if path.is_file() and b"Winter" in path.read_bytes()]
    assert traces == []
    assert [one for one in application.visit.state()["athletes"] if one["scopes"]] == []
