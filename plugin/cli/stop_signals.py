"""How a long-running process is told to end."""

from __future__ import annotations

import signal
import threading


class ToldToEnd(threading.Event):
    """Is set by the first SIGTERM or SIGINT. A PaaS sends several: the next must not end what the first lets finish."""

    by = ""
    """The name of the signal."""

    def listen(self) -> ToldToEnd:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told)
        return self

    def _told(self, number: int, _frame: object) -> None:
        self.by = self.by or signal.Signals(number).name
        self.set()
