"""The conventions, held: arrows of imports, a pure core, and every rule with its file, test, table and line."""

from __future__ import annotations

import ast
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

from plugin.notes.choose_note import ChooseLimits
from plugin.notes.rulebook import read_rulebook
from plugin.rules import BY_NAME, RULES
from tests.paths import ROOT

PURE_FOLDERS = ("training", "rules", "soreness", "notes", "summary", "ports")
PURE_FILES = (
    "activities/channel_failures.py",
    "activities/lookback.py",
    "activities/deleted_notes.py",
    "activities/webhook_event.py",
    "activities/fingerprint.py",
    "activities/intake.py",
    "activities/judge_again.py",
    "activities/note_of_copies.py",
    "activities/note_state.py",
    "activities/odometer.py",
    "activities/past_notes.py",
    "activities/runner_after_run.py",
    "jobs/retention.py",
    "jobs/retry_policy.py",
    "jobs/evening_and_weekly_hours.py",
)
READERS = ("rules/limits_file.py", "notes/rulebook.py")
"""They read config/*.toml, once."""
NEVER_PURE = {"logging", "os", "random", "secrets", "socket", "subprocess", "threading", "time", "urllib", "pathlib"}
NAMES_TO_AVOID = (
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
)


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def pure_sources() -> list[Path]:
    readers = [ROOT / "plugin" / name for name in READERS]
    folders = sources(*(f"plugin/{name}" for name in PURE_FOLDERS))
    return [*(path for path in folders if path not in readers), *(ROOT / "plugin" / name for name in PURE_FILES)]


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module or "")
    return {name.split(".")[0] for name in found}


def test_imports_point_one_way():
    run = subprocess.run(
        [str(Path(sysconfig.get_path("scripts")) / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("path", pure_sources(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_core_knows_no_clock_no_log_and_no_outside(path):
    names = imported(path)
    assert names <= set(sys.stdlib_module_names) | {"plugin"}
    assert not names & NEVER_PURE
    calls = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    assert not calls & {"now", "utcnow", "today", "environ"}


def test_no_module_is_a_drawer():
    assert [path.name for path in sources("plugin") if path.stem in NAMES_TO_AVOID] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.NAME)
def test_every_rule_has_its_file_its_test_its_table_and_its_line(rule):
    assert (ROOT / "plugin" / "rules" / f"{rule.NAME}.py").is_file()
    tests = (ROOT / "tests" / "rules" / f"test_{rule.NAME}.py").read_text(encoding="utf-8")
    assert "def test_" in tests
    assert rule.NAME in tomllib.loads((ROOT / "config" / "rules.toml").read_text(encoding="utf-8"))
    assert f"| `{rule.NAME}` |" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_file_test_and_table_has_its_rule():
    files = {path.stem for path in (ROOT / "plugin" / "rules").glob("*.py")} - {
        "__init__",
        "rule",
        "notice",
        "limits_file",
        "telling",
    }
    tables = set(tomllib.loads((ROOT / "config" / "rules.toml").read_text(encoding="utf-8"))) - {"choose"}
    tests = {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "rules").glob("test_*.py")} - {
        "words",
        "a_new_rule",
    }
    assert files == tables == set(BY_NAME)
    assert tests == set(BY_NAME)


def test_every_tip_names_its_part_of_the_article_and_its_evidence():
    tips = read_rulebook().tips
    assert len({tip.id for tip in tips}) == len(tips)
    assert all(tip.article and tip.evidence and tip.words.endswith((".", "!")) for tip in tips)


def test_every_rule_that_can_lead_has_a_tip():
    fitted = {fit for tip in read_rulebook().tips for fit in tip.fits}
    assert set(BY_NAME) - {"recovery", "soreness"} <= fitted


def test_the_thresholds_are_all_in_the_file_and_none_has_a_default():
    for limits in (ChooseLimits, *(rule.LIMITS for rule in RULES)):
        assert not [name for name in limits.__dataclass_fields__ if name in vars(limits)]


def test_no_source_names_a_machine_or_a_registry():
    marks = ("/work/", "/root/", "pypi.org", "files.pythonhosted")
    files = [*sources("plugin", "tests", "config"), *ROOT.glob("*.txt"), *ROOT.glob("*.md"), ROOT / "Makefile"]
    named = [path.name for path in files if any(key_value in path.read_text(encoding="utf-8") for key_value in marks)]
    assert named == [Path(__file__).name]


def test_no_two_classes_have_one_name():
    where: dict[str, list[str]] = {}
    for path in sources("plugin"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in where.items() if len(paths) > 1} == {}
