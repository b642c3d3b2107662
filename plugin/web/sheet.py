"""The sheet for the physio, eight weeks on one page to print: load, long runs, pairs, sore days, what went before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from plugin.ledger import Soreness
from plugin.notice import Family
from plugin.outlook import Outlook, WeekSeen
from plugin.ports import Look, Runner
from plugin.recall import first_weekday
from plugin.training import week_of
from plugin.web.parts import parts
from plugin.web.shown import today_of
from plugin.web.who import runner_only
from plugin.web.words import rule_name, sore_words

WEEKS = 8
BEFORE = timedelta(days=14)
"""As far as soreness looks back for load (rules.md)."""


@dataclass(frozen=True, kw_only=True)
class WeekLine:
    """A week: its metres and ceiling, days with a run, the longest session."""

    week: WeekSeen
    days: int
    longest_m: Decimal | None


@dataclass(frozen=True, kw_only=True)
class SoreDay:
    """A day on which the runner wrote of soreness, and what the rules had noticed in the two weeks before."""

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
    snapshot = have.books.snapshot(runner.id)
    outlook = have.outlook(runner, snapshot, now) if snapshot else None
    looks = have.books.looks(runner.id)
    today = today_of(runner, now)
    first_day = week_of(today, first_weekday=first_weekday(runner)) - timedelta(weeks=WEEKS - 1)
    names = {pair_id: pair.shoe.name or pair_id for pair_id, pair in runner.pairs.items()}
    sore = [_sore_day(one, looks, names) for one in sorted(runner.soreness, key=lambda one: one.day) if one.labels]
    return render_template(
        "sheet.html",
        runner=runner,
        today=today,
        first_day=first_day,
        lines=_lines(outlook) if outlook else [],
        is_strict=outlook is not None and outlook.is_strict,
        pairs=[pair for pair in outlook.pairs if not pair.is_retired] if outlook else [],
        sore=sore,
        said=[look for look in looks if look.day >= first_day and any(f.told for f in look.found)],
    )


def _lines(outlook: Outlook) -> list[WeekLine]:
    lines = []
    for week in outlook.weeks[-WEEKS:]:
        own = [one for one in outlook.sessions if week.first_day <= one.day < week.first_day + timedelta(days=7)]
        lines.append(
            WeekLine(
                week=week,
                days=len({one.day for one in own}),
                longest_m=max((one.metres for one in own), default=None),
            )
        )
    return lines


def _sore_day(one: Soreness, looks: Sequence[Look], names: dict[str, str]) -> SoreDay:
    before = {
        found.rule: None
        for look in looks
        if one.day - BEFORE <= look.day <= one.day
        for found in look.found
        if found.family in (Family.LOAD, Family.SHOE)
    }
    return SoreDay(
        day=one.day,
        labels=tuple(sore_words(label) for label in sorted(one.labels)),
        pair=names.get(one.shoe or "", ""),
        before=tuple(rule_name(rule) for rule in before),
    )
