"""footnote doctor"""

from __future__ import annotations

import sys

import click

from plugin.cli.doctor import examine, without_settings
from plugin.cli.doctor_probe import probe
from plugin.cli.doctor_push import send_test_notes
from plugin.cli.findings import Finding
from plugin.cli.remedies import remedies_here
from plugin.errors import BadSettings
from plugin.monitoring.logs import set_up_logs
from plugin.settings.environment import read_settings


def check(*, probes: bool = False, write: int | None = None, mail_to: str | None = None, pushes: bool = False) -> None:
    """A line each, exit 1 if anything is wrong. `probes`: ask Strava as the operator's own account; `write`: the run
    whose private note is tried; `mail_to`: where a test mail is sent; `pushes`: send test notes to the operators' own
    push services."""
    try:
        settings = read_settings()
    except BadSettings as wrong:
        for finding in without_settings(wrong.problems):
            _tell(finding)
        sys.exit(1)
    # The findings are printed; logs would repeat them.
    set_up_logs(settings.model_copy(update={"log_level": "critical"}))
    from plugin.wiring import build

    is_well = True
    for finding in examine(settings, build, here=remedies_here(), remembers=not probes, mail_to=mail_to):
        _tell(finding)
        is_well = is_well and finding.is_well
    if probes and not settings.missing:
        application = build(settings)
        for finding in probe(application, application.clock(), write=write):
            _tell(finding)
            is_well = is_well and finding.is_well
    if pushes and not settings.missing:
        application = build(settings)
        for finding in send_test_notes(application, application.clock()):
            _tell(finding)
            is_well = is_well and finding.is_well
    sys.exit(0 if is_well else 1)


def _tell(finding: Finding) -> None:
    """As each is found: some take seconds."""
    key_value = click.style("✓", fg="green") if finding.is_well else click.style("✗", fg="red")
    click.echo(f"{key_value} {finding.what}: {finding.said}")
