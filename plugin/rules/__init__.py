"""The rules, one file each, in the order in which ties between equal levels are broken.

`find(run, ledger, limits)` is pure and sees the ledger as of the run; soreness is asked last, since it looks at the
load notices found on the same run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.rules import cadence, comeback, long_run, new_shoe, one_pair, ramp, recovery, soreness, streak, worn_shoe
from plugin.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    soreness,
    long_run,
    comeback,
    ramp,
    worn_shoe,
    streak,
    new_shoe,
    one_pair,
    cadence,
    recovery,
)

BY_NAME: Mapping[str, Rule] = {rule.NAME: rule for rule in RULES}
RANK: Mapping[str, int] = {rule.NAME: rank for rank, rule in enumerate(RULES)}

RACE_MATTERS = frozenset(rule.NAME for rule in (long_run, comeback, ramp, new_shoe, cadence, recovery))
"""What may be said otherwise, or not at all, of a run that was a race."""

RuleLimits = Mapping[str, Any]
"""Rule name to its `Limits`, from config/rules.toml."""
