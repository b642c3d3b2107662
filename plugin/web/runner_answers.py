"""The runner's answers: snooze, "it was a race", "not for me". One function each, for pages and mails."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue

from plugin.activities.rewrite_notes import is_judged_anew
from plugin.notes.choose_note import ALL, ChooseLimits, silent_until
from plugin.notes.hurts import said_about
from plugin.notes.note import WithheldReason
from plugin.ports import ChannelName, Dismissal, NoteStatus, Runner, RunRecord, Settings
from plugin.rules import BY_NAME, RACE_MATTERS
from plugin.summary.summarise import SNOOZE_DAYS
from plugin.training.history import Soreness
from plugin.web.dependencies import Dependencies, judge_again, parts
from plugin.web.login import runner_only, to_page
from plugin.web.template_filters import today_of

DAY = timedelta(days=1)
UNDONE = ("race", "no-run", "not-for-me", "snooze", "hurts")
"""The answers that can be taken back."""
SILENCED = frozenset({WithheldReason.SNOOZED, WithheldReason.TURNED_OFF, WithheldReason.NOT_FOR_ME})
"""Why a rule is withheld that speaks again when the runner ends its silence."""


def register(app: Flask) -> None:
    """The buttons on the page."""
    app.add_url_rule("/me/say", "say", runner_only(say), methods=["POST"])
    app.add_url_rule("/me/run/<int:run_id>/no-run", "no_run", runner_only(say_no_run), methods=["POST"])
    for path in ("undo", "no-run/undo"):
        app.add_url_rule(f"/me/run/<int:run_id>/{path}", path, runner_only(say_undo), methods=["POST"])


def say(runner: Runner) -> ResponseReturnValue:
    """One button of the page: the change, then back to the run's line, which shows the new state."""
    have, now = parts(), parts().clock()
    what, rule = request.form.get("do", ""), request.form.get("rule", "")
    run_id = run_id_of(request.form.get("run", ""))
    if rule not in BY_NAME and rule not in ("", ALL):
        abort(400)
    if what == "snooze":
        snooze(have, runner, rule or ALL, now)
    elif what == "wake":
        end_silence(have, runner, rule or ALL, now)
    elif what == "race" and run_id:
        _or_404(it_was_a_race(have, runner, run_id, now))
    elif what == "not-for-me" and run_id and rule:
        _or_404(not_for_me(have, runner, run_id, rule, now))
    else:
        abort(400)
    return to_page(_back(run_id))


def say_no_run(runner: Runner, run_id: int) -> ResponseReturnValue:
    """ "This was no run"."""
    _or_404(it_was_no_run(parts(), runner, run_id, parts().clock()))
    return to_page(_back(run_id))


def say_undo(runner: Runner, run_id: int) -> ResponseReturnValue:
    """Take back what was answered to a run: one answer where the form names it, else all of them."""
    what = request.form.get("do", "")
    if what not in ("", *UNDONE):
        abort(400)
    _or_404(undo(parts(), runner, run_id, parts().clock(), UNDONE if not what else (what,)))
    return to_page(_back(run_id))


def _or_404(is_on_record: bool) -> None:
    if not is_on_record:
        abort(404)


def _back(run_id: int) -> str:
    if request.form.get("from") == "settings":
        return "/me/settings#quiet"
    return f"/me#run-{run_id}" if run_id else "/me#runs"


