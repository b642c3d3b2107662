"""Which tests start a server, a browser or a process of the product: found by what they, their fixtures and the
functions of tests/ that these call refer to. `make quick` leaves those out; nobody keeps a list."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from functools import cache
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


@cache
def _starts(thing: Any) -> bool:
    return _reaches(thing, frozenset())


def _reaches(thing: Any, seen: frozenset[Any]) -> bool:
    thing = inspect.unwrap(thing) if callable(thing) else thing
    if thing in seen or not (inspect.isfunction(thing) or inspect.isclass(thing)):
        return False
    if not str(getattr(sys.modules.get(thing.__module__), "__file__", "")).startswith(TESTS):
        return False
    names, around = _names(thing)
    if names & STARTS:
        return True
    return any(_reaches(around[name], seen | {thing}) for name in names if name in around)


@cache
def _names(thing: Any) -> tuple[frozenset[str], dict[str, Any]]:
    """Every name a function or class refers to, and what these names mean where it is written."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(thing)))
    nodes = list(ast.walk(tree))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    names |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    names |= {"sys.executable" for node in nodes if isinstance(node, ast.Attribute) and node.attr == "executable"}
    names |= {node.value for node in nodes if isinstance(node, ast.Constant) and node.value in STARTS}
    around = vars(inspect.getmodule(thing))
    return frozenset(names), {
        name: value
        for name in names
        if (inspect.isfunction(value := around.get(name)) or inspect.isclass(value)) and value is not thing
    }
