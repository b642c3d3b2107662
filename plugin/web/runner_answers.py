"""The runner's say: snooze, "it was a race", "not for me". What each does is one function, for pages and mail alike."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from flask import Flask, abort, flash, request
from flask.typing import ResponseReturnValue

from plugin.ports import ChannelName, Dismissal, JobKind, NoteStatus, Runner, RunRecord, Settings, new_delivery
from plugin.rules import BY_NAME, RACE_MATTERS
from plugin.summary.summarise import SNOOZE_DAYS
from plugin.web.dependencies import Dependencies, parts
from plugin.web.login import runner_only, to_page
from plugin.web.template_filters import today_of
from plugin.web.wording import heard

ALL = "*"
DAY = timedelta(days=1)
DISMISSALS_COUNT = timedelta(days=60)
"""A dismissal counts towards a second one this long (rules.md, choose 5). What two of them silence outlasts that: the
purge takes out what no longer counts."""


def register(app: Flask) -> None:
    """The buttons on the page."""
    app.add_url_rule("/me/say", "say", runner_only(say), methods=["POST"])


def say(runner: Runner) -> ResponseReturnValue:
    """One button, one change, back to where it stood."""
    have, now = parts(), parts().clock()
    what, rule = request.form.get("do", ""), request.form.get("rule", "")
    run_id = _run_id(request.form.get("run", ""))
    if rule not in BY_NAME and rule not in ("", ALL):
        abort(400)
    if what == "snooze":
        snooze(have, runner, rule or ALL, now)
    elif what == "wake":
        unsnooze(have, runner, rule or ALL)
    elif what == "race" and run_id:
        it_was_a_race(have, runner, run_id, now)
    elif what == "not-for-me" and run_id and rule:
        not_for_me(have, runner, run_id, rule, now)
    else:
        abort(400)
    flash(heard(what, rule))
    return to_page("/me/settings#quiet" if request.form.get("from") == "settings" else "/me#said")


def _run_id(text: str) -> int:
    """Strava's number of a run; 0 for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else 0


def snooze(have: Dependencies, runner: Runner, rule: str, now: datetime) -> None:
    """A rule (or `*`, all) stays quiet for a week, today included. A longer snooze stands."""
    until = today_of(runner, now) + SNOOZE_DAYS - DAY

    def change(was: Runner) -> Runner:
        longest = max(until, was.settings.snoozed.get(rule, until))
        return _with(was, snoozed={**was.settings.snoozed, rule: longest})

    have.store.change_runner(runner.id, change)


def unsnooze(have: Dependencies, runner: Runner, rule: str) -> None:
    """The rule speaks again."""
    have.store.change_runner(
        runner.id,
        lambda was: _with(was, snoozed={name: day for name, day in was.settings.snoozed.items() if name != rule}),
    )


def it_was_a_race(have: Dependencies, runner: Runner, run_id: int, now: datetime) -> bool:
    """The run is looked at again as a race, and the note follows. False if that run is no longer on record.

    Said again it costs nothing: a link that went astray must not spend the calls that Strava allows us."""
    before = have.store.run_record(runner.id, run_id)
    if before is not None and before.judged_race:
        return True

    def change(run_record: RunRecord | None) -> RunRecord | None:
        return None if run_record is None else replace(run_record, called_race=True)

    if have.store.change_run_record(runner.id, run_id, change) is None:
        return False
    have.inbox.keep(new_delivery(runner.id, run_id, JobKind.SAID, now, now))
    have.wake()
    return True


def not_for_me(have: Dependencies, runner: Runner, run_id: int, rule: str, now: datetime) -> None:
    """A dismissal of a rule. The same note counts once, however often its link is followed."""
    today = today_of(runner, now)
    # The digest outlives a runner who leaves, and must not tell of them.
    once = have.blinded(f"dismissed:{runner.id}:{run_id}:{rule}")
    if not have.store.use_once(once, until=now + DISMISSALS_COUNT, now=now):
        return
    have.store.change_runner(
        runner.id,
        lambda was: replace(was, dismissals=(*was.dismissals, Dismissal(rule=rule, day=today))),
    )


def no_more_mail(have: Dependencies, runner: Runner) -> None:
    """Nothing comes by email any more: notes stand on the page, the digest is off, the address must be confirmed
    anew before anything goes there."""

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
    """The weekly mail is off; notes go where they went."""
    have.store.change_runner(runner.id, lambda was: _with(was, digest=False))


def confirm(have: Dependencies, runner: Runner, address: str) -> bool:
    """The address is the runner's. False if it is not the one they have typed last."""

    def change(was: Runner) -> Runner:
        if was.settings.email != address:
            return was
        opened = replace(was, failed_channels=was.failed_channels - {ChannelName.EMAIL})
        return _with(opened, email_confirmed=True, email_bounced=False)

    after = have.store.change_runner(runner.id, change)
    return after is not None and after.settings.email == address and after.settings.email_confirmed


def can_be_race(run_record: RunRecord) -> bool:
    """Whether "it was a race" would change anything."""
    may_change = any(one.told and one.rule in RACE_MATTERS for one in run_record.found)
    return may_change and run_record.telling is not NoteStatus.NOTHING and not run_record.called_race


def _with(runner: Runner, **choices: object) -> Runner:
    settings: Settings = replace(runner.settings, **choices)  # type: ignore[arg-type]
    return replace(runner, settings=settings)