def run_id_of(text: str) -> int:
    """Strava's number of a run; 0 for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else 0


def snooze(have: Dependencies, runner: Runner, rule: str, now: datetime) -> None:
    """A rule (or `*`, all) stays quiet for a week, today included. A longer snooze stays."""
    until = today_of(runner, now) + SNOOZE_DAYS - DAY

    def change(was: Runner) -> Runner:
        longest = max(until, was.settings.snoozed.get(rule, until))
        return _with(was, snoozed={**was.settings.snoozed, rule: longest})

    have.store.change_runner(runner.id, change)


def end_silence(have: Dependencies, runner: Runner, rule: str, now: datetime) -> None:
    """The rule speaks again: no snooze of it, and no dismissal. The runs of the last days on which it was silent are
    judged again, so that their notes come."""

    def change(was: Runner) -> Runner:
        return replace(_awake(was, {rule}), dismissals=tuple(one for one in was.dismissals if one.rule != rule))

    have.store.change_runner(runner.id, change)
    _judge_the_silent_again(have, runner, rule, now)


def end_snooze(have: Dependencies, runner: Runner, rule: str, now: datetime) -> None:
    """A snooze of a rule (or `*`, all) is taken back; what was dismissed stays so."""

    have.store.change_runner(runner.id, lambda was: _awake(was, {rule}))
    _judge_the_silent_again(have, runner, rule, now)


def _judge_the_silent_again(have: Dependencies, runner: Runner, rule: str, now: datetime) -> None:
    silent = [
        record
        for record in have.store.run_records(runner.id)
        if is_judged_anew(record, now)
        and any(one.withheld in SILENCED and rule in (one.rule, ALL) for one in record.found)
    ]
    for place, record in enumerate(sorted(silent, key=lambda one: (one.day, one.run_id))):
        # One after the other: what is told on an earlier run keeps a rule quiet on the next.
        judge_again(have, runner, record.run_id, now + place * timedelta(microseconds=1))


def it_was_a_race(have: Dependencies, runner: Runner, run_id: int, now: datetime) -> bool:
    """The run is judged again as a race, and the note follows. False if that run is not on record.

    Said again it costs nothing: a link that went astray must not spend the calls that Strava allows us."""
    before = have.store.run_record(runner.id, run_id)
    if before is not None and before.judged_race:
        return True

    def change(run_record: RunRecord | None) -> RunRecord | None:
        return None if run_record is None else replace(run_record, called_race=True)

    if have.store.change_run_record(runner.id, run_id, change) is None:
        return False
    judge_again(have, runner, run_id, now)
    return True


def it_was_no_run(have: Dependencies, runner: Runner, run_id: int, now: datetime) -> bool:
    """The run is set aside and its note goes. False if that run is not on record."""
    record = have.store.run_record(runner.id, run_id)
    if record is None:
        return False
    if str(run_id) not in runner.no_runs:
        day = record.day
        have.store.change_runner(runner.id, lambda was: replace(was, no_runs={**was.no_runs, str(run_id): day}))
        judge_again(have, runner, run_id, now)
    return True


def not_for_me(have: Dependencies, runner: Runner, run_id: int, rule: str, now: datetime) -> bool:
    """A dismissal of a rule. The same note counts once, however often its link is followed. False if that run is not
    on record."""
    if have.store.run_record(runner.id, run_id) is None:
        return False
    today = today_of(runner, now)

    def change(was: Runner) -> Runner:
        if any((one.run_id, one.rule) == (run_id, rule) for one in was.dismissals):
            return was
        return replace(was, dismissals=(*was.dismissals, Dismissal(rule=rule, day=today, run_id=run_id)))

    after = have.store.change_runner(runner.id, change)
    if after is not None and after.dismissals != runner.dismissals:
        judge_again(have, runner, run_id, now)
    return True


def undo(have: Dependencies, runner: Runner, run_id: int, now: datetime, what: tuple[str, ...] = UNDONE) -> bool:
    """The runner takes back what they answered to a run. False if that run is not on record."""
    record = have.store.run_record(runner.id, run_id)
    if record is None:
        return False
    found = {one.rule for one in record.found}
    was_judged_by_it = (
        ("race" in what and record.called_race)
        or ("no-run" in what and str(run_id) in runner.no_runs)
        or ("not-for-me" in what and any(one.run_id == run_id for one in runner.dismissals))
        or ("hurts" in what and any(one.run_id == said_about(run_id) for one in runner.soreness))
        or ("snooze" in what and any(one.withheld == WithheldReason.SNOOZED for one in record.found))
    )

    def change(was: Runner) -> Runner:
        after = was
        if "not-for-me" in what:
            after = replace(after, dismissals=tuple(one for one in after.dismissals if one.run_id != run_id))
        if "hurts" in what:
            after = replace(after, soreness=tuple(one for one in after.soreness if one.run_id != said_about(run_id)))
        if "no-run" in what:
            after = replace(after, no_runs={one: day for one, day in after.no_runs.items() if one != str(run_id)})
        if "snooze" in what:
            after = _awake(after, found)
        return after

    have.store.change_runner(runner.id, change)
    if "race" in what:
        have.store.change_run_record(
            runner.id, run_id, lambda was: None if was is None else replace(was, called_race=False)
        )
    if was_judged_by_it:
        judge_again(have, runner, run_id, now)
    return True


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the runner has answered to a run, as of today."""

    hurt: Soreness | None = None
    """What hurt, as said without words."""
    is_race: bool = False
    is_no_run: bool = False
    is_dismissed: bool = False
    silent_until: date | None = None
    """The last day on which this kind of note is not told, for two dismissals."""
    snoozed_until: date | None = None
    """The last day on which this kind of note is not told, because the runner asked for a week without it."""


