"""Every command of README, docs/deploy and docs/operating, copied out of the text: what this machine can run is run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from plugin.ports import Delivery, JobKind
from tests.e2e.harness import Application, house_in, until
from tests.paths import ROOT
from tests.postgres import find_program, postgres_server

__all__ = ["postgres_server"]

PAGES = [ROOT / "README.md", ROOT / "docs" / "operating.md", *sorted((ROOT / "docs" / "deploy").glob("*.md"))]
OURS = re.compile(r"(?:\.venv/bin/footnote|footnote|python -m plugin) (?=[a-z])")
RUN_HERE = {"cp", "pg_dump", "pg_restore", "rm"}
OF_A_PLATFORM = {
    "docker", "exec", "git", "heroku", "journalctl", "make", "promtool", "systemctl", "useradd", "uvx", "web", "worker",
}  # fmt: skip
"""Programs that are not here, or that change this machine: their lines are only read by the shell."""
RUNS_ON = {
    "footnote demo": "tests/sandbox/demo/test_demo.py",
    "footnote sandbox": "tests/e2e/harness.py",
    "footnote serve": "tests/e2e/harness.py",
    "footnote worker": "tests/e2e_postgres/application.py",
    "footnote release": "tests/e2e_postgres/rehearsing.py",
}
"""Commands that go on until they are stopped, or need a database: they are run there."""


def blocks(text: str) -> list[list[str]]:
    """The code blocks of a page, line by line, comments and continued lines put right."""
    found = re.findall(r"(?:^ {4,}\S.*\n)(?:^ {4,}\S.*\n)*", text, re.M)
    joined = [re.sub(r"\\\n\s*", "", block) for block in found]
    return [[re.sub(r"\s+# .*", "", line).strip() for line in block.splitlines()] for block in joined]


def spans(text: str) -> list[str]:
    """What stands in backticks; in a table, what follows a command of a group belongs to the group."""
    found = []
    for line in re.sub(r"\n(?! {4}|\||\n)", " ", text).splitlines():
        group = ""
        for code in re.findall(r"`([^`]+)`", line.split(" | ")[0] if line.startswith("| `footnote") else line):
            word = OURS.sub("footnote ", code)
            if line.startswith("| `footnote") and not word.startswith("footnote "):
                word = f"{group} {word}"
            group = " ".join(word.split()[:2])
            found.append(re.sub(r"\s+", " ", word).replace(r"\|", "|"))
    return found


def commands(page: Path) -> list[str]:
    """Every command of a page, once."""
    text = page.read_text(encoding="utf-8")
    lines = [line for block in blocks(text) if is_shell(block) for line in block]
    known = RUN_HERE | OF_A_PLATFORM - {"exec", "web", "worker"}
    lines += [
        code for code in spans(text) if " " in code and (code.split()[0] in known or code.startswith("footnote "))
    ]
    pieces = [OURS.sub("footnote ", piece) for line in lines for piece in line.split(" && ")]
    return list(dict.fromkeys(pieces))


def is_shell(block: list[str]) -> bool:
    """Not settings, nor YAML, nor the end of a pipe."""
    return not re.match(r"…|#!|[A-Z_]+=|[a-z_]+:( |$)", block[0])


ALL = {command: page for page in PAGES for command in commands(page)}
OF_OURS = sorted({command for command in ALL if command.startswith("footnote ")})


def test_there_are_commands_on_every_page_and_each_is_known():
    assert all(commands(page) for page in PAGES)
    assert len(OF_OURS) > 25
    unknown = {command for command in ALL if command.split()[0] not in RUN_HERE | OF_A_PLATFORM | {"footnote"}}
    assert unknown == set()


def test_the_shell_reads_every_command():
    script = "\n".join(re.sub(r"<[^>]*>|…", "x", command) for command in ALL)
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_a_platforms_command_asks_of_this_machine_works():
    (key,) = {found for command in ALL for found in re.findall(r"\$\((python3 -c '[^']+')\)", command)}
    made = subprocess.run(["bash", "-c", key], capture_output=True, text=True, check=True).stdout.strip()
    assert len(made) == 64
    (cut,) = {found for command in ALL for found in re.findall(r"apps:info --shell \| (sed [^)]+)\)", command)}
    told = "name=run\nweb_url=https://run-1a2b.herokuapp.com/\n"
    address = subprocess.run(["bash", "-c", cut], input=told, capture_output=True, text=True, check=True).stdout
    assert address == "https://run-1a2b.herokuapp.com/\n"


def test_one_runs_lines_are_found_in_the_log():
    (pipe,) = block_with("jq ")
    lines = '{"event": "a", "run": 123456789}\n{"event": "b", "run": 5}\n{"event": "c"}\n'
    command = pipe.removeprefix("… | ")
    assert command.startswith("jq -c '")
    if shutil.which("jq") is not None:
        found = subprocess.run(["bash", "-c", command], input=lines, capture_output=True, text=True, check=True).stdout
        assert found == '{"event":"a","run":123456789}\n'


@pytest.mark.parametrize("command", RUNS_ON)
def test_what_goes_on_until_it_is_stopped_is_run_elsewhere(command):
    word = command.split()[1]
    assert re.search(rf'"{word}"|start {word}', (ROOT / RUNS_ON[command]).read_text(encoding="utf-8"))


# --- on files ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[tuple[Application, int, int]]:
    """A house at work, its one runner, who is the operator, and a run."""
    folder = tmp_path_factory.mktemp("house")
    with house_in(folder, starts=False) as application:
        runner = application.strava.runner()
        application.environ["OPERATOR_ATHLETES"] = str(runner)
        application.start()
        application.connect(runner)
        run = application.strava.record(runner, 3000.0)
        until(lambda: application.store.run_record(runner, run), "the run")
        until(application.rests, "rest")
        yield application, runner, run


def parked(application: Application, runner: int) -> str:
    """A new delivery that is parked."""
    now, name = datetime.now(UTC), str(uuid.uuid4())
    late = now + timedelta(hours=1)
    application.inbox.keep(
        Delivery(id=name, runner_id=runner, run_id=1, why=JobKind.REREAD, received_at=now, due_at=late)
    )
    application.inbox.park(name, reason="odd")
    return name


# What is imported for one is there for the next: thirty processes would take half a minute.
IN_ONE_PROCESS = """
import json, sys
from click.testing import CliRunner
from plugin.cli.commands import footnote

