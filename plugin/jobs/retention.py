"""What is deleted, and when: run data before seven days are over, records of notes when no rule needs them any more,
runners whose access Strava has ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from plugin.activities.deleted_notes import TRACES
from plugin.activities.intake import keep_if_known
from plugin.activities.leaving import RECEIPTS, young_receipts
from plugin.activities.odometer import FIGURE_DAYS
from plugin.errors import Unreadable
from plugin.notes.rulebook import Rulebook
from plugin.notes.runner_choices import heard
from plugin.ports import Inbox, JobKind, Runner, RunRecord, State, Store, new_delivery
from plugin.rules import soreness
from plugin.stores.each_runner import each_runner

PURGE_EVERY = timedelta(hours=6)
EARLY = PURGE_EVERY + timedelta(hours=1)
"""A margin: data can become too old before the next purge, and a purge of ten thousand runners takes a while."""
RUN_DAYS = FIGURE_DAYS - EARLY
RECORD_DAYS = timedelta(days=62) - EARLY
"""The longest quiet period and a little more. Records of silent runs are deleted together with the run data."""
PARKED_AGE = timedelta(hours=36)
"""A parked delivery may name an activity that is deleted by now: its bare id goes within 48 h."""
DISMISSAL_DAYS = timedelta(days=91)
NO_RUN_DAYS = timedelta(days=400)
"""No rule looks back farther."""
LOST_DAYS = timedelta(days=28)
"""A runner who ended our access at Strava is deleted within 30 days, even if the event about it was lost."""


def purge(store: Store, inbox: Inbox, rulebook: Rulebook, now: datetime) -> tuple[int, list[Unreadable]]:
    """Delete what is too old. Returns how many records, lists and deliveries were changed or deleted, and what was
    wrong with the runners who could not be read."""
    changed = 0

    def purge_runner(runner_id: int) -> None:
        nonlocal changed
        runner = store.change_runner(runner_id, lambda was: _runner(was, rulebook, now))
        if runner is None:
            return
        if runner.lost_at is not None and now - runner.lost_at > LOST_DAYS:
            # Strava is asked once more before everything goes.
            keep_if_known(store, inbox, new_delivery(runner_id, 0, JobKind.DEAUTHORISED, now, now))
        if runner.leaving is not None:
            # Even if the delivery that should do it was lost, a runner who leaves is deleted.
            keep_if_known(store, inbox, new_delivery(runner_id, 0, JobKind.LEAVING, now, now))
        for run_record in store.run_records(runner_id):
            if _aged(run_record, now) != run_record:
                store.change_run_record(
                    runner_id, run_record.run_id, lambda was: None if was is None else _aged(was, now)
                )
                changed += 1
        snapshot = store.snapshot(runner_id)
        if snapshot is not None and now - (snapshot.older_fetched_at or snapshot.fetched_at) > RUN_DAYS:
            store.drop_snapshot(runner_id)
            changed += 1

    apart = each_runner(store, purge_runner)
    store.drop_set_aside(before=now - PARKED_AGE)
    for delivery in inbox.everything():
        if delivery.state == State.PARKED and now - delivery.due_at > PARKED_AGE:
            inbox.drop(delivery.id)
            changed += 1
    if store.key_value(TRACES):
        store.change_key_value(
            TRACES, lambda was: {key: trace for key, trace in was.items() if trace["until"] > now.isoformat()}
        )
    if store.key_value(RECEIPTS):
        store.change_key_value(RECEIPTS, lambda was: young_receipts(was, now))
    return changed, apart


def _aged(run_record: RunRecord, now: datetime) -> RunRecord | None:
    age = now - run_record.looked_at
    # A race is remembered for as long as later runs are compared with it.
    says_something = bool(run_record.found) or run_record.called_race
    if age > RECORD_DAYS or (age > RUN_DAYS and not says_something):
        return None
    if age <= RUN_DAYS:
        return run_record
    bare = tuple(replace(one, text="", numbers={}) for one in run_record.found)
    return replace(run_record, start=None, facts=None, found=bare, text="", remark="")


def _runner(runner: Runner, rulebook: Rulebook, now: datetime) -> Runner:
    yesterday = now.date() - timedelta(days=1)
    pairs = {
        name: replace(pair, odometer_m=None, seen_at=None, of_run=None, before_m=None)
        if pair.seen_at is not None and now - pair.seen_at > RUN_DAYS
        else pair
        for name, pair in runner.pairs.items()
    }
    return replace(
        runner,
        lost_at=(runner.lost_at or now) if runner.must_reconnect else None,
        pairs=pairs,
        soreness=soreness.kept(heard(runner), now.date(), rulebook.limits[soreness.NAME]),
        failures=tuple(one for one in runner.failures if now - one.at <= RUN_DAYS),
        no_runs={run: day for run, day in runner.no_runs.items() if now.date() - day <= NO_RUN_DAYS},
        dismissals=tuple(one for one in runner.dismissals if now.date() - one.day <= DISMISSAL_DAYS),
        settings=replace(
            runner.settings,
            snoozed={rule: until for rule, until in runner.settings.snoozed.items() if until >= yesterday},
        ),
    )
