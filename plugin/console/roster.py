"""footnote runners list|export|forget"""

from __future__ import annotations

import json

import click

from plugin.console import tables
from plugin.console.house import house_for_command, nothing_kept
from plugin.errors import FootnoteError

COLUMNS = ("id", "name", "connected", "channel", "remark")


class NoSuchRunner(FootnoteError):
    """The id is of nobody who is connected."""


def show() -> None:
    """Everybody who is connected, by id."""
    house = house_for_command()
    books = house.books
    rows = []
    for runner_id in books.runner_ids():
        runner = books.runner(runner_id)
        if runner is not None:
            remark = "must reconnect" if runner.must_reconnect else "paused" if runner.settings.paused else "-"
            day = runner.connected_at.date().isoformat()
            rows.append((runner.id, runner.name or "-", day, runner.settings.channel, remark))
    tables.show(COLUMNS, rows, empty=nothing_kept(house, "Nobody is connected."))


def export(runner_id: int) -> None:
    """The same JSON as the runner gets at /me/export."""
    from plugin.export import export_of

    house = house_for_command()
    if house.books.runner(runner_id) is None:
        raise _unknown(runner_id)
    click.echo(json.dumps(export_of(house, runner_id), indent=2, ensure_ascii=False))


def forget(runner_id: int) -> None:
    """Revoked at Strava, everything deleted here."""
    house = house_for_command()
    if house.books.runner(runner_id) is None:
        raise _unknown(runner_id)
    house.workflow.forget(runner_id)
    click.echo(f"Runner {runner_id} is disconnected from Strava and everything held of them is deleted.")


def _unknown(runner_id: int) -> NoSuchRunner:
    return NoSuchRunner(f"No runner {runner_id} is connected: `footnote runners list` shows who is.")
