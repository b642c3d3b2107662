"""A file is written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from plugin.replay import output
from plugin.replay.output import NotWritten, write_whole


def test_a_new_file_has_the_rights_of_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "replay.json"
    write_whole(b"{}", path)
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    assert path.read_bytes() == b"{}"
    assert path.stat().st_mode == plain.stat().st_mode
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plain", "replay.json"]


def test_a_link_stays_a_link_and_a_file_keeps_its_rights(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"before")
    real.chmod(0o640)
    link.symlink_to(real)
    write_whole(b"after", link)
    assert link.is_symlink()
    assert real.read_bytes() == b"after"
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "replay.json"
    path.write_bytes(b"before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output.os, "fsync", full)
    with pytest.raises(NotWritten, match="No space left on device"):
        write_whole(b"after", path)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match="is a folder"):
        write_whole(b"", tmp_path)
    with pytest.raises(NotWritten, match="cannot be written"):
        write_whole(b"", tmp_path / "missing" / "file")
    with pytest.raises(NotWritten, match="cannot be written"):
        write_whole(b"", tmp_path / ("x" * 300))


def test_a_device_is_written_to_and_not_replaced() -> None:
    before = os.stat("/dev/null")
    write_whole(b"x", Path("/dev/null"))
    assert os.stat("/dev/null").st_rdev == before.st_rdev
