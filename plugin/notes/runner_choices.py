"""What a runner chose, in the terms the rules ask for. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace

from plugin.notes.rulebook import Rulebook
from plugin.ports import Runner, RunRecord
from plugin.training.history import Soreness
from plugin.training.runs import Run, Shoe

WEEK_STARTS = {"monday": 0, "sunday": 6, "saturday": 5}


def book_for(runner: Runner, rulebook: Rulebook) -> Rulebook:
    """The rulebook with the strict ramp, where the runner chose it."""
    if not runner.settings.strict_ramp:
        return rulebook
    return replace(rulebook, limits={**rulebook.limits, "ramp": replace(rulebook.limits["ramp"], strict=True)})


def heard(runner: Runner) -> tuple[Soreness, ...]:
    """The soreness on record: what was said without words, and what was read as long as the runner agrees to that."""
    return tuple(one for one in runner.soreness if runner.settings.reads_soreness or one.score is not None)


def gets_weekly_mail(runner: Runner) -> bool:
    """Whether the weekly mail may go to this runner."""
    settings = runner.settings
    return settings.digest and settings.has_address and not settings.paused


def first_weekday(runner: Runner) -> int:
    """0 is Monday."""
    return WEEK_STARTS.get(runner.settings.week_starts, 0)


def as_said(runner: Runner, runs: Iterable[Run], races: Container[str] = ()) -> list[Run]:
    """The runs with what the runner said of them: which were none, and which were races (`races`: their ids)."""
    return [
        replace(run, is_no_run=run.is_no_run or run.id in runner.no_runs, is_race=run.is_race or run.id in races)
        if run.id in runner.no_runs or run.id in races
        else run
        for run in runs
    ]


def called_races(run_records: Iterable[RunRecord]) -> frozenset[str]:
    """Ids of the runs of which the runner said that they were races."""
    return frozenset(str(one.run_id) for one in run_records if one.called_race)


def shoes_of(runner: Runner) -> dict[str, Shoe]:
    """Pair id to what the runner said of it."""
    return {pair_id: pair.shoe for pair_id, pair in runner.pairs.items()}
