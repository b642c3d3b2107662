"""`/me/plan`: what the next seven days allow, and what a run that is planned would get."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue

from plugin.ports import Runner
from plugin.summary.plan import Plan
from plugin.translations.voice import UNITS
from plugin.web.dependencies import parts
from plugin.web.distance_input import read_distance
from plugin.web.login import runner_only
from plugin.web.template_filters import as_read, today_of, units
from plugin.web.wording import _

DAYS_AHEAD = 28
"""So far ahead a day can be asked for; what is run until then is not known, so that the answer is of today."""
LEAST_M, MOST_M = Decimal(100), Decimal(400_000)


def register(app: Flask) -> None:
    """One page."""
    app.add_url_rule("/me/plan", "plan", runner_only(plan), methods=["GET"])


def plan(runner: Runner) -> ResponseReturnValue:
    """Seven days; with `km` or `mi` and `day`, also what that run would get. A wrong field is answered beside it."""
    have = parts()
    now = have.clock()
    today = today_of(runner, now)
    snapshot = have.store.snapshot(runner.id)
    unit = next((unit for unit in UNITS if unit in request.args), units())
    errors: dict[str, str] = {}
    ahead = Plan(runner, snapshot, have.rulebook, today) if snapshot is not None else None
    planned = None
    if unit in request.args and ahead is not None:
        metres, day = _metres(unit, errors), _day(today, errors)
        if metres is not None and day is not None:
            planned = ahead.run(day, metres, have.voice_of(as_read(runner)))
    text = render_template(
        "plan.html",
        runner=runner,
        days=ahead.days_to_come() if ahead is not None else [],
        has_list=ahead is not None,
        planned=planned,
        errors=errors,
        unit=unit,
        typed=request.args,
        choices=[today + timedelta(days=number) for number in range(14)],
        tomorrow=today + timedelta(days=1),
    )
    return (text, 400) if errors else text


def _metres(unit: str, errors: dict[str, str]) -> Decimal | None:
    metres = read_distance(request.args[unit], unit_m=UNITS[unit], least_m=LEAST_M, most_m=MOST_M)
    if metres is None:
        errors["far"] = _("Write how far, like 12 or 12.5.")
    return metres


def _day(today: date, errors: dict[str, str]) -> date | None:
    try:
        day = date.fromisoformat(request.args.get("day") or (today + timedelta(days=1)).isoformat())
    except ValueError:
        day = None
    if day is None or not today <= day <= today + timedelta(days=DAYS_AHEAD):
        errors["day"] = _("Choose a day of the next four weeks.")
        return None
    return day