for words in json.load(sys.stdin):
    done = CliRunner().invoke(footnote, words)
    print(json.dumps([done.exit_code, done.output[-900:] + repr(done.exception)]))
"""
HISTORY = "id,start_date_local,type,distance_m,moving_time_s\n1,2026-11-01T08:00:00,Run,5000,1500\n"
AFTER_ALL = ("footnote move", "footnote runners forget", "footnote subscription delete")
"""What others would miss is run last, on a database, or on somebody else."""


def words_of(command: str, application: Application, runner: int, run: int) -> list[str]:
    (application.folder / "export.zip").write_text(HISTORY)
    words = command.removeprefix("footnote ").split()
    of_group = {"inbox": lambda: parked(application, runner), "runners": lambda: str(runner)}
    put = {
        "ADDRESS": lambda: "operator@example.org",
        "SOURCE": lambda: "export.zip",
        "RUN": lambda: str(run),
        "ID": of_group.get(words[0], str),
    }
    return [put[word]() if word in put else word for word in words]


def test_every_command_of_ours_does_what_the_text_says_it_does(house):
    application, runner, run = house
    run_now = [one for one in OF_OURS if one not in RUNS_ON and not one.startswith(AFTER_ALL) and "…" not in one]
    words = [words_of(command, application, runner, run) for command in run_now]
    done = subprocess.run(
        [sys.executable, "-c", IN_ONE_PROCESS],
        cwd=application.folder,
        env=application.environ,
        input=json.dumps(words),
        capture_output=True,
        text=True,
        check=True,
    )
    outcomes = dict(zip(run_now, map(json.loads, done.stdout.splitlines()), strict=True))
    assert {command: said for command, (code, said) in outcomes.items() if code} == {}
    assert (application.folder / "replay.html").read_text().startswith("<!doctype html>")


def test_what_takes_something_away_does(house):
    application, _, _ = house
    other = application.strava.runner("Zoe")
    application.connect(other)
    (forget,) = {command for command in OF_OURS if command.startswith("footnote runners forget")}
    assert application.command(*words_of(forget, application, other, 0)).returncode == 0
    assert application.store.runner(other) is None


def shell(application: Application, lines: list[str], **more: str) -> None:
    """Run these lines as they are written, in the house's folder."""
    folder = application.folder / "bin"
    folder.mkdir(exist_ok=True)
    (folder / "footnote").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m plugin "$@"\n')
    (folder / "footnote").chmod(0o755)
    path = os.pathsep.join([str(folder), str(Path(find_program("pg_dump")).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(lines)],
        cwd=application.folder,
        env=application.environ | {"PATH": path} | more,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (lines, done.stdout, done.stderr)


def block_with(text: str) -> list[str]:
    """The one block of the page on operating with this in it."""
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    (block,) = [block for block in blocks(page) if any(text in line for line in block)]
    return block


def test_files_are_backed_up_and_brought_back(house):
    application, runner, _ = house
    shell(application, block_with('cp -a "$DATA_DIR" '))
    application.stop()
    for path in application.data.rglob("*.json"):
        path.write_text("lost")
    shell(application, block_with('rm -r "$DATA_DIR"'))
    assert application.store.runner(runner) is not None
    # "A file that is damaged or gone is replaced by the `.bak` beside it."
    (application.data / "inbox.json").write_text("torn")
    application.start()
    assert [one.read_text() for one in application.data.glob("inbox.json.damaged-*")] == ["torn"]


# --- on Postgres ------------------------------------------------------------------------------------------------------


@pytest.fixture
def database(postgres_server) -> Iterator[str]:
    """Of a user who owns it and nothing else, as on a platform."""
    name = postgres_server.new_database()
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as wire:
        wire.execute(f"CREATE ROLE plain_{name} LOGIN")
        wire.execute(f"ALTER DATABASE {name} OWNER TO plain_{name}")
    yield postgres_server.url(name).replace("//footnote@", f"//plain_{name}@")
    postgres_server.drop_database(name)


def test_files_move_to_postgres_which_is_backed_up_and_brought_back(house, database):
    application, runner, _ = house
    known = f"SELECT count(*) FROM runners WHERE id = {runner}"
    application.stop()
    (move,) = {command for command in OF_OURS if command == "footnote move postgres"}
    shell(application, [move], DATABASE_URL=database)
    shell(application, block_with("pg_dump"), DATABASE_URL=database)
    with psycopg.connect(database, autocommit=True) as wire:
        wire.execute("DROP TABLE runners CASCADE")
        wire.execute("DELETE FROM procrastinate_jobs")
    restore = block_with("pg_restore")
    assert restore[-1] == "footnote doctor"
    shell(application, restore[:-1], DATABASE_URL=database)
    with psycopg.connect(database) as wire:
        assert wire.execute(known).fetchone() == (1,)
    assert "✓ database" in application.command("doctor", database_url=database).stdout
    application.start()
