"""A disk that is full, a folder that may not be written to: said in a sentence, nothing torn, and it goes on after."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plugin.errors import StoreBroken
from plugin.stores.tiny import TinyInbox, TinyStore, serve_alone
from tests.promises.samples import NOON, a_delivery, a_full_runner, a_list, a_runner
from tests.stores.children import Child

NOBODY = 65534


@contextlib.contextmanager
def small_disk(at: Path) -> Iterator[None]:
    """Half a megabyte mounted there. Only root may, and not in every container."""
    at.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k,mode=700", "footnote-test", str(at)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        raise PermissionError
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


def fill(at: Path) -> Path:
    """Nothing more goes on the disk."""
    with open(at / "fill", "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 1024)
    return at / "fill"


def limit_files(to_bytes: int) -> Callable[[], None]:
    """For where nothing can be mounted: files may grow so far. What a full disk says, says this to each write."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (to_bytes, before[1]))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)


def what_a_full_disk_does(store: TinyStore, inbox: TinyInbox, fill_up: Callable[[], Callable[[], None]]) -> list[str]:
    """Runs in a child, so that limits stay there. Tells what went wrong."""
    wrong = []
    store.enrol(a_full_runner(), limit=2)
    for number in range(40):
        inbox.keep(a_delivery(f"d{number}", run_id=number))
    before = (store.runner(7), inbox.everything(), inbox.counts())
    empty_again = fill_up()
    for name, work in {
        "keep": lambda: inbox.keep(a_delivery("new", run_id=99)),
        "take": lambda: inbox.take(NOON),
        "change": lambda: store.change_runner(7, lambda runner: runner),
        "list": lambda: store.keep_snapshot(a_list()),
        "enrol": lambda: store.enrol(a_runner(8), limit=2),
    }.items():
        try:
            work()
            wrong.append(f"{name}: no error")
        except StoreBroken as said:
            if "make room" not in str(said):
                wrong.append(f"{name}: {said}")
    if (store.runner(7), inbox.everything(), inbox.counts()) != before:
        wrong.append("something changed")
    empty_again()
    if inbox.keep(a_delivery("new", run_id=99)).id != "new" or not store.enrol(a_runner(8), limit=2):
        wrong.append("it does not go on")
    store.is_there()
    if len(inbox.everything()) != 41:
        wrong.append("something is lost")
    return wrong


def test_a_full_disk_is_said_tears_nothing_and_once_there_is_room_it_goes_on(tmp_path, keyring):
    disk = tmp_path / "disk"

    def fill_up():
        filler = fill(disk)
        return filler.unlink

    try:
        with small_disk(disk):
            store, inbox = TinyStore(disk / "var", keyring), TinyInbox(disk / "var", keyring)
            assert what_a_full_disk_does(store, inbox, fill_up) == []
            assert not list(disk.rglob("*.new"))
    except PermissionError:
        store, inbox = TinyStore(disk / "var", keyring), TinyInbox(disk / "var", keyring)
        child = Child(
            lambda tell: [tell(line) for line in what_a_full_disk_does(store, inbox, lambda: limit_files(64))]
        )
        assert child.end() == []


def test_where_files_may_not_grow_it_is_the_same(tmp_path, keyring):
    store, inbox = TinyStore(tmp_path / "var", keyring), TinyInbox(tmp_path / "var", keyring)
    child = Child(lambda tell: [tell(line) for line in what_a_full_disk_does(store, inbox, lambda: limit_files(64))])
    assert child.end() == []


def test_a_full_disk_keeps_nobody_from_being_forgotten(tmp_path, keyring):
    store = TinyStore(tmp_path / "var", keyring)
    store.enrol(a_full_runner(), limit=1)

    def forget(tell):
        limit_files(16)
        tell(str(store.forget(7)))

    assert Child(forget).end() == ["True"]
    assert list((tmp_path / "var").rglob("7.*")) == []


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Directly under the temp folder: those of pytest let nobody else through."""
    folder = Path(tempfile.mkdtemp(prefix="footnote-"))
    yield folder
    for path in (folder, *folder.rglob("*")):
        os.chmod(path, 0o700)
    shutil.rmtree(folder)


def test_a_folder_that_may_not_be_written_to_is_said_and_can_still_be_read(open_folder, keyring):
    folder = open_folder / "var"
    TinyStore(folder, keyring).enrol(a_full_runner(), limit=1)
    TinyInbox(folder, keyring).keep(a_delivery())
    for path in (open_folder, folder, *folder.rglob("*")):
        os.chmod(path, 0o555 if path.is_dir() else 0o444)

    def look_around(tell):
        if os.geteuid() == 0:  # root may write anywhere
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        store, inbox = TinyStore(folder, keyring), TinyInbox(folder, keyring)
        for work in (
            store.is_there,
            lambda: inbox.keep(a_delivery("d2", run_id=2)),
            lambda: store.enrol(a_runner(8), limit=2),
            lambda: serve_alone(folder).__enter__(),
            lambda: TinyInbox(folder / "below", keyring).keep(a_delivery()),
        ):
            try:
                work()
                tell("no error")
            except StoreBroken as said:
                tell("said" if str(folder) in str(said) and "written to" in str(said) else str(said))
        tell(str(store.runner(7) == a_full_runner() and len(inbox.everything()) == 1))

    assert Child(look_around).end() == ["said"] * 5 + ["True"]


def test_a_data_dir_that_is_a_file_is_said(tmp_path, keyring):
    (tmp_path / "var").write_text("not a folder")
    for work in (
        lambda: TinyInbox(tmp_path / "var", keyring).keep(a_delivery()),
        lambda: TinyStore(tmp_path / "var", keyring).is_there(),
        lambda: TinyStore(tmp_path / "var", keyring).runner(7),
    ):
        with pytest.raises(StoreBroken, match="var"):
            work()
