"""Which tests start a server, a browser or a process of the product: found by what they, their fixtures and the
functions of tests/ that these call refer to. `make quick` leaves those out; nobody keeps a list."""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.paths import ROOT

STARTS = frozenset(
    {
        "Popen", "served", "raised", "make_server", "serve_forever", "create_server", "create_connection", "Controller",
        "sync_playwright", "postgres_server", "postgres_url", "ThreadPoolExecutor", "get_context", "sys.executable",
    }
)  # fmt: skip
"""Names of what starts a server, a browser or a process."""
TESTS = str(ROOT / "tests")


def mark_servers(items: list[pytest.Item]) -> None:
    """Give each test that needs a server the mark `server`."""
    for item in items:
        if isinstance(item, pytest.Function) and needs_server(item):
            item.add_marker(pytest.mark.server)


def needs_server(item: pytest.Function) -> bool:
    """Whether the test, or a fixture it asks for, starts one. A parameter named postgres asks for a database."""
    if "postgres" in getattr(getattr(item, "callspec", None), "id", "").split("-"):
        return True
    fixtures = [one.func for several in item._fixtureinfo.name2fixturedefs.values() for one in several]
    return bool(STARTS & set(item.fixturenames)) or any(map(_starts, [item.function, *fixtures]))


def _starts(root: Any) -> bool:
    """Whether a function or class refers to what starts a server, itself or through others of tests/."""
    reached: set[Any] = set()
    left = [root]
    while left:
        thing = inspect.unwrap(left.pop())
        if not _is_ours(thing) or thing in reached or thing in _STARTS_NOTHING:
            continue
        reached.add(thing)
        names = _names(thing)
        if names & STARTS:
            return True
        around = vars(sys.modules[thing.__module__])
        left += [around[name] for name in names if name in around and _is_code(around[name])]
    _STARTS_NOTHING.update(reached)
    return False


_STARTS_NOTHING: set[Any] = set()


def _is_ours(thing: Any) -> bool:
    return _is_code(thing) and str(getattr(sys.modules.get(thing.__module__), "__file__", "")).startswith(TESTS)


def _is_code(thing: Any) -> bool:
    return inspect.isfunction(thing) or inspect.isclass(thing)


def _names(thing: Any) -> frozenset[str]:
    return _names_by_function(str(sys.modules[thing.__module__].__file__)).get(thing.__qualname__, frozenset())


@cache
def _names_by_function(file: str) -> dict[str, frozenset[str]]:
    """Every name that each function and class of a file refers to, by qualified name. A file is parsed once: asking
    `inspect` for the source of each function took longer than to run many of the tests."""
    found: dict[str, frozenset[str]] = {}

    def visit(node: ast.AST, prefix: str) -> frozenset[str]:
        names = set(_names_of(node))
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = f"{prefix}{child.name}"
                below = visit(child, f"{inner}." if isinstance(child, ast.ClassDef) else f"{inner}.<locals>.")
                found[inner] = found.get(inner, frozenset()) | below
                names |= below
            else:
                names |= visit(child, prefix)
        return frozenset(names)

    visit(ast.parse(Path(file).read_text(encoding="utf-8")), "")
    return found


def _names_of(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.Attribute):
        return {node.attr} | ({"sys.executable"} if node.attr == "executable" else set())
    if isinstance(node, ast.Constant) and node.value in STARTS:
        return {node.value}
    return set()
