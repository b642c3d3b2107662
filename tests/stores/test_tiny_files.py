"""What lies in DATA_DIR: for whom, in what words, and what is said when it cannot be read."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest

from plugin.errors import StoreBroken, Unreadable
from plugin.settings.encryption import Keyring
from plugin.stores.record_json import reseal
from plugin.stores.tiny import TinyInbox, TinyStore
from tests.promises.samples import MINUTE, NOON, a_delivery, a_full_look, a_full_runner, a_list, a_look, a_runner

SECRETS = (b"in-clear", b"in clear", b"zoe@", b"plantar_fasciitis", b"red_flag", b"towel_scrunches")


def all_bytes(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def store(folder, keyring) -> TinyStore:
    store = TinyStore(folder, keyring)
    store.enrol(a_full_runner(), limit=1)
    store.change_run_record(7, 41, lambda _: a_full_look())
    store.keep_snapshot(a_list())
    return store


@pytest.fixture
def inbox(folder, keyring) -> TinyInbox:
    inbox = TinyInbox(folder, keyring)
    inbox.keep(a_delivery())
    return inbox


def test_tokens_address_and_soreness_lie_nowhere_in_clear(store, inbox, folder):
    files = all_bytes(folder)
    assert len(files) > 5
    for path, content in files.items():
        assert not [secret for secret in SECRETS if secret in content], path


def test_files_and_folders_are_their_owners_alone(store, inbox, folder):
    store.use_once("state", until=NOON + MINUTE, now=NOON)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


def test_nothing_is_made_before_something_is_kept(folder, keyring):
    store, inbox = TinyStore(folder, keyring), TinyInbox(folder, keyring)
    assert store.runner(7) is None
    assert inbox.everything() == []
    assert not folder.exists()


def test_of_a_forgotten_runner_nothing_is_left_neither_name_nor_copy_nor_lock(folder, keyring):
    store, inbox = TinyStore(folder, keyring), TinyInbox(folder, keyring)
    store.enrol(replace(a_full_runner(987654321), name="Unforgettable"), limit=2)
    store.enrol(a_runner(8), limit=2)
    store.change_run_record(987654321, 55555, lambda _: a_full_look(55555, runner_id=987654321))
    store.keep_snapshot(a_list(987654321))
    inbox.keep(a_delivery(runner_id=987654321, run_id=55555))
    with store.lock(987654321, purpose="work"):
        store.forget(987654321)
        inbox.forget(987654321)
    for path, content in all_bytes(folder).items():
        assert "987654321" not in str(path)
        assert not [trace for trace in (b"987654321", b"55555", b"Unforgettable") if trace in content], path


def test_words_taken_out_of_a_look_are_out_of_the_copy_too(store, folder):
    store.change_run_record(
        7, 41, lambda run_record: replace(run_record, found=(), facts=None, text="sayings", tip=None)
    )
    assert any(b"sayings" in content for content in all_bytes(folder).values())
    store.change_run_record(7, 41, lambda run_record: replace(run_record, text=""))
    assert not any(b"sayings" in content for content in all_bytes(folder).values())


@pytest.mark.parametrize("damage", [b"", b'{"runner": {"7"', b"\x00" * 2000, b"[]", b'{"runner": 3}', None])
@pytest.mark.parametrize("name", ["runners/7.json", "inbox.json", "house.json", "runners/7.list.json"])
def test_the_whole_copy_of_a_damaged_file_is_put_in_its_place_and_the_damaged_one_aside(
    store, inbox, folder, keyring, name, damage, caplog
):
    store.change_key_value("gate", lambda key_value: {"open": True})
    path = folder / name

    def read_it_all():
        fresh = TinyStore(folder, keyring)
        return (fresh.runner(7), fresh.run_records(7), fresh.snapshot(7), fresh.key_value("gate"), inbox.everything())

    before = read_it_all()
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    assert read_it_all() == before
    assert [content.read_bytes() for content in path.parent.glob(f"{path.name}.damaged-*")] == (
        [] if damage is None else [damage]
    )
    (line,) = [record.getMessage() for record in caplog.records if record.name == "footnote.storage"]
    assert line.startswith(str(path))
    assert path.read_bytes() == path.with_name(path.name + ".bak").read_bytes()


def test_a_change_to_a_damaged_file_goes_into_its_whole_copy(store, inbox, folder):
    (folder / "inbox.json").write_bytes(b"{torn")
    inbox.keep(a_delivery("d2", run_id=2))
    assert [one.id for one in inbox.everything()] == ["d1", "d2"]
    (folder / "runners/7.json").write_bytes(b"{torn")
    store.change_runner(7, lambda runner: replace(runner, name="Ada"))
    assert (store.runner(7).name, store.run_records(7)) == ("Ada", [a_full_look()])


def test_what_was_put_aside_goes_with_the_runner_and_after_a_while(store, inbox, folder):
    for name in ("runners/7.json", "inbox.json"):
        (folder / name).write_bytes(b"{torn")
    store.runner(7), inbox.everything()

    def aside():
        return [path.name.partition(".damaged-")[0] for path in folder.rglob("*.damaged-*")]

    assert sorted(aside()) == ["7.json", "inbox.json"]
    store.forget(7)
    assert aside() == ["inbox.json"]
    store.drop_set_aside(before=datetime.now(UTC) - MINUTE)
    assert aside() == ["inbox.json"]
    store.drop_set_aside(before=datetime.now(UTC) + MINUTE)
    assert aside() == []
    (folder / "inbox.json").write_bytes(b"{torn")
    inbox.forget(7)
    assert aside() == []


def tear(folder, name):
    for each in (folder / name, folder / f"{name}.bak"):
        each.write_bytes(b"{torn")


def test_nothing_is_written_over_a_file_that_cannot_be_read(store, inbox, folder):
    for name in ("runners/7.json", "inbox.json"):
        tear(folder, name)
    for work in (
        lambda: store.change_runner(7, lambda runner: runner),
        lambda: store.enrol(a_runner(), limit=9),
        lambda: inbox.keep(a_delivery("d2", run_id=2)),
        lambda: inbox.take(NOON),
    ):
        with pytest.raises(StoreBroken):
            work()
    for name in ("runners/7.json", "inbox.json"):
        assert (folder / name).read_bytes() == (folder / f"{name}.bak").read_bytes() == b"{torn"


def test_a_file_that_was_taken_away_is_not_taken_for_an_empty_one(inbox, folder):
    tear(folder, "inbox.json")
    (folder / "inbox.json").unlink()
    with pytest.raises(StoreBroken, match="is not there, though its copy is, and its copy cannot be read either"):
        inbox.everything()
    with pytest.raises(StoreBroken):
        inbox.keep(a_delivery("d2"))


def test_a_runner_whose_file_cannot_be_read_can_be_forgotten(store, folder):
    tear(folder, "runners/7.json")
    assert store.runner_ids() == [7]
    assert store.forget(7)
    assert store.runner(7) is None


def test_with_a_wrong_key_nothing_opens_and_the_key_is_named(store, folder):
    with pytest.raises(Unreadable, match="SECRET_KEY_FALLBACKS") as said:
        TinyStore(folder, Keyring("another key")).runner(7)
    assert said.value.by_key
    assert TinyStore(folder, Keyring("another key")).runner_ids() == [7]
    assert TinyStore(folder, Keyring("another key")).forget(7)


def test_after_resealing_the_old_key_is_needed_no_more(folder):
    old = TinyStore(folder, Keyring("old"))
    for runner_id in (7, 8):
        old.enrol(a_full_runner(runner_id), limit=2)
        old.change_run_record(runner_id, 41, lambda _, runner_id=runner_id: a_full_look(runner_id=runner_id))
    both = TinyStore(folder, Keyring("new", ["old"]))
    assert both.runner(7) == a_full_runner()
    seen = []
    assert reseal(both, seen=seen.append) == (2, [])
    assert seen == [7, 8]
    new = TinyStore(folder, Keyring("new"))
    assert [new.runner(runner_id) for runner_id in (7, 8)] == [a_full_runner(7), a_full_runner(8)]
    assert new.run_records(8) == [a_full_look(runner_id=8)]
    with pytest.raises(Unreadable):
        old.runner(7)


def test_a_document_of_an_older_or_newer_version_is_read(store, folder, keyring):
    path = folder / "runners/7.json"
    tables = orjson.loads(path.read_bytes())
    runner, run_record = tables["runner"]["7"], tables["looks"]["41"]
    runner["invented later"] = run_record["invented later"] = runner["settings"]["invented later"] = {"a": 1}
    for missing in ("consent_version", "dismissals", "timezone"):
        del runner[missing]
    del runner["settings"]["units"]
    del run_record["called_race"]
    path.write_bytes(orjson.dumps(tables))
    fresh = TinyStore(folder, keyring)
    expected = a_full_runner()
    assert fresh.runner(7) == replace(
        expected, consent_version="1", dismissals=(), timezone="UTC", settings=replace(expected.settings, units="km")
    )
    assert fresh.run_record(7, 41) == replace(a_full_look(), called_race=False)


def test_a_document_in_an_unknown_shape_is_refused_without_its_content(store, folder, keyring):
    path = folder / "runners/7.json"
    path.write_bytes(path.read_bytes().replace(b'"timezone":"America/New_York"', b'"timezone":["secret"]'))
    with pytest.raises(StoreBroken, match="timezone") as said:
        TinyStore(folder, keyring).runner(7)
    assert "secret" not in str(said.value)


def test_a_text_that_no_file_can_hold_is_kept_with_a_mark_in_its_place(store, inbox):
    store.change_runner(7, lambda runner: replace(runner, name="a\ud800b\0c 🏃 \\u0000"))
    assert store.runner(7).name == "a\ufffdb\ufffdc 🏃 \\u0000"
    inbox.again("d1", due_at=NOON, reason="half \udfff")
    assert inbox.everything()[0].reason == "half \ufffd"


def test_tokens_used_once_are_kept_as_digests_and_go_when_their_time_is_over(store, folder):
    store.use_once("state-of-somebody", until=NOON + MINUTE, now=NOON)
    application = (folder / "house.json").read_bytes()
    assert b"state-of-somebody" not in application
    store.use_once("another", until=NOON + 9 * MINUTE, now=NOON + 2 * MINUTE)
    assert len(orjson.loads((folder / "house.json").read_bytes())["used_once"]) == 1


def test_what_was_given_out_can_be_changed_without_changing_what_is_kept(store, inbox):
    store.runner(7).pairs.clear()
    store.run_record(7, 41).found[0].numbers.clear()
    assert store.runner(7) == a_full_runner()
    assert store.run_record(7, 41) == a_full_look()


def test_a_file_grows_with_its_own_runner_only(folder, keyring):
    store = TinyStore(folder, keyring)
    for runner_id in range(1, 11):
        store.enrol(a_runner(runner_id), limit=10)
    before = {path.name: path.stat().st_ino for path in (folder / "runners").iterdir()}
    store.change_run_record(3, 41, lambda _: a_look(runner_id=3))
    after = {path.name: path.stat().st_ino for path in (folder / "runners").iterdir()}
    assert {name for name in before if before[name] != after[name]} == {"3.json", "3.json.bak"}
