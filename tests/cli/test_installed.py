"""A wheel of this checkout, installed into a fresh environment and used from an empty folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from plugin.settings.environment import OperatorSettings
from tests.free_ports import four_free_ports
from tests.paths import ROOT

OURS = {name.upper() for name in OperatorSettings.model_fields} | {"DYNO", "PYTHONPATH"}
RUNS = "id,start_date_local,type,distance_m,moving_time_s\n" + "".join(
    f"{day},2026-03-{day:02}T07:00:00,Run,{8_000 if day < 28 else 16_000},{2_700 if day < 28 else 5_400}\n"
    for day in range(2, 29, 2)
)


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.splitlines() if (ROOT / name).exists() and not name.startswith(("tests/", "docs/"))]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the tracked files alone, offline, with the locked setuptools."""
    source = tmp_path_factory.mktemp("source")
    for name in tracked():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-build-isolation", "--no-deps", "--no-index"]
    subprocess.run([*build, "--wheel-dir", str(out), str(source)], check=True, capture_output=True)
    (built,) = out.glob("footnote-*.whl")
    return built


@pytest.fixture(scope="module")
def footnote(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The console script of an environment that has the wheel, and the locked packages of this one."""
    place = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    (packages,) = place.glob("lib/python*/site-packages")
    (packages / "locked.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = [sys.executable, "-m", "pip", "--python", str(place / "bin" / "python"), "install", "-q"]
    subprocess.run([*install, "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    return place / "bin" / "footnote"


def run(footnote: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [footnote, *arguments], cwd=folder, env=environ, capture_output=True, text=True, timeout=300, check=False
    )


def test_every_file_that_the_program_reads_is_in_the_wheel(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    read = [name for name in tracked() if name.startswith("plugin/") and not name.endswith((".md", ".po"))]
    config = [f"plugin/{name}" for name in tracked() if name.startswith("config/")]
    assert len(config) == 3
    assert [name for name in [*read, *config] if name not in packed] == []
    assert not [name for name in packed if name.startswith(("tests", "config/"))]


def test_replay_needs_nothing_else(footnote: Path, tmp_path: Path) -> None:
    (tmp_path / "runs.csv").write_text(RUNS)
    answer = run(footnote, tmp_path, "replay", "runs.csv", "--format", "json")
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    assert told["source"]["runs"] == 14
    assert told["summary"]["notes"] >= 1


def test_the_demo_plays_through(footnote: Path, tmp_path: Path) -> None:
    answer = run(footnote, tmp_path, "demo", "--check", "--port", str(four_free_ports()))
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_says_its_version_and_what_settings_are_wrong(footnote: Path, tmp_path: Path) -> None:
    assert run(footnote, tmp_path, "--version").returncode == 0
    refused = run(footnote, tmp_path, "doctor")
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
