"""The runner's own pages: overview, preview, export and signing out."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

from flask import Flask, Response, render_template
from flask.typing import ResponseReturnValue

from plugin.notes.hurts import is_said
from plugin.notes.mentions import open_mentions
from plugin.notes.runner_choices import as_said
from plugin.ports import WRITE_SCOPE, ChannelName, JobKind, Runner, State, new_delivery
from plugin.summary import shoe_charts
from plugin.summary.model import PairSummary, RunnerSummary
from plugin.training.runs_set_aside import SetAsideReason, set_aside
from plugin.web.connect import READS, SCOPES
from plugin.web.dependencies import Dependencies, parts
from plugin.web.login import log_out, log_out_everywhere, looking_again, runner_only, to_page
from plugin.web.page_charts import charts_of
from plugin.web.run_list import OPEN, run_list, waits_for
from plugin.web.template_filters import as_read, today_of


def register(app: Flask) -> None:
    """Everything under `/me` that is no form of choices."""
    app.add_url_rule("/me", "me", runner_only(me))
    app.add_url_rule("/me/preview", "preview", runner_only(preview))
    app.add_url_rule("/me/export", "export", runner_only(export))
    app.add_url_rule("/me/fill", "fill", runner_only(fill), methods=["POST"])
    app.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
    app.add_url_rule("/me/sign-out", "sign_out_everywhere", runner_only(sign_out_everywhere), methods=["POST"])


def _seen(have: Dependencies, runner: Runner, now: datetime) -> tuple[RunnerSummary | None, str, bool]:
    """What the cached list shows, how far filling has come (empty: done), and whether work is on its way."""
    snapshot = have.store.snapshot(runner.id)
    waiting = any(
        one.why is JobKind.PREVIEW and one.state is not State.PARKED for one in have.inbox.of_runner(runner.id)
    )
    if snapshot is None:
        return None, "", waiting
    # A process that crashed left it half filled: only a delivery that still waits counts as progress.
    progress = "" if snapshot.progress == "done" or not waiting else snapshot.progress
    return have.summary(as_read(runner), snapshot, now), progress, waiting


def me(runner: Runner) -> ResponseReturnValue:
    """This week, the next run, twelve weeks, the pairs, what was said."""
    if runner.leaving is not None:
        return to_page("/me/leaving")
    have, now = parts(), parts().clock()
    snapshot = have.store.snapshot(runner.id)
    summary, progress, is_filling = _seen(have, runner, now)
    lines = run_list(have, runner, today_of(runner, now), _set_aside(have, runner), summary.sessions if summary else ())
    text = render_template(
        "me.html",
        runner=runner,
        summary=summary,
        progress=progress,
        is_filling=is_filling,
        week_is_over=summary is not None and _week_is_over(summary),
        charts=charts_of(summary, snapshot, lines) if summary and snapshot else None,
        worn=shoe_charts.pairs(_in_use(summary)) if summary else (),
        rotation=shoe_charts.rotation(_in_use(summary)) if summary else (),
        nearest=_nearest(summary) if summary else None,
        mentions=open_mentions(runner, today_of(runner, now)),
        lines=lines,
        open_lines=OPEN,
        checked_at=_checked_at(have, runner),
        cannot_write=WRITE_SCOPE not in runner.scopes,
        lacking=[scope for scope in SCOPES if scope not in runner.scopes and scope not in ("read", "activity:read")],
        blind=not runner.scopes & READS,
        mail_waits=_mail_waits(runner),
        said_hurts=[one for one in runner.soreness if is_said(one)][-3:],
        usual_m=_usual_week(summary) if summary else None,
        longest_m=_longest(summary, today_of(runner, now)) if summary else None,
        trouble=_trouble(have, runner),
        **_closed(have, now),
    )
    return looking_again(text, is_filling)


def _trouble(have: Dependencies, runner: Runner) -> tuple[str, datetime] | None:
    """Who did not answer when something was tried for this runner, and when it is tried again."""
    tried = [(waits_for(one), one.due_at) for one in have.inbox.of_runner(runner.id)]
    return min((one for one in tried if one[0] in ("mail", "strava")), key=lambda one: one[1], default=None)


def _set_aside(have: Dependencies, runner: Runner) -> dict[str, SetAsideReason]:
    snapshot = have.store.snapshot(runner.id)
    return {} if snapshot is None else set_aside(as_said(runner, snapshot.runs))


def _checked_at(have: Dependencies, runner: Runner) -> datetime | None:
    """When Strava was last asked about this runner, as far as the records tell."""
    snapshot = have.store.snapshot(runner.id)
    times = [one.looked_at for one in have.store.run_records(runner.id)]
    return max([*times, *([snapshot.fetched_at] if snapshot else [])], default=None)


def _week_is_over(summary: RunnerSummary) -> bool:
    """The next run is in another week than this one (it is its last day, and there was a run on it)."""
    week = summary.this_week
    return (
        week is not None
        and summary.allowance is not None
        and summary.allowance.day >= week.first_day + timedelta(days=7)
    )


def _in_use(summary: RunnerSummary) -> list[PairSummary]:
    """The pairs that are not retired: what is due first comes first, what is due at no known time last."""
    worn = [pair for pair in summary.pairs if not pair.is_retired]
    return sorted(worn, key=lambda pair: (not pair.is_due, pair.retires_in_week_of or date.max, pair.name))


def _nearest(summary: RunnerSummary) -> PairSummary | None:
    """The pair nearest to its end, once it is past looking closely or has a week in which it ends."""
    worn = [pair for pair in summary.pairs if not pair.is_retired and pair.replace_m]
    return max(worn, key=lambda pair: pair.metres / (pair.replace_m or Decimal(1)), default=None)


def _usual_week(summary: RunnerSummary) -> Decimal | None:
    """The mean of the last four whole weeks, where they are known."""
    whole = [week.metres for week in summary.weeks[-5:-1] if week.metres is not None]
    return sum(whole, Decimal(0)) / len(whole) if any(whole) else None


def _longest(summary: RunnerSummary, today: date) -> Decimal | None:
    first = today - timedelta(days=30)
    return max((one.metres for one in summary.sessions if one.day >= first), default=None)


def _closed(have: Dependencies, now: datetime) -> dict[str, object]:
    """Whether Strava answers us at all just now, and from when on again."""
    budget = have.strava.budget()
    if budget.closed_until is None or budget.closed_until <= now:
        return {"is_closed": "", "closed_until": None}
    return {"is_closed": "inactive" if budget.is_inactive else "full", "closed_until": budget.closed_until}


def _mail_waits(runner: Runner) -> bool:
    chosen = runner.settings
    return chosen.channel is ChannelName.EMAIL and not chosen.email_confirmed


def preview(runner: Runner) -> ResponseReturnValue:
    """What would have been said over the last weeks, and what would have been withheld."""
    have, now = parts(), parts().clock()
    summary, progress, is_filling = _seen(have, runner, now)
    said = summary.said if summary else ()
    text = render_template(
        "preview.html",
        runner=runner,
        summary=summary,
        progress=progress,
        is_filling=is_filling,
        told=[one for one in said if one.text],
        silent=[one for one in said if not one.text],
    )
    return looking_again(text, is_filling)


def fill(runner: Runner) -> ResponseReturnValue:
    """Ask Strava for the list again: only where the page has none."""
    have = parts()
    if have.store.snapshot(runner.id) is None:
        now = have.clock()
        have.inbox.keep(new_delivery(runner.id, 0, JobKind.PREVIEW, now, now))
        have.wake()
    return to_page("/me")


def export(runner: Runner) -> ResponseReturnValue:
    """Everything held of this runner, as a file."""
    text = json.dumps(parts().export(runner.id), ensure_ascii=False, indent=2, default=str)
    return Response(
        text + "\n",
        200,
        {
            "Content-Type": "application/json",
            "Content-Disposition": 'attachment; filename="footnote.json"',
        },
    )


def sign_out() -> ResponseReturnValue:
    """End the session of this browser."""
    log_out()
    return to_page("/")


def sign_out_everywhere(runner: Runner) -> ResponseReturnValue:
    """End every session of this runner."""
    log_out_everywhere(runner)
    return to_page("/")
