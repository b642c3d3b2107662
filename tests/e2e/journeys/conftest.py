"""The real product as `make demo` starts it: site, sandbox and mail server, each a process or a port of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from plugin.sandbox.demo.processes import Stage, raised
from tests.free_ports import four_free_ports


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(port=four_free_ports(), folder=tmp_path_factory.mktemp("product"))
    with raised(stage, threading.Event()):
        yield stage
