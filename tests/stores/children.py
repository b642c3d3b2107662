"""Processes to be killed: forked from the test, telling it by lines what they have done."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable

from tests.postgres import end_with_parent

Tell = Callable[[str], None]


class Child:
    """`work(tell)` in a process of its own. What it tells is heard even if it is killed right afterwards."""

    def __init__(self, work: Callable[[Tell], None]) -> None:
        self._hears, tells = os.pipe()
        self._heard = b""
        self._is_gone = False
        self.pid = os.fork()
        if self.pid == 0:
            code = 1
            end_with_parent(signal.SIGKILL)
            try:
                os.close(self._hears)
                work(lambda line: os.write(tells, line.encode() + b"\n") and None)
                code = 0
            except BaseException as wrong:
                os.write(tells, f"failed {type(wrong).__name__} {wrong}\n".encode())
            finally:
                os._exit(code)
        os.close(tells)

    def wait_for_lines(self, many: int, within_s: float = 30) -> list[str]:
        """What it has told, once that is so many lines or its end."""
        deadline = time.monotonic() + within_s
        while self._heard.count(b"\n") < many and self._hear(deadline):
            pass
        return self._heard.decode().split("\n")[:-1]

    def kill(self) -> list[str]:
        """kill -9; then all it had told."""
        os.kill(self.pid, signal.SIGKILL)
        return self.end()

    def end(self) -> list[str]:
        """All it told until its end."""
        lines = self.wait_for_lines(10**9)
        if not self._is_gone:
            os.waitpid(self.pid, 0)
            os.close(self._hears)
            self._is_gone = True
        return lines

    def _hear(self, deadline: float) -> bool:
        if not select.select([self._hears], [], [], max(0, deadline - time.monotonic()))[0]:
            raise TimeoutError(f"the child tells no more after {self._heard[-200:]!r}")
        part = os.read(self._hears, 65536)
        self._heard += part
        return bool(part)


def die_at_step(step: int) -> None:
    """Kill this process at the so many-th thing that it does to a file: open, rename, stamp, remove."""
    steps = 0

    def watch(event: str, _: object) -> None:
        nonlocal steps
        if event == "open" or event.startswith("os."):
            steps += 1
            if steps == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
