"""What the disk holds of somebody who left: a database keeps deleted rows in its files and its log for a while."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psycopg

from plugin.ports import Runner, RunRecord, StoredNotice
from plugin.settings.keys import Keyring
from plugin.stores.postgres import Database, PostgresStore
from plugin.stores.sealing import read_runner, runner_doc
from plugin.stores.tiny import TinyStore
from tests.postgres import Server
from tests.promises import samples

KEYS = Keyring("a secret key that is only for tests, and long enough")
RUNNER, PAIR, ADDRESS = "Quirina Zanzibar", "Ghostly Fifteen", "quirina@in-clear.example"


def somebody() -> Runner:
    runner = samples.a_full_runner()
    pair = runner.pairs["g1"]
    return replace(
        runner,
        name=RUNNER,
        settings=replace(runner.settings, email=ADDRESS),
        pairs={"g1": replace(pair, shoe=replace(pair.shoe, name=PAIR))},
    )


def worn_out() -> RunRecord:
    """What is kept of a run on which that pair was named."""
    found = StoredNotice(
        rule="worn_shoe", family="shoe", level=2, told=True, text=f"{PAIR} is at 500 km", numbers={"pair": PAIR}
    )
    return samples.a_look(found=(found,), text=f"{PAIR} is at 500 km")


def held_in(folder: Path) -> list[str]:
    """Which of the words stand in any file below."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return [word for word in (RUNNER, PAIR, ADDRESS) if any(word.encode() in content for content in files)]


def test_no_file_and_no_log_of_the_database_ever_held_a_name(postgres_server: Server, postgres_url: str) -> None:
    database = Database(postgres_url)
    store = PostgresStore(database, KEYS)
    store.enrol(somebody(), limit=1)
    for number in range(5):
        store.change_runner(7, lambda was: replace(was, told_once={"worn_shoe g1 500": number}))  # noqa: B023
    assert store.runner(7) == replace(somebody(), told_once={"worn_shoe g1 500": 4})
    store.change_run_record(7, 41, lambda _: worn_out())
    assert store.run_record(7, 41) == worn_out()
    store.forget(7)
    database.close()
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as wire:
        wire.execute("CHECKPOINT")
    assert held_in(postgres_server.folder) == []


def test_no_file_of_the_folder_ever_held_a_name(tmp_path: Path) -> None:
    store = TinyStore(tmp_path, KEYS)
    store.enrol(somebody(), limit=1)
    store.change_run_record(7, 41, lambda _: worn_out())
    assert held_in(tmp_path) == []
    assert store.runner(7) == somebody()


def test_names_that_an_earlier_version_kept_in_clear_are_read_and_sealed_at_the_next_change() -> None:
    doc = runner_doc(somebody(), KEYS)
    del doc["names"]
    old = {
        **doc,
        "name": RUNNER,
        "pairs": {"g1": {**doc["pairs"]["g1"], "shoe": {**doc["pairs"]["g1"]["shoe"], "name": PAIR}}},
    }
    assert read_runner(old, KEYS) == somebody()
    assert RUNNER not in str(runner_doc(read_runner(old, KEYS), KEYS))
