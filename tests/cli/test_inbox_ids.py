"""The ids of deliveries: whole in a pipe, typed back as any beginning that names one, never clipped on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from plugin.settings.encryption import Keyring
from plugin.stores.tiny import TinyInbox, TinyStore
from tests.cli.test_one_unreadable_runner import KEY, Operator
from tests.promises.samples import a_delivery

DUE = datetime(2036, 5, 4, 3, 2, 1, tzinfo=UTC)
IDS = ("aaaabbbbcccc1111", "aaaabbbbcccc2222", "ffff0000ffff0000")


@pytest.fixture
def operator(tmp_path) -> Operator:
    operator = Operator(tmp_path, TinyStore(tmp_path / "var", Keyring(KEY)))
    inbox = TinyInbox(tmp_path / "var", Keyring(KEY))
    for run_id, name in enumerate(IDS, 1):
        inbox.keep(replace(a_delivery(name, run_id=run_id), due_at=DUE + timedelta(minutes=run_id)))
    return operator


def test_a_beginning_that_names_one_delivery_is_enough(operator):
    listed = [line.split("\t") for line in operator.footnote("inbox", "list").stdout.splitlines()]
    assert [row[0] for row in listed] == list(IDS)
    assert [row[-1] for row in listed] == [f"2036-05-04T03:0{number}:01Z" for number in (3, 4, 5)]
    ambiguous = operator.footnote("inbox", "drop", "aaaa")
    assert ambiguous.returncode == 1
    assert "2 deliveries" in ambiguous.stderr
    assert operator.footnote("inbox", "retry", "ffff").stdout == f"Delivery {IDS[2]} is due now.\n"
    assert operator.footnote("inbox", "drop", IDS[0][:-3]).stdout == f"Delivery {IDS[0]} is dropped.\n"
    unknown = operator.footnote("inbox", "drop", "bbbb")
    assert (unknown.returncode, "No delivery 'bbbb'" in unknown.stderr) == (1, True)


def test_on_a_narrow_terminal_ids_are_as_long_as_they_must_be(operator):
    ours, theirs = pty.openpty()
    ended = subprocess.run(
        [sys.executable, "-m", "plugin", "inbox", "list"],
        cwd=operator.folder,
        env={**operator.environ, "COLUMNS": "60", "TERM": "dumb"},
        stdout=theirs,
        check=True,
        timeout=60,
    )
    os.close(theirs)
    said = os.read(ours, 100_000).decode()
    os.close(ours)
    assert ended.returncode == 0
    first = [line.split()[0] for line in said.splitlines()[1:] if line.strip()]
    assert [word for word in first if word.startswith(("aaaa", "ffff"))] == [IDS[0][:13], IDS[1][:13], IDS[2][:8]]
