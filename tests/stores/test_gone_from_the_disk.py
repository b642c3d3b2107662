"""What the disk holds of somebody who left: a database keeps deleted rows in its files and its log for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest

from plugin.ports import Runner, RunRecord, StoredNotice
from plugin.settings.encryption import BadSeal, Keyring
from plugin.stores.postgres import Database, PostgresStore
from plugin.stores.record_json import read_runner, reseal, runner_doc
from plugin.stores.runner_keys import RunnerSeals
from plugin.stores.tiny import TinyStore, serve_alone
from tests.postgres import Server
from tests.promises import samples

OLD, NEW = "a secret key that is only for tests, and long enough", "another secret key that is only for tests"
KEYS = Keyring(OLD)
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


class Files:
    """The store in files, as far as these tests look behind it."""

    def __init__(self, folder: Path, keyring: Keyring = KEYS) -> None:
        self.folder = folder
        self.store = TinyStore(folder, keyring)

    def doc(self) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads((self.folder / "runners" / "7.json").read_bytes())["runner"]["7"]
        return found

    def put(self, doc: dict[str, Any]) -> None:
        for name in ("7.json", "7.json.bak"):
            (self.folder / "runners" / name).write_bytes(orjson.dumps({"runner": {"7": doc}}))

    def key(self) -> str | None:
        path = self.folder / "runners" / "7.key"
        return path.read_text() if path.exists() else None

    def lose_key(self) -> None:
        (self.folder / "runners" / "7.key").unlink(missing_ok=True)

    def with_keys(self, keyring: Keyring) -> Files:
        return Files(self.folder, keyring)


class Rows:
    """The same of a Postgres."""

    def __init__(self, url: str, database: Database, keyring: Keyring = KEYS) -> None:
        self.url, self.database = url, database
        self.store = PostgresStore(database, keyring)

    def ask(self, question: str, *values: Any) -> Any:
        with psycopg.connect(self.url, autocommit=True) as wire:
            answer = wire.execute(question.encode(), values)
            row = answer.fetchone() if answer.description else None
            return row[0] if row else None

    def doc(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("SELECT doc FROM runners")
        return found

    def put(self, doc: dict[str, Any]) -> None:
        self.ask("UPDATE runners SET doc = %s", orjson.dumps(doc).decode())

    def key(self) -> str | None:
        found: str | None = self.ask("SELECT key FROM runner_keys")
        return found

    def lose_key(self) -> None:
        self.ask("DELETE FROM runner_keys")

    def with_keys(self, keyring: Keyring) -> Rows:
        return Rows(self.url, self.database, keyring)


@pytest.fixture(params=["files", "postgres"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Files | Rows]:
    """Somebody, kept."""
    with ExitStack() as held:
        kept: Files | Rows = Files(tmp_path)
        if request.param == "postgres":
            url = request.getfixturevalue("postgres_url")
            kept = Rows(url, held.enter_context(closing(Database(url))))
        kept.store.enrol(somebody(), limit=1)
        yield kept


def test_what_was_sealed_of_names_opens_with_nothing_once_the_runner_has_left(kept: Files | Rows) -> None:
    old_state = kept.doc()
    assert kept.key()
    kept.store.forget(7)
    assert kept.key() is None
    # Who finds an earlier state of the row or the file has SECRET_KEY, and still no name.
    assert read_runner(old_state, RunnerSeals(KEYS, None)) == nameless()
    with pytest.raises(BadSeal):
        KEYS.unseal(old_state["names"], purpose="names")
    # Coming again gives another key.
    kept.store.enrol(somebody(), limit=1)
    assert read_runner(old_state, RunnerSeals(KEYS, kept.key())) == nameless()
    assert kept.store.runner(7) == somebody()


def nameless() -> Runner:
    whole = somebody()
    pair = whole.pairs["g1"]
    return replace(whole, name="", pairs={"g1": replace(pair, shoe=replace(pair.shoe, name=""))})


def test_a_key_that_is_lost_costs_the_names_and_nothing_else(kept: Files | Rows) -> None:
    kept.lose_key()
    assert kept.store.runner(7) == nameless()
    kept.store.change_runner(7, lambda was: replace(was, name=RUNNER))
    assert kept.key()
    again = kept.store.runner(7)
    assert again is not None
    assert again.name == RUNNER


def test_names_that_all_runners_shared_a_key_for_are_read_and_get_their_own_at_the_next_change(
    kept: Files | Rows,
) -> None:
    kept.lose_key()
    kept.put(orjson.loads(orjson.dumps(runner_doc(somebody(), KEYS))))
    assert kept.store.runner(7) == somebody()
    assert kept.key() is None
    kept.store.change_runner(7, lambda was: was)
    assert kept.key()
    assert kept.store.runner(7) == somebody()
    with pytest.raises(BadSeal):
        KEYS.unseal(kept.doc()["names"], purpose="names")


def test_a_runners_key_is_the_same_after_a_rotation_and_wrapped_by_the_new_one(kept: Files | Rows) -> None:
    old_state, wrapped = kept.doc(), kept.key()
    reseal(kept.with_keys(Keyring(NEW, [OLD])).store)
    assert kept.key() != wrapped
    with pytest.raises(BadSeal):
        KEYS.unseal(kept.key() or "", purpose="runner key")
    after = kept.with_keys(Keyring(NEW))
    assert after.store.runner(7) == somebody()
    own = RunnerSeals(Keyring(NEW), after.key())
    assert own.unseal(old_state["names"], purpose="names")


def test_a_key_file_is_overwritten_before_it_is_taken_away(tmp_path: Path) -> None:
    store, path = TinyStore(tmp_path, KEYS), tmp_path / "runners" / "7.key"
    store.enrol(somebody(), limit=1)
    with path.open("rb") as first:
        reseal(
            TinyStore(tmp_path, Keyring("another secret key", ["a secret key that is only for tests, and long enough"]))
        )
        assert set(first.read()) == {0}
    with path.open("rb") as second:
        store.forget(7)
        assert set(second.read()) == {0}
    assert not path.exists()


def test_a_key_that_a_killed_process_left_goes_at_the_next_start(tmp_path: Path) -> None:
    TinyStore(tmp_path, KEYS).enrol(somebody(), limit=1)
    for path in (tmp_path / "runners").glob("7.json*"):
        path.unlink()
    with serve_alone(tmp_path):
        assert list((tmp_path / "runners").iterdir()) == []


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
