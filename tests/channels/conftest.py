from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.channels.push_server import PushServer, push_server


@pytest.fixture(scope="module")
def running_push_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PushServer]:
    with push_server(tmp_path_factory.mktemp("push")) as server:
        yield server


@pytest.fixture
def server(running_push_server: PushServer) -> PushServer:
    """All services, well, and with nothing told yet."""
    server = running_push_server
    server.told.clear()
    server.asked.clear()
    server.fault = lambda asked: None
    server.own = "gotify.lan"
    return server