def answers_about(runner: Runner, record: RunRecord, today: date, limits: ChooseLimits) -> Answers:
    """What the runner answered to the run of this record."""
    told = (one.rule for one in record.found if one.told and one.leads)
    leader = next((one.rule for one in runner.dismissals if one.run_id == record.run_id), next(told, ""))
    asleep = {leader} | {one.rule for one in record.found if one.withheld == WithheldReason.SNOOZED}
    until = max((day for rule, day in runner.settings.snoozed.items() if rule in asleep), default=None)
    return Answers(
        hurt=next((one for one in runner.soreness if one.run_id == said_about(record.run_id)), None),
        is_race=record.called_race,
        is_no_run=str(record.run_id) in runner.no_runs,
        is_dismissed=any(one.run_id == record.run_id for one in runner.dismissals),
        silent_until=silent_by_dismissals(runner, leader, today, limits),
        snoozed_until=until if until is not None and until >= today else None,
    )


def silent_by_dismissals(runner: Runner, rule: str, day: date, limits: ChooseLimits) -> date | None:
    """The last day on which the runner's dismissals keep a rule silent, as of a day; None where it may speak."""
    return silent_until(((one.rule, one.day) for one in runner.dismissals), rule, day, limits)


def no_more_mail(have: Dependencies, runner: Runner) -> None:
    """No more email: notes go to the page, the digest is off, and the address must be confirmed again before any mail
    is sent there."""

    def change(was: Runner) -> Runner:
        by_mail = was.settings.channel is ChannelName.EMAIL
        return _with(
            was,
            channel=ChannelName.PAGE if by_mail else was.settings.channel,
            digest=False,
            email_confirmed=False,
        )

    have.store.change_runner(runner.id, change)


def no_more_digest(have: Dependencies, runner: Runner) -> None:
    """The weekly mail is off; the channel of notes stays."""
    have.store.change_runner(runner.id, lambda was: _with(was, digest=False))


def confirm(have: Dependencies, runner: Runner, address: str) -> bool:
    """The address is the runner's. False if it is not the one they have typed last."""

    def change(was: Runner) -> Runner:
        if was.settings.email != address:
            return was
        opened = replace(was, failed_channels=was.failed_channels - {ChannelName.EMAIL})
        return _with(opened, email_confirmed=True, email_bounced=False, until_confirmed=None)

    after = have.store.change_runner(runner.id, change)
    return after is not None and after.settings.email == address and after.settings.email_confirmed


def can_be_race(run_record: RunRecord) -> bool:
    """Whether "it was a race" would change anything."""
    may_change = any(one.told and one.rule in RACE_MATTERS for one in run_record.found)
    return may_change and run_record.telling is not NoteStatus.NOTHING and not run_record.called_race


def _awake(runner: Runner, rules: Set[str]) -> Runner:
    """Without the snoozes of these rules."""
    return _with(runner, snoozed={rule: day for rule, day in runner.settings.snoozed.items() if rule not in rules})


def _with(runner: Runner, **choices: object) -> Runner:
    settings: Settings = replace(runner.settings, **choices)  # type: ignore[arg-type]
    return replace(runner, settings=settings)
