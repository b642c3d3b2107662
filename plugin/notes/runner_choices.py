"""What a runner chose, in the terms the rules ask for. Pure."""

from __future__ import annotations

from dataclasses import replace

from plugin.notes.rulebook import Rulebook
from plugin.ports import Runner
from plugin.training.runs import Shoe

WEEK_STARTS = {"monday": 0, "sunday": 6, "saturday": 5}


def book_for(runner: Runner, rulebook: Rulebook) -> Rulebook:
    """The rulebook with what the runner chose themselves: the strict ramp."""
    if not runner.settings.strict_ramp:
        return rulebook
    return replace(rulebook, limits={**rulebook.limits, "ramp": replace(rulebook.limits["ramp"], strict=True)})


def first_weekday(runner: Runner) -> int:
    """0 is Monday."""
    return WEEK_STARTS.get(runner.settings.week_starts, 0)


def shoes_of(runner: Runner) -> dict[str, Shoe]:
    """Pair id to what the runner said of it."""
    return {pair_id: pair.shoe for pair_id, pair in runner.pairs.items()}
