"""What every folder of tests may ask for. One Chromium a worker: Playwright runs only one loop in a process."""

from tests.browser import chromium

__all__ = ["chromium"]
