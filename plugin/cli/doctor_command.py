"""footnote doctor"""

from __future__ import annotations

import os
import sys

import click

from plugin.cli.doctor import Finding, examine, without_settings
from plugin.errors import BadSettings
from plugin.monitoring.logs import set_up_logs
from plugin.settings.environment import read_settings


def check() -> None:
    """A line each, exit 1 if anything is wrong."""
    try:
        settings = read_settings()
    except BadSettings as wrong:
        for finding in without_settings(wrong.problems):
            _tell(finding)
        sys.exit(1)
    # What the doctor finds it says itself; logs would say it twice.
    set_up_logs(settings.model_copy(update={"log_level": "critical"}))
    from plugin.wiring import build

    is_well = True
    for finding in examine(settings, build, on_dyno="DYNO" in os.environ):
        _tell(finding)
        is_well = is_well and finding.is_well
    sys.exit(0 if is_well else 1)


def _tell(finding: Finding) -> None:
    """As each is found: some take seconds."""
    key_value = click.style("✓", fg="green") if finding.is_well else click.style("✗", fg="red")
    click.echo(f"{key_value} {finding.what}: {finding.said}")
