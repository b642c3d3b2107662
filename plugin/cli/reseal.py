"""footnote reseal"""

from __future__ import annotations

import sys

import click

from plugin.cli.application import application_for_command, tell_apart
from plugin.stores.record_json import reseal


def run() -> None:
    """Encrypt all sealed data again with SECRET_KEY; a line for each runner on a terminal."""
    application = application_for_command()

    def told(runner_id: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"runner {runner_id}", err=True)

    many, apart = reseal(application.store, seen=told)
    if apart:
        click.echo(f"Sealed anew: {many} runners. SECRET_KEY_FALLBACKS is still needed.")
        tell_apart(apart)
        sys.exit(1)
    click.echo(f"Sealed anew: {many} runners. SECRET_KEY_FALLBACKS may be emptied now.")
