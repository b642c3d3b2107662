""" "This hurts": a place, a side and 0 to 10, from the page or from a mail. It needs no consent to have texts read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Flask, abort, flash, render_template, request
from flask.typing import ResponseReturnValue

from plugin.notes.hurts import MOST, SAID, SIDES, as_soreness, is_about_no_run, is_said
from plugin.ports import Runner
from plugin.rules.soreness import PLACES
from plugin.training.history import Soreness
from plugin.web.dependencies import Dependencies, judge_again, parts
from plugin.web.login import runner_only, to_page
from plugin.web.runner_answers import run_id_of
from plugin.web.template_filters import today_of
from plugin.web.wording import _, hurt_advice, hurts_words

MOST_A_DAY = 10
"""Answers of one day that are about no run; the newest are kept."""


@dataclass(frozen=True, kw_only=True)
class Hurt:
    """What a form says."""

    score: int
    place: str
    side: str


def register(app: Flask) -> None:
    """The form, and taking back what was said with it."""
    app.add_url_rule("/me/hurts", "hurts", runner_only(hurts), methods=["GET", "POST"])
    app.add_url_rule("/me/hurts/undo", "hurts_undo", runner_only(undo), methods=["POST"])


def hurts(runner: Runner) -> ResponseReturnValue:
    """The form; a POST keeps what it says."""
    have, now = parts(), parts().clock()
    run_id = run_id_of(request.values.get("run", ""))
    if run_id and have.store.run_record(runner.id, run_id) is None:
        abort(404)
    if request.method != "POST":
        return form(runner, run_id, {})
    errors: dict[str, str] = {}
    said = read_hurt(request.form, errors)
    if said is None:
        return form(runner, run_id, errors), 400
    keep_hurt(have, runner, said, run_id, now)
    if run_id:
        # The run's line shows what was said, and what follows from it.
        return to_page(f"/me#run-{run_id}")
    flash(heard_words(said))
    return to_page("/me")


def form(runner: Runner, run_id: int, errors: Mapping[str, str]) -> str:
    """The page with the drawn foot."""
    have = parts()
    record = have.store.run_record(runner.id, run_id) if run_id else None
    on_record = [one for one in runner.soreness if is_said(one)]
    return render_template(
        "hurts.html",
        runner=runner,
        run_id=run_id,
        record=record,
        errors=errors,
        typed=request.form,
        on_record=on_record,
    )


def read_hurt(typed: Mapping[str, str], errors: dict[str, str]) -> Hurt | None:
    """The form as read; None with what is wrong in `errors`."""
    place, side, score = typed.get("place", ""), typed.get("side", ""), typed.get("score", "")
    if re.fullmatch("[0-9]{1,2}", score) is None or int(score) > MOST:
        errors["score"] = _("Choose a number from 0 to 10.")
        return None
    if place not in PLACES and (place or int(score) > 0):
        errors["place"] = _("Choose where it hurts.")
    if side not in ("", *SIDES):
        errors["side"] = _("Choose left, right or both.")
    return None if errors else Hurt(score=int(score), place=place, side=side)


def heard_words(said: Hurt) -> str:
    """What was said, and what follows from it."""
    if said.score == 0:
        return _("Good to hear. Footnote counts it as fine again.")
    return f"{hurts_words(said.place, said.side, said.score)}. {hurt_advice(said.score)}"


def keep_hurt(have: Dependencies, runner: Runner, said: Hurt, run_id: int, now: datetime) -> None:
    """On record; a run that it is about is judged again."""
    record = have.store.run_record(runner.id, run_id) if run_id else None
    soreness = as_soreness(
        day=record.day if record else today_of(runner, now),
        score=said.score,
        place=said.place,
        side=said.side,
        said_at=now,
        run_id=run_id,
        shoe=record.facts.shoe if record and record.facts else None,
    )

    def change(was: Runner) -> Runner:
        others = [one for one in was.soreness if one.run_id != soreness.run_id]
        if not run_id:
            others = _with_room_for(soreness, others)
        return replace(was, soreness=tuple(sorted([*others, soreness], key=lambda one: one.day)))

    have.store.change_runner(runner.id, change)
    if run_id:
        judge_again(have, runner, run_id, now)


def _with_room_for(new: Soreness, others: list[Soreness]) -> list[Soreness]:
    """The others without what `new` replaces: the day's answer about the same place, and the day's oldest ones when
    there are too many. Only the form is bounded here: words that were read, and answers about a run, are one a run."""
    of_the_day = [one for one in others if one.day == new.day and is_about_no_run(one)]
    told = [one for one in of_the_day if (one.place, one.side) != (new.place, new.side)]
    stays = sorted(told, key=lambda one: one.run_id)[-(MOST_A_DAY - 1) :]
    return [one for one in others if one not in of_the_day or one in stays]


def undo(runner: Runner) -> ResponseReturnValue:
    """What was said is taken back."""
    have, said = parts(), request.form.get("said", "")
    known = next((one for one in runner.soreness if is_said(one) and one.run_id == said), None)
    if known is None:
        abort(404)
    have.store.change_runner(
        runner.id, lambda was: replace(was, soreness=tuple(one for one in was.soreness if one.run_id != said))
    )
    if run_id := run_id_of(known.run_id.removeprefix(SAID)):
        judge_again(have, runner, run_id, have.clock())
    return to_page("/me")
