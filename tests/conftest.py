"""What every folder of tests may ask for. One Chromium a worker: Playwright runs only one loop in a process."""

import gc
import os

import hypothesis
import pytest

from tests.browser import chromium
from tests.order import order
from tests.servers import mark_servers

__all__ = ["chromium"]

# A busy machine makes no test fail: no example has a deadline. In CI every run tries the same examples.
hypothesis.settings.register_profile(
    "footnote",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("footnote")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Workers for `--numprocesses auto`: one for each core, and half as many again where tests start servers, because
    they wait for them more than they work."""
    cores = len(os.sched_getaffinity(0))
    return cores if config.option.markexpr == "not server" else cores + (cores + 1) // 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_servers(items)
    order(items)


def pytest_collection_finish() -> None:
    """What was collected stays for the whole session: the garbage collector need not look through it each time."""
    gc.collect()
    gc.freeze()
