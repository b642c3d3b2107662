"""`footnote doctor` about push: whether listed servers may be called; with `--push` a test note to the operators."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

from plugin.channels.push_services.services import BY_NAME, offered
from plugin.cli.findings import Finding, bad, good
from plugin.errors import FootnoteError
from plugin.jobs.push_test_note import PushTestNotes
from plugin.ports.reasons import read_reason
from plugin.settings.environment import OperatorSettings

if TYPE_CHECKING:
    from plugin.wiring import Application

WHAT = "push"


def look_at(settings: OperatorSettings) -> Iterator[Finding]:
    """What is offered, and each listed server that has no address which may be called. Nothing where push is off."""
    if not settings.push:
        return
    if find_spec("apprise") is None:
        yield bad(WHAT, "Apprise is not installed: install the requirements of this version")
        return
    from plugin.channels.push_services.guarded_http import Exchange, look_up

    hosts, is_well = settings.push_hosts, True
    for host in hosts.servers:
        try:
            found = Exchange(host, hosts.networks, "POST", look_up).addresses(host.name, host.port)
        except OSError:
            yield bad(WHAT, f"{host.shown} has no address: is the name in PUSH_HOSTS right?")
            is_well = False
            continue
        if not found:
            yield bad(WHAT, f"{host.shown} has a private address: list it, or its network, in PUSH_HOSTS too")
            is_well = False
    if is_well:
        yield good(WHAT, f"offered: {', '.join(service.title for service in offered(hosts))}")


def send_test_notes(application: Application, now: datetime) -> Iterator[Finding]:
    """A test note to each of OPERATOR_ATHLETES who has set up a service, and what came of it."""
    from plugin.wiring import voice_of

    if not application.settings.push:
        yield bad(WHAT, "is off: set PUSH=on")
        return
    test_notes = PushTestNotes(application.store, application.channels, voice_of)
    is_set_up = False
    for runner_id in sorted(application.settings.operator_athletes):
        try:
            runner = application.store.runner(runner_id)
            if runner is None or runner.settings.push is None:
                continue
            is_set_up = True
            test_notes.run(runner, now)
            after = application.store.runner(runner_id)
        except FootnoteError as broken:
            yield bad(WHAT, f"athlete {runner_id}: {broken}")
            continue
        target = after.settings.push if after is not None else None
        if target is None:
            continue
        where = f"athlete {runner_id} by {BY_NAME[target.service].title if target.service in BY_NAME else 'a service'}"
        why = read_reason(target.trouble)[1]
        yield bad(WHAT, f"{where}: {why}") if target.trouble else good(WHAT, f"{where}: the test note was taken")
    if not is_set_up:
        page = f"{application.settings.public_url}/me/push"
        yield bad(WHAT, f"none of OPERATOR_ATHLETES has set up a service: connect, and do so at {page}")
