"""Whether Strava keeps private notes that apps write: it does not document that they may.

The first private note of an installation is read again some seconds after it was written, and so is every note whose
answer did not show it. What was found is kept for `/status` and `footnote doctor`, without a runner or a run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from plugin.ports import NOTE_CHECK, Store

WAIT_S = 5.0
"""Strava may show a change a moment later."""


class Found(StrEnum):
    """What became of a note. The values are stored and shown to the operator."""

    SHOWN = "kept and shown"
    NOT_SHOWN = "kept, not shown"
    """The answer to the write left it out; the activity read afterwards has it."""
    NOT_KEPT = "not kept"


class NoteCheck:
    """`pause` waits some seconds; a test's does not."""

    def __init__(self, store: Store, pause: Callable[[float], None] = time.sleep) -> None:
        self._store, self._pause = store, pause

    def is_due(self) -> bool:
        """Whether no private note of this installation has been checked yet."""
        return "found" not in self._store.key_value(NOTE_CHECK)

    def wait(self) -> None:
        self._pause(WAIT_S)

    def note(self, *, is_shown: bool, is_kept: bool, now: datetime) -> None:
        """Keep what was found. The first finding and the last."""
        found = Found.NOT_KEPT if not is_kept else Found.SHOWN if is_shown else Found.NOT_SHOWN
        last = {"found": str(found), "at": now.isoformat()}
        self._store.change_key_value(NOTE_CHECK, lambda was: {"first": was.get("first", last), **last})
