"""A file is written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from plugin.replay.output import NotWritten, write_whole
from tests.paths import ROOT


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


NO_FILE_ABOVE_4_KB = """
import resource, sys
from pathlib import Path
from plugin.replay.output import NotWritten, write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_whole(b"after" * 4096, Path(sys.argv[1]))
except NotWritten as wrong:
    print(wrong)
"""


def test_a_failure_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "replay.json"
    path.write_bytes(b"before")
    said = subprocess.run(
        [sys.executable, "-c", NO_FILE_ABOVE_4_KB, str(path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "cannot be written (File too large)" in said.stdout
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
