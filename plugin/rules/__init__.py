"""The rules, one file each. Every rule describes itself; whoever needs its title, flags or limits reads them here.

`find(run, ledger, limits)` is pure and sees the ledger as of the run. A new file in this folder that has the shape of
`Rule` is a rule: nothing else lists the rules. How to add one: README.md in this folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, cast

from plugin.rules.notice import CAUTION, NOTE, PROFESSIONAL, STRONG, TIP, Family, Notice, Number
from plugin.rules.rule import DESCRIBES, Rule


def _rules() -> Iterator[Rule]:
    """The modules of this folder that are rules; a file with a name and an incomplete description is an error."""
    for file in iter_modules(__path__):
        module = import_module(f"{__name__}.{file.name}")
        if not hasattr(module, "NAME"):
            continue
        if missing := [fact for fact in DESCRIBES if not hasattr(module, fact)]:
            raise TypeError(f"plugin/rules/{file.name}.py lacks {', '.join(missing)}")
        yield cast(Rule, module)


RULES: tuple[Rule, ...] = tuple(sorted(_rules(), key=lambda rule: rule.RANK))
"""In the order in which ties between equal levels are broken."""

BY_NAME: Mapping[str, Rule] = {rule.NAME: rule for rule in RULES}

RACE_MATTERS = frozenset(rule.NAME for rule in RULES if rule.RACE_MATTERS)
"""Rules that say something else, or nothing, of a run that was a race."""

HIDDEN_BY_COMEBACK = frozenset(rule.NAME for rule in RULES if rule.HIDDEN_BY_COMEBACK)
"""Rules whose notices are not told while the runner comes back from a break."""

CAN_BE_TURNED_OFF = tuple(rule for rule in RULES if rule.FAMILY is not Family.SORENESS)
"""Rules that the settings page offers. Soreness has its own consent instead."""

RuleLimits = Mapping[str, Any]
"""Rule name to its limits, from config/rules.toml."""

__all__ = [
    "BY_NAME",
    "CAN_BE_TURNED_OFF",
    "CAUTION",
    "HIDDEN_BY_COMEBACK",
    "NOTE",
    "PROFESSIONAL",
    "RACE_MATTERS",
    "RULES",
    "STRONG",
    "TIP",
    "Family",
    "Notice",
    "Number",
    "Rule",
    "RuleLimits",
]
