"""Every command ends with its exit code and, where it fails, with a sentence and no traceback."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from plugin import __version__
from plugin.cli import tables
from plugin.settings.build import build_id, commit_of, source_digest
from plugin.settings.environment import OperatorSettings
from tests.paths import ROOT

OURS = {name.upper() for name in OperatorSettings.model_fields} | {"DYNO"}
FOUR = {
    "STRAVA_CLIENT_ID": "1",
    "STRAVA_CLIENT_SECRET": "strava-said-so",
    "SECRET_KEY": "0123456789abcdef0123456789abcdef-and-more",
    "PUBLIC_URL": "http://localhost:8000",
}
COMMANDS = "serve worker release demo replay doctor subscription now inbox sandbox runners".split()  # noqa: SIM905


def footnote(folder, *arguments, **variables):
    """The command as a shell runs it, in a folder of its own and with these settings only."""
    environ = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [sys.executable, "-m", "plugin", *arguments],
        cwd=folder,
        env={**environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_help_names_every_command(tmp_path):
    ended = footnote(tmp_path, "--help")
    assert ended.returncode == 0
    for command in COMMANDS:
        assert f"\n  {command} " in ended.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("runners", "export"),
        ("runners", "export", "robin"),
        ("runners", "forget", "1.5"),
        ("now", "everything"),
        ("inbox", "retry"),
        ("replay",),
        ("replay", "x.zip", "--format", "pdf"),
        ("demo", "--port", "web"),
        ("serve", "now"),
    ],
)
def test_wrong_usage_is_2_with_a_sentence(tmp_path, arguments):
    ended = footnote(tmp_path, *arguments)
    assert ended.returncode == 2
    assert "Error: " in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("runners", "list"),
        ("runners", "export", "7"),
        ("runners", "forget", "7"),
        ("inbox", "list"),
        ("inbox", "retry", "x"),
        ("subscription", "show"),
        ("subscription", "create"),
        ("now", "sweep"),
        ("worker",),
        ("doctor",),
    ],
)
def test_without_settings_each_missing_one_is_named(tmp_path, arguments):
    ended = footnote(tmp_path, *arguments)
    assert ended.returncode == 1
    for name in ("STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET", "SECRET_KEY", "PUBLIC_URL"):
        assert f"{name}: is missing" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", ["serve", "worker", "release", "doctor"])
def test_a_wrong_setting_stops_every_start_with_all_problems(tmp_path, command):
    ended = footnote(tmp_path, command, PORT="web", CHECK_HOUR="25", PUBLIC_URL="http://run.example.org")
    assert ended.returncode == 1
    for name in ("PORT", "CHECK_HOUR", "PUBLIC_URL"):
        assert f"{name}: must be" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_refusal_is_json_where_the_log_is(tmp_path):
    import json

    ended = footnote(tmp_path, "serve", PORT="web", LOG_FORMAT="json")
    assert ended.returncode == 1
    lines = [json.loads(line) for line in (ended.stdout + ended.stderr).splitlines()]
    assert [line for line in lines if "PORT: must be" in line["event"]]


def test_release_without_a_database_has_nothing_to_do(tmp_path):
    ended = footnote(tmp_path, "release")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_busy_port_is_one_sentence(tmp_path):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for command in (("serve",), ("sandbox", "--port", port), ("demo", "--port", port)):
            ended = footnote(tmp_path, *command, **(FOUR if command == ("serve",) else {}), PORT=port)
            assert ended.returncode == 1
            assert len(ended.stderr.splitlines()) == 1
            assert port in ended.stderr
            assert ended.stdout == ""


def test_an_address_that_is_not_ours_is_one_sentence_with_its_setting(tmp_path):
    ended = footnote(tmp_path, "serve", **FOUR, HOST="192.0.2.1")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert len(ended.stderr.splitlines()) == 1
    assert "set HOST" in ended.stderr


def test_the_demo_wants_no_port_beyond_the_last(tmp_path):
    ended = footnote(tmp_path, "demo", "--port", "65533")
    assert ended.returncode == 2
    assert "65532" in ended.stderr


@pytest.mark.parametrize("command", [("inbox", "list"), ("runners", "list")])
def test_a_folder_that_was_never_made_is_not_passed_off_as_empty(tmp_path, command):
    (tmp_path / "there").mkdir()
    for folder, is_there in (("there", True), ("nowhere", False)):
        ended = footnote(tmp_path, *command, **FOUR, DATA_DIR=folder)
        assert (ended.returncode, ended.stdout) == (0, "")
        assert ("is DATA_DIR right?" in ended.stderr) is not is_there


@pytest.mark.parametrize("stream", ["stdout", "stderr", "stdin"])
def test_a_closed_stream_at_the_start_stops_nothing(tmp_path, stream):
    number = {"stdin": "0<&-", "stdout": "1>&-", "stderr": "2>&-"}[stream]
    ended = subprocess.run(
        ["sh", "-c", f'exec "$0" -m plugin release {number}', sys.executable],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
        capture_output=True,
    )
    assert ended.returncode == 0


def test_a_reader_who_leaves_early_is_no_failure_worth_a_traceback(tmp_path):
    ended = subprocess.run(
        ["sh", "-c", '"$0" -m plugin --help | true', sys.executable],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
        capture_output=True,
    )
    assert b"Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(seconds=-5), "0s"),
        (timedelta(seconds=119), "119s"),
        (timedelta(minutes=2), "2m"),
        (timedelta(hours=3, minutes=59), "3h"),
        (timedelta(days=30), "30d"),
    ],
)
def test_an_age_is_told_in_the_largest_unit_that_fits(span, told):
    assert tables.age(span) == told


def test_a_table_in_a_pipe_is_tabs_and_a_name_cannot_break_a_line(capsys):
    tables.show(("id", "name"), [(7, "Robin\n8\tEve")], empty="nobody")
    assert capsys.readouterr().out == "7\tRobin\\n8\\tEve\n"


def test_an_empty_table_is_silent_in_a_pipe(capsys):
    tables.show(("id",), [], empty="Nobody is connected.")
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "Nobody is connected.\n")


def test_the_version_names_the_build():
    ended = subprocess.run([sys.executable, "-m", "plugin", "--version"], capture_output=True, text=True, check=True)
    assert ended.stdout == f"footnote, version {build_id()}\n"
    assert build_id().startswith(f"{__version__}+")


def test_a_build_is_known_by_the_platform_by_the_checkout_or_by_its_source(tmp_path):
    assert commit_of({"SOURCE_VERSION": "0123456789abcdef"}, tmp_path) == "0123456789"
    assert commit_of({"SOURCE_VERSION": "$(rm -rf)"}, tmp_path) == ""
    assert commit_of({}, tmp_path) == ""
    git = tmp_path / ".git"
    (git / "refs/heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "packed-refs").write_text("# pack-refs with: peeled\nfedcba9876543210 refs/heads/main\n")
    assert commit_of({}, tmp_path) == "fedcba9876"
    (git / "refs/heads/main").write_text("aaaabbbbcccc1111\n")
    assert commit_of({}, tmp_path) == "aaaabbbbcc"
    (git / "HEAD").write_text("1111222233334444\n")
    assert commit_of({}, tmp_path) == "1111222233"
    assert source_digest() == source_digest() != ""
