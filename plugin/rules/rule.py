"""What every rule is: a name, a family, limits, one function that finds and one that says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Protocol

from plugin.rules.notice import Family, Notice, Number
from plugin.training.history import Ledger
from plugin.training.runs import Metres, Run
from plugin.translations.voice import Voice


class Rule(Protocol):
    """A module in this folder keeps this shape."""

    NAME: str
    FAMILY: Family
    Limits: Any

    def find(self, run: Run, ledger: Ledger, limits: Any) -> Notice | None:
        """A notice, or None: pure, looks only at what the ledger knows as of the run."""

    def say(self, notice: Notice, voice: Voice) -> str:
        """The notice in words."""


def notice(rule: str, family: Family, level: int, run: Run, *, once: str | None = None, **numbers: Number) -> Notice:
    """A notice on `run`."""
    return Notice(
        rule=rule,
        family=family,
        level=level,
        run_id=run.id,
        day=run.day,
        start=run.start,
        numbers=numbers,
        once=once,
    )


def metres(notice: Notice, name: str) -> Metres:
    """A distance in metres among the notice's numbers."""
    return Decimal(str(notice.numbers[name]))
