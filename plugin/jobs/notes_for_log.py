"""Which notes the delivery that this thread works on brought, for its line in the log."""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ToldNote:
    """A note that was told: on which run, by which leading rule and channel."""

    run_id: int
    rule: str
    channel: str


class NotesForLog:
    """What was told since the last `take`, in this thread."""

    def __init__(self) -> None:
        self._here = threading.local()

    def note(self, run_id: int, rule: str, channel: str) -> None:
        self._here.told = [*getattr(self._here, "told", ()), ToldNote(run_id=run_id, rule=rule, channel=channel)]

    def take(self) -> list[ToldNote]:
        told: list[ToldNote] = getattr(self._here, "told", [])
        self._here.told = []
        return told
