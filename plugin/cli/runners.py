"""footnote runners list|export|forget"""

from __future__ import annotations

import json

import click

from plugin.cli import tables
from plugin.cli.application import application_for_command, nothing_kept, raise_if_all_sealed, tell_apart
from plugin.errors import FootnoteError, Unreadable
from plugin.stores.each_runner import each_runner

COLUMNS = ("id", "name", "connected", "channel", "remark")


class NoSuchRunner(FootnoteError):
    """No connected runner has this id."""


def show() -> None:
    """All connected runners, by id."""
    application = application_for_command()
    store = application.store
    rows: list[tuple[object, ...]] = []

    def add(runner_id: int) -> None:
        runner = store.runner(runner_id)
        if runner is not None:
            remark = (
                "leaving"
                if runner.leaving
                else "must reconnect"
                if runner.must_reconnect
                else "paused"
                if runner.settings.paused
                else "-"
            )
            day = runner.connected_at.date().isoformat()
            rows.append((runner.id, runner.name or "-", day, runner.settings.channel, remark))

    apart = each_runner(store, add)
    raise_if_all_sealed(apart, len(rows) + len(apart))
    rows += [(one.runner_id, "-", "-", "-", "cannot be read") for one in apart]
    tables.show(
        COLUMNS, sorted(rows, key=lambda row: int(str(row[0]))), empty=nothing_kept(application, "Nobody is connected.")
    )
    tell_apart(apart)


def export(runner_id: int) -> None:
    """The same JSON as the runner gets at /me/export."""
    from plugin.stores.export import export_of

    application = application_for_command()
    if application.store.runner(runner_id) is None:
        raise _unknown(runner_id)
    click.echo(json.dumps(export_of(application, runner_id), indent=2, ensure_ascii=False))


def forget(runner_id: int) -> None:
    """Revoked at Strava, everything deleted here."""
    application = application_for_command()
    if runner_id not in application.store.runner_ids():
        raise _unknown(runner_id)
    try:
        application.store.runner(runner_id)
        revoked = "is disconnected from Strava"
    except Unreadable:
        revoked = "could not be read (they end the access themselves at https://www.strava.com/settings/apps)"
    application.workflow.forget(runner_id)
    click.echo(f"Runner {runner_id} {revoked} and everything held of them is deleted.")


def _unknown(runner_id: int) -> NoSuchRunner:
    return NoSuchRunner(f"No runner {runner_id} is connected: `footnote runners list` shows who is.")
