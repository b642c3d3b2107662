"""Parts the runner mentioned with neither complaint nor all-clear: asked about once, on the page, one tap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue

from plugin.notes.own_words import with_answers
from plugin.ports import Runner
from plugin.soreness import MENTIONED
from plugin.training.history import Soreness
from plugin.web.dependencies import Dependencies, judge_again, parts
from plugin.web.login import runner_only, to_page

ASKED_FOR = timedelta(days=7)
"""An older mention is not asked about any more: the runner may not remember."""


@dataclass(frozen=True, kw_only=True)
class Mention:
    """One question: the run whose words named the part."""

    run_id: int
    day: date
    part: str


def register(app: Flask) -> None:
    app.add_url_rule("/me/mention", "mention", runner_only(answer), methods=["POST"])


def open_mentions(runner: Runner, today: date) -> tuple[Mention, ...]:
    """What there is to ask, the latest first: each part once, and none that a later run speaks of."""
    if not runner.settings.reads_soreness:
        return ()
    return tuple(_open(runner.soreness, today))


def _open(soreness: tuple[Soreness, ...], today: date) -> Iterator[Mention]:
    spoken_of: set[str] = set()
    for one in sorted(soreness, key=lambda one: one.day, reverse=True):
        for part in sorted(one.mentioned - spoken_of):
            if part not in one.answers and today - one.day < ASKED_FOR and one.run_id.isdecimal():
                yield Mention(run_id=int(one.run_id), day=one.day, part=part)
        spoken_of |= one.mentioned
        if one.labels or one.cleared:
            spoken_of |= MENTIONED


def answer(runner: Runner) -> ResponseReturnValue:
    """ "Sore" or "fine"; the run is judged again, for the answer counts like words."""
    run_id, part, said = (request.form.get(name, "") for name in ("run", "part", "do"))
    if part not in MENTIONED or said not in ("sore", "fine"):
        abort(400)
    if not any(one.run_id == run_id and part in one.mentioned for one in runner.soreness):
        abort(404)
    keep_answer(parts(), runner, run_id, part, is_sore=said == "sore")
    return to_page(f"/me#run-{run_id}")


def keep_answer(have: Dependencies, runner: Runner, run_id: str, part: str, *, is_sore: bool) -> None:
    def change(was: Runner) -> Runner:
        kept = [
            with_answers(one, {**one.answers, part: is_sore}) if one.run_id == run_id else one for one in was.soreness
        ]
        return replace(was, soreness=tuple(kept))

    have.store.change_runner(runner.id, change)
    judge_again(have, runner, int(run_id), have.clock())
