"""Free ports for tests that start servers."""

import socket
from contextlib import ExitStack


def four_free_ports() -> int:
    """The first of four ports in a row that nobody holds."""
    for _ in range(50):
        with ExitStack() as held:
            first = held.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                for number in range(port + 1, port + 4):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", number))
            except (OSError, OverflowError):
                continue
            return port
    raise AssertionError("no four free ports in a row")
