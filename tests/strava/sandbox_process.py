"""The sandbox as its own process, on a port of its own choice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.paths import ROOT as HERE

STARTS = "from plugin.sandbox import serve; serve(0, ready=lambda url: print(url, flush=True))"


@contextmanager
def sandbox_process() -> Iterator[str]:
    """Its URL, for as long as the block lasts."""
    with subprocess.Popen([sys.executable, "-c", STARTS], cwd=HERE, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            url = running.stdout.readline().strip().rstrip("/")
            assert url, "the sandbox did not start"
            yield url
        finally:
            running.terminate()
            running.wait(10)
