"""footnote runners list|export|forget"""

from __future__ import annotations

import json

import click

from plugin.cli import tables
from plugin.cli.application import application_for_command, nothing_kept
from plugin.errors import FootnoteError

COLUMNS = ("id", "name", "connected", "channel", "remark")


class NoSuchRunner(FootnoteError):
    """No connected runner has this id."""


def show() -> None:
    """All connected runners, by id."""
    application = application_for_command()
    store = application.store
    rows = []
    for runner_id in store.runner_ids():
        runner = store.runner(runner_id)
        if runner is not None:
            remark = "must reconnect" if runner.must_reconnect else "paused" if runner.settings.paused else "-"
            day = runner.connected_at.date().isoformat()
            rows.append((runner.id, runner.name or "-", day, runner.settings.channel, remark))
    tables.show(COLUMNS, rows, empty=nothing_kept(application, "Nobody is connected."))


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
    if application.store.runner(runner_id) is None:
        raise _unknown(runner_id)
    application.workflow.forget(runner_id)
    click.echo(f"Runner {runner_id} is disconnected from Strava and everything held of them is deleted.")


def _unknown(runner_id: int) -> NoSuchRunner:
    return NoSuchRunner(f"No runner {runner_id} is connected: `footnote runners list` shows who is.")
