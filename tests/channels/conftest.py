"""A browser to look at mails with."""

from tests.browser import chromium

__all__ = ["chromium"]
