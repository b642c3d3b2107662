"""The order of the tests for `--dist worksteal`: what takes long comes first, so that no worker ends with it.

xdist gives each worker an equal, connected part of the tests; one that is done takes the last half of what another has
left. So each part begins with whole files that start servers (a file shares its servers) and ends with quick tests:
those are what is taken, and a file is rarely torn in two.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

import pytest

LONGEST = ("tests/e2e_postgres/", "tests/e2e/", "tests/sandbox/demo/", "tests/stores/", "tests/cli/")
"""Folders whose tests take longest, the longest first; then all other tests that need a server."""
A_FILE = 10
"""So many tests' time goes into starting what a file shares."""


def order(items: list[pytest.Item]) -> None:
    """Order the tests for the workers of this run; without workers they stay as they are."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        items[:] = dealt(items, workers)


def dealt(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """The same tests, file by file, in one part for each worker."""
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.location[0].replace(os.sep, "/"), []).append(item)
    slow = {name: tests for name, tests in files.items() if any(map(_needs_server, tests))}
    parts: list[list[pytest.Item]] = [[] for _ in range(workers)]
    costs = [0] * workers
    for name in sorted(slow, key=lambda name: (_rank(name), -_cost(slow[name]), name)):
        least = costs.index(min(costs))
        parts[least] += slow[name]
        costs[least] += _cost(slow[name])
    quick = [test for name, tests in files.items() if name not in slow for test in tests]
    # xdist cuts the list into equal parts, the earlier ones the shorter where it does not divide.
    sizes = [(len(items) * (place + 1)) // workers - (len(items) * place) // workers for place in range(workers)]
    for part, size in zip(parts, sizes, strict=True):
        missing = max(0, size - len(part))
        part += quick[:missing]
        del quick[:missing]
    return [*(test for part in parts for test in part), *quick]


def _needs_server(item: pytest.Item) -> bool:
    return item.get_closest_marker("server") is not None


def _cost(tests: Iterable[pytest.Item]) -> int:
    return A_FILE + sum(map(_needs_server, tests))


def _rank(name: str) -> int:
    return next((rank for rank, folder in enumerate(LONGEST) if name.startswith(folder)), len(LONGEST))
