"""Free ports for tests that start servers."""

import random
import socket
from contextlib import ExitStack

OUT_OF_THE_WAY = range(20_000, 32_000)
"""Below those of outgoing connections, which would take one between this look and the server's start."""


def free_port() -> int:
    """A port that nobody holds."""
    return _free_ports(1)


def four_free_ports() -> int:
    """The first of four ports in a row that nobody holds."""
    return _free_ports(4)


def _free_ports(many: int) -> int:
    for _ in range(50):
        port = random.SystemRandom().choice(OUT_OF_THE_WAY)
        with ExitStack() as held:
            try:
                for number in range(port, port + many):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", number))
            except OSError:
                continue
            return port
    raise AssertionError(f"no {many} free ports in a row")
