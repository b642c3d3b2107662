"""The sheet for the physio, eight weeks on one page to print: load, long runs, pairs, sore days, what went before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from plugin.notes.hurts import SAID, is_said
from plugin.notes.runner_choices import first_weekday
from plugin.ports import Runner, RunRecord
from plugin.rules import soreness
from plugin.rules.notice import Family
from plugin.summary.model import RunnerSummary, WeekSummary
from plugin.training.calendar import week_of
from plugin.training.history import Soreness
from plugin.web.dependencies import parts
from plugin.web.login import runner_only
from plugin.web.template_filters import today_of
from plugin.web.wording import _, hurt, rule_name, sore_words, warning_words

WEEKS = 8
BEFORE = timedelta(days=14)
"""As far as soreness looks back for load (rules.md)."""


@dataclass(frozen=True, kw_only=True)
class WeekLine:
    """A week: its metres and ceiling, days with a run, the longest session."""

    week: WeekSummary
    days: int
    longest_m: Decimal | None


@dataclass(frozen=True, kw_only=True)
class SoreDay:
    """A day on which the runner wrote or said how it is, and what the rules had noticed in the two weeks before."""

    day: date
    labels: tuple[str, ...]
    pair: str
    before: tuple[str, ...]


def register(app: Flask) -> None:
    """One page, for its runner only."""
    app.add_url_rule("/me/sheet", "sheet", runner_only(sheet))


def sheet(runner: Runner) -> ResponseReturnValue:
    """Eight weeks on a page to print."""
    have, now = parts(), parts().clock()
    snapshot = have.store.snapshot(runner.id)
    summary = have.summary(runner, snapshot, now) if snapshot else None
    run_records = have.store.run_records(runner.id)
    today = today_of(runner, now)
    first_day = week_of(today, first_weekday=first_weekday(runner)) - timedelta(weeks=WEEKS - 1)
    names = {pair_id: pair.shoe.name or pair_id for pair_id, pair in runner.pairs.items()}
    sore = [_sore_day(one, run_records, names) for one in _each_once(runner.soreness)]
    return render_template(
        "sheet.html",
        runner=runner,
        today=today,
        first_day=first_day,
        lines=_lines(summary) if summary else [],
        is_strict=summary is not None and summary.is_strict,
        pairs=[pair for pair in summary.pairs if not pair.is_retired] if summary else [],
        sore=sore,
        said=[
            (run_record.day, [_named(found.rule) for found in run_record.found if found.told])
            for run_record in run_records
            if run_record.day >= first_day and any(f.told for f in run_record.found)
        ],
    )


def _named(rule: str) -> str:
    """The rule's title, for who reads about the runner; what hurts may have been said without words."""
    return _("soreness, as the runner said") if rule == soreness.NAME else rule_name(rule)


def _lines(summary: RunnerSummary) -> list[WeekLine]:
    lines = []
    for week in summary.weeks[-WEEKS:]:
        own = [one for one in summary.sessions if week.first_day <= one.day < week.first_day + timedelta(days=7)]
        lines.append(
            WeekLine(
                week=week,
                days=len({one.day for one in own}),
                longest_m=max((one.metres for one in own), default=None),
            )
        )
    return lines


def _each_once(soreness: Sequence[Soreness]) -> list[Soreness]:
    """What hurt, and what is fine again as far as the runner said so, by day. What was said without words about a run
    is on record twice, by itself and with what was read of that run: here it is once."""
    of_run = {one.run_id: one for one in soreness}
    seen = []
    for one in soreness:
        read = of_run.get(one.run_id.removeprefix(SAID)) if is_said(one) else None
        if SAID + one.run_id in of_run:
            continue
        seen.append(one if read is None else replace(one, labels=one.labels | read.labels, warnings=read.warnings))
    return sorted((one for one in seen if one.labels or one.score == 0), key=lambda one: one.day)


def _sore_day(one: Soreness, run_records: Sequence[RunRecord], names: dict[str, str]) -> SoreDay:
    before = {
        found.rule: None
        for run_record in run_records
        if one.day - BEFORE <= run_record.day <= one.day
        for found in run_record.found
        if found.family in (Family.LOAD, Family.SHOE)
    }
    return SoreDay(
        day=one.day,
        labels=_labels(one),
        pair=names.get(one.shoe or "", ""),
        before=tuple(rule_name(rule) for rule in before),
    )


def _labels(one: Soreness) -> tuple[str, ...]:
    """What was said without words as it was said, then what was read."""
    if one.score is None:
        return _in_words(one)
    own = {soreness.PLACES[one.place]} if one.place else set()
    return (hurt(one), *_in_words(replace(one, labels=one.labels - own)))


def _in_words(one: Soreness) -> tuple[str, ...]:
    """Labels and kinds of warning; "a warning sign" only where no kind says which."""
    labels = [label for label in sorted(one.labels) if label != "red_flag" or not one.warnings]
    return (*(sore_words(label) for label in labels), *(warning_words(kind) for kind in sorted(one.warnings)))
