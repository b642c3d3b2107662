"""The operator's commands, where what is kept of one of three runners cannot be read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from plugin.settings.encryption import Keyring
from plugin.settings.environment import OperatorSettings
from plugin.stores.postgres import Database, PostgresStore
from plugin.stores.tiny import TinyStore
from tests.paths import ROOT
from tests.postgres import postgres_server, postgres_url
from tests.promises.samples import a_runner

__all__ = ["postgres_server", "postgres_url"]

KEY = "0123456789abcdef0123456789abcdef-and-more"


class Operator:
    """Runs commands on a store with the runners 6, 7 and 8."""

    def __init__(self, folder: Path, store: TinyStore | PostgresStore, **more: str) -> None:
        self.folder, self.store = folder, store
        names = {name.upper() for name in OperatorSettings.model_fields}
        nobody = "http://127.0.0.1:1"
        self.environ = {name: value for name, value in os.environ.items() if name not in names} | {
            "PYTHONPATH": str(ROOT),
            "STRAVA_CLIENT_ID": "1",
            "STRAVA_CLIENT_SECRET": "x",
            "SECRET_KEY": KEY,
            "PUBLIC_URL": "http://localhost:1",
            "STRAVA_API_URL": nobody,
            "STRAVA_OAUTH_URL": nobody,
            "DATA_DIR": str(folder / "var"),
            **more,
        }
        for runner_id in (6, 7, 8):
            store.enrol(a_runner(runner_id), limit=3)

    def footnote(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "plugin", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environ, capture_output=True, text=True, timeout=120, check=False
        )


@pytest.fixture(params=["files", "postgres"])
def operator(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Operator]:
    if request.param == "files":
        operator = Operator(tmp_path, TinyStore(tmp_path / "var", Keyring(KEY)))
        for name in ("7.json", "7.json.bak"):
            (tmp_path / "var/runners" / name).write_bytes(b'{"runner": {"7"')
        yield operator
        return
    url = request.getfixturevalue("postgres_url")
    database = Database(url)
    operator = Operator(tmp_path, PostgresStore(database, Keyring(KEY)), DATABASE_URL=url)
    with psycopg.connect(url, autocommit=True) as wire:
        wire.execute("""UPDATE runners SET doc = jsonb_set(doc, '{settings,how_much}', '"a whisper"') WHERE id = 7""")
    yield operator
    database.close()


def test_every_command_goes_on_with_the_others_and_says_who_was_left_out(operator):
    for work in ("sweep", "purge"):
        done = operator.footnote("now", work)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines() == [f"{work}: done, but for 1 who cannot be read."]
        assert "Runner 7 cannot be read" in done.stderr
        assert "Traceback" not in done.stderr
    listed = operator.footnote("runners", "list")
    assert listed.returncode == 0
    assert [line.split("\t")[::4] for line in listed.stdout.splitlines()] == [
        ["6", "must reconnect"],  # swept: there are no tokens
        ["7", "cannot be read"],
        ["8", "must reconnect"],
    ]
    examined = operator.footnote("doctor")
    assert examined.returncode == 1
    assert "✗ runners: 7 cannot be read, the others can" in examined.stdout
    forgotten = operator.footnote("runners", "forget", "7")
    assert forgotten.returncode == 0
    assert "https://www.strava.com/settings/apps" in forgotten.stdout
    assert operator.store.runner_ids() == [6, 8]
    assert "✓ runners: what is kept of 2 can be read" in operator.footnote("doctor").stdout


def test_a_key_that_opens_nothing_is_named_once(operator):
    operator.store.forget(7)
    operator.environ["SECRET_KEY"] = "another key, which opens nothing of what is kept"
    examined = operator.footnote("doctor")
    assert examined.returncode == 1
    (line,) = [line for line in examined.stdout.splitlines() if "runners:" in line]
    assert "2 opens with this SECRET_KEY" in line
    assert "SECRET_KEY_FALLBACKS" in line
