"""The table of threats names tests that exist, and every test of this folder stands in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.paths import ROOT

DOCS = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def attacks_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(test_\w+)`", DOCS)
    known = {name for path in (ROOT / "tests").rglob("test_*.py") for name in attacks_of(path)}
    assert len(named) > 50
    assert [name for name in named if name not in known] == []


def test_every_threat_names_its_test() -> None:
    table = DOCS.split("## Threats and answers")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 25
    assert [row for row in rows if "`test_" not in row] == []


def test_every_attack_of_this_folder_is_told_of() -> None:
    own = {
        name for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__) for name in attacks_of(path)
    }
    assert [name for name in sorted(own) if f"`{name}`" not in DOCS] == []
