"""What every rule is: a description of itself, limits, and three functions: find, say what was seen, advise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from plugin.rules.notice import Family, Notice, Number
from plugin.rules.telling import Telling
from plugin.training.history import Ledger
from plugin.training.runs import Metres, Run
from plugin.translations.voice import Voice


class Rule(Protocol):
    """The shape of a module in this folder that is a rule."""

    NAME: str
    """The file's name, the table in config/rules.toml, the key in stored notices: it never changes."""
    TITLE: str
    """What it looks at, for lists of rules; a message for gettext."""
    DESCRIPTION: str
    """What it notices, in one sentence, for the settings page; a message for gettext."""
    FAMILY: Family
    RANK: int
    """Of notices of one level the one with the lower rank leads."""
    RACE_MATTERS: bool
    """Whether it says something else, or nothing, of a run that was a race."""
    HIDDEN_BY_COMEBACK: bool
    """Whether its notices are withheld while the runner comes back from a break."""
    LIMITS: type[Any]
    """A frozen dataclass: one field for every key of its table in config/rules.toml."""

    def find(self, run: Run, ledger: Ledger, limits: Any) -> Notice | None:
        """A notice, or None: pure, looks only at what the ledger knows as of the run."""

    def say(self, notice: Notice, voice: Voice, today: date) -> str:
        """What was seen, with its numbers, in one sentence: for note, page and a mail's subject. `today`: the day on
        which it is read."""

    def advise(self, notice: Notice, voice: Voice, telling: Telling) -> str:
        """What to make of it and to do, in whole sentences, with the number for next time if this line carries it."""


DESCRIBES = (
    "TITLE",
    "DESCRIPTION",
    "FAMILY",
    "RANK",
    "RACE_MATTERS",
    "HIDDEN_BY_COMEBACK",
    "LIMITS",
    "find",
    "say",
    "advise",
)
"""What a module with a NAME must have to be a rule."""


def notice(rule: str, family: Family, level: int, run: Run, *, once: str | None = None, **numbers: Number) -> Notice:
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
