"""The runner's answer about a part they mentioned (`plugin.notes.mentions`): from the page, or from a mail."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue

from plugin.notes.own_words import with_answers
from plugin.ports import Runner
from plugin.soreness import MENTIONED
from plugin.web.dependencies import Dependencies, judge_again, parts
from plugin.web.login import runner_only, to_page


def register(app: Flask) -> None:
    app.add_url_rule("/me/mention", "mention", runner_only(answer), methods=["POST"])


def answer(runner: Runner) -> ResponseReturnValue:
    """ "Sore" or "fine"; the run is judged again, for the answer counts like words."""
    run_id, part, said = (request.form.get(name, "") for name in ("run", "part", "do"))
    if part not in MENTIONED or said not in ("sore", "fine"):
        abort(400)
    if not is_mentioned(runner, run_id, part):
        abort(404)
    keep_answer(parts(), runner, run_id, part, is_sore=said == "sore")
    return to_page(f"/me#run-{run_id}")


def is_mentioned(runner: Runner, run_id: str, part: str) -> bool:
    """Whether the words of that run, as they are kept, mention the part."""
    return any(one.run_id == run_id and part in one.mentioned for one in runner.soreness)


def keep_answer(have: Dependencies, runner: Runner, run_id: str, part: str, *, is_sore: bool) -> None:
    def change(was: Runner) -> Runner:
        kept = [
            with_answers(one, {**one.answers, part: is_sore}) if one.run_id == run_id else one for one in was.soreness
        ]
        return replace(was, soreness=tuple(kept))

    have.store.change_runner(runner.id, change)
    judge_again(have, runner, int(run_id), have.clock())
